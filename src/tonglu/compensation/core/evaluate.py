"""The engine's one door: a plan, facts and a context in; payouts with their traces out.

Pure and total: the same input gives the same bytes. Order of work per component: credit factor, measure,
rate, multiplier, gate, cap and floor; then the plan's own cap and floor; then money is rounded once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tonglu.kernel.text import N_

from .context import Adjustment, Context
from .crediting import in_order
from .facts import Fact, facts_current, split_problems
from .faults import fault
from .gates import gated
from .kinds.linear import linear_rows
from .kinds.per_event import per_event_rows
from .kinds.rate import rate_rows
from .kinds.rollup import rollup_rows
from .kinds.shared import mbo_rows, pool_rows, rank_rows
from .limits import Excess, limited, plan_limited
from .model.component import Component
from .model.plan import Plan, PlanVersion, as_plan
from .model.rules import Mbo, Pool, Rank
from .multipliers import multiplied
from .numbers import ONE
from .order import in_turn
from .result import Result, settled
from .scene import Scene
from .trace import Row, Slice
from .windows import window_key

KINDS: Mapping[str, Callable[[Component, Scene], list[Row]]] = {
    "rate": rate_rows,
    "per_event": per_event_rows,
    "linear": linear_rows,
    "rollup": rollup_rows,
    "pool": pool_rows,
    "rank": rank_rows,
    "mbo": mbo_rows,
}
_STEPS: Mapping[str, Callable[[Row, Component, Scene], Row]] = {
    "multiplier": multiplied,
    "gate": gated,
}


def evaluate(
    plan: Plan | PlanVersion,
    facts: Sequence[Fact],
    context: Context | None = None,
    as_of: dt.date | None = None,
    before: Sequence[Fact] = (),
) -> Result:
    """What every payee earns, and why; `as_of` hides facts that were not known yet.

    `before`: facts that older versions of the plan have paid and whose credits go on counting; they are not paid again.
    """
    plan = as_plan(plan)
    around = context or Context()
    current, problems = facts_current(facts, as_of)
    chosen = versions_chosen(plan, current)
    excess = Excess()
    rows: list[Row] = []
    earlier = tuple(before)
    for version in plan.versions:
        own = tuple(fact for fact in current if chosen[fact.id] is version)
        own_context = around.in_currency(version.currency, current)
        scene = Scene(version=version, facts=own, context=own_context, earlier=earlier)
        if own or len(plan.versions) == 1 or (not current and version is plan.versions[-1]):
            rows += _version_rows(_through_versions(scene, plan, chosen, current), excess)
        if plan.continuity == "carry":
            earlier += own
        else:
            excess.stands.clear()
    rows += [_adjusted(adjustment) for adjustment in around.adjustments]
    rounding = plan.versions[-1].rounding
    return settled(
        rows,
        rounding,
        version_of={fact: version.id for fact, version in chosen.items()},
        excess=dict(excess.by_payee),
        problems=(*problems, *split_problems(current)),
    )


def _through_versions(
    scene: Scene, plan: Plan, chosen: Mapping[str, PlanVersion], current: Sequence[Fact]
) -> Scene:
    """The scene of a version where others count on: what rests on a window and on all its sales is paid once.

    It is paid by the version under which its window began: a contest by windows, a fixed pool and goals by the first.
    """
    components = [one for one in scene.version.components if _once(one)]
    if plan.continuity != "carry" or not components or len(plan.versions) < 2:
        return scene
    whole = {}
    for component in components:
        alike = {
            id(version)
            for version in plan.versions
            if _same_kind(component, version.component(component.id))
        }
        facts = tuple(fact for fact in in_order(current) if id(chosen[fact.id]) in alike)
        began: dict[str, PlanVersion] = {}
        for fact in facts:
            began.setdefault(_window_of(component, fact), chosen[fact.id])
        others = (window for window, one in began.items() if one is not scene.version)
        whole[component.id] = (facts, frozenset(others))
    return replace(scene, whole=whole)


ALL = "all"
"""The window of a row that has none of its own."""


def _once(component: Component) -> bool:
    rule = component.rule
    return isinstance(rule, (Rank, Mbo)) or (isinstance(rule, Pool) and rule.amount is not None)


def _same_kind(component: Component, other: Component | None) -> bool:
    return other is not None and other.kind == component.kind and _once(other)


def _window_of(component: Component, fact: Fact) -> str:
    return window_key(component.window, fact) if isinstance(component.rule, Rank) else ALL


def versions_chosen(plan: Plan, facts: Sequence[Fact]) -> dict[str, PlanVersion]:
    """For each fact the version in force on its anchor date; later versions never reach back."""
    return {fact.id: version_for(plan, fact) for fact in facts}


def version_for(plan: Plan, fact: Fact) -> PlanVersion:
    """The version stored on the fact, else the one in force on its anchor date."""
    stored = fact.values.get("plan_version")
    if stored is not None:
        return _by_id(plan, str(stored))
    if len(plan.versions) == 1 and plan.versions[0].effective_from is None:
        return plan.versions[0]
    anchor = fact.date_of(plan.anchor)
    valid = [version for version in plan.versions if _in_force(version, anchor)]
    if not valid:
        raise fault(
            "no_version",
            N_("No plan version is in force for %(fact)s on %(date)s."),
            fact=fact.id,
            date=anchor,
        )
    return valid[-1]


def _by_id(plan: Plan, name: str) -> PlanVersion:
    found = next((version for version in plan.versions if version.id == name), None)
    if found is None:
        raise fault(
            "unknown_version", N_("The plan has no version called %(version)s."), version=name
        )
    return found


def _in_force(version: PlanVersion, on: dt.date | None) -> bool:
    if on is None:
        return version.effective_from is None
    started = version.effective_from is None or version.effective_from <= on
    return started and (version.effective_to is None or on <= version.effective_to)


def _version_rows(scene: Scene, excess: Excess) -> list[Row]:
    done: dict[str, list[Row]] = {}
    for component in in_turn(scene.version.components):
        done[component.id] = _component_rows(component, replace(scene, rows=dict(done)), excess)
    rows = [row for component in scene.version.components for row in done[component.id]]
    rows = plan_limited(rows, scene.version.caps, "plan_cap", scene, excess)
    return plan_limited(rows, scene.version.floors, "plan_floor", scene, excess)


def _component_rows(component: Component, scene: Scene, excess: Excess) -> list[Row]:
    whole = scene.whole.get(component.id)
    if whole is None:
        rows = KINDS[component.kind](component, scene)
    else:
        facts, others = whole
        around = replace(scene, facts=facts, earlier=())
        found = KINDS[component.kind](component, around)
        rows = [row for row in found if row.window not in others]
    for step in component.order:
        if step in _STEPS:
            rows = [_STEPS[step](row, component, scene) for row in rows]
        elif step == "cap":
            rows = limited(rows, component, scene, excess)
        else:
            raise fault("unknown_step", N_("“%(step)s” is not a step of a component."), step=step)
    return rows


def _adjusted(adjustment: Adjustment) -> Row:
    piece = Slice(kind="adjustment", portion=ONE, rate=adjustment.amount, amount=adjustment.amount)
    return Row(
        payee=adjustment.payee,
        component=adjustment.component,
        kind="adjustment",
        slices=(piece,),
        reason=adjustment.reason,
        clause=adjustment.approved_by,
    )

"""A plan version that begins where its payees stand, so that a deal is priced without walking through what is booked already.

Right for plans in which a row depends on positions and pay alone: rates, rate tables, amounts per event and managers' overrides, with
gates and multipliers on attainment or on another component's pay, and with caps and floors over more than one sale, of a component or of
the whole plan, which begin where earlier pay stands, that of windows included. Positions and pay come from the stored traces, so they are
those that were booked: what a gate would pay for earlier sales once it opens was never booked, and fills no cap. All else is left to the
whole book.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from .limits import PLAN_CODES, span_key
from .model.amounts import NO_AMOUNTS, Amounts
from .model.component import Component
from .model.modifiers import Limit
from .model.plan import PlanVersion
from .model.rules import PerEvent, Rate, Rollup
from .numbers import ZERO
from .rounding import Rounding
from .scene import PAYOUT
from .trace import Row
from .windows import last_day

ADJUSTMENT = "adjustment"
"""Rows of corrections: whole cents beside what the plan pays, so they move no position and no fraction of a cent."""


Label = tuple[str, str]
"""What made a step of a row: its code and its scope."""
PAY: Label = ("", "")
"""What a row paid after all its steps."""
NOTHING_PAID: Mapping[tuple[str, str], Fraction] = {}


@dataclass(kw_only=True)
class Stand:
    """Credits by component and window, the exact pay of each component, and that by window and month, with what limits took or gave."""

    counted: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    paid: dict[str, Fraction] = field(default_factory=dict)
    pieces: dict[str, dict[tuple[str, str], dict[Label, Fraction]]] = field(default_factory=dict)

    def take(self, row: Mapping[str, Any]) -> None:
        """Add one stored row."""
        if row.get("kind") == ADJUSTMENT:
            return
        component, window = row["component"], row.get("window", "all")
        month = str(row.get("date") or "")[:7]
        self.count(component, window, _number(row, "after") - _number(row, "before"))
        paid = _number(row, "amount") - _number(row, "rounding")
        self.pay(component, paid)
        self.leave(component, (window, month), PAY, paid)
        for step in row.get("steps", ()):
            label = (step["code"], str(step.get("params", {}).get("scope", "")))
            if is_limit(label):
                self.leave(component, (window, month), label, _number(step, "delta"))

    def count(self, component: str, window: str, credits: Fraction) -> None:
        """Credits that moved a position."""
        windows = self.counted.setdefault(component, {})
        windows[window] = windows.get(window, ZERO) + credits

    def leave(self, component: str, span: tuple[str, str], label: Label, amount: Fraction) -> None:
        """What a component paid in a window and month, or what a limit changed of it."""
        found = self.pieces.setdefault(component, {}).setdefault(span, {})
        found[label] = found.get(label, ZERO) + amount

    def pay(self, component: str, exact: Fraction) -> None:
        """What a component paid before it was rounded."""
        self.paid[component] = self.paid.get(component, ZERO) + exact


Stands = Mapping[str, Stand]
"""By payee; who is not there stands at the beginning."""


def stand_of(rows: Iterable[Mapping[str, Any]]) -> Stand:
    """Where stored rows have brought their payee."""
    stand = Stand()
    for row in rows:
        stand.take(row)
    return stand


def may_condense(version: PlanVersion) -> bool:
    """Whether positions and pay are all that a new row needs to know of the past."""
    return _told_apart(_of_plan(version)) and all(
        _depends_on_position(c, version) for c in version.components
    )


def has_limits(version: PlanVersion) -> bool:
    """Whether what was paid, and what limits made of it, has to be known by window and month."""
    limits = [one for c in version.components for one in (*c.caps, *c.floors)]
    return any(map(over_sales, limits)) or bool(_of_plan(version)) or bool(_read_pay(version))


@dataclass(frozen=True, kw_only=True)
class Far:
    """A limit over several sales, of a component or of the whole plan: how runs know it, and what comes from it on in the order of work."""

    key: tuple[str, ...]
    limit: Limit
    component: Component | None
    after: set[Label]


def far_limits(version: PlanVersion) -> Iterator[Far]:
    """The limits of a version that stand somewhere between two sales."""
    for owner in (*version.components, None):
        for code, limits in _limits_of(owner, version):
            for nth, one in enumerate(limits):
                if over_sales(one):
                    name = "" if owner is None else owner.id
                    after = (
                        _from(one, code, version)
                        if owner is None
                        else _from_own(one, code, owner, version)
                    )
                    key = (name, code, one.scope, str(nth))
                    yield Far(key=key, limit=one, component=owner, after=after)


def _limits_of(
    component: Component | None, version: PlanVersion
) -> tuple[tuple[str, Sequence[Limit]], ...]:
    if component is None:
        return (("plan_cap", version.caps), ("plan_floor", version.floors))
    return (("cap", component.caps), ("floor", component.floors))


def condensed(version: PlanVersion, stands: Stands) -> PlanVersion:
    """The version with the payees' positions and pay as its starting values."""
    read = _read_pay(version)
    components = tuple(
        replace(
            one,
            starting_value=_starts(one, stands),
            starting_pay=_paid_before(one, version, stands) if one.id in read else NO_AMOUNTS,
            caps=_begun(one.caps, "cap", one, version, stands),
            floors=_begun(one.floors, "floor", one, version, stands),
        )
        for one in version.components
    )
    return limits_begun(replace(version, components=components), stands)


def limits_begun(
    version: PlanVersion, stands: Stands, but: Collection[str] = frozenset()
) -> PlanVersion:
    """The version whose own caps and floors begin where the payees' pay stands, without that of some components."""

    def begun(limits: Sequence[Limit], code: str) -> tuple[Limit, ...]:
        return tuple(
            replace(one, start=_limit_start(one, stands, _from(one, code, version), but=but))
            for one in limits
        )

    caps, floors = begun(version.caps, "plan_cap"), begun(version.floors, "plan_floor")
    return replace(version, caps=caps, floors=floors)


def continued(
    rows: Iterable[Row],
    stands: Stands,
    rounding: Rounding,
    before: Mapping[tuple[str, str], Fraction] = NOTHING_PAID,
) -> list[Row]:
    """Rows rounded as what follows on what was paid: where sums are rounded, what a payee was paid adds up to the rounded sum.

    `before`: what older versions paid, by payee and component.
    """
    if rounding.stage != "telescoping":
        return list(rows)
    sums = dict(before)
    for payee, stand in stands.items():
        for component, paid in stand.paid.items():
            sums[payee, component] = sums.get((payee, component), ZERO) + paid
    done = []
    for row in rows:
        key = (row.payee, row.component)
        paid = sums.get(key, ZERO)
        sums[key] = paid + row.unrounded
        amount = rounding.money(sums[key]) - rounding.money(paid)
        done.append(row.rounded_to(amount, row.unrounded))
    return done


def _number(row: Mapping[str, Any], name: str) -> Fraction:
    """A stored number, zero where none was stored; whole ones, which most are, without the parser."""
    text = str(row.get(name, "0"))
    return Fraction(int(text)) if text.isdecimal() else Fraction(text)


def _depends_on_position(component: Component, version: PlanVersion) -> bool:
    rule = component.rule
    return (
        isinstance(rule, (Rate, Rollup, PerEvent))
        and (rule.table is None or rule.table.mode != "matrix")
        and all(_is_known(name, component, version) for name in _looked_up(component))
        and _limits_follow(component)
    )


def _looked_up(component: Component) -> list[str]:
    looked = [gate.metric for gate in component.gates]
    looked += [one.metric or "" for one in component.multipliers]
    return [name for name in looked if name]


def _is_known(name: str, component: Component, version: PlanVersion) -> bool:
    """Whether a measure is a position or pay in the same windows: the component's own, or another's."""
    if name in ("attainment", "credits"):
        return isinstance(component.rule, Rate)
    other, _, what = name.rpartition(".")
    found = version.component(other)
    if found is None or found.window != component.window:
        return False
    return what == PAYOUT or (what in ("attainment", "credit") and isinstance(found.rule, Rate))


def _read_pay(version: PlanVersion) -> set[str]:
    """The components whose pay another one looks up."""
    names = (name.rpartition(".") for one in version.components for name in _looked_up(one))
    return {other for other, _, what in names if what == PAYOUT}


def _limits_follow(component: Component) -> bool:
    """Limits of one sale, then those over several, each known from the other by its step."""
    limits = (*component.caps, *component.floors)
    far = [over_sales(one) for one in limits]
    labels = [("cap", one.scope) for one in component.caps if over_sales(one)]
    labels += [("floor", one.scope) for one in component.floors if over_sales(one)]
    return (
        sorted(far) == far and _told_apart(labels) and (not labels or component.order[-1] == "cap")
    )


def _told_apart(labels: Sequence[Label]) -> bool:
    return len(set(labels)) == len(labels)


def over_sales(limit: Limit) -> bool:
    """Whether a limit counts over more than one sale."""
    return limit.scope != "transaction"


def is_limit(label: Label) -> bool:
    """Whether a stored step is that of a limit over several sales, or of the whole plan."""
    code, scope = label
    return code in PLAN_CODES or (code in ("cap", "floor") and scope != "transaction")


def _of_plan(version: PlanVersion) -> list[Label]:
    """The steps of the plan's own limits, in the order of work."""
    caps = [("plan_cap", one.scope) for one in version.caps]
    return caps + [("plan_floor", one.scope) for one in version.floors]


def _from(limit: Limit, code: str, version: PlanVersion) -> set[Label]:
    """A limit of the plan and those after it."""
    labels = _of_plan(version)
    return set(labels[labels.index((code, limit.scope)) :])


def _begun(
    limits: Sequence[Limit], code: str, component: Component, version: PlanVersion, stands: Stands
) -> tuple[Limit, ...]:
    """A component's limits with what every payee was paid before them, by the spans in which they count."""
    done = []
    for one in limits:
        after = _from_own(one, code, component, version)
        start = _limit_start(one, stands, after, of=component.id) if over_sales(one) else None
        done.append(one if start is None else replace(one, start=start))
    return tuple(done)


def _from_own(limit: Limit, code: str, component: Component, version: PlanVersion) -> set[Label]:
    """A limit of a component, those after it, and those of the plan."""
    own = [("cap", one.scope) for one in component.caps]
    own += [("floor", one.scope) for one in component.floors]
    return {*own[own.index((code, limit.scope)) :], *_of_plan(version)}


def _limit_start(
    limit: Limit,
    stands: Stands,
    after: Collection[Label],
    *,
    of: str = "",
    but: Collection[str] = frozenset(),
) -> Amounts:
    """The same as amounts; the span without a name is every other one."""
    starts = []
    for payee, spans in spans_paid(limit, stands, after, of=of, but=but).items():
        own = tuple((key, Amounts(default=one)) for key, one in spans.items() if key)
        starts.append((payee, Amounts(default=spans.get(""), by_name=own)))
    return Amounts(by_name=tuple(starts))


def spans_paid(
    limit: Limit,
    stands: Stands,
    after: Collection[Label],
    *,
    of: str = "",
    but: Collection[str] = frozenset(),
) -> dict[str, dict[str, Fraction]]:
    """What every payee was paid, by span, before the limit and what comes after it: of one component, or of all but some."""
    found: dict[str, dict[str, Fraction]] = {}
    for payee, stand in stands.items() if over_sales(limit) else ():
        spans: dict[str, Fraction] = {}
        for component, pieces in stand.pieces.items():
            if component in but or (of and component != of):
                continue
            for (window, month), labels in pieces.items():
                key = span_key(limit.scope, window, day_of(month) or last_day(window))
                if key or limit.scope != "period":
                    spans[key] = spans.get(key, ZERO) + _before(labels, after)
        if spans:
            found[payee] = spans
    return found


def _before(labels: Mapping[Label, Fraction], after: Collection[Label]) -> Fraction:
    """Pay before the limits of some labels."""
    return labels.get(PAY, ZERO) - sum((d for one, d in labels.items() if one in after), ZERO)


def _paid_before(component: Component, version: PlanVersion, stands: Stands) -> Amounts:
    """A component's pay by payee and window, before the limits of the plan."""
    starts = []
    after = _of_plan(version)
    for payee, stand in stands.items():
        windows: dict[str, Fraction] = {}
        for (window, _month), labels in stand.pieces.get(component.id, {}).items():
            windows[window] = windows.get(window, ZERO) + _before(labels, after)
        starts.append(
            (payee, Amounts(by_name=tuple((w, Amounts(default=p)) for w, p in windows.items())))
        )
    return Amounts(by_name=tuple(starts))


def day_of(month: str) -> dt.date | None:
    """The first day of a month told as 2026-03."""
    return dt.date.fromisoformat(f"{month}-01") if month else None


def _starts(component: Component, stands: Stands) -> Amounts:
    given = component.starting_value
    own = tuple(
        (payee, _start(given, payee, stand.counted.get(component.id, {})))
        for payee, stand in stands.items()
    )
    return Amounts(default=given.default, by_name=(*own, *given.by_name))


def _start(given: Amounts, payee: str, counted: Mapping[str, Fraction]) -> Amounts:
    """A payee's own start: where the windows stand that have counted something, and what was given for all others."""
    own = next((amounts for name, amounts in given.by_name if name == payee), given)
    windows = tuple(
        (window, Amounts(default=(given.find(payee, window) or ZERO) + moved))
        for window, moved in counted.items()
    )
    return Amounts(default=own.default, by_name=(*windows, *own.by_name))

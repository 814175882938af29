"""What a plan version takes over from those before it, out of what is stored: read whenever something is priced under a later version.

A plan whose later version says `continuity: carry` goes on counting: what the older versions recorded in a window that still runs moves
the positions, and limits go on from where they were left. With `reset` or `segment` it begins from nothing. The fractions of a cent of
rounded sums go on in any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from tonglu.directory.memory import remember_reading

from .core.carrying import NOTHING, Carried, Left, limits_left, sums_paid
from .core.condensing import far_limits
from .core.facts import Fact
from .core.model.plan import PlanVersion as EngineVersion
from .core.model.rules import Rollup
from .core.spans import window_span
from .models import PlanVersion
from .neutral import facts_recorded, version_read
from .stands import facts_before, stands_by_version

CARRY = "carry"


def carried_into(
    version: PlanVersion,
    sellers: Iterable[int],
    payees: Iterable[int],
    days: tuple[date, date],
    *,
    until: int | None = None,
    without: Iterable[int] = (),
) -> Carried:
    """What counts on under a version for deals of some sellers between two days; `until`: as it stood before a fact was recorded.

    `payees`: the sellers and who is above them. `without`: versions whose facts are walked through as the version's own.
    """
    own = set(without)
    before = versions_before(version)
    older = [one for one in before if one.pk not in own]
    if not older:
        return NOTHING
    engine = version_read(version.definition)[1]
    chain = [one for one in versions_carried(version, before) if one.pk not in own]
    limits = bool(chain) and any(far_limits(engine))
    stands = stands_by_version([one.pk for one in older], payees, limits=limits, until=until)
    left: Left = {}
    for one in chain if limits else ():
        left = limits_left(version_read(one.definition)[1], stands[one.pk], left)
    facts = _facts(version, engine, chain, sellers, days, until)
    return Carried(facts=facts, left=left, paid=sums_paid(stands.values()))


def versions_before(version: PlanVersion) -> list[PlanVersion]:
    """The issued versions of the same plan that held before, the oldest first."""
    if version.effective_from is None:
        return []
    return remember_reading(("pay versions before", version.pk), lambda: _before(version))


def versions_carried(version: PlanVersion, older: Sequence[PlanVersion]) -> list[PlanVersion]:
    """Those of the older versions whose credits count on: back to the one that began from nothing."""
    found: list[PlanVersion] = []
    after = version
    for one in reversed(older):
        if version_read(after.definition)[0].continuity != CARRY:
            break
        found.insert(0, one)
        after = one
    return found


def versions_hold(versions: Iterable[int]) -> dict[int, PlanVersion]:
    """Lock versions with all of their plans, always in one order: what one of them pays moves what the next one pays."""
    wanted = set(versions)
    plans = PlanVersion.objects.filter(pk__in=wanted).values("plan_id")
    theirs = PlanVersion.objects.select_for_update(no_key=True).filter(plan_id__in=plans)
    return {one.pk: one for one in theirs.order_by("plan_id", "pk") if one.pk in wanted}


def _before(version: PlanVersion) -> list[PlanVersion]:
    found = PlanVersion.objects.filter(
        plan_id=version.plan_id,
        state=PlanVersion.State.ISSUED,
        effective_from__lt=version.effective_from,
    )
    return list(found.order_by("effective_from"))


def _facts(
    version: PlanVersion,
    engine: EngineVersion,
    chain: Sequence[PlanVersion],
    sellers: Iterable[int],
    days: tuple[date, date],
    until: int | None,
) -> tuple[Fact, ...]:
    """The facts of older versions in the windows of the days; a managers' step counts those of everybody."""
    first, last = window_span(engine, days[0]), window_span(engine, days[1])
    span = None if first is None or last is None else (first[0], last[1])
    began = version.effective_from
    if not chain or (span is not None and began is not None and began <= span[0]):
        return ()
    stepped = any(
        isinstance(one.rule, Rollup) and one.rule.table is not None for one in engine.components
    )
    found = facts_before([one.pk for one in chain], None if stepped else sellers, span, until)
    return tuple(facts_recorded(found))

"""What does this deal pay me: the same engine with one more fact, and the difference told apart.

adds      the payee's pay with the deal less the pay without it
own       what the deal's own credits earn
catch_up  what crossing a step adds for earlier deals of the window
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .context import Context
from .evaluate import evaluate, version_for
from .facts import Fact
from .model.plan import Plan, PlanVersion, as_plan
from .numbers import ZERO
from .outlook import Outlook, outlooks
from .result import Result
from .trace import Row


@dataclass(frozen=True, kw_only=True)
class Estimate:
    payee: str
    adds: Fraction
    own: Fraction
    catch_up: Fraction
    by_component: Mapping[str, Fraction]
    rows: tuple[Row, ...]
    before: tuple[Outlook, ...]
    after: tuple[Outlook, ...]
    version: str

    @property
    def other(self) -> Fraction:
        """What moves elsewhere because of the deal: pools, ranks, caps of other rows."""
        return self.adds - self.own - self.catch_up


def estimate(
    plan: Plan | PlanVersion,
    facts: Sequence[Fact],
    deals: Sequence[Fact],
    payee: str,
    context: Context | None = None,
    as_of: dt.date | None = None,
) -> Estimate:
    """What hypothetical `deals` pay `payee` on top of the booked `facts`.

    `as_of` limits the booked facts only: a deal may lie in the future.
    """
    plan = as_plan(plan)
    known = [f for f in facts if as_of is None or (f.known_at or f.date or as_of) <= as_of]
    before = evaluate(plan, known, context)
    after = evaluate(plan, (*known, *deals), context)
    ids = {deal.id for deal in deals}
    rows = tuple(row for row in after.rows(payee=payee) if row.fact in ids)
    late = sum((s.amount for row in rows for s in row.slices if s.kind == "catch_up"), ZERO)
    version = version_for(plan, deals[-1]) if deals else plan.versions[-1]
    return Estimate(
        payee=payee,
        adds=after.payout(payee) - before.payout(payee),
        own=sum((row.amount for row in rows), ZERO) - late,
        catch_up=late,
        by_component=_by_component(before, after, payee),
        rows=rows,
        before=outlooks(version, payee, before.trace, context),
        after=outlooks(version, payee, after.trace, context),
        version=version.id,
    )


def _by_component(before: Result, after: Result, payee: str) -> Mapping[str, Fraction]:
    components = [payout.component for payout in after.payouts if payout.payee == payee]
    return {
        component: after.payout(payee, component) - before.payout(payee, component)
        for component in components
    }

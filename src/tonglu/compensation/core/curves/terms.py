"""What a curve must know besides its table: quota, target, base rate and where the window began."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.model.table import LOWER, UPPER, Table, Tier
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.trace import Slice
from tonglu.kernel.text import N_

Curve = Callable[[Fraction, Fraction], list[Slice]]
Look = Callable[[str], Fraction | None]


def _blind(_name: str) -> Fraction | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """`offset` is credit that counts for the position but was paid elsewhere (an older version)."""

    component: str
    quota: Fraction | None = None
    target: Fraction | None = None
    base: Fraction = ONE
    has_base: bool = False
    offset: Fraction = ZERO
    look: Look = _blind

    def need_quota(self) -> Fraction:
        if not self.quota:
            raise fault("no_quota", N_("Component %(id)s needs a quota."), id=self.component)
        return self.quota

    def need_target(self) -> Fraction:
        if self.target is None:
            raise fault(
                "no_target", N_("Component %(id)s needs a target incentive."), id=self.component
            )
        return self.target


def paid_unit(table: Table, terms: Terms) -> Fraction:
    """What a looked-up value is multiplied by: the target, where there is one, or the base rate."""
    if table.value == "percent_of_target" or (table.value is None and terms.target is not None):
        return terms.need_target()
    return terms.base


def scaled_tiers(table: Table, terms: Terms) -> tuple[Tier, ...]:
    """Tiers with bounds in units of the measure and holes closed as the table's gap rule says."""
    tiers = _filled(table.tiers, table.gap)
    if table.axis != "attainment":
        return tiers
    quota = terms.need_quota()
    return tuple(
        Tier(lo=t.lo * quota, hi=None if t.hi is None else t.hi * quota, value=t.value)
        for t in tiers
    )


def tier_at(tiers: tuple[Tier, ...], x: Fraction, table: Table, terms: Terms) -> Tier | None:
    """The tier that holds x, first match first; below zero the first tier, in a hole none."""
    found = next((tier for tier in tiers if tier.holds(x, table.edge)), None)
    if found is None and tiers and x < 0 and tiers[0].lo == 0:
        return tiers[0]
    if found is None and table.gap == "error":
        raise fault("in_gap", N_("Component %(id)s: no tier holds %(x)s."), id=terms.component, x=x)
    return found


def just_below(tiers: tuple[Tier, ...], x: Fraction) -> Tier | None:
    """The tier that ends at x or spans it from below."""
    return next((tier for tier in tiers if tier.holds(x, UPPER)), None)


def _filled(tiers: tuple[Tier, ...], gap: str | None) -> tuple[Tier, ...]:
    if gap not in ("previous", "next"):
        return tiers
    ends: list[Tier] = []
    for index, tier in enumerate(tiers):
        following = tiers[index + 1] if index + 1 < len(tiers) else None
        before = tiers[index - 1] if index else None
        if gap == "previous":
            tier = Tier(lo=tier.lo, hi=following.lo if following else None, value=tier.value)
        elif before is not None and before.hi is not None:
            tier = Tier(lo=before.hi, hi=tier.hi, value=tier.value)
        ends.append(tier)
    return tuple(ends)


__all__ = ["LOWER", "UPPER", "Curve", "Look", "Terms", "just_below", "scaled_tiers", "tier_at"]

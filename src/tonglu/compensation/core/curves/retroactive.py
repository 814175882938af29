"""Retroactive tables: crossing a tier re-prices what came before, shown as its own catch-up piece.

whole           everything in the window at the value of the tier reached
running         each row at the value of its own position; earlier rows stay as they are
overage_at_top  the quota part at base, everything above it at the tier reached
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tonglu.compensation.core.model.table import Table, Tier
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.trace import Slice

from .terms import Curve, Terms, just_below, scaled_tiers, tier_at

# The value per unit at a position, and the tier it comes from.
Price = Callable[[Fraction], tuple[Fraction, Tier | None]]


def whole(table: Table, terms: Terms) -> Curve:
    tiers = scaled_tiers(table, terms)
    if table.value in ("amount", "percent_of_target"):
        return _looked_up(table, terms, tiers)

    def price(x: Fraction) -> tuple[Fraction, Tier | None]:
        tier = tier_at(tiers, x, table, terms)
        return (tier.value * terms.base if tier else ZERO), tier

    def pieces(before: Fraction, after: Fraction) -> list[Slice]:
        return repriced(
            "tier", price, (before, after), (before - terms.offset, after - terms.offset)
        )

    return pieces


def running(table: Table, terms: Terms) -> Curve:
    tiers = scaled_tiers(table, terms)

    def pieces(before: Fraction, after: Fraction) -> list[Slice]:
        tier = tier_at(tiers, before if table.at == "before" else after, table, terms)
        rate = tier.value * terms.base if tier else ZERO
        return [_slice("tier", after - before, rate, tier)]

    return pieces


def overage_at_top(table: Table, terms: Terms) -> Curve:
    quota = terms.need_quota()
    tiers = _as_attainment(table, terms)

    def inner(x: Fraction) -> tuple[Fraction, Tier | None]:
        tier = just_below(tiers, quota) if x >= quota else tier_at(tiers, x, table, terms)
        return (tier.value if tier else ONE) * terms.base, tier

    def outer(x: Fraction) -> tuple[Fraction, Tier | None]:
        tier = tier_at(tiers, x, table, terms)
        return (tier.value if tier else ZERO) * terms.base, tier

    def pieces(before: Fraction, after: Fraction) -> list[Slice]:
        within = (min(before, quota), min(after, quota))
        over = (max(before - quota, ZERO), max(after - quota, ZERO))
        return [
            *repriced("base", inner, (before, after), within),
            *repriced("overage", outer, (before, after), over),
        ]

    return pieces


def repriced(
    kind: str, price: Price, move: tuple[Fraction, Fraction], held: tuple[Fraction, Fraction]
) -> list[Slice]:
    """The new portion at the new price, and the earlier portion at the change of price."""
    old, _ = price(move[0])
    new, tier = price(move[1])
    found = [_slice(kind, held[1] - held[0], new, tier)]
    if held[0] != 0 and new != old:
        found.append(_slice("catch_up", held[0], new - old, tier))
    return [piece for piece in found if piece.portion != 0]


def _looked_up(table: Table, terms: Terms, tiers: tuple[Tier, ...]) -> Curve:
    """The tier's value is money, or a percent of the target incentive, paid once."""
    unit = terms.need_target() if table.value == "percent_of_target" else terms.base

    def worth(x: Fraction) -> tuple[Fraction, Tier | None]:
        tier = tier_at(tiers, x, table, terms) if x != 0 else None
        return (tier.value * unit if tier else ZERO), tier

    def pieces(before: Fraction, after: Fraction) -> list[Slice]:
        new, tier = worth(after)
        return [_slice("milestone", ONE, new - worth(before)[0], tier)]

    return pieces


def _as_attainment(table: Table, terms: Terms) -> tuple[Tier, ...]:
    """Overage tables speak of shares of the quota unless they say otherwise."""
    if table.axis is not None:
        return scaled_tiers(table, terms)
    quota = terms.need_quota()
    return tuple(
        Tier(lo=t.lo * quota, hi=None if t.hi is None else t.hi * quota, value=t.value)
        for t in table.tiers
    )


def _slice(kind: str, portion: Fraction, rate: Fraction, tier: Tier | None) -> Slice:
    return Slice(
        kind=kind if tier is not None or rate else "gap",
        portion=portion,
        rate=rate,
        amount=portion * rate,
        lo=tier.lo if tier else None,
        hi=tier.hi if tier else None,
    )

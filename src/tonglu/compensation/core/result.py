"""Results: rows rounded at the declared stage, payouts by payee and component, and what to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from .numbers import ZERO
from .problems import Problem
from .rounding import Rounding, allocate, telescoped
from .trace import Row

TOTAL = "total"


@dataclass(frozen=True, kw_only=True)
class Payout:
    """A payee's pay of one component: the exact sum of its rows, and the money."""

    payee: str
    component: str
    exact: Fraction
    amount: Fraction

    @property
    def rounding(self) -> Fraction:
        return self.amount - self.exact


@dataclass(frozen=True, kw_only=True)
class Result:
    """`payouts` are the results, `trace` the rows that explain each cent of them."""

    payouts: tuple[Payout, ...]
    trace: tuple[Row, ...]
    rounding: Rounding
    version_of: Mapping[str, str] = field(default_factory=dict)
    excess: Mapping[str, Fraction] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def payout(self, payee: str, component: str = TOTAL) -> Fraction:
        """The money of one component, or of all; nothing earned is zero."""
        own = (p for p in self.payouts if p.payee == payee)
        return sum((p.amount for p in own if component in (TOTAL, p.component)), ZERO)

    def payees(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(payout.payee for payout in self.payouts))

    def rows(
        self, *, fact: str | None = None, payee: str | None = None, component: str | None = None
    ) -> tuple[Row, ...]:
        """The rows of a fact, a payee, a component."""
        return tuple(
            row
            for row in self.trace
            if (fact is None or row.fact == fact)
            and (payee is None or row.payee == payee)
            and (component in (None, TOTAL) or row.component == component)
        )

    def by_window(self) -> dict[tuple[str, str, str], Fraction]:
        """Money per payee, component and window, rounded once per window."""
        sums: dict[tuple[str, str, str], Fraction] = {}
        for row in self.trace:
            key = (row.payee, row.component, row.window)
            sums[key] = sums.get(key, ZERO) + row.amount
        return {key: self.rounding.money(total) for key, total in sums.items()}


def settled(rows: Sequence[Row], rounding: Rounding, **more: object) -> Result:
    """Rows and payouts with money rounded where the plan says."""
    if rounding.shares == "largest_remainder":
        rows = _shared_fairly(rows, rounding)
    groups: dict[tuple[str, str], list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault((row.payee, row.component), []).append(index)
    done: dict[int, Row] = {}
    payouts = []
    for (payee, component), indexes in groups.items():
        unrounded = [rows[index].unrounded for index in indexes]
        amounts = _row_amounts(unrounded, rounding)
        for index, amount, before in zip(indexes, amounts, unrounded, strict=True):
            done[index] = rows[index].rounded_to(amount, before)
        payouts.append(
            Payout(
                payee=payee,
                component=component,
                exact=sum(unrounded, ZERO),
                amount=rounding.money(sum(amounts, ZERO)),
            )
        )
    trace = tuple(done[index] for index in range(len(rows)))
    return Result(payouts=tuple(payouts), trace=trace, rounding=rounding, **more)  # type: ignore[arg-type]


def _row_amounts(unrounded: Sequence[Fraction], rounding: Rounding) -> list[Fraction]:
    if rounding.stage == "transaction":
        return [rounding.money(value) for value in unrounded]
    if rounding.stage == "telescoping":
        return telescoped(unrounded, rounding)
    return list(unrounded)


def _shared_fairly(rows: Sequence[Row], rounding: Rounding) -> list[Row]:
    """Rows of one fact and component as money that adds up to their rounded total."""
    groups: dict[tuple[str, str], list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault((row.fact or f"#{index}", row.component), []).append(index)
    done: dict[int, Row] = {}
    for indexes in groups.values():
        parts = [rows[index].unrounded for index in indexes]
        total = sum(parts, ZERO)
        shares = allocate(total, parts, rounding.scale, rounding.mode) if total else parts
        for index, share in zip(indexes, shares, strict=True):
            delta = share - rows[index].unrounded
            done[index] = rows[index].with_step("share_rounding", delta)
    return [done[index] for index in range(len(rows))]

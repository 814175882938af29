"""The what-if desk: several deals set to won, each on a day and with a discount; what that makes of the months and of the year.

Deals are priced in the order of their days, each after those before it, under the plan version of its own day. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tonglu.compensation.neutral import money_of
from tonglu.compensation.paper import OpenedRow
from tonglu.compensation.services.earning import Deal, versions_for
from tonglu.kernel.errors import DomainError
from tonglu.policy import Actor
from tonglu.toolkit.clock import today

from .books import Added, book_of
from .estimates import Wish, deal_wished, fact_of, require_cost, rows_of
from .ledgers import Sums
from .lifting import Lifting
from .prospects import Prospect
from .steps import Step

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A deal set to won as it is wished."""

    prospect: Prospect
    wish: Wish


@dataclass(frozen=True, kw_only=True)
class PickPay:
    """What a picked deal pays after those before it."""

    row: Any
    deal: Deal
    name: str
    pays: Decimal = ZERO
    lifted: Decimal = ZERO
    """What of it comes from people below whose deal it is."""
    rows: tuple[OpenedRow, ...] = ()
    """The rows that make the rest, each with its slices."""

    @property
    def month(self) -> date:
        """The month it is won in."""
        return self.deal.day.replace(day=1)


@dataclass(frozen=True, kw_only=True)
class SpanPay:
    """A month or a year as it stands, and with the picked deals."""

    first: date
    earned: Decimal
    adds: Decimal

    @property
    def total(self) -> Decimal:
        """What it comes to with the deals."""
        return self.earned + self.adds


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the picked deals pay, deal by deal, month by month and over the years; `other` moves elsewhere because of them."""

    picks: list[PickPay]
    months: list[SpanPay]
    years: list[SpanPay]
    adds: Decimal
    other: Decimal
    steps: tuple[Step, ...]
    problems: tuple[str, ...]

    @property
    def own(self) -> Decimal:
        """What the deals themselves pay."""
        return self.adds - self.other


def outcome_of(actor: Actor, picks: Iterable[Pick]) -> Outcome:
    """The months and the years with the picked deals won."""
    person_id = actor.person_id or 0
    picked = sorted((_picked(actor, pick) for pick in picks), key=lambda one: one.deal.day)
    pays: dict[str, Decimal] = {}
    opened: dict[str, tuple[OpenedRow, ...]] = {}
    total = ZERO
    steps: list[Step] = []
    problems: list[str] = []
    over = Lifting(person_id).adds([(one.name, one.deal) for one in picked], apart=False)
    for name, adds in over.items():
        pays[name] = adds
        total += adds
    credited = [one for one in picked if any(who == person_id for who, *_ in one.deal.credits)]
    for version, own in _by_version(person_id, credited):
        try:
            added = _add(actor, version, own)
        except DomainError as refusal:
            problems.append(f"{version.plan}: {refusal.text(_)}")
            continue
        total += added.adds
        steps += added.steps
        for row in added.rows:
            pays[row.fact] = pays.get(row.fact, ZERO) + money_of(row.amount)
            parts = rows_of([row], version.number, actor.language)
            opened[row.fact] = opened.get(row.fact, ()) + parts
    told = [
        replace(
            one,
            pays=pays.get(one.name, ZERO),
            lifted=over.get(one.name, ZERO),
            rows=opened.get(one.name, ()),
        )
        for one in picked
    ]
    sums = Sums(person_id)
    return Outcome(
        picks=told,
        months=_months(sums, told, today(actor)),
        years=_years(sums, told, today(actor)),
        adds=total,
        other=total - sum((one.pays for one in told), ZERO),
        steps=tuple(steps),
        problems=tuple(problems),
    )


def _picked(actor: Actor, pick: Pick) -> PickPay:
    row = pick.prospect.row
    deal = deal_wished(actor, pick.prospect.deal, pick.wish)
    return PickPay(row=row, deal=deal, name=f"deal:{row.pk}")


def _by_version(person_id: int, picked: Sequence[PickPay]) -> list[tuple[Any, list[PickPay]]]:
    """The picked deals by the plan versions that hold on their days."""
    found: dict[int, tuple[Any, list[PickPay]]] = {}
    known: Mapping[date, list[Any]] = {
        day: versions_for(person_id, day) for day in {one.deal.day for one in picked}
    }
    for one in picked:
        for version in known[one.deal.day]:
            found.setdefault(version.pk, (version, []))[1].append(one)
    return list(found.values())


def _add(actor: Actor, version: Any, picked: Sequence[PickPay]) -> Added:
    person_id = actor.person_id or 0
    book = book_of(version, person_id, picked[0].deal.day, picked[-1].deal.day)
    for one in picked:
        require_cost(one.deal, book)
    facts = [fact_of(one.deal, person_id, one.name, book.version) for one in picked]
    return book.add(facts, actor.language)


def _months(sums: Sums, picked: Sequence[PickPay], day: date) -> list[SpanPay]:
    firsts = sorted({day.replace(day=1), *(one.month for one in picked)})
    return [
        SpanPay(
            first=first,
            earned=sums.flow("earned", first, first),
            adds=sum((one.pays for one in picked if one.month == first), ZERO),
        )
        for first in firsts
    ]


def _years(sums: Sums, picked: Sequence[PickPay], day: date) -> list[SpanPay]:
    return [
        SpanPay(
            first=date(year, 1, 1),
            earned=sums.flow("earned", date(year, 1, 1), date(year, 12, 31)),
            adds=sum((one.pays for one in picked if one.deal.day.year == year), ZERO),
        )
        for year in sorted({day.year, *(one.deal.day.year for one in picked)})
    ]

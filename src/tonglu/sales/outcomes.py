"""What came of deals: won and lost, by person, department, month and quarter; part of the selectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from tonglu.directory.selectors import department_label, people_names
from tonglu.entities.selectors import rows
from tonglu.toolkit.clock import today

from .core.stages import LOST, WON
from .models import DealTotal, Opportunity
from .totals import Totals, closed_totals

if TYPE_CHECKING:
    from tonglu.policy import Actor

MOST_YEARS = 6
"""Years that are offered before the current one."""


@dataclass(frozen=True, kw_only=True)
class Won:
    """What was won by one person or department, or in one month: how many deals, how much in base currency."""

    key: Any
    label: str
    count: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was won and lost in a stretch of days, both included; amounts in base currency."""

    first: date
    last: date
    won: Totals
    lost: Totals

    @property
    def win_rate(self) -> Decimal | None:
        """The share of closed deals that were won, as a fraction; None while none was closed."""
        closed = self.won.count + self.lost.count
        return Decimal(self.won.count) / closed if closed else None


def won_sum(actor: Actor, start: date, until: date) -> Totals:
    """How many visible deals were won in a stretch of days, both included, and how much."""
    return _closed(actor, start, until, WON)


def won_between(actor: Actor, start: date, until: date) -> QuerySet[Opportunity]:
    """The visible deals won in a stretch of days, both included."""
    found: QuerySet[Opportunity] = rows(actor, Opportunity).filter(
        stage__kind=WON, closed_at__date__range=(start, until)
    )
    return found


def won_by_person(actor: Actor, start: date, until: date) -> list[Won]:
    """Who won how much, the most first."""
    return _won_by("owner_id", people_names, actor, start, until)


def won_by_department(actor: Actor, start: date, until: date) -> list[Won]:
    """Which department won how much, the most first; a deal counts for the department that has it."""
    return _won_by("department_id", _department_names, actor, start, until)


def won_by_month(actor: Actor, start: date, until: date) -> list[Won]:
    """How much was won in each month."""
    months = _starts(start, until, months=1)
    sums = closed_totals(actor, (*months, until + timedelta(days=1)), kind=WON)
    return [
        _won(month.replace(day=1), f"{month:%Y-%m}", one[0])
        for month, one in zip(months, sums, strict=True)
        if one
    ]


def closed_by_quarter(actor: Actor, start: date, until: date) -> list[Outcome]:
    """What was won and lost in each quarter of a stretch of days, and in all of it as the last."""
    firsts = _starts(start, until, months=3)
    edges = (*firsts, until + timedelta(days=1))
    won, lost = (closed_totals(actor, edges, kind=kind) for kind in (WON, LOST))
    found = [
        Outcome(
            first=first,
            last=edges[number + 1] - timedelta(days=1),
            won=won[number].get(0, Totals()),
            lost=lost[number].get(0, Totals()),
        )
        for number, first in enumerate(firsts)
    ]
    whole = Outcome(first=start, last=until, won=Totals(), lost=Totals())
    for one in found:
        whole.won.add(one.won.count, one.won.amount)
        whole.lost.add(one.lost.count, one.lost.amount)
    return [*found, whole]


def years_closed(actor: Actor) -> list[int]:
    """The years in which the actor sees closed deals, the latest first, and the current one."""
    months = DealTotal.objects.filter(what=DealTotal.What.DONE, whole=True, count__gt=0)
    found = {month.year for month in months.order_by().values_list("month", flat=True).distinct()}
    now = today(actor).year
    past = sorted((year for year in found if year < now), reverse=True)[:MOST_YEARS]
    seen = _years_seen(actor, past) if past else set()
    return [now, *(year for year in past if year in seen)]


def _years_seen(actor: Actor, years: Sequence[int]) -> set[int]:
    span = range(min(years), max(years) + 1)
    bounds = [date(year, 1, 1) for year in (*span, span.stop)]
    return {
        year
        for kind in (WON, LOST)
        for year, sums in zip(span, closed_totals(actor, bounds, kind=kind), strict=True)
        if any(one.count for one in sums.values())
    }


def _department_names(ids: Iterable[int]) -> dict[int, str]:
    return {one: department_label(one) for one in ids}


def _won_by(
    column: str,
    names_of: Callable[[Iterable[int]], Mapping[int, str]],
    actor: Actor,
    start: date,
    until: date,
) -> list[Won]:
    (sums,) = closed_totals(actor, (start, until + timedelta(days=1)), kind=WON, by=column)
    names = names_of(sums)
    found = [_won(key or None, names.get(key, ""), one) for key, one in sums.items()]
    return sorted(found, key=lambda one: (-one.amount, one.key or 0))


def _closed(actor: Actor, start: date, until: date, kind: str) -> Totals:
    (found,) = closed_totals(actor, (start, until + timedelta(days=1)), kind=kind)
    return found.get(0, Totals())


def _starts(start: date, until: date, *, months: int) -> list[date]:
    """The first days of the months or quarters that a stretch of days touches; the first of them is its own first day."""
    starts = [start]
    while (following := _next(starts[-1], months)) <= until:
        starts.append(following)
    return starts


def _next(day: date, months: int) -> date:
    """The first day of the month or quarter after that of a day."""
    index = day.year * 12 + (day.month - 1) // months * months + months
    return date(index // 12, index % 12 + 1, 1)


def _won(key: Any, label: str, sums: Totals) -> Won:
    return Won(key=key, label=label, count=sums.count, amount=sums.amount)

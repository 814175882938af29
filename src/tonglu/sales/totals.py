"""Running totals of deals: sums that cost the same among a thousand deals and a million, exact for what each reader may see.

Triggers add what each write changes to `DealTotal`; a total is the sum of its rows. A reader who sees everything is answered from
the rows without people, others from those of the owners and departments within their reach. Deals they see for another reason, such as
through the account, are added by an exact query over just those; they are among the stray deals (`StrayDeal`), so that not every deal of
every account is looked at. A question with any other filter is not for totals.

Months of closing are those of UTC. A reader elsewhere closes the month some hours earlier or later: the deals of these hours are read
one by one and counted where they belong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, DateField, F, Q, QuerySet, Sum
from django.db.models.functions import Cast, TruncDay, TruncMonth
from django.utils import timezone

from tonglu import policy
from tonglu.directory.memory import remember_reading
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now

from .models import DealTotal, Opportunity, Stage

if TYPE_CHECKING:
    from tonglu.policy import Actor

KIND = "sales.opportunity"
MOST_BEYOND = 2_000
"""So many deals seen for other reasons are named by their ids; more are looked for in each question."""
What = DealTotal.What


@dataclass(kw_only=True)
class Totals:
    """How many, how much in base currency, and how much weighed by probability."""

    count: int = 0
    amount: Decimal = field(default_factory=Decimal)
    weighted: Decimal = field(default_factory=Decimal)

    def add(self, count: int, amount: Decimal | None, weighted: Decimal | None = None) -> None:
        """Add so many deals; a negative count takes them away."""
        self.count += count
        self.amount += amount or 0
        self.weighted += weighted or 0


class TotalsWrong(DomainError):
    """The running totals are not what the deals add up to."""

    code = "totals_wrong"
    status = 500


def open_totals(actor: Actor) -> Totals:
    """All visible open deals."""
    found = _kept(actor, What.LANE, ("is_open",), {"is_open": True})
    return found.get((True,), Totals())


def stage_totals(actor: Actor, *pipeline_ids: int, only_open: bool = False) -> dict[int, Totals]:
    """The visible deals of some pipelines by stage."""
    where: dict[str, Any] = {"pipeline_id__in": pipeline_ids}
    if only_open:
        where["is_open"] = True
    found = _kept(actor, What.LANE, ("stage_id",), where)
    return {stage: sums for (stage,), sums in found.items()}


def due_totals(actor: Actor, first: date, last: date) -> dict[tuple[date, str], Totals]:
    """The visible open deals that should close in whole months, by month and forecast category."""
    where = {"is_open": True, "close_date__range": (first, last)}
    kept = {"month__range": (first, last)}
    found = _kept(actor, What.DUE, ("month", "forecast_category"), where, kept=kept)
    return {(month, category): sums for (month, category), sums in found.items()}


def are_whole_months(first: date, last: date) -> bool:
    """Whether the days begin and end with a month."""
    return first.day == 1 and (last + timedelta(days=1)).day == 1


def closed_totals(
    actor: Actor, days: Sequence[date], *, kind: str, by: str = ""
) -> list[dict[int, Totals]]:
    """The visible deals closed in stages of a kind, by stretch: from each of the days to the day before the next one.

    Each stretch by "owner_id" or "department_id", or under 0 when asked by neither.
    """
    stages = Stage.objects.filter(kind=kind).values("pk")
    moments = [_midnight(day) for day in days]
    closed = _Closed(actor, stages, moments, [_snapped(one) for one in moments], by)
    return closed.totals()


def totals_fold() -> None:
    """Put rows of the same kind together, and name the stray deals of accounts that changed hands; one at a time."""
    _call("SELECT sales_totals_fold()")
    _call("SELECT sales_strays_settle()")


def totals_rebuild() -> None:
    """Count all deals anew, and find those that stray, while people go on working."""
    _call("SELECT sales_totals_rebuild()")
    strays_rebuild()


def strays_rebuild() -> None:
    """Find all deals that stray, and forget those that came home."""
    _call("SELECT sales_strays_rebuild()")


def totals_check() -> None:
    """Compare with the deals, each in one snapshot; TotalsWrong when a sum differs or a stray deal is not known."""
    for statement, sentence in CHECKS:
        wrong = _call(statement)
        if wrong:
            raise TotalsWrong(
                sentence,
                params={"count": wrong},
                next_step=N_("Run “tonglu totals rebuild”, and tell the developers."),
            )


CHECKS = (
    ("SELECT sales_totals_wrong()", N_("%(count)s running totals of deals are wrong.")),
    (
        "SELECT sales_strays_missing()",
        N_("%(count)s deals are with somebody else than their account, and not known to be."),
    ),
)


# Sums ---------------------------------------------------------------------------------------------------------------

By = tuple[str, ...]
_COLUMNS = {"forecast_category": "category"}
_TOTALS = {"n": Sum("count"), "sum": Sum("amount"), "heavy": Sum("weighted")}


def _kept(
    actor: Actor,
    what: str,
    by: By,
    where: Mapping[str, Any],
    *,
    kept: Mapping[str, Any] | None = None,
) -> dict[tuple[Any, ...], Totals]:
    """The totals by some columns, and the deals seen for other reasons; `kept` says `where` in terms of the totals."""
    sight = policy.sight(actor, KIND)
    names = [_COLUMNS.get(name, name) for name in by]
    kept_rows = _within(sight, what, by).filter(**(where if kept is None else kept))
    sums = kept_rows.values_list(*names).annotate(**_TOTALS)
    if sight.rest is not None:
        counted = {"n": Count("pk"), "sum": Sum("base_amount"), "heavy": Sum(_WEIGHTED)}
        rest = _beyond(actor, sight).filter(**where).order_by().values_list(*by).annotate(**counted)
        sums = sums.union(rest, all=True)
    found: dict[tuple[Any, ...], Totals] = {}
    for *key, count, amount, weighted in sums:
        found.setdefault(tuple(key), Totals()).add(count, amount, weighted)
    return {key: sums for key, sums in found.items() if sums.count}


_WEIGHTED = F("base_amount") * F("probability")


def _within(sight: policy.Sight, what: str, by: By = ()) -> QuerySet[DealTotal]:
    whole = sight.everything and not {"owner_id", "department_id"}.intersection(by)
    totals = DealTotal.objects.filter(what=what, whole=whole).order_by()
    if sight.everything:
        return totals
    return totals.filter(Q(owner_id__in=sight.owners) | Q(department_id__in=sight.departments))


def _own(sight: policy.Sight) -> Q:
    """The deals that the totals count for this reader."""
    if sight.everything:
        return Q()
    return Q(owner_id__in=sight.owners) | Q(department_id__in=sight.departments)


def _beyond(actor: Actor, sight: policy.Sight) -> QuerySet[Opportunity]:
    """The deals that the totals do not count for this reader; a request that asks again and only reads has looked for them."""
    deals = Opportunity.objects.filter(deleted_at__isnull=True)
    found = deals.filter(sight.rest or Q(pk__in=[])).exclude(_own(sight)).order_by()
    asked: list[bool] = remember_reading(("beyond asked", actor), list)
    if asked:
        few = found.values_list("pk", flat=True)[: MOST_BEYOND + 1]
        ids = remember_reading(("beyond", actor), lambda: list(few))
        found = deals.filter(pk__in=ids) if len(ids) <= MOST_BEYOND else found
    asked.append(True)
    return found.annotate(month=Cast(TruncMonth("close_date"), DateField()))


# Months -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Closed:
    """Sums of closed deals between moments: whole months of UTC up to the nearest turn of each moment, and what lies between."""

    actor: Actor
    stages: QuerySet[Stage, Any]
    moments: list[datetime]
    turns: list[datetime]
    by: str

    def totals(self) -> list[dict[int, Totals]]:
        found: list[dict[int, Totals]] = [{} for _stretch in self.moments[1:]]
        sight = policy.sight(self.actor, KIND)
        for stretch, key, count, amount in self._every(sight):
            if 0 <= stretch < len(found):
                found[stretch].setdefault(key or 0, Totals()).add(count, amount)
        return [{key: one for key, one in sums.items() if one.count} for sums in found]

    def _every(self, sight: policy.Sight) -> Iterator[tuple[int, int, int, Decimal]]:
        yield from self._months(sight)
        yield from self._between(sight)
        if sight.rest is not None:
            yield from self._rest(sight)

    def _months(self, sight: policy.Sight) -> Iterator[tuple[int, int, int, Decimal]]:
        by = (self.by,) if self.by else ()
        first, last = self.turns[0].date(), self.turns[-1].date()
        months = _within(sight, What.DONE, by).filter(
            month__gte=first, month__lt=last, stage_id__in=self.stages
        )
        if len(self.turns) == 2:  # one stretch: its months need not be told apart
            sums = months.values_list(self.by or "what").annotate(n=Sum("count"), sum=Sum("amount"))
            yield from ((0, key if by else 0, count, amount) for key, count, amount in sums)
            return
        sums = months.values_list("month", *by).annotate(n=Sum("count"), sum=Sum("amount"))
        for month, *key, count, amount in sums:
            yield (
                _place(self.turns, datetime.combine(month, time(), UTC)),
                (key or [0])[0],
                count,
                amount,
            )

    def _between(self, sight: policy.Sight) -> Iterator[tuple[int, int, int, Decimal]]:
        """Deals closed between a moment and its turn: taken from the stretch they were counted in, added to their own."""
        pairs = zip(self.moments, self.turns, strict=True)
        spans = [Q(closed_at__gte=min(p), closed_at__lt=max(p)) for p in pairs if p[0] != p[1]]
        if not spans:
            return
        near = Opportunity.objects.filter(
            _own(sight), _any(spans), deleted_at__isnull=True, stage_id__in=self.stages
        )
        columns = ("closed_at", "owner_id", "department_id", "base_amount")
        for closed_at, owner, department, amount in near.order_by().values_list(*columns):
            key = {"owner_id": owner, "department_id": department}.get(self.by, 0)
            yield _place(self.turns, closed_at), key, -1, -amount
            yield _place(self.moments, closed_at), key, 1, amount

    def _rest(self, sight: policy.Sight) -> Iterator[tuple[int, int, int, Decimal]]:
        rest = _beyond(self.actor, sight).filter(
            closed_at__gte=self.moments[0],
            closed_at__lt=self.moments[-1],
            stage_id__in=self.stages,
        )
        by = (self.by,) if self.by else ()
        days = rest.order_by().annotate(day=TruncDay("closed_at")).values_list("day", *by)
        for day, *key, count, amount in days.annotate(n=Count("pk"), sum=Sum("base_amount")):
            yield _place(self.moments, day), (key or [0])[0], count, amount


def _place(edges: Sequence[datetime], moment: datetime) -> int:
    """The number of the stretch a moment lies in; -1 when it lies in none."""
    for number, (start, end) in enumerate(pairwise(edges)):
        if start <= moment < end:
            return number
    return -1


def _snapped(moment: datetime) -> datetime:
    """The turn of a month in UTC near a moment: the nearer one, but the next one for what is still to come."""
    first = moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if moment == first:
        return first
    following = datetime.combine(_next_month(first.date()), time(), UTC)
    return following if moment > now() or following - moment < moment - first else first


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _any(parts: Iterable[Q]) -> Q:
    whole = Q()
    for part in parts:
        whole |= part
    return whole


def _call(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]

"""Running totals equal the sums of the deals each reader sees: after any acts, in any time zone, with many people at once."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from tonglu.customers.models import Account
from tonglu.entities.listing import Query
from tonglu.entities.selectors import rows
from tonglu.policy import Actor
from tonglu.sales import selectors, totals
from tonglu.sales.core.stages import WON
from tonglu.sales.models import DealTotal, Opportunity, Stage
from tonglu.toolkit.clock import zone_of

ZONES = ("UTC", "Asia/Shanghai", "America/New_York")
MONTHS = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 3, 18)]
READERS = ("ana", "ben", "cy", "lee", "dee", "max", "fay", "tess")


@pytest.fixture
def busy(selling: Any) -> Any:
    """Sixty deals of three people on accounts of any of them, and then all sorts of acts."""
    chance = random.Random(11)
    _fill(selling, chance, 60)
    for _number in range(60):
        _act(selling, chance)
    return selling


@pytest.mark.django_db
@pytest.mark.parametrize("folded", [False, True])
def test_each_reader_gets_the_sums_of_what_they_see(busy: Any, actor: Any, folded: bool) -> None:
    """Planted mutants: leaving out `_rest` or the `rest` of `_kept` (Ana), or `_between` (all but UTC), fails."""
    if folded:
        before = DealTotal.objects.count()
        totals.totals_fold()
        assert DealTotal.objects.count() < before
        assert not DealTotal.objects.filter(folded=False).exists()
    totals.totals_check()

    for name in READERS:
        reader = actor(getattr(busy, name))
        for zone in ZONES:
            with timezone.override(zone_of(zone)):
                assert _told(reader) == _counted(reader), (name, zone)


@pytest.mark.django_db
def test_the_answers_are_about_something(busy: Any, actor: Any) -> None:
    """So that the comparison above is no comparison of nothing: Ana sees deals of others through her accounts."""
    told = _told(actor(busy.ana))

    assert all(told.values())
    assert policy_rest(actor(busy.ana)).exists()
    assert _told(actor(busy.tess))["open"] != _told(actor(busy.max))["open"]


@pytest.mark.django_db
def test_a_board_that_is_narrowed_is_counted_row_by_row(busy: Any, actor: Any) -> None:
    pipeline = str(Stage.objects.get(external_id="field.proposal").pipeline_id)
    max_ = actor(busy.max)

    assert selectors.board_totals(max_, Query(quick={"pipeline": (pipeline,)}))
    for narrowed in (
        Query(quick={"pipeline": (pipeline,)}, text="pump"),
        Query(quick={"pipeline": (pipeline,), "owner": ("1",)}),
        Query(
            quick={"pipeline": (pipeline,)}, condition={"field": "amount", "op": ">", "value": 1}
        ),
        Query(quick={}),
    ):
        assert selectors.board_totals(max_, narrowed) is None


@pytest.mark.django_db
def test_a_lost_write_is_found_and_mended(busy: Any) -> None:
    DealTotal.objects.filter(pk=DealTotal.objects.latest("pk").pk).delete()

    with pytest.raises(totals.TotalsWrong):
        totals.totals_check()
    totals.totals_rebuild()
    totals.totals_check()


@pytest.mark.django_db(transaction=True)
def test_many_people_a_fold_and_a_rebuild_at_once_leave_the_totals_right(selling: Any) -> None:
    """Planted mutant: a fold or a rebuild without its lock loses or doubles sums."""
    _fill(selling, random.Random(5), 40)

    def work(number: int) -> None:
        chance = random.Random(number)
        try:
            for _turn in range(15):
                if number < 2:
                    (totals.totals_fold, totals.totals_rebuild)[number]()
                else:
                    with suppress(OperationalError):  # two statements waited for each other's rows
                        _act(selling, chance)
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as people:
        list(people.map(work, range(5)))

    totals.totals_check()
    totals.totals_fold()
    totals.totals_check()


# What is told, and what is counted ------------------------------------------------------------------------------------


def _told(reader: Actor) -> dict[str, Any]:
    closed = totals.closed_totals(reader, MONTHS, kind=WON)
    people = totals.closed_totals(reader, MONTHS[1:], kind=WON, by="owner_id")
    due = totals.due_totals(reader, date(2026, 1, 1), date(2026, 4, 30))
    pipelines = Stage.objects.values_list("pipeline_id", flat=True).distinct()
    lanes: dict[int, totals.Totals] = {}
    for pipeline in pipelines:
        lanes |= totals.stage_totals(reader, pipeline)
    open_ = totals.open_totals(reader)
    return {
        "open": (open_.count, open_.amount),
        "lanes": {stage: (one.count, one.amount) for stage, one in lanes.items()},
        "due": {key: (one.count, one.amount, one.weighted) for key, one in due.items()},
        "months": [(one[0].count, one[0].amount) if one else (0, Decimal(0)) for one in closed],
        "people": [{who: (one.count, one.amount) for who, one in span.items()} for span in people],
    }


def _counted(reader: Actor) -> dict[str, Any]:
    deals = rows(reader, Opportunity).order_by()
    sums = {"n": Count("pk"), "sum": Sum("base_amount")}
    weighted = Sum(F("base_amount") * F("probability"))
    due = deals.filter(is_open=True, close_date__range=(date(2026, 1, 1), date(2026, 4, 30)))
    by_month = due.annotate(month=TruncMonth("close_date"))
    spans = list(pairwise(MONTHS))
    return {
        "open": _pair(deals.filter(is_open=True)),
        "lanes": {s: (n, a) for s, n, a in deals.values_list("stage_id").annotate(**sums)},
        "due": {
            (month, category): (n, amount, heavy)
            for month, category, n, amount, heavy in by_month.values_list(
                "month", "forecast_category"
            ).annotate(**sums, heavy=weighted)
        },
        "months": [_pair(_won(deals, *span)) for span in spans],
        "people": [
            {
                who: (n, a)
                for who, n, a in _won(deals, *span).values_list("owner_id").annotate(**sums)
            }
            for span in spans[1:]
        ],
    }


def _won(deals: QuerySet[Any], first: date, following: date) -> QuerySet[Any]:
    last = following - timedelta(days=1)
    return deals.filter(stage__kind=WON, closed_at__date__range=(first, last))


def _pair(deals: QuerySet[Any]) -> tuple[int, Decimal]:
    found = deals.aggregate(n=Count("pk"), sum=Sum("base_amount"))
    return found["n"], found["sum"] or Decimal(0)


def policy_rest(reader: Actor) -> QuerySet[Any]:
    """The deals a reader sees though neither their owner nor their department is within reach."""
    mine = rows(reader, Opportunity)
    return mine.exclude(owner_id=reader.person_id)


# Deals and acts -----------------------------------------------------------------------------------------------------


def _fill(selling: Any, chance: random.Random, count: int) -> None:
    owners = [selling.ana, selling.ben, selling.cy]
    accounts = [
        Account.objects.create(name=f"Customer {n}", owner=one, department_id=one.department_id)
        for n, one in enumerate(owners)
    ]
    Opportunity.objects.bulk_create(_deals(chance, owners, accounts, count))


def _deals(chance: random.Random, owners: Any, accounts: Any, count: int) -> Iterator[Opportunity]:
    for number in range(count):
        owner = chance.choice(owners)
        yield Opportunity(
            number=f"T-{number}", name=f"Deal {number}", account=chance.choice(accounts),
            owner=owner, department_id=owner.department_id, stage_since=timezone.now(), **_state(chance),
        )  # fmt: skip


def _state(chance: random.Random) -> dict[str, Any]:
    stage = chance.choice(_stages())
    is_open = stage.kind == "open"
    turn = datetime(
        2026, chance.randint(1, 4), 1, tzinfo=UTC
    )  # most close around the turn of a month
    closed = turn + timedelta(hours=chance.choice((-30, -10, -6, -3, 0, 2, 4, 7, 9, 300)))
    return {
        "stage": stage, "pipeline_id": stage.pipeline_id, "is_open": is_open, "closed_at": None if is_open else closed,
        "base_amount": Decimal(chance.randrange(100, 99999)) / 100, "probability": Decimal(chance.randrange(0, 10)) / 10,
        "close_date": chance.choice((None, date(2026, chance.randint(1, 5), chance.randint(1, 28)))),
        "forecast_category": chance.choice(("commit", "best", "pipeline", "omitted", "")),
    }  # fmt: skip


def _stages() -> list[Stage]:
    by_kind: dict[str, list[Stage]] = defaultdict(list)
    for stage in Stage.objects.order_by("pk"):
        by_kind[stage.kind].append(stage)
    return [*by_kind["open"][:3], *by_kind[WON] * 2, *by_kind["lost"][:1]]


def _act(selling: Any, chance: random.Random) -> None:
    """One statement: a few deals change, are handed over, go to the trash or come back, or vanish."""
    some = Opportunity.objects.filter(number__endswith=str(chance.randrange(10)))
    match chance.randrange(6):
        case 0 | 1:
            some.update(**_state(chance))
        case 2:
            owner = chance.choice((selling.ana, selling.ben, selling.cy, selling.lee))
            some.update(owner=owner, department_id=owner.department_id)
        case 3:
            some.update(deleted_at=chance.choice((None, None, timezone.now())))
        case 4:
            some.update(next_step="Call again")
        case _:
            Opportunity.objects.filter(number=f"T-{chance.randrange(200)}").delete()

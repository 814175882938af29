"""A sales company's export comes in: what the pages say is what the file says, it comes in once, and it goes again."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tonglu.audit.models import Entry
from tonglu.compensation.models import Statement
from tonglu.compensation.services import periods
from tonglu.compensation.services.ledger import period_for
from tonglu.compensation.services.plans import plan_from_preset, version_issue
from tonglu.customers.models import Account
from tonglu.directory.models import Person
from tonglu.entities.selectors import rows
from tonglu.entities.services import record_create
from tonglu.entities.transfer.reading import table_read
from tonglu.entities.transfer.run import import_run
from tonglu.entities.transfer.sets import set_read, set_run
from tonglu.orders.services import contracts_from_won
from tonglu.policy.presets import policy_load_sample
from tonglu.sales.models import Opportunity, StageMove
from tonglu.sales.sample import sales_load_sample
from tonglu.sales.selectors import closed_by_quarter, won_by_department, won_by_person

from .sets import (
    EXAMPLES,
    SYSTEM,
    assert_nothing_changes,
    brought_in,
    real_data,
    rows_of,
    taken_back,
)

SMALL = Path(__file__).parent / "data" / "maven"
PIPELINE = "sales_pipeline_asof_2017-09-30.csv"
YEAR = (date(2016, 1, 1), date(2018, 12, 31))


@pytest.fixture
def ready(db: Any) -> None:
    policy_load_sample()
    sales_load_sample(actor=SYSTEM)


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_totals_on_the_pages_are_those_of_the_file(ready: None, whole: bool) -> None:
    folder = real_data("01_maven_crm_opportunities") if whole else SMALL

    reports = brought_in("maven.yaml", folder)

    assert [p for report in reports for p in report.problems] == []
    assert_counts(folder)
    assert_revenue_by_person(folder)
    assert_revenue_by_region(folder)
    assert_revenue_by_quarter(folder)
    assert_nothing_changes("maven.yaml", folder)
    assert [kept for kept in taken_back(reports) if kept] == []
    assert (Opportunity.objects.count(), Account.objects.count(), Person.objects.count()) == (
        0,
    ) * 3


def test_a_rehearsal_of_a_set_finds_what_its_earlier_steps_would_bring(ready: None) -> None:
    plan = {"actor": SYSTEM, "path": EXAMPLES / "maven.yaml", "folder": SMALL}
    before = Entry.objects.count()

    rehearsed = set_run(**plan, dry_run=True)

    assert Opportunity.objects.count() == Account.objects.count() == Person.objects.count() == 0
    assert Entry.objects.count() == before
    assert {report.changeset for report in rehearsed} == {None}
    done = set_run(**plan)
    assert [report.counts for report in rehearsed] == [report.counts for report in done]
    assert [p for report in rehearsed for p in report.problems] == []


def assert_counts(folder: Path) -> None:
    deals = rows_of(folder / PIPELINE)
    stages = Counter(rows(SYSTEM, Opportunity).values_list("stage__name", flat=True))

    assert stages == Counter(deal["deal_stage"] for deal in deals)
    unnamed = rows(SYSTEM, Opportunity).filter(account__name="Not named yet").count()
    assert unnamed == sum(1 for deal in deals if not deal["account"])
    assert Person.objects.filter(job_title="Salesperson").count() == len(
        rows_of(folder / "sales_teams.csv")
    )


def assert_revenue_by_person(folder: Path) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for deal in won(folder):
        sums[deal["sales_agent"]] += Decimal(deal["close_value"])

    assert {one.label: one.amount for one in won_by_person(SYSTEM, *YEAR)} == sums


def assert_revenue_by_region(folder: Path) -> None:
    office = {
        row["sales_agent"]: row["regional_office"] for row in rows_of(folder / "sales_teams.csv")
    }
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for deal in won(folder):
        sums[office[deal["sales_agent"]]] += Decimal(deal["close_value"])

    assert {one.label: one.amount for one in won_by_department(SYSTEM, *YEAR)} == sums


def assert_revenue_by_quarter(folder: Path) -> None:
    """And how many were won and lost: both stand in one table of the page."""
    told: dict[str, Counter[tuple[int, int]]] = {"Won": Counter(), "Lost": Counter()}
    sums: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for deal in rows_of(folder / PIPELINE):
        if deal["deal_stage"] in told:
            day = date.fromisoformat(deal["close_date"])
            quarter = day.year, (day.month + 2) // 3
            told[deal["deal_stage"]][quarter] += 1
            sums[quarter] += Decimal(deal["close_value"]) if deal["deal_stage"] == "Won" else 0

    *quarters, whole = closed_by_quarter(SYSTEM, *YEAR)
    for one in quarters:
        quarter = one.first.year, (one.first.month + 2) // 3
        found = one.won.count, one.lost.count, one.won.amount
        assert found == (told["Won"][quarter], told["Lost"][quarter], sums[quarter]), quarter
    assert (whole.won.amount, whole.lost.count) == (sum(sums.values()), told["Lost"].total())


def test_a_product_spelled_in_another_way_is_reported_by_row_and_never_dropped(ready: None) -> None:
    brought_in("maven.yaml", SMALL)
    Opportunity.objects.all().update(external_id=None)
    plan = set_read(EXAMPLES / "maven.yaml")[-1]
    columns = tuple(
        replace(one, values={}) if "product" in one.field else one for one in plan.columns
    )
    table = table_read((SMALL / PIPELINE).read_bytes(), PIPELINE)

    report = import_run(
        actor=SYSTEM, plan=replace(plan, columns=columns), table=table, dry_run=True
    )

    misspelled = [row for row in rows_of(SMALL / PIPELINE) if row["product"] == "GTXPro"]
    assert report.counts["left_out"] == len(misspelled) > 0
    assert {(p.header, p.value) for p in report.problems} == {("product", "GTXPro")}
    assert report.created == report.total - len(misspelled)


def test_a_deal_from_the_past_keeps_its_days(ready: None) -> None:
    brought_in("maven.yaml", SMALL)
    told = next(iter(won(SMALL)))

    deal = Opportunity.objects.get(external_id=told["opportunity_id"])

    assert deal.opened_on == date.fromisoformat(told["engage_date"])
    assert deal.closed_at is not None
    assert deal.closed_at.date() == date.fromisoformat(told["close_date"])
    move = StageMove.objects.get(opportunity=deal)
    assert move.moved_at == deal.closed_at
    assert move.stood is not None
    assert move.stood.days == (deal.closed_at.date() - deal.opened_on).days


def test_accounts_come_with_their_parents_and_industries(ready: None) -> None:
    brought_in("maven.yaml", SMALL)

    told = {a["account"]: a for a in rows_of(SMALL / "accounts.csv")}
    held = {a.name: a for a in Account.objects.select_related("parent", "industry")}

    assert {n: a.parent.name for n, a in held.items() if a.parent} == {
        n: a["subsidiary_of"] for n, a in told.items() if a["subsidiary_of"]
    }
    assert held["Acme Corporation"].industry.name == "Technology"
    assert held["Acme Corporation"].annual_revenue == Decimal("1100040000.00")


def test_every_salesperson_gets_a_statement_for_what_they_won(ready: None, worker: Any) -> None:
    brought_in("maven.yaml", SMALL)
    people = list(Person.objects.filter(job_title="Salesperson").order_by("pk"))
    paid_from(people, date(2017, 1, 1))

    made = contracts_from_won(actor=SYSTEM, start=YEAR[0], until=YEAR[1])
    worker()

    assert made == len(won(SMALL))
    assert contracts_from_won(actor=SYSTEM, start=YEAR[0], until=YEAR[1]) == 0
    sums = defaultdict(Decimal)
    for month in range(1, 13):
        period = period_for(SYSTEM, date(2017, month, 1))
        periods.period_calculate(actor=SYSTEM, row=period)
        of_month = Statement.objects.filter(period=period)
        assert {one.owner_id for one in of_month} == {person.pk for person in people}
        for one in of_month:
            sums[one.owner.name] += one.earned
    assert {name: amount for name, amount in sums.items() if amount} == expected_commission()


def paid_from(people: list[Person], day: date) -> None:
    draft = plan_from_preset(actor=SYSTEM, key="flat")
    version = version_issue(actor=SYSTEM, row=draft, effective_from=day)
    for person in people:
        values = {"plan": version.plan, "person": person, "valid_from": day}
        record_create(actor=SYSTEM, model=version.plan.members.model, values=values)


def expected_commission() -> dict[str, Decimal]:
    """The flat plan pays 5 % of each deal, rounded once per deal."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for deal in won(SMALL):
        cents = Decimal(deal["close_value"]) * Decimal("0.05")
        sums[deal["sales_agent"]] += cents.quantize(Decimal("0.01"))
    return dict(sums)


def won(folder: Path) -> list[dict[str, str]]:
    return [deal for deal in rows_of(folder / PIPELINE) if deal["deal_stage"] == "Won"]

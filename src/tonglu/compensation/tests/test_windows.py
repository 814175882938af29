"""Pay by the window in the product: team pools, contests and goals, booked when their window ends, and again only as a difference."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from tonglu.collaboration.models import Goal
from tonglu.compensation.core.storing import row_from_dict
from tonglu.compensation.laboratory.jobs import Ask, trial_run
from tonglu.compensation.models import (
    Correction,
    Earning,
    LedgerEntry,
    PayWindow,
    Statement,
)
from tonglu.compensation.paper import paper_of
from tonglu.compensation.services import periods
from tonglu.compensation.services.earning import Deal, deal_record
from tonglu.compensation.services.ledger import period_for
from tonglu.compensation.services.plans import version_issue
from tonglu.entities.services import record_create
from tonglu.entities.testing import signed_in
from tonglu.kernel.errors import DomainError
from tonglu.policy.testing import Cast

from .months import SYSTEM, balances, deal, month_closed, plan_issued, version_after

D = Decimal
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
POOL = {"id": "pool", "title": {"en": "Team pool", "zh": "团队奖金包"}, "kind": "pool",
        "window": "month", "rate": "0.02", "clause": "7"}  # fmt: skip
RATE = {"id": "commission", "window": "month", "base_rate": "0.1"}
CONTEST = {"id": "contest", "kind": "rank", "window": "month", "prizes": [900, 300], "clause": "8"}


def pool(cast: Cast, **more: Any) -> dict[str, Any]:
    """Two percent of the team's sales: half for Ana, the rest in equal parts."""
    return {**POOL, "weights": {"Ana": 2, f"p{cast.ben.pk}": 1, cast.lee.email: 1}, **more}


def earned(person: Any, component: str = "pool") -> list[Decimal]:
    found = Earning.objects.filter(owner=person, component=component).order_by("pk")
    return list(found.values_list("amount", flat=True))


def calculated(month: date) -> Any:
    return month_closed(month, "calculated")


def test_a_month_with_a_pool_adds_up_on_the_statement_and_opens_to_its_reason(cast: Cast) -> None:
    version = plan_issued([cast.ana, cast.ben], components=[
        {"id": "commission", "window": "month", "base_rate": "0.1"}, pool(cast)])  # fmt: skip
    deal(version, cast.ana, date(2026, 1, 8), "60000")
    deal(version, cast.ben, date(2026, 1, 20), "40000.50")
    assert not Earning.objects.filter(component="pool").exists()

    month = month_closed(JANUARY)

    assert [earned(one) for one in (cast.ana, cast.ben, cast.lee)] == [
        [D("1000.01")],
        [D("500.00")],
        [D("500.00")],
    ]
    for person in (cast.ana, cast.ben, cast.lee):
        paper = Statement.objects.get(owner=person, period=month)
        booked = LedgerEntry.objects.filter(owner=person, period=month, kind="earned")
        assert paper.earned == booked.aggregate(sum=Sum("amount"))["sum"] == paper.paid
        assert list(paper_of(paper).problems) == []
    for one in Earning.objects.filter(component="pool"):
        rows = [row_from_dict(raw) for raw in one.trace]
        assert sum(row.amount for row in rows) == one.amount
        assert (rows[0].window, rows[0].clause) == ("2026-01", "7")
        assert one.sentence.startswith("January 2026: ")
        assert "2026年1月" in one.sentence_zh
    own = Statement.objects.get(owner=cast.lee, period=month)
    page = signed_in(cast.lee).get(f"/my-pay/{own.pk}/").content.decode()
    assert "in the pool of 2,000.01 is 500.00" in page
    assert "Team pool" in page


def test_a_pool_stands_on_every_page_of_pay(cast: Cast) -> None:
    version = plan_issued([cast.ana, cast.ben, cast.lee], components=[RATE, pool(cast)])
    deal(version, cast.ana, date(2026, 1, 8), "60000")
    month = month_closed(JANUARY)
    share = Earning.objects.get(component="pool", owner=cast.lee)

    paths = {
        cast.lee: ("/my-pay/?span=2026-01&show=earned", "/my-pay/?span=2026", f"/earnings/{share.pk}/", "/team-pay/?span=2026-01"),
        cast.cam: (f"/earnings/{share.pk}/", f"/pay-periods/{month.pk}/", f"/pay-calendar/{month.pk}/changes/", "/pay-calendar/"),
    }  # fmt: skip
    for person, asked in paths.items():
        for path in asked:
            answer = signed_in(person).get(path)
            assert answer.status_code == 200, path
    told = signed_in(cast.cam).get(f"/earnings/{share.pk}/").content.decode()
    assert "January 2026" in told
    assert "Team pool" in told


def test_what_was_worked_out_is_booked_once_whoever_calculates_or_writes(cast: Cast) -> None:
    version = plan_issued([cast.ana], components=[pool(cast)])
    deal(version, cast.ana, date(2026, 1, 8), "1000")
    month = calculated(JANUARY)
    entries = LedgerEntry.objects.count()

    periods.period_calculate(actor=SYSTEM, row=month)
    reopened = periods.period_reopen(actor=SYSTEM, row=month, reason="Look again")
    periods.period_calculate(actor=SYSTEM, row=reopened)

    assert LedgerEntry.objects.count() == entries
    kept = PayWindow.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PayWindow.objects.create(
            plan_version=version, component="pool", window="2026-01", number=0, period=month,
            first_day=kept.first_day, last_day=kept.last_day,
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        PayWindow.objects.filter(pk=kept.pk).update(seen={})


def test_what_comes_late_is_a_difference_in_the_next_open_month(cast: Cast) -> None:
    version = plan_issued([cast.ana], components=[pool(cast)])
    deal(version, cast.ana, date(2026, 1, 8), "1000")
    closed = month_closed(JANUARY)
    told = Statement.objects.get(owner=cast.ana, period=closed).digest

    deal(version, cast.ana, date(2026, 1, 30), "500")
    deal(version, cast.ana, date(2026, 2, 3), "100")
    month = month_closed(FEBRUARY)

    assert earned(cast.ana) == [D("10.00"), D("5.00"), D("1.00")] or earned(cast.ana) == [
        D("10.00"), D("1.00"), D("5.00")]  # fmt: skip
    late = Earning.objects.get(owner=cast.ana, amount=D(5))
    assert "January 2026, worked out again because" in late.sentence
    assert "补录" in late.sentence_zh
    assert late.entries.get(kind="earned").period == month
    assert Statement.objects.get(owner=cast.ana, period=closed).digest == told
    assert balances(cast.ana)["cash"] == D(16)


def test_who_is_overtaken_by_a_late_sale_keeps_the_prize_until_a_correction_is_agreed(
    cast: Cast,
) -> None:
    version = plan_issued([cast.ana, cast.ben], components=[CONTEST])
    deal(version, cast.ana, date(2026, 1, 8), "1000")
    deal(version, cast.ben, date(2026, 1, 9), "1000")
    month_closed(JANUARY)
    assert earned(cast.ana, "contest") == earned(cast.ben, "contest") == [D(600)]

    deal(version, cast.ben, date(2026, 1, 30), "1")
    calculated(FEBRUARY)

    assert earned(cast.ben, "contest") == [D(600), D(300)]
    assert earned(cast.ana, "contest") == [D(600)]
    told = Correction.objects.get()
    assert (told.owner, told.amount, told.state) == (cast.ana, D(-300), "proposed")
    assert "came late" in told.reason
    assert "补录" in told.reason
    month_closed(FEBRUARY)
    deal(version, cast.ben, date(2026, 1, 31), "1")
    calculated(MARCH)
    assert Correction.objects.count() == 1


def test_a_share_of_sales_follows_each_sale_and_a_contest_the_version_it_began_under(
    cast: Cast,
) -> None:
    one = {**CONTEST, "window": "quarter", "prizes": [900]}
    share = pool(cast, window="quarter", weights={"Ana": 1})
    version = plan_issued([cast.ana], components=[share, one])
    deal(version, cast.ana, date(2026, 1, 8), "1000")
    month_closed(JANUARY)
    later = version_after(version.plan, FEBRUARY, components=[
        {**share, "rate": "0.01"}, {**one, "prizes": [1]}])  # fmt: skip
    deal(later, cast.ana, date(2026, 2, 8), "1000")
    month_closed(FEBRUARY)
    assert not Earning.objects.exists()

    month_closed(MARCH)

    assert sorted(earned(cast.ana)) == [D(10), D(20)]
    assert earned(cast.ana, "contest") == [D(900)]


def test_a_split_feeds_each_team_with_the_share_of_its_own_people(cast: Cast) -> None:
    east = plan_issued([cast.ana], "east", components=[pool(cast, weights={"Ana": 1})])
    west = plan_issued([cast.cy], "west", components=[pool(cast, weights={"Cy": 1})])
    both = Deal(contract_id=None, account_id=None, day=date(2026, 1, 8), amount=D(1000), cost=None,
                discount=None, credits=((cast.ana.pk, D(70), "direct"),
                                        (cast.cy.pk, D(30), "direct")))  # fmt: skip
    deal_record(SYSTEM, east, both, {cast.ana.pk}, source_id=1)
    deal_record(SYSTEM, west, both, {cast.cy.pk}, source_id=1)

    month_closed(JANUARY)

    assert (earned(cast.ana), earned(cast.cy)) == ([D(14)], [D(6)])


def test_goals_pay_what_the_goal_reached_and_wait_for_one_that_nobody_set(cast: Cast) -> None:
    goals = {"id": "goals", "kind": "mbo", "window": "month", "target": 1000, "objectives": {
        "*": [{"name": "Visits", "weight": "0.6", "score": "visits made"},
              {"name": "Order", "weight": "0.4", "score": 1}]}, "most_score": 1}  # fmt: skip
    plan_issued([cast.ana, cast.ben], components=[goals])
    Goal.objects.create(owner=cast.ana, name="Visits made", starts_on=JANUARY,
                        ends_on=date(2026, 1, 31), target=20, actual=15)  # fmt: skip
    period_for(SYSTEM, JANUARY)

    month = month_closed(JANUARY)

    assert earned(cast.ana, "goals") == [D(850)]
    assert earned(cast.ben, "goals") == []
    page = signed_in(cast.cam).get(f"/pay-calendar/{month.pk}/").content.decode()
    assert "Ben" in page
    assert "visits made" in page
    Goal.objects.create(owner=cast.ben, name="Visits made", starts_on=JANUARY,
                        ends_on=date(2026, 1, 31), target=20, actual=30)  # fmt: skip
    Goal.objects.filter(owner=cast.ana).update(actual=10)
    calculated(FEBRUARY)
    assert (earned(cast.ana, "goals"), earned(cast.ben, "goals")) == ([D(850)], [D(1000)])
    assert Correction.objects.get().amount == D(-150)


def test_the_laboratory_pays_pools_and_contests_as_the_months_do(cast: Cast, actor: Any) -> None:
    version = plan_issued(
        [cast.ana, cast.ben], components=[pool(cast), {**CONTEST, "prizes": [900]}]
    )
    for day, who, amount in ((JANUARY, cast.ana, 1000), (FEBRUARY, cast.ben, 600)):
        deal(version, who, day, amount)
    month_closed(JANUARY)
    month_closed(FEBRUARY)

    ask = Ask(plan=f"version:{version.pk}", first="2026-01-01", last="2026-02-28")
    tried = trial_run(actor(cast.cam), ask)

    told = {one["name"]: (one["before"], one["after"]) for one in tried["people"]}
    assert told == {
        "Ana": ("916.00", "916.00"),
        "Ben": ("908.00", "908.00"),
        "Lee": ("8.00", "8.00"),
    }


def test_a_plan_that_names_somebody_unknown_is_not_issued(cast: Cast, actor: Any) -> None:
    from tonglu.compensation.models import PayPlan, PlanVersion

    plan = PayPlan.objects.create(code="p", name="P", name_zh="方案")
    body = {"components": [{**POOL, "weights": {"Ana": 1, "Nobody Here": 1}}]}
    draft = record_create(
        actor=SYSTEM, model=PlanVersion, values={"plan": plan, "definition": body}
    )

    with pytest.raises(DomainError, match="Nobody Here"):
        version_issue(actor=actor(cast.cam), row=draft, effective_from=JANUARY)

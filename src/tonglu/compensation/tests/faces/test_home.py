"""My pay: every figure is the ledger's, opens to lines that make it up, and belongs to whoever asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.test import Client

from tonglu.compensation.faces.home import home_of
from tonglu.compensation.faces.ledgers import FLOWS, STANDS
from tonglu.compensation.faces.prospects import best_deals
from tonglu.compensation.faces.spans import span_asked
from tonglu.compensation.models import LedgerPosting, PayEvent
from tonglu.compensation.services.happenings import contract_release
from tonglu.entities.testing import signed_in
from tonglu.finance.events import ContractCollected
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today

D = Decimal


def collect(contract: Any, amount: str, n: int) -> None:
    contract_release(
        ContractCollected(
            contract_id=contract.pk,
            allocation_id=n,
            collection_id=n,
            amount=D(amount),
            currency="CNY",
            received_on=today(),
        )
    )


def postings(person: Any, account: str) -> Decimal:
    found = LedgerPosting.objects.filter(person=person, account=account)
    return found.aggregate(sum=Sum("amount"))["sum"] or D(0)


def test_every_figure_is_the_sum_of_its_lines_and_of_the_ledger(
    plan: Any, sign: Callable[..., Any], selling: Cast, actor: Any
) -> None:
    first, second = sign(quantity=2), sign(quantity=3)
    collect(first, "50000", 1)
    collect(second, "20000", 2)
    collect(first, "-30000", 3)
    assert PayEvent.objects.count() == 3
    ana, year = actor(selling.ana), span_asked(f"{today().year}", today())

    told = {}
    for name in (*FLOWS, *STANDS):
        home = home_of(ana, year, name)
        (shown,) = [one for one in (*home.figures, *home.stands) if one.name == name] or [None]
        told[name] = home.total
        assert shown is None or shown.amount == home.total

    assert told["earned"] == postings(selling.ana, "expense") != 0
    assert told["held"] == -postings(selling.ana, "held") != 0
    assert told["due"] == -postings(selling.ana, "payable") != 0
    assert told["payable"] == told["due"] + told["paid"]
    assert told["earned"] == told["held"] + told["payable"] - told["owed"]


def test_months_add_up_to_the_year(
    plan: Any, sign: Callable[..., Any], selling: Cast, actor: Any
) -> None:
    day = today()
    for month in sorted({1, max(1, day.month - 1), day.month}):
        sign(quantity=1, day=date(day.year, month, 1))
    ana = actor(selling.ana)
    home = home_of(ana, span_asked(f"{day.year}", day), "earned")
    months = [
        home_of(ana, span_asked(f"{day.year}-{month:02}", day), "earned").total
        for month in range(1, 13)
    ]

    assert sum(months) == home.total == home.figures[0].amount
    assert sum(value or 0 for value in home.chart.series[0].values) == home.total


def test_a_tile_opens_its_lines_and_nobody_elses(
    plan: Any, sign: Callable[..., Any], selling: Cast
) -> None:
    contract = sign(quantity=2)
    mine = signed_in(selling.ana).get("/my-pay/?show=held").content.decode()
    assert contract.number in mine
    assert 'data-figure="held" aria-current="true"' in mine

    for person in (selling.ben, selling.lee, selling.cy):
        body = signed_in(person).get("/my-pay/?show=held").content.decode()
        assert contract.number not in body
    assert signed_in(selling.pat).get("/my-pay/").status_code == 403


def test_where_i_stand_is_told_with_the_next_step(
    plan: Any, sign: Callable[..., Any], selling: Cast, actor: Any
) -> None:
    sign(quantity=1)
    (standing,) = home_of(actor(selling.ana), span_asked("", today()), "").standings
    (step,) = standing.steps
    assert (step.position, step.distance, step.next_rate) == (D(50000), D(50000), D("0.05"))
    assert step.attainment == D("0.125")


def test_the_best_deals_are_ranked_by_what_they_pay_and_know_the_step(
    plan: Any, sign: Callable[..., Any], make_deal: Callable[..., Any], selling: Cast, actor: Any
) -> None:
    sign(quantity=1)
    small = make_deal(name="Small", amount=D(10000))
    large = make_deal(name="Large", amount=D(200000))
    best = best_deals(actor(selling.ana))

    assert [one.row.pk for one in best.deals] == [large.pk, small.pk]
    assert [one.adds for one in best.deals] == [D(9000), D(300)]  # 50,000 at 3 %, 150,000 at 5 %
    assert [one.crosses for one in best.deals] == [True, False]
    assert best.together == D(9500) > best.apart


def desk(client: Client, **asked: Any) -> str:
    answer = client.get("/my-pay/what-if/", asked, HTTP_HX_REQUEST="true")
    return answer.content.decode()


def desk_sum(body: str) -> str:
    found = re.search(r'id="desk-sum">([^<]+)<', body)
    assert found
    return found[1]


def test_the_desk_prices_deals_one_after_the_other_and_stores_nothing(
    plan: Any, sign: Callable[..., Any], make_deal: Callable[..., Any], selling: Cast
) -> None:
    sign(quantity=1)
    one, two = make_deal(name="One", amount=D(100000)), make_deal(name="Two", amount=D(100000))
    client, before = signed_in(selling.ana), LedgerPosting.objects.count()

    assert "0.00" in desk_sum(desk(client))
    assert "4,000.00" in desk_sum(desk(client, pick=[one.pk]))
    assert "9,000.00" in desk_sum(desk(client, pick=[one.pk, two.pk]))
    tried = {"pick": [one.pk, two.pk], f"discount-{two.pk}": "50"}
    assert "6,500.00" in desk_sum(desk(client, **tried))
    assert LedgerPosting.objects.count() == before
    two.refresh_from_db()
    assert two.amount == D(100000)


def test_a_deal_of_next_year_starts_on_the_first_step_again(
    plan: Any, sign: Callable[..., Any], make_deal: Callable[..., Any], selling: Cast
) -> None:
    sign(quantity=12)
    deal = make_deal(amount=D(100000))
    client, year = signed_in(selling.ana), today().year
    assert "8,000.00" in desk_sum(desk(client, pick=[deal.pk]))
    body = desk(client, pick=[deal.pk], **{f"day-{deal.pk}": f"{year + 1}-02-01"})
    assert "3,000.00" in desk_sum(body)
    assert f'<th scope="row">{year + 1}-02</th>' in body


def test_the_desk_knows_only_ones_own_deals(
    plan: Any, make_deal: Callable[..., Any], selling: Cast, join: Callable[..., Any]
) -> None:
    deal = make_deal(amount=D(100000))
    join(plan, selling.lee)
    assert "0.00" in desk_sum(desk(signed_in(selling.lee), pick=[deal.pk]))
    assert signed_in(selling.pat).get("/my-pay/what-if/").status_code == 403

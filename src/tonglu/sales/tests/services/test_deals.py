"""Amounts, credit, dates, warnings and plans of deals."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from tonglu.catalog.models import Currency, ExchangeRate, Product
from tonglu.collaboration.models import Task
from tonglu.customers.events import ContactLeft
from tonglu.customers.models import Account
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import DomainError
from tonglu.policy import Actor
from tonglu.sales import selectors, services
from tonglu.sales.models import (
    BuyingRole,
    CreditSplit,
    Opportunity,
    OpportunityLine,
    Pipeline,
    SalesTarget,
    Stage,
)
from tonglu.toolkit.clock import today
from tonglu.toolkit.events import publish
from tonglu.toolkit.jobs import drain

D = Decimal
SYSTEM = Actor.system("cli")


@pytest.fixture
def pump(db: Any) -> Product:
    """A pump for 1,000."""
    return Product.objects.create(sku="P-1", name="Pump", list_price=D(1000))


@pytest.fixture
def won(account: Any, selling: Any, stage: Any) -> Any:
    """`won(person, amount, day)`: a deal that entered as history."""

    def make(person: Any, amount: int, day: date, customer: Any = None) -> Opportunity:
        made: Opportunity = record_create(
            actor=SYSTEM,
            model=Opportunity,
            values={
                "name": f"{person} {amount}",
                "account": customer or account,
                "owner": person,
                "amount": D(amount),
                "stage": stage("field.won"),
                "close_date": day,
            },
        )
        return made

    return make


def test_products_make_the_amount(deal, pump, actor, selling):
    changed = record_update(
        actor=actor(selling.ana),
        row=deal,
        values={},
        lines={
            OpportunityLine: [
                {"product": pump, "quantity": D(3), "discount": D("0.10")},
                {"product": pump, "quantity": D(1), "price": D("99.99")},
            ]
        },
    )

    assert [line.amount for line in changed.lines.all()] == [D("2700.00"), D("99.99")]
    assert (changed.amount, changed.base_amount) == (D("2799.99"), D("2799.99"))


def test_an_amount_in_another_currency_stands_beside_its_base_amount(deal, actor, selling):
    dollar = Currency.objects.create(code="USD", name="US dollar")
    ExchangeRate.objects.create(currency=dollar, valid_from=date(2020, 1, 1), rate=D("7.10"))

    changed = record_update(
        actor=actor(selling.ana), row=deal, values={"currency": "USD", "amount": D("1000.00")}
    )

    assert (changed.amount, changed.base_amount) == (D("1000.00"), D("7100.00"))


def test_the_estimated_margin_follows_the_estimated_cost(deal, actor, selling):
    changed = record_update(
        actor=actor(selling.ana), row=deal, values={"cost_estimate": D("60000.00")}
    )

    assert changed.margin_estimate == D("40000.00")


def test_credit_is_divided_to_exactly_one_hundred_percent(deal, actor, selling):
    ana = actor(selling.ana)

    with pytest.raises(DomainError) as refused:
        record_update(
            actor=ana,
            row=deal,
            values={},
            lines={
                CreditSplit: [
                    {"person": selling.ana, "percent": D("0.6")},
                    {"person": selling.ben, "percent": D("0.3")},
                ]
            },
        )
    record_update(
        actor=ana,
        row=deal,
        values={},
        lines={
            CreditSplit: [
                {"person": selling.ana, "percent": D("0.6")},
                {"person": selling.ben, "percent": D("0.4")},
                {"person": selling.pia, "percent": D("0.2"), "kind": "overlay"},
            ]
        },
    )

    assert refused.value.text() == "The direct shares add up to 90%, not to 100%."
    assert [(c.person_id, c.percent, c.direct) for c in selectors.opportunity_credits(deal)] == [
        (selling.ana.pk, D("0.6000"), True),
        (selling.ben.pk, D("0.4000"), True),
        (selling.pia.pk, D("0.2000"), False),
    ]


def test_without_a_split_the_owner_has_the_credit(deal, selling):
    (credit,) = selectors.opportunity_credits(deal)

    assert (credit.person_id, credit.percent) == (selling.ana.pk, D(1))


def test_every_postponement_of_the_close_date_is_counted(deal, actor, selling):
    ana = actor(selling.ana)
    for day in (date(2030, 1, 1), date(2030, 2, 1), date(2030, 1, 15), date(2030, 3, 1)):
        deal = record_update(actor=ana, row=deal, values={"close_date": day})

    assert deal.close_date_moves == 2


def test_a_probability_someone_judged_stays_until_the_next_stage(
    deal, contact, actor, selling, stage
):
    ana = actor(selling.ana)
    judged = record_update(
        actor=ana, row=deal, values={"probability": D("0.9"), "contact": contact}
    )

    moved = services.opportunity_move(actor=ana, row=judged, to=stage("field.engaging"))

    assert judged.probability == D("0.9")
    assert (moved.probability, moved.forecast_category) == (D("0.25"), "pipeline")


def test_when_a_contact_leaves_every_open_deal_they_decide_in_is_flagged(
    deal, contact, actor, selling, reason
):
    ana = actor(selling.ana)
    record_update(
        actor=ana,
        row=deal,
        values={},
        lines={BuyingRole: [{"contact": contact, "role": "decision_maker"}]},
    )
    closed = record_create(
        actor=ana,
        model=Opportunity,
        values={"name": "Old", "account": deal.account, "contact": contact},
    )
    services.opportunity_lose(actor=ana, row=closed, reason=reason("lost"))

    publish(ContactLeft(contact_id=contact.pk, account_id=deal.account_id, on=today()))
    drain()

    deal.refresh_from_db()
    closed.refresh_from_db()
    assert (deal.attention, closed.attention) == ("contact_left", "")
    task = Task.objects.get()
    assert (task.owner, task.due_on) == (selling.ana, today())
    assert task.subject == "A contact left: find out who decides now"
    assert services.opportunity_attend(actor=ana, row=deal).attention == ""


def test_a_stage_has_its_norm_and_stuck_deals_are_found_by_it(deal, actor, selling):
    assert deal.stage_due_on == today() + timedelta(days=14)


def test_an_issued_pipeline_keeps_its_rules_and_a_new_edition_changes_them(
    deal, field_pipeline, stage, actor, selling
):
    ada = actor(selling.ada)
    first = stage("field.prospecting")

    with pytest.raises(DomainError) as refused:
        record_update(actor=ada, row=first, values={"probability": D("0.3")})
    record_update(actor=ada, row=first, values={"guidance": "Listen more."})
    draft = services.pipeline_new_edition(actor=ada, row=field_pipeline)
    copied = draft.stages.get(name="Prospecting")
    record_update(actor=ada, row=copied, values={"probability": D("0.3")})
    issued = services.pipeline_issue(actor=ada, row=draft)

    field_pipeline.refresh_from_db()
    deal.refresh_from_db()
    assert refused.value.code == "issued"
    assert (issued.edition, issued.state, field_pipeline.state) == (2, "issued", "retired")
    assert deal.pipeline == field_pipeline
    assert stage("field.prospecting") == copied
    assert Stage.objects.get(pk=first.pk).external_id == "field.prospecting@1"


def test_a_running_deal_changes_its_process_only_knowingly(
    deal, field_pipeline, stage, actor, selling
):
    ada, ana = actor(selling.ada), actor(selling.ana)
    services.pipeline_issue(
        actor=ada, row=services.pipeline_new_edition(actor=ada, row=field_pipeline)
    )

    moved = services.opportunity_change_process(
        actor=ana, row=deal, to=stage("field.prospecting"), reason="New process agreed"
    )

    assert moved.pipeline == Pipeline.objects.get(code="field", state="issued")
    assert selectors.opportunity_moves(moved)[0].reason == "New process agreed"


def test_a_draft_without_a_won_stage_is_not_issued(actor, selling):
    ada = actor(selling.ada)
    draft = record_create(actor=ada, model=Pipeline, values={"name": "Tender", "code": "tender"})

    with pytest.raises(DomainError):
        services.pipeline_issue(actor=ada, row=draft)

    draft.refresh_from_db()
    assert draft.state == "draft"


def test_wins_are_counted_by_person_and_by_month(won, selling, actor):
    won(selling.ana, 100, date(2020, 1, 5))
    won(selling.ana, 200, date(2020, 2, 5))
    won(selling.ben, 50, date(2020, 2, 6))
    won(selling.cy, 900, date(2020, 4, 1))
    lee = actor(selling.lee)
    span = (date(2020, 1, 1), date(2020, 3, 31))

    people = [(one.label, one.count, one.amount) for one in selectors.won_by_person(lee, *span)]
    months = [(one.label, one.count, one.amount) for one in selectors.won_by_month(lee, *span)]

    assert people == [("Ana", 2, D("300.00")), ("Ben", 1, D("50.00"))]
    assert months == [("2020-01", 1, D("100.00")), ("2020-02", 2, D("250.00"))]


def test_everybody_counts_only_what_they_see(won, selling, actor):
    theirs = Account.objects.create(name="Zenith", owner=selling.cy, department=selling.west)
    won(selling.ana, 100, date(2020, 1, 5))
    won(selling.cy, 900, date(2020, 1, 5), theirs)
    span = (date(2020, 1, 1), date(2020, 1, 31))

    def total(person: Any) -> Decimal:
        return sum((one.amount for one in selectors.won_by_person(actor(person), *span)), D(0))

    assert [total(p) for p in (selling.ana, selling.ben, selling.lee, selling.dee)] == [
        D("100.00"), D(0), D("100.00"), D("1000.00"),
    ]  # fmt: skip


def test_targets_show_what_was_won_towards_them(won, selling, actor):
    won(selling.ana, 600, date(2020, 1, 5))
    won(selling.ben, 300, date(2020, 1, 6))
    lee = actor(selling.lee)
    for values in (
        {"owner": selling.ana, "amount": D(1000)},
        {"owner": None, "department": selling.east, "amount": D(1200)},
        {"owner": selling.ben, "measure": "deals", "amount": D(4)},
    ):
        record_create(
            actor=SYSTEM, model=SalesTarget, values={"month": date(2020, 1, 17), **values}
        )

    found = selectors.targets_attained(lee, date(2020, 1, 1))

    assert {(str(one.target), one.attained, one.rate) for one in found} == {
        ("Ana 2020-01", D("600.00"), D("0.6")),
        ("Team East 2020-01", D("900.00"), D("0.75")),
        ("Ben 2020-01", D(1), D("0.25")),
    }


def test_the_funnel_and_the_forecast_count_open_deals_only(deal, won, selling, actor):
    won(selling.ana, 500, date(2030, 1, 5))
    ana = actor(selling.ana)
    record_update(actor=ana, row=deal, values={"close_date": date(2030, 1, 20)})

    lanes = [
        (lane.stage.name, lane.count, lane.amount)
        for lane in selectors.funnels(ana, [deal.pipeline_id])[0]
    ]
    forecast = selectors.forecast(ana, date(2030, 1, 1), date(2030, 1, 31))

    assert lanes[0] == ("Prospecting", 1, D("100000.00"))
    assert sum(count for _name, count, _amount in lanes) == 1
    assert (forecast.amount, forecast.weighted) == (
        {"pipeline": D("100000.00")},
        {"pipeline": D("10000.00")},
    )


def test_the_lanes_of_a_board_are_read_through_their_index(deal):
    rows = Opportunity.objects.filter(
        deleted_at__isnull=True, pipeline=deal.pipeline, stage=deal.stage
    ).order_by("-updated_at", "-id")[:20]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")

    assert "sales_opportunity_lanes" in rows.explain()

"""A contract is drafted, signed, and from then on what it was that day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import DomainError, NotFound
from tonglu.orders import ports, selectors, services
from tonglu.orders.models import (
    Contract,
    ContractCredit,
    ContractLine,
    PaymentInstalment,
)
from tonglu.toolkit.clock import today
from tonglu.toolkit.jobs import drain
from tonglu.toolkit.models import OutboxEvent

D = Decimal


def events(name: str) -> list[dict[str, Any]]:
    return list(OutboxEvent.objects.filter(name=name).values_list("payload", flat=True))


@pytest.fixture
def plans() -> Any:
    """Compensation tells that plan version 7 is in force."""
    asked: list[int] = []

    def find(_actor: Any, contract: Contract) -> list[dict[str, Any]]:
        asked.append(contract.pk)
        return [{"id": 7, "person": contract.owner_id, "label": "Field 2026"}]

    before = list(ports._plan_versions)
    ports.register_plan_versions(find)
    yield asked
    ports._plan_versions[:] = before


def test_a_contract_copies_the_lines_and_parties_of_its_quote(draft, deal, account):
    line = draft.lines.get()

    assert (draft.account, draft.opportunity, draft.state) == (account, deal, "draft")
    assert (line.quantity, line.price, line.cost, line.amount) == (
        D(10), D(1000), D(600), D("10000.00"),
    )  # fmt: skip
    assert (draft.net_amount, draft.vat_amount, draft.amount) == (
        D("10000.00"), D("1300.00"), D("11300.00"),
    )  # fmt: skip


def test_the_payment_plan_adds_up_to_the_cent(draft):
    amounts = [one.amount for one in selectors.contract_instalments(draft)]

    assert amounts == [D("3390.00"), D("6780.00"), D("1130.00")]


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (
            [{"percent": D("0.5")}, {"percent": D("0.4")}],
            "The shares of the payment plan add up to 90%, not to 100%.",
        ),
        (
            [{"amount": D("11000.00")}],
            "The payment plan adds up to 11,000.00, the contract to 11,300.00.",
        ),
        (
            [{"percent": D("0.5")}, {"amount": D("5650.00")}],
            "Give every instalment a share, or every instalment an amount.",
        ),
    ],
)
def test_a_plan_that_does_not_add_up_is_refused(draft, ana, plan, sentence):
    with pytest.raises(DomainError) as refused:
        record_update(actor=ana, row=draft, values={}, lines={PaymentInstalment: plan})

    assert refused.value.text() == sentence
    assert draft.instalments.count() == 3


def test_amounts_set_by_hand_are_kept_when_they_add_up(draft, ana):
    plan = [{"amount": D("1300.00")}, {"amount": D("10000.00")}]

    record_update(actor=ana, row=draft, values={}, lines={PaymentInstalment: plan})

    found = selectors.contract_instalments(draft)
    assert [(one.amount, one.percent) for one in found] == [
        (D("1300.00"), None),
        (D("10000.00"), None),
    ]


def test_signing_freezes_price_cost_credits_and_the_pay_plans_of_the_day(
    draft, ana, house, plans, pump
):
    pump.cost = D(650)
    pump.save()

    signed = services.contract_sign(actor=ana, row=draft, signed_by="Li Wei")

    signed.refresh_from_db()
    assert (signed.state, signed.signed_on, signed.signed_by) == ("signed", today(ana), "Li Wei")
    assert (signed.cost_amount, signed.base_cost_amount) == (D("6500.00"), D("6500.00"))
    assert (signed.base_net_amount, signed.base_rate) == (D("10000.00"), D(1))
    assert [(one.person, one.percent) for one in selectors.contract_credits(signed)] == [
        (house.ana, D("0.7")),
        (house.ben, D("0.3")),
    ]
    assert (signed.plan_versions[0]["id"], plans) == (7, [signed.pk])
    assert len(signed.fingerprint) == 64
    assert signed.terms_at_signing["lines"][0]["cost"] == "650.00"


def test_finance_and_pay_are_told_all_they_need(draft, ana, house, plans):
    signed = services.contract_sign(actor=ana, row=draft)

    (event,) = events("orders.contract.signed")
    assert event["contract_id"] == signed.pk
    assert (event["net_amount"], event["amount"], event["cost_amount"]) == (
        "10000.00", "11300.00", "6000.00",
    )  # fmt: skip
    assert event["plan_version_ids"] == [7]
    assert [(one["person_id"], one["percent"], one["direct"]) for one in event["credits"]] == [
        (house.ana.pk, "0.7000", True),
        (house.ben.pk, "0.3000", True),
    ]


def test_what_is_due_on_signing_gets_its_day(draft, ana):
    day = today(ana) - timedelta(days=3)

    signed = services.contract_sign(actor=ana, row=draft, signed_on=day)

    assert [one.due_on for one in selectors.contract_instalments(signed)] == [
        day,
        None,
        date(2031, 1, 31),
    ]


def test_without_a_plan_the_whole_is_due_on_the_customers_term(draft, ana):
    record_update(actor=ana, row=draft, values={}, lines={PaymentInstalment: []})

    signed = services.contract_sign(actor=ana, row=draft)

    (whole,) = selectors.contract_instalments(signed)
    assert (whole.amount, whole.due_on) == (D("11300.00"), today(ana) + timedelta(days=30))


def test_nothing_in_a_signed_contract_is_editable(draft, ana):
    signed = services.contract_sign(actor=ana, row=draft)
    line, instalment = signed.lines.get(), signed.instalments.first()

    for values, lines in (
        ({"terms": "Other terms"}, None),
        ({"starts_on": date(2030, 1, 1)}, None),
        ({"currency": "USD"}, None),
        ({}, {ContractLine: [{"id": line.pk, "price": D(1)}]}),
        ({}, {ContractLine: []}),
        ({}, {PaymentInstalment: [{"id": instalment.pk, "percent": D(1)}]}),
    ):
        with pytest.raises(DomainError) as refused:
            record_update(actor=ana, row=signed, values=values, lines=lines)
        assert refused.value.code == "signed"

    signed.refresh_from_db()
    assert (signed.net_amount, signed.lines.count(), signed.instalments.count()) == (
        D("10000.00"), 1, 3,
    )  # fmt: skip


def test_the_database_itself_refuses_to_change_a_signed_contract(draft, ana):
    signed = services.contract_sign(actor=ana, row=draft)
    mine = Contract.objects.filter(pk=signed.pk)

    acts = (
        lambda: mine.update(net_amount=1),
        lambda: mine.update(state="draft"),
        lambda: mine.update(fingerprint="x"),
        lambda: mine.update(plan_versions=[{"id": 1}]),
        lambda: mine.update(deleted_at="2026-01-01T00:00Z"),
        lambda: signed.lines.update(price=1),
        lambda: signed.lines.all().delete(),
        lambda: signed.instalments.update(amount=1),
        lambda: signed.credits.update(percent=1),
        lambda: ContractCredit.objects.create(
            contract=signed, person_id=signed.owner_id, percent=1
        ),
    )
    for act in acts:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()

    signed.refresh_from_db()
    assert (signed.state, signed.net_amount) == ("signed", D("10000.00"))


def test_what_the_catalog_costs_later_is_not_this_contracts(draft, ana, pump):
    signed = services.contract_sign(actor=ana, row=draft)
    pump.cost, pump.list_price = D(900), D(2000)
    pump.save()

    record_update(actor=ana, row=signed, values={"custom.note": "x"})
    services.contract_activate(actor=ana, row=signed)

    signed.refresh_from_db()
    assert (signed.state, signed.cost_amount, signed.amount) == (
        "active", D("6000.00"), D("11300.00"),
    )  # fmt: skip


def test_a_contract_is_signed_once_and_not_in_the_future(draft, ana):
    with pytest.raises(DomainError) as future:
        services.contract_sign(actor=ana, row=draft, signed_on=today(ana) + timedelta(days=1))
    signed = services.contract_sign(actor=ana, row=draft)
    with pytest.raises(DomainError) as again:
        services.contract_sign(actor=ana, row=signed)

    assert (future.value.field, again.value.code) == ("signed_on", "signed")
    assert len(events("orders.contract.signed")) == 1


def test_a_price_below_the_cleared_quote_is_not_signed_by_ana_alone(draft, ana, actor, house):
    line = draft.lines.get()
    cheaper = record_update(
        actor=ana,
        row=draft,
        values={},
        lines={ContractLine: [{"id": line.pk, "discount": D("0.10")}]},
    )

    with pytest.raises(DomainError) as refused:
        services.contract_sign(actor=ana, row=cheaper)
    signed = services.contract_sign(actor=actor(house.lee), row=cheaper)

    assert refused.value.code == "beyond_authority"
    assert signed.net_amount == D("9000.00")


def test_a_contract_without_a_quote_needs_the_sellers_authority(ana, account, pump):
    made = record_create(
        actor=ana,
        model=Contract,
        values={"account": account},
        lines={ContractLine: [{"product": pump, "quantity": D(1), "discount": D("0.06")}]},
    )

    with pytest.raises(DomainError) as refused:
        services.contract_sign(actor=ana, row=made)

    assert refused.value.text() == "The discount of 6% is deeper than your limit of 5%."


def test_an_amendment_takes_the_place_of_the_contract_when_it_is_signed(draft, ana):
    signed = services.contract_sign(actor=ana, row=draft)
    amendment = services.contract_amend(actor=ana, row=signed)
    line = amendment.lines.get()
    amendment = record_update(
        actor=ana,
        row=amendment,
        values={},
        lines={ContractLine: [{"id": line.pk, "quantity": D(12)}]},
    )

    before = Contract.objects.get(pk=signed.pk).state
    done = services.contract_sign(actor=ana, row=amendment)

    signed.refresh_from_db()
    assert amendment.number == f"{signed.number}-A1"
    assert (before, signed.state, signed.net_amount) == ("signed", "amended", D("10000.00"))
    assert (done.state, done.edition, done.net_amount) == ("signed", 2, D("12000.00"))
    assert events("orders.contract.signed")[1]["amends_id"] == signed.pk
    assert events("orders.contract.ended")[0]["state"] == "amended"
    with pytest.raises(DomainError):
        services.contract_amend(actor=ana, row=signed)


def test_a_contract_ends_complete_or_with_a_reason(draft, ana):
    signed = services.contract_sign(actor=ana, row=draft)

    ended = services.contract_terminate(actor=ana, row=signed, reason="Customer went broke")

    assert (ended.state, ended.end_reason, ended.ended_on) == (
        "terminated", "Customer went broke", today(ana),
    )  # fmt: skip
    with pytest.raises(DomainError):
        services.contract_complete(actor=ana, row=ended)


def test_a_signed_contract_wins_its_deal(draft, deal, ana):
    services.contract_sign(actor=ana, row=draft)

    drain()

    deal.refresh_from_db()
    assert (deal.stage.kind, deal.is_open) == ("won", False)
    assert deal.outcome_note == draft.number


@pytest.mark.parametrize(
    ("before", "after"), [("prospect", "new"), ("lost", "active"), ("loyal", "loyal")]
)
def test_who_signs_is_a_customer_and_no_prospect_any_more(draft, ana, before, after):
    type(draft.account).objects.filter(pk=draft.account_id).update(life_stage=before)
    services.contract_sign(actor=ana, row=draft)

    drain()

    draft.account.refresh_from_db()
    assert draft.account.life_stage == after


def test_teammates_and_strangers_do_not_find_anas_contract(draft, actor, house):
    for person in (house.ben, house.cy):
        with pytest.raises(NotFound):
            services.contract_sign(actor=actor(person), row=draft)

    draft.refresh_from_db()
    assert (draft.state, events("orders.contract.signed")) == ("draft", [])


def test_a_renewal_is_a_linked_draft_with_its_dates_moved(draft, ana, browse, house):
    record_update(
        actor=ana,
        row=draft,
        values={
            "starts_on": date(2025, 1, 1),
            "ends_on": date(2025, 12, 31),
            "renewal_on": date(2025, 11, 30),
        },
    )
    signed = services.contract_sign(actor=ana, row=Contract.objects.get(pk=draft.pk))
    waiting = [one.pk for one in selectors.contracts_to_renew(ana, date(2025, 12, 1))]
    web, url = browse(house.ana), f"/contracts/{signed.pk}/verbs/renew/"
    dialog = web.get(url).content.decode()

    answer = web.post(url, {"starts_on": "2026-01-01", "months": "12"})

    renewal = Contract.objects.get(renews=signed)
    assert 'value="2026-01-01"' in dialog
    assert answer.url == f"/contracts/{renewal.pk}/"
    assert (renewal.state, renewal.kind, renewal.net_amount) == ("draft", "renewal", D("10000.00"))
    assert (renewal.starts_on, renewal.ends_on) == (date(2026, 1, 1), date(2026, 12, 31))
    assert renewal.renewal_on == date(2026, 11, 30)
    assert [one.due_on for one in renewal.instalments.order_by("pk")][2] == date(2032, 1, 31)
    assert (waiting, list(selectors.contracts_to_renew(ana, date(2026, 1, 1)))) == ([signed.pk], [])
    with pytest.raises(DomainError) as refused:
        services.contract_renew(actor=ana, row=signed)
    assert refused.value.code == "renewed"
    panel = web.get(f"/contracts/{signed.pk}/panels/relatives/").content.decode()
    assert renewal.number in panel

"""A quote is priced, cleared, sent, answered and replaced."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from tonglu.approvals.documents import request_values
from tonglu.approvals.models import ApprovalRequest
from tonglu.approvals.services import approval_approve, approval_return, approval_withdraw
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import DomainError, NotFound
from tonglu.orders import selectors, services
from tonglu.orders.models import Quote, QuoteEvent, QuoteLine
from tonglu.orders.services.answers import Visitor
from tonglu.policy import Actor, actor_of
from tonglu.sales.models import OpportunityLine
from tonglu.toolkit.clock import today
from tonglu.toolkit.models import OutboxEvent, OutgoingMail

D = Decimal
VISITOR = Visitor(address="203.0.113.9", agent="Test")


def published() -> list[str]:
    return list(
        OutboxEvent.objects.filter(name__startswith="orders.").values_list("name", flat=True)
    )


def test_a_quote_takes_prices_costs_and_vat_from_the_catalog(make_quote):
    quote = make_quote(quantity=3, discount="0.10")

    line = quote.lines.get()
    assert (line.list_price, line.price, line.amount) == (D(1000), D("900.00"), D("2700.00"))
    assert (line.cost, line.vat_rate, line.vat_amount) == (D(600), D("0.13"), D("351.00"))
    assert (quote.language, line.description, line.unit) == ("zh-hans", "水泵", "pcs")
    assert (quote.net_amount, quote.amount) == (D("2700.00"), D("3051.00"))
    assert (quote.cost_amount, quote.margin_amount) == (D("1800.00"), D("900.00"))
    assert (quote.margin_rate, quote.deepest_discount) == (D("0.3333"), D("0.10"))
    assert quote.valid_until == today() + timedelta(days=30)
    assert (quote.number, quote.edition) == (quote.series, 1)


def test_a_typed_price_wins_over_the_discount_and_the_other_way_round(make_quote, ana):
    quote = make_quote()
    line = quote.lines.get()

    record_update(
        actor=ana, row=quote, values={}, lines={QuoteLine: [{"id": line.pk, "price": D(950)}]}
    )
    line.refresh_from_db()
    typed = (line.price, line.discount)
    record_update(
        actor=ana, row=quote, values={}, lines={QuoteLine: [{"id": line.pk, "discount": D("0.2")}]}
    )
    line.refresh_from_db()

    assert typed == (D("950.00"), D("0.0500"))
    assert (line.price, line.discount) == (D("800.00"), D("0.2000"))


@pytest.mark.parametrize(
    ("price", "discount", "paid", "kept"),
    [
        ("1000", "0.1", "900.00", "0.1000"),  # the list price was filled in, the discount typed
        ("900", "0.1", "900.00", "0.1000"),  # each says the same
        ("950", "0.1", "950.00", "0.0500"),  # they differ: the price is what was agreed
        ("1000", "0", "1000.00", "0.0000"),
    ],
)
def test_a_new_line_with_price_and_discount_means_one_price(
    ana, account, pump, price, discount, paid, kept
):
    line = {"product": pump, "quantity": D(3), "price": D(price), "discount": D(discount)}

    quote = record_create(
        actor=ana, model=Quote, values={"account": account}, lines={QuoteLine: [line]}
    )

    made = quote.lines.get()
    assert (made.price, made.discount, quote.net_amount) == (D(paid), D(kept), 3 * D(paid))


def test_a_quote_of_a_deal_starts_with_its_products(deal, ana, account, pump):
    record_update(
        actor=ana,
        row=deal,
        values={},
        lines={OpportunityLine: [{"product": pump, "quantity": D(4)}]},
    )

    quote = record_create(actor=ana, model=Quote, values={"account": account, "opportunity": deal})

    assert quote.title == "Ten pumps"
    assert [(line.product, line.quantity) for line in quote.lines.all()] == [(pump, D(4))]


def test_within_her_own_limit_ana_sends_at_once_and_the_decision_is_logged(make_quote, ana):
    sent = services.quote_send(actor=ana, row=make_quote(discount="0.05"), email="li@acme.example")

    logged = ApprovalRequest.objects.get()
    assert (sent.state, sent.clearance, sent.approval) == ("sent", "cleared", logged)
    assert (logged.state, logged.automatic) == ("approved", True)
    assert OutgoingMail.objects.get().recipients == ["li@acme.example"]
    assert services.quote_token(sent) in OutgoingMail.objects.get().text
    assert published() == ["orders.quote.sent"]


def test_beyond_her_limit_nothing_is_sent_and_the_leader_decides(make_quote, ana, actor, house):
    quote = make_quote(discount="0.12")

    with pytest.raises(DomainError) as refused:
        services.quote_send(actor=ana, row=quote)
    waiting = services.quote_ask_approval(actor=ana, row=quote, reason="First order")
    request = waiting.approval
    approval_approve(actor=actor(house.lee), row=request)
    quote.refresh_from_db()
    sent = services.quote_send(actor=ana, row=quote)

    assert refused.value.text() == "The discount of 12% is deeper than your limit of 5%."
    assert waiting.clearance == "waiting"
    assert [vote.person for step in request.steps.all() for vote in step.votes.all()] == [house.lee]
    assert (sent.state, sent.approval) == ("sent", request)


def test_a_deep_discount_climbs_until_somebody_may_decide(make_quote, ana, house):
    waiting = services.quote_ask_approval(
        actor=ana, row=make_quote(discount="0.25"), reason="Reference customer"
    )

    step = waiting.approval.steps.get()
    assert step.mode == "turn"
    assert [vote.person for vote in step.votes.order_by("position")] == [house.lee, house.dee]
    assert dict(map(tuple, waiting.approval.facts))["Deepest discount"] == "25%"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_card_is_in_the_language_of_whoever_decides(language, make_quote, ana, house, browse):
    with translation.override("zh-hans" if language == "en" else "en"):
        services.quote_ask_approval(actor=ana, row=make_quote(discount="0.08"), reason="Big")
    house.lee.language = language
    house.lee.save(update_fields=["language"])

    page = browse(house.lee).get("/my-approvals/").content.decode()

    assert ["Deepest discount" in page, "最大折扣" in page] == [language == "en", language != "en"]


def test_a_low_margin_needs_approval_without_telling_the_margin(make_quote, ana, pump):
    pump.cost = D(800)
    pump.save()

    with pytest.raises(DomainError) as refused:
        services.quote_send(actor=ana, row=make_quote())

    assert refused.value.text() == "The margin is lower than your floor."


def test_the_margin_in_a_request_is_told_to_its_readers_alone(make_quote, ana, pump, house, browse):
    pump.cost = D(800)
    pump.save()
    request = services.quote_ask_approval(actor=ana, row=make_quote(), reason="Big").approval
    paths = (
        f"/approvals/{request.pk}/panels/card/",
        "/my-approvals/",
        "/my-approvals/?tab=asked",
        f"/api/v1/approvals/{request.pk}",
        f"/api/v1/approvals/{request.pk}/history",
    )

    told = {
        who: ["Margin rate" in browse(person).get(path).content.decode() for path in paths]
        for who, person in (("ana", house.ana), ("lee", house.lee))
    }
    printed = {
        who: dict(request_values(actor_of(person), request)["facts"])
        for who, person in (("ana", house.ana), ("lee", house.lee))
    }

    assert told == {"ana": [False] * 5, "lee": [True, True, False, False, False]}
    assert ["Margin rate" in printed[who] for who in ("ana", "lee")] == [False, True]
    assert printed["ana"]["Deepest discount"] == printed["lee"]["Deepest discount"]


def test_a_returned_price_can_be_changed_and_asked_anew(make_quote, ana, actor, house):
    waiting = services.quote_ask_approval(actor=ana, row=make_quote(discount="0.12"), reason="x")
    line = waiting.lines.get()

    with pytest.raises(DomainError) as fixed:
        record_update(
            actor=ana,
            row=waiting,
            values={},
            lines={QuoteLine: [{"id": line.pk, "discount": D("0.05")}]},
        )
    approval_return(actor=actor(house.lee), row=waiting.approval, comment="Too much")
    waiting.refresh_from_db()
    returned = waiting.clearance
    changed = record_update(
        actor=ana,
        row=waiting,
        values={},
        lines={QuoteLine: [{"id": line.pk, "discount": D("0.05")}]},
    )

    assert (fixed.value.code, returned, changed.clearance) == ("waiting", "returned", "open")
    assert services.quote_send(actor=ana, row=changed).state == "sent"


def test_a_withdrawn_request_opens_the_quote_again(make_quote, ana):
    waiting = services.quote_ask_approval(actor=ana, row=make_quote(discount="0.12"), reason="x")

    approval_withdraw(actor=ana, row=waiting.approval)

    waiting.refresh_from_db()
    assert waiting.clearance == "open"


def test_a_cleared_price_that_changes_is_not_cleared_any_more(make_quote, ana, actor, house):
    waiting = services.quote_ask_approval(actor=ana, row=make_quote(discount="0.12"), reason="x")
    approval_approve(actor=actor(house.lee), row=waiting.approval)
    waiting.refresh_from_db()
    line = waiting.lines.get()

    deeper = record_update(
        actor=ana,
        row=waiting,
        values={},
        lines={QuoteLine: [{"id": line.pk, "discount": D("0.15")}]},
    )

    assert (deeper.clearance, deeper.approval) == ("open", None)


def test_a_quote_that_went_out_does_not_change(make_quote, ana):
    sent = services.quote_send(actor=ana, row=make_quote())
    line = sent.lines.get()

    for values, lines in (
        ({"valid_until": today()}, None),
        ({"terms": "Cash"}, None),
        ({}, {QuoteLine: [{"id": line.pk, "price": D(1)}]}),
        ({}, {QuoteLine: []}),
    ):
        with pytest.raises(DomainError) as refused:
            record_update(actor=ana, row=sent, values=values, lines=lines)
        assert refused.value.code == "sent"

    sent.refresh_from_db()
    assert (sent.net_amount, sent.lines.count()) == (D("10000.00"), 1)
    assert record_update(actor=ana, row=sent, values={"note": "Call Monday"}).note == "Call Monday"


def test_a_new_version_replaces_the_old_one_and_closes_its_link(make_quote, ana):
    sent = services.quote_send(actor=ana, row=make_quote())
    token = services.quote_token(sent)

    newer = services.quote_new_version(actor=ana, row=sent)

    sent.refresh_from_db()
    assert (sent.state, newer.state) == ("superseded", "draft")
    assert newer.number == f"{sent.number}-v2"
    assert (newer.series, newer.edition, newer.replaces) == (sent.series, 2, sent)
    assert newer.net_amount == sent.net_amount
    assert list(selectors.quote_versions(ana, newer)) == [newer, sent]
    with pytest.raises(NotFound):
        services.quote_by_token(token)
    with pytest.raises(DomainError):
        services.quote_new_version(actor=ana, row=sent)


def test_two_versions_are_compared_line_by_line(make_quote, ana, pump, valve):
    old = services.quote_send(actor=ana, row=make_quote())
    new = services.quote_new_version(actor=ana, row=old)
    line = new.lines.get()
    new = record_update(
        actor=ana,
        row=new,
        values={},
        lines={
            QuoteLine: [
                {"id": line.pk, "discount": D("0.05")},
                {"product": valve, "quantity": D(2)},
            ]
        },
    )

    found = selectors.quotes_compare(ana, old, new)

    assert [change.kind for change in found.lines] == ["changed", "added"]
    assert found.lines[0].changed == ("discount", "price", "amount")
    assert found.difference == D("-300.00")


def test_the_customer_looks_and_accepts_by_name_on_the_link(make_quote, ana):
    sent = services.quote_send(actor=ana, row=make_quote())
    found = services.quote_by_token(services.quote_token(sent))

    services.quote_view(row=found, visitor=VISITOR)
    found.refresh_from_db()
    services.quote_view(row=found, visitor=VISITOR)
    accepted = services.quote_answer_accept(
        row=found, name="  Li   Wei ", note="Please hurry", visitor=VISITOR
    )

    accepted.refresh_from_db()
    assert (accepted.state, accepted.answered_by) == ("accepted", "Li Wei")
    assert (accepted.views, accepted.answer_note) == (2, "Please hurry")
    events = list(QuoteEvent.objects.order_by("pk").values_list("act", "name", "address"))
    assert events == [
        ("viewed", "", "203.0.113.9"),
        ("viewed", "", "203.0.113.9"),
        ("accepted", "Li Wei", "203.0.113.9"),
    ]
    assert published() == ["orders.quote.sent", "orders.quote.viewed", "orders.quote.accepted"]


def test_the_link_cannot_be_guessed_or_changed(make_quote, ana):
    sent = services.quote_send(actor=ana, row=make_quote())
    token = services.quote_token(sent)

    for wrong in ("", "x", "1.2~3", token[:-1], token.replace(str(sent.pk), "999", 1), f"{token}a"):
        with pytest.raises(NotFound):
            services.quote_by_token(wrong)


def test_nobody_accepts_without_a_name_or_after_its_time(make_quote, ana):
    sent = services.quote_send(actor=ana, row=make_quote())

    with pytest.raises(DomainError) as nameless:
        services.quote_answer_accept(row=sent, name=" ", note="", visitor=VISITOR)
    Quote.objects.filter(pk=sent.pk).update(valid_until=today() - timedelta(days=1))
    sent.refresh_from_db()
    with pytest.raises(DomainError) as late:
        services.quote_answer_accept(row=sent, name="Li", note="", visitor=VISITOR)

    sent.refresh_from_db()
    assert (nameless.value.code, late.value.code) == ("name_needed", "expired")
    assert (sent.state, QuoteEvent.objects.count()) == ("sent", 0)


def test_quotes_expire_by_themselves_the_day_after(make_quote, ana):
    sent = services.quote_send(actor=ana, row=make_quote())
    fresh = services.quote_send(actor=ana, row=make_quote())
    Quote.objects.filter(pk=sent.pk).update(valid_until=today() - timedelta(days=1))

    first = services.quotes_expire(actor=Actor.system())
    second = services.quotes_expire(actor=Actor.system())

    sent.refresh_from_db()
    fresh.refresh_from_db()
    assert (first, second, sent.state, fresh.state) == (1, 0, "expired", "sent")


def test_teammates_and_strangers_do_not_find_anas_quote(make_quote, actor, house):
    quote = make_quote()

    for person in (house.ben, house.cy):
        with pytest.raises(NotFound):
            services.quote_send(actor=actor(person), row=quote)

    quote.refresh_from_db()
    assert (quote.state, ApprovalRequest.objects.count()) == ("draft", 0)


def test_ana_does_not_see_the_cost_and_her_leader_does(make_quote, actor, house):
    from tonglu import policy

    def level(person: Any) -> Any:
        return policy.field_level(actor(person), "orders.quote", "margin_rate")

    assert level(house.ana) is policy.Level.HIDDEN
    assert level(house.oli) is policy.Level.HIDDEN
    assert level(house.lee) is policy.Level.WRITE

"""The pages of quotes, contracts and orders, for those who may see them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from tonglu.catalog.models import Product
from tonglu.entities.services import record_update
from tonglu.orders import services
from tonglu.orders.documents import quote_values
from tonglu.orders.entities import ENTITIES
from tonglu.orders.models import Quote, QuoteLine

D = Decimal


@pytest.mark.parametrize("kind", ["quote", "contract"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_document_is_printed_in_both_languages(kind, language, make_quote, draft, browse, house):
    row = make_quote() if kind == "quote" else draft

    answer = browse(house.ana).get(f"/{kind}s/{row.pk}/pdf/?lang={language}")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.parametrize(("language", "name"), [("en", "Pump CDM"), ("zh-hans", "水泵 CDM")])
@pytest.mark.parametrize("written", ["Pump CDM", "水泵 CDM", "As shown at the fair"])
def test_a_products_name_is_printed_in_the_documents_language(
    language, name, written, make_quote, pump, ana
):
    quote = make_quote()
    Product.objects.filter(pk=pump.pk).update(name="Pump CDM", name_zh="水泵 CDM")
    line = {"id": quote.lines.get().pk, "description": written, "unit": "pcs"}
    record_update(actor=ana, row=quote, values={}, lines={QuoteLine: [line]})

    with translation.override(language):
        (printed,) = quote_values(quote)["lines"]

    assert printed[0] == (written if "fair" in written else name)
    assert printed[1] == ("10 pcs" if language == "en" else "10 件")


def test_strangers_print_nothing_of_anas(make_quote, draft, browse, house):
    quote = make_quote()

    for path in (f"/quotes/{quote.pk}/pdf/", f"/contracts/{draft.pk}/pdf/"):
        assert browse(house.cy).get(path).status_code == 404


def test_versions_are_compared_side_by_side(make_quote, ana, browse, house, valve):
    old = services.quote_send(actor=ana, row=make_quote())
    new = services.quote_new_version(actor=ana, row=old)
    line = new.lines.get()
    record_update(
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

    page = browse(house.ana).get(f"/quotes/{new.pk}/compare/").content.decode()

    assert all(words in page for words in ("Changed", "Added", "CN¥950.00", "-CN¥300.00"))
    assert browse(house.cy).get(f"/quotes/{new.pk}/compare/").status_code == 404
    assert browse(house.ana).get(f"/quotes/{old.pk}/compare/").status_code == 200


def test_a_quote_alone_has_nothing_to_be_compared_with(make_quote, browse, house):
    assert browse(house.ana).get(f"/quotes/{make_quote().pk}/compare/").status_code == 404


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.slug)
def test_every_list_opens_for_the_director(entity, house, browse):
    assert browse(house.dee).get(f"/{entity.slug}/").status_code == 200


def test_the_pages_of_the_road_open(make_quote, draft, ana, actor, browse, house):
    signed = services.contract_sign(actor=ana, row=draft)
    order = services.contract_to_order(actor=ana, row=signed)
    shipment = services.order_ship(actor=actor(house.oli), row=order)
    services.order_deliver(actor=actor(house.oli), row=order)
    back = services.order_return(actor=actor(house.oli), row=order, reason="defect")
    browser = browse(house.ana)

    for path in (
        f"/quotes/{make_quote().pk}/",
        "/quotes/new/",
        f"/contracts/{signed.pk}/",
        f"/orders/{order.pk}/",
        f"/shipments/{shipment.pk}/",
        f"/returns/{back.pk}/",
    ):
        answer = browser.get(path)
        assert answer.status_code == 200, path


@pytest.mark.parametrize("panel", ["papers", "frozen", "orders-order-contract"])
def test_the_panels_of_a_contract_open(panel, draft, ana, browse, house):
    signed = services.contract_sign(actor=ana, row=draft)

    answer = browse(house.ana).get(f"/contracts/{signed.pk}/panels/{panel}/")

    assert answer.status_code == 200


def test_ana_does_not_read_cost_or_margin_on_the_page(make_quote, browse, house):
    quote = make_quote()

    anas = browse(house.ana).get(f"/quotes/{quote.pk}/").content.decode()
    lees = browse(house.lee).get(f"/quotes/{quote.pk}/").content.decode()

    assert "4,000.00" not in anas
    assert "4,000.00" in lees


def test_a_button_that_may_not_be_pressed_says_why(make_quote, browse, house):
    quote = make_quote(discount="0.20")

    page = browse(house.ana).get(f"/quotes/{quote.pk}/").content.decode()

    assert "The discount of 20% is deeper than your limit of 5%." in page


def test_a_quote_is_sent_from_its_page(make_quote, browse, house, account):
    quote = make_quote()

    answer = browse(house.ana).post(f"/quotes/{quote.pk}/verbs/send/", {"email": ""})

    assert answer.status_code == 302
    assert Quote.objects.get(pk=quote.pk).state == "sent"


def test_a_quote_is_made_in_the_form_with_its_lines(account, pump, browse, house):
    sent: dict[str, Any] = {
        "account": account.pk,
        "currency": "CNY",
        "language": "en",
        "lines-quoteline-TOTAL_FORMS": "1",
        "lines-quoteline-1-product": pump.pk,
        "lines-quoteline-1-quantity": "3",
        "lines-quoteline-1-discount": "5",
    }

    answer = browse(house.ana).post("/quotes/new/", sent)

    assert answer.status_code == 302
    quote = Quote.objects.get()
    assert (quote.owner, quote.net_amount) == (house.ana, D("2850.00"))


def test_a_line_that_is_not_finished_is_named_above_the_form(account, pump, browse, house):
    sent: dict[str, Any] = {
        "account": account.pk,
        "currency": "CNY",
        "language": "en",
        "lines-quoteline-TOTAL_FORMS": "2",
        "lines-quoteline-0-product": pump.pk,
        "lines-quoteline-0-quantity": "3",
        "lines-quoteline-1-product": pump.pk,
        "lines-quoteline-1-quantity": "many",
    }

    answer = browse(house.ana).post("/quotes/new/", sent)

    assert (answer.status_code, Quote.objects.count()) == (422, 0)
    assert "Lines, line 2, Quantity: " in answer.content.decode()


def test_a_refused_change_says_what_to_do_instead(make_quote, ana, browse, house):
    sent = services.quote_send(actor=ana, row=make_quote())
    client, address = browse(house.ana), f"/quotes/{sent.pk}/edit/"

    answer = client.post(
        address,
        {
            "version": sent.version,
            "title": "Another",
            "account": sent.account_id,
            "currency": "CNY",
            "language": "en",
        },
    )

    assert answer.status_code == 422
    assert "Make a new version." in answer.content.decode()


def test_whoever_asks_for_a_price_reads_who_decides_and_asks_only_once(
    make_quote, ana, browse, house, actor
):
    quote = make_quote(discount="0.08")
    client, address = browse(house.ana), f"/quotes/{quote.pk}/verbs/ask_approval/"

    assert "The decision lies with Lee." in client.get(address).content.decode()

    Quote.objects.filter(pk=quote.pk).update(clearance=Quote.Clearance.CLEARED)
    assert "approved already" in client.get(address).content.decode()


def test_a_quote_bears_the_day_where_its_owner_is(make_quote, house):
    quote = make_quote()
    type(house.ana).objects.filter(pk=house.ana.pk).update(timezone="Asia/Shanghai")
    Quote.objects.filter(pk=quote.pk).update(created_at=datetime(2026, 3, 1, 23, 0, tzinfo=UTC))

    with translation.override("zh-hans"):
        facts = dict(quote_values(Quote.objects.get(pk=quote.pk))["facts"])

    assert facts["日期"] == "2026-03-02"


def test_a_quote_that_went_out_leads_to_a_new_version_rather_than_to_its_form(
    make_quote, ana, browse, house
):
    quote = make_quote()
    edit = f'class="btn act-edit" href="/quotes/{quote.pk}/edit/"'
    draft = browse(house.ana).get(f"/quotes/{quote.pk}/").content.decode()

    services.quote_send(actor=ana, row=quote)
    sent = browse(house.ana).get(f"/quotes/{quote.pk}/").content.decode()

    assert (edit in draft, edit in sent) == (True, False)
    assert f'class="dropdown-item" href="/quotes/{quote.pk}/edit/"' in sent
    as_button = f'<button class="btn" type="button" hx-get="/quotes/{quote.pk}/verbs/new_version/"'
    assert (as_button in draft, as_button in sent) == (False, True)


def test_after_an_act_the_notice_says_how_the_record_stands(make_quote, browse, house):
    quote = make_quote()
    client = browse(house.ana)

    answer = client.post(f"/quotes/{quote.pk}/verbs/send/", {"email": ""}, follow=True)

    assert f"{quote.number}: Sent" in answer.content.decode()

"""What a customer does behind the link of a quote."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tonglu.orders import services
from tonglu.orders.models import Quote, QuoteEvent
from tonglu.orders.services.links import quote_url
from tonglu.toolkit.clock import today


@pytest.fixture
def sent(make_quote: Any, ana: Any) -> Quote:
    """A quote of Ana's that is out, in English."""
    return services.quote_send(actor=ana, row=make_quote(language="en", terms="Net 30 days"))


def test_the_customer_reads_the_offer_without_signing_in_and_the_look_is_noted(sent, client):
    answer = client.get(quote_url(sent))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert all(words in page for words in (sent.number, "Pump", "¥11,300.00", "Net 30 days"))
    assert "Accept this quote" in page
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    sent.refresh_from_db()
    assert (sent.views, QuoteEvent.objects.get().act) == (1, "viewed")


def test_the_page_says_nothing_of_cost_margin_or_internal_notes(sent, client):
    Quote.objects.filter(pk=sent.pk).update(note="We could go lower")

    page = client.get(quote_url(sent)).content.decode()

    assert "600.00" not in page
    assert "We could go lower" not in page


def test_the_page_speaks_the_language_the_customer_chooses(sent, client):
    chinese = client.get(f"{quote_url(sent)}?lang=zh-hans").content.decode()
    other = client.get(f"{quote_url(sent)}?lang=xx").content.decode()

    assert "水泵" in chinese
    assert "报价" in chinese
    assert "Quote" in other


def test_our_own_looks_are_not_counted(sent, browse, house):
    browse(house.ana).get(quote_url(sent))

    sent.refresh_from_db()
    assert (sent.views, QuoteEvent.objects.count()) == (0, 0)


def test_the_customer_accepts_by_name(sent, client):
    answer = client.post(
        quote_url(sent), {"answer": "accept", "name": "Li Wei", "note": "Please hurry"}
    )
    page = client.get(quote_url(sent)).content.decode()

    sent.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, quote_url(sent))
    assert (sent.state, sent.answered_by, sent.answer_note) == (
        "accepted", "Li Wei", "Please hurry",
    )  # fmt: skip
    assert "Accepted by Li Wei. Thank you!" in page
    assert "Accept this quote" not in page


def test_the_customer_declines_in_their_own_words(sent, client):
    client.post(quote_url(sent), {"answer": "decline", "name": "Li Wei", "note": "Too dear"})

    sent.refresh_from_db()
    assert (sent.state, sent.answer_note) == ("declined", "Too dear")


def test_without_a_name_nothing_is_answered_and_what_was_typed_stays(sent, client):
    answer = client.post(quote_url(sent), {"answer": "accept", "name": " ", "note": "Hurry up"})

    sent.refresh_from_db()
    assert answer.status_code == 422
    assert "Please give your name." in answer.content.decode()
    assert "Hurry up" in answer.content.decode()
    assert sent.state == "sent"


def test_a_quote_is_answered_once(sent, client):
    client.post(quote_url(sent), {"answer": "accept", "name": "Li Wei"})

    second = client.post(quote_url(sent), {"answer": "decline", "name": "Wang Fang"})

    sent.refresh_from_db()
    assert second.status_code == 422
    assert (sent.state, sent.answered_by) == ("accepted", "Li Wei")


def test_an_expired_quote_is_read_and_not_accepted(sent, client):
    Quote.objects.filter(pk=sent.pk).update(valid_until=today() - timedelta(days=1))

    page = client.get(quote_url(sent)).content.decode()
    answer = client.post(quote_url(sent), {"answer": "accept", "name": "Li Wei"})

    sent.refresh_from_db()
    assert "This quote has expired." in page
    assert "Accept this quote" not in page
    assert (answer.status_code, sent.state) == (422, "sent")


def test_a_made_up_link_leads_nowhere(sent, client):
    address = quote_url(sent)

    for wrong in ("/q/1.abc~x/", f"{address[:-2]}x/", address.replace(str(sent.pk), "0", 1)):
        assert client.get(wrong).status_code == 404


def test_a_closed_link_speaks_to_the_customer_and_leads_to_no_page_of_ours(sent, client, ana):
    address = quote_url(sent)
    services.quote_new_version(actor=ana, row=sent)

    for closed in (address, f"{address}pdf/", "/q/1.abc~x/"):
        english, chinese = (client.get(f"{closed}?lang={one}") for one in ("en", "zh-hans"))
        assert (english.status_code, english["X-Robots-Tag"]) == (404, "noindex, nofollow")
        assert "This link is closed" in english.content.decode()
        assert "链接已失效" in chinese.content.decode()
        assert 'href="/"' not in english.content.decode()
    assert client.post(address, {"answer": "accept", "name": "Li Wei"}).status_code == 404


def test_a_phone_shows_every_figure_of_a_line_with_its_name(sent, client):
    page = client.get(quote_url(sent)).content.decode()

    for name in ("Quantity", "List price", "Discount", "Price", "Amount"):
        assert f'data-label="{name}"' in page
    assert "d-none" not in page


def test_an_answer_needs_the_pages_own_form(sent):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(quote_url(sent), {"answer": "accept", "name": "Mallory"})

    sent.refresh_from_db()
    assert (answer.status_code, sent.state) == (403, "sent")


def test_the_customer_prints_the_quote(sent, client):
    answer = client.get(f"{quote_url(sent)}pdf/?lang=zh-hans")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert sent.number in answer["Content-Disposition"]

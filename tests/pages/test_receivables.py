"""Receivables by age: each sum opens just the invoices it counts, on the day that bounds a band too."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from tonglu.customers.models import Account
from tonglu.finance.core.ageing import BANDS
from tonglu.finance.models import Invoice
from tonglu.toolkit.clock import today

pytestmark = pytest.mark.django_db

AGES = (-400, -5, 0, 1, 30, 31, 60, 61, 90, 91, 400)
"""Days past the due day, at both ends of each band."""


@pytest.fixture
def owing(selling: Any, account: Any) -> Any:
    """Two customers, an invoice for each age, of another amount each; and one that is paid."""
    other = Account.objects.create(
        name="Beta", owner=selling.ana, department=selling.ana.department
    )
    for place, age in enumerate((*AGES, 45)):
        paid = place == len(AGES)
        Invoice.objects.create(
            account=other if age == 31 else account,
            owner=selling.ana,
            department=selling.ana.department,
            state=Invoice.State.ISSUED,
            number=f"R{place}",
            amount=Decimal(2**place),
            collected_amount=Decimal(2**place if paid else 0),
            open_amount=Decimal(0 if paid else 2**place),
            issued_on=today() - timedelta(days=age + 30),
            due_on=today() - timedelta(days=age),
        )
    return selling


def test_every_sum_opens_the_invoices_it_counts(owing: Any, browse: Any) -> None:
    client = browse(owing.dee)
    page = client.get("/insights/receivables/").content.decode()

    links = re.findall(r'<a href="(/invoices/[^"]+)">(?:<strong>)?(CN¥)?([\d,.]+)<', page)
    told = {(unescape(url), Decimal(text.replace(",", ""))) for url, _sign, text in links}

    assert {amount for _url, amount in told} >= {7, 24, 64, 384, 1536, 2047 - 32, 32}
    assert len(told) >= 2 * len(BANDS)
    for url, amount in told:
        answer = client.get(f"{url}&size=50").content.decode()
        assert sum(_open(answer)) == amount, url


def _open(html: str) -> set[Decimal]:
    """The open amounts of a list of invoices, told by their powers of two."""
    texts = re.findall(r"CN¥([\d,]+\.\d\d)", html.partition("<tbody")[2].partition("</tbody")[0])
    return {Decimal(text.replace(",", "")) for text in texts}

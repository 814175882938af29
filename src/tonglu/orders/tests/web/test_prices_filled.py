"""A product chosen in a line brings the price this customer pays, in the document's currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tonglu.catalog.models import PriceList, PriceListLine
from tonglu.catalog.services import price_list_issue
from tonglu.entities.services import record_create, record_update


@pytest.fixture
def for_key_customers(house: Any, actor: Any, valve: Any) -> Any:
    """900 for key customers, and the account of the deal is one."""
    who = actor(house.dee)
    drafted = record_create(
        actor=who,
        model=PriceList,
        values={"name": "Key", "currency": "CNY", "valid_from": date(2026, 1, 1)},
        lines={
            PriceListLine: [
                {"product": valve, "tier": "key", "min_quantity": Decimal(1), "price": Decimal(900)}
            ]
        },
    )
    return price_list_issue(actor=who, row=drafted)


def test_the_customers_own_price_is_filled_in(
    for_key_customers: Any, make_quote: Any, valve: Any, browse: Any, house: Any, actor: Any
) -> None:
    account = make_quote().account
    client = browse(house.ana)

    def price(**given: Any) -> Any:
        answer = client.get("/products/lookup/", {"q": valve.sku, **given}).json()
        return Decimal(next(one["fill"]["price"] for one in answer["results"]))

    usual = price(account=account.pk, currency="CNY")
    record_update(actor=actor(house.dee), row=account, values={"tier": "key"})

    assert usual == price() == valve.list_price != 900
    assert price(account=account.pk, currency="CNY") == 900
    assert price(account="", currency="CNY") == usual
    page = client.get(f"/quotes/new/?account={account.pk}").content.decode()
    assert 'data-depends="account currency quantity"' in page

"""Products, price lists and rates in use: what holds, what never changes, and who sees the cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tonglu.catalog import selectors, services
from tonglu.catalog.models import Category, PriceList, PriceListLine, Product
from tonglu.entities.services import record_create, record_run, record_update
from tonglu.kernel.errors import Denied, DomainError, Invalid
from tonglu.kernel.money import Money
from tonglu.policy import Level, field_level
from tonglu.policy.testing import Cast

MARCH = date(2026, 3, 1)
KEY_CUSTOMER = SimpleNamespace(pk=7, tier="key")


@pytest.fixture
def pump(cast: Cast, actor: Any) -> Product:
    """A pump for 1,000 yuan that costs us 600."""
    values = {
        "sku": " P-100 ",
        "name": "Pump",
        "name_zh": "泵",
        "series": "P",
        "list_price": Decimal(1000),
        "currency": "CNY",
        "cost": Decimal(600),
    }
    return record_create(actor=actor(cast.ada), model=Product, values=values)


@pytest.fixture
def issued(cast: Cast, actor: Any, pump: Product) -> PriceList:
    """An issued list: 900 for key customers."""
    drafted = _draft(cast, actor, pump)
    return services.price_list_issue(actor=actor(cast.dee), row=drafted)


def _draft(cast: Cast, actor: Any, pump: Product, **more: Any) -> PriceList:
    values = {"name": "Key 2026", "currency": "CNY", "valid_from": date(2026, 1, 1), **more}
    lines = [{"product": pump, "tier": "key", "min_quantity": Decimal(1), "price": Decimal(900)}]
    return record_create(
        actor=actor(cast.dee), model=PriceList, values=values, lines={PriceListLine: lines}
    )


def test_without_a_list_the_list_price_holds_and_says_so(
    cast: Cast, actor: Any, pump: Product
) -> None:
    price = selectors.price_for(actor(cast.ana), pump, KEY_CUSTOMER, on=MARCH, currency="CNY")

    assert price.amount == Money(Decimal(1000), "CNY")
    assert price.explanation == (
        "No price list names this product for this customer, so its list price holds.",
    )


def test_an_issued_list_gives_its_price_and_explains_it(
    cast: Cast, actor: Any, pump: Product, issued: PriceList
) -> None:
    price = selectors.price_for(actor(cast.ana), pump, KEY_CUSTOMER, on=MARCH, currency="CNY")

    assert price.amount == Money(Decimal(900), "CNY")
    assert price.list_id == issued.pk
    assert price.list_price == Money(Decimal(1000), "CNY")
    assert price.explanation == (
        "Price list “Key 2026”, valid from 2026-01-01.",
        "The price is for customers of the tier “Key”.",
    )


def test_a_draft_gives_no_price(cast: Cast, actor: Any, pump: Product) -> None:
    _draft(cast, actor, pump)

    price = selectors.price_for(actor(cast.ana), pump, KEY_CUSTOMER, on=MARCH, currency="CNY")

    assert price.list_id is None


def test_many_prices_cost_two_queries(
    cast: Cast, actor: Any, pump: Product, issued: PriceList, django_assert_max_num_queries: Any
) -> None:
    wanted = [(pump, Decimal(quantity)) for quantity in range(1, 50)]
    ana = actor(cast.ana)

    with django_assert_max_num_queries(2):
        prices = selectors.prices_for(ana, wanted, KEY_CUSTOMER, on=MARCH, currency="CNY")

    assert len(prices) == 49


def test_an_issued_list_never_changes(
    cast: Cast, actor: Any, pump: Product, issued: PriceList
) -> None:
    dee = actor(cast.dee)

    with pytest.raises(Invalid):
        record_update(actor=dee, row=issued, values={"currency": "USD"})
    with pytest.raises(Invalid):
        record_update(
            actor=dee,
            row=issued,
            values={},
            lines={PriceListLine: [{"product": pump, "price": Decimal(1)}]},
        )

    assert PriceListLine.objects.get(price_list=issued).price == Decimal(900)


def test_the_next_version_takes_over_from_its_day(
    cast: Cast, actor: Any, pump: Product, issued: PriceList
) -> None:
    dee = actor(cast.dee)
    revised = record_run(
        actor=dee, row=issued, verb="revise", params={"valid_from": date(2026, 7, 1)}
    )
    line = {"product": pump, "tier": "key", "min_quantity": Decimal(1), "price": Decimal(950)}
    revised = record_update(actor=dee, row=revised, values={}, lines={PriceListLine: [line]})

    services.price_list_issue(actor=dee, row=revised)

    def price(on: date) -> Decimal:
        ana = actor(cast.ana)
        return selectors.price_for(ana, pump, KEY_CUSTOMER, on=on, currency="CNY").amount.amount

    issued.refresh_from_db()
    assert issued.valid_until == date(2026, 6, 30)
    assert (price(date(2026, 6, 30)), price(date(2026, 7, 1))) == (900, 950)


def test_a_list_without_prices_cannot_be_issued(cast: Cast, actor: Any) -> None:
    values = {"name": "Empty", "valid_from": MARCH}
    empty = record_create(actor=actor(cast.dee), model=PriceList, values=values)

    with pytest.raises(DomainError):
        services.price_list_issue(actor=actor(cast.dee), row=empty)


def test_order_operations_drafts_but_does_not_issue(cast: Cast, actor: Any, pump: Product) -> None:
    drafted = _draft(cast, actor, pump)

    with pytest.raises(Denied):
        record_run(actor=actor(cast.oli), row=drafted, verb="issue")

    drafted.refresh_from_db()
    assert drafted.state == "draft"


def test_foreign_prices_are_converted_at_the_rate_of_the_day(
    cast: Cast, actor: Any, pump: Product
) -> None:
    fay = actor(cast.fay)
    services.rate_enter(actor=fay, currency="USD", valid_from=date(2026, 1, 1), rate=Decimal("7"))
    services.rate_enter(actor=fay, currency="USD", valid_from=date(2026, 7, 1), rate=Decimal("8"))

    price = selectors.price_for(actor(cast.ana), pump, on=MARCH, currency="USD")

    assert price.amount == Money(Decimal("142.86"), "USD")
    assert selectors.to_base(Money(Decimal(10), "USD"), MARCH) == Money(Decimal(70), "CNY")
    assert selectors.to_base(Money(Decimal(10), "USD"), date(2026, 8, 1)) == Money(
        Decimal(80), "CNY"
    )


def test_a_missing_rate_is_refused_and_says_who_enters_it(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        selectors.rate_on("EUR", MARCH)

    assert refusal.value.code == "no_rate"
    assert "finance" in refusal.value.next_step


def test_a_rate_entered_twice_for_a_day_is_corrected(cast: Cast, actor: Any) -> None:
    fay = actor(cast.fay)
    services.rate_enter(actor=fay, currency="USD", valid_from=MARCH, rate=Decimal("7"))
    services.rate_enter(actor=fay, currency="USD", valid_from=MARCH, rate=Decimal("7.2"))

    assert selectors.rate_on("USD", MARCH) == Decimal("7.2")


def test_the_base_currency_has_no_rate(cast: Cast, actor: Any) -> None:
    with pytest.raises(Invalid):
        services.rate_enter(
            actor=actor(cast.fay), currency="CNY", valid_from=MARCH, rate=Decimal("2")
        )


def test_a_discontinued_product_names_what_to_offer_instead(
    cast: Cast, actor: Any, pump: Product
) -> None:
    ada = actor(cast.ada)
    successor = record_create(
        actor=ada, model=Product, values={"sku": "P-200", "name": "Pump II", "series": "P"}
    )
    sibling = record_create(
        actor=ada, model=Product, values={"sku": "P-050", "name": "Small pump", "series": "P"}
    )

    ended = record_run(actor=ada, row=pump, verb="discontinue", params={"replaced_by": successor})

    assert not ended.is_sellable
    assert pump not in selectors.products_sellable(actor(cast.ana))
    assert selectors.product_alternatives(actor(cast.ana), ended) == [successor, sibling]


def test_a_product_does_not_replace_itself(cast: Cast, actor: Any, pump: Product) -> None:
    with pytest.raises(Invalid):
        services.product_discontinue(actor=actor(cast.ada), row=pump, replaced_by=pump)


def test_a_category_does_not_stand_inside_itself(cast: Cast, actor: Any) -> None:
    ada = actor(cast.ada)
    upper = record_create(actor=ada, model=Category, values={"name": "Pumps"})
    lower = record_create(actor=ada, model=Category, values={"name": "Gear", "parent": upper})

    with pytest.raises(Invalid):
        record_update(actor=ada, row=upper, values={"parent": lower})


@pytest.mark.parametrize(
    ("person", "level"),
    [
        ("ana", Level.HIDDEN),
        ("lee", Level.HIDDEN),
        ("oli", Level.READ),
        ("dee", Level.READ),
        ("fay", Level.WRITE),
        ("pat", Level.WRITE),
    ],
)
def test_the_cost_is_for_few_eyes(cast: Cast, actor: Any, person: str, level: Level) -> None:
    assert field_level(actor(getattr(cast, person)), "catalog.product", "cost") is level


def test_a_hidden_cost_is_not_given(cast: Cast, actor: Any, pump: Product) -> None:
    assert selectors.product_cost(actor(cast.ana), pump) is None
    assert selectors.product_cost(actor(cast.fay), pump) == Money(Decimal(600), "CNY")


def test_everybody_sees_products_and_few_change_them(cast: Cast, actor: Any, pump: Product) -> None:
    assert pump in selectors.products_sellable(actor(cast.eng))
    with pytest.raises(Denied):
        record_update(actor=actor(cast.ana), row=pump, values={"list_price": Decimal(1)})

    pump.refresh_from_db()
    assert pump.list_price == Decimal(1000)


def test_the_name_follows_the_readers_language(pump: Product) -> None:
    from django.utils.translation import override

    with override("en"):
        assert str(pump) == "Pump"
    with override("zh-hans"):
        assert str(pump) == "泵"


def test_the_familiar_currencies_are_entered_once(cast: Cast, actor: Any) -> None:
    assert services.currencies_load_standard(actor=actor(cast.ada)) == 6
    assert services.currencies_load_standard(actor=actor(cast.ada)) == 0
    assert selectors.currency_choices()[0] == ("CNY", "CNY Chinese yuan")

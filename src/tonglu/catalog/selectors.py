"""Reading the catalog: the price that holds, the rate that holds, and what may be sold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tonglu.directory.memory import remember
from tonglu.entities.selectors import rows
from tonglu.kernel.errors import DomainError
from tonglu.kernel.money import Money
from tonglu.kernel.text import N_
from tonglu.policy import Actor, Level, field_level
from tonglu.toolkit.clock import today
from tonglu.toolkit.money import base_currency

from .core.pricing import Offer, best_offer
from .core.rates import DatedRate, rate_holding
from .models import Currency, ExchangeRate, PriceList, PriceListLine, Product


class Customer(Protocol):
    """What pricing needs to know of an account."""

    pk: int
    tier: str


@dataclass(frozen=True, kw_only=True)
class Price:
    """A price per unit with where it comes from, in words; `list_id` is None for the product's own list price."""

    amount: Money
    list_price: Money
    explanation: tuple[str, ...]
    list_id: int | None = None
    line_id: int | None = None


def price_for(
    actor: Actor,
    product: Product,
    account: Customer | None = None,
    quantity: Decimal = Decimal(1),
    on: date | None = None,
    currency: str = "",
) -> Price:
    """The price per unit for a customer, a quantity and a day, in the currency asked for."""
    return prices_for(actor, [(product, quantity)], account, on=on, currency=currency)[0]


def prices_for(
    actor: Actor,
    wanted: Iterable[tuple[Product, Decimal]],
    account: Customer | None = None,
    *,
    on: date | None = None,
    currency: str = "",
) -> list[Price]:
    """The prices of many lines in two queries, in their order."""
    lines = list(wanted)
    day, code = on or today(actor), currency or base_currency()
    offers = _offers({product.pk for product, _quantity in lines}, account, day, code)
    return [
        _price(product, quantity, account, day, code, offers[product.pk])
        for product, quantity in lines
    ]


def rate_on(currency: str, on: date) -> Decimal:
    """What one unit of the currency is worth in the base currency on that day; a refusal when no rate is known."""
    if currency == base_currency():
        return Decimal(1)
    holding = rate_holding(_rates().get(currency, ()), on)
    if holding is None:
        raise DomainError(
            N_("No exchange rate from %(currency)s is known for %(day)s."),
            code="no_rate",
            field="currency",
            params={"currency": currency, "day": on.isoformat()},
            next_step=N_("Ask finance to enter the rate, or choose another currency."),
        )
    return holding[1]


def to_base(amount: Money, on: date) -> Money:
    """The amount in base currency at the rate of the day, rounded."""
    return amount.converted(rate_on(amount.currency, on), base_currency())


def to_currency(amount: Money, currency: str, on: date) -> Money:
    """The amount in another currency, by way of the base currency, rounded once."""
    if amount.currency == currency:
        return amount.rounded()
    rate = rate_on(amount.currency, on) / rate_on(currency, on)
    return amount.converted(rate, currency)


def products_sellable(actor: Actor) -> QuerySet[Product]:
    """The visible products that may be put on a new quote."""
    return rows(actor, Product).filter(
        active=True, life_cycle__in=(Product.LifeCycle.CURRENT, Product.LifeCycle.ENDING)
    )


def product_alternatives(actor: Actor, product: Product, most: int = 5) -> list[Product]:
    """What to offer instead: its successor first, then sellable products of its series and category."""
    same = Q(pk=product.replaced_by_id)
    if product.series:
        same |= Q(series=product.series)
    if product.category_id:
        same |= Q(category_id=product.category_id)
    found = products_sellable(actor).filter(same).exclude(pk=product.pk).order_by("sku")[: most * 4]
    return sorted(found, key=lambda other: _distance(product, other))[:most]


def product_cost(actor: Actor, product: Product) -> Money | None:
    """The cost of a unit, or None when it is not known or not for this actor's eyes."""
    hidden = field_level(actor, "catalog.product", "cost") is Level.HIDDEN
    return None if hidden or product.cost is None else Money(product.cost, product.currency)


def product_unit_cost(product: Product) -> Money | None:
    """The cost of a unit for computing; what is computed from it carries its own policy."""
    return None if product.cost is None else Money(product.cost, product.currency)


def product_by_id(pk: int) -> Product | None:
    """A product whatever its state, for documents that name it already."""
    return Product.objects.filter(pk=pk).first()


def _offers(
    products: set[int], account: Customer | None, on: date, currency: str
) -> dict[int, list[Offer]]:
    if not remember("catalog.lists", _any_list):
        return defaultdict(list)
    mine = Q(price_list__account__isnull=True)
    if account is not None:
        mine |= Q(price_list__account_id=account.pk)
    lines = (
        PriceListLine.objects.filter(
            mine,
            Q(price_list__valid_until__isnull=True) | Q(price_list__valid_until__gte=on),
            product_id__in=products,
            price_list__state=PriceList.State.ISSUED,
            price_list__deleted_at__isnull=True,
            price_list__currency=currency,
            price_list__valid_from__lte=on,
        )
        .select_related("price_list")
        .order_by("pk")
    )
    offers: dict[int, list[Offer]] = defaultdict(list)
    for line in lines:
        offers[line.product_id].append(_offer(line))
    return offers


def _any_list() -> bool:
    return PriceList.objects.filter(state=PriceList.State.ISSUED).exists()


def _offer(line: PriceListLine) -> Offer:
    list_ = line.price_list
    return Offer(
        line_id=line.pk,
        list_id=list_.pk,
        list_name=list_.name,
        price=Money(line.price, list_.currency),
        min_quantity=line.min_quantity,
        valid_from=list_.valid_from,
        valid_until=list_.valid_until,
        tier=line.tier,
        account_id=list_.account_id,
    )


def _price(
    product: Product,
    quantity: Decimal,
    account: Customer | None,
    on: date,
    currency: str,
    offers: list[Offer],
) -> Price:
    own = Money(product.list_price, product.currency)
    list_price = to_currency(own, currency, on)
    offer = best_offer(
        offers,
        account_id=account.pk if account else None,
        tier=account.tier if account else "",
        quantity=quantity,
        on=on,
    )
    if offer is None:
        return Price(
            amount=list_price, list_price=list_price, explanation=_explain_own(own, list_price, on)
        )
    return Price(
        amount=offer.price,
        list_price=list_price,
        explanation=_explain_offer(offer),
        list_id=offer.list_id,
        line_id=offer.line_id,
    )


def _explain_own(own: Money, shown: Money, on: date) -> tuple[str, ...]:
    said = [_("No price list names this product for this customer, so its list price holds.")]
    if own.currency != shown.currency:
        said.append(
            _("%(own)s, converted at the rates of %(day)s.") % {"own": own, "day": on.isoformat()}
        )
    return tuple(said)


def _explain_offer(offer: Offer) -> tuple[str, ...]:
    said = [
        _("Price list “%(name)s”, valid from %(day)s.")
        % {"name": offer.list_name, "day": offer.valid_from.isoformat()}
    ]
    if offer.account_id is not None:
        said.append(_("The list was made for this customer."))
    if offer.tier:
        tier = dict(PriceListLine._meta.get_field("tier").flatchoices)[offer.tier]
        said.append(_("The price is for customers of the tier “%(tier)s”.") % {"tier": tier})
    if offer.min_quantity > 1:
        said.append(
            _("It holds from %(quantity)s units on.")
            % {"quantity": f"{offer.min_quantity.normalize():f}"}
        )
    return tuple(said)


def _distance(product: Product, other: Product) -> tuple[bool, bool, str]:
    return (
        other.pk != product.replaced_by_id,
        not product.series or other.series != product.series,
        other.sku,
    )


def _rates() -> dict[str, tuple[DatedRate, ...]]:
    """All rates by currency in order of day, read once per request."""
    return remember("catalog.rates", _rates_load)


def _rates_load() -> dict[str, tuple[DatedRate, ...]]:
    found: dict[str, list[DatedRate]] = defaultdict(list)
    stored = ExchangeRate.objects.filter(deleted_at__isnull=True).order_by("valid_from")
    for currency, day, rate in stored.values_list("currency", "valid_from", "rate"):
        found[currency].append((day, rate))
    return {currency: tuple(rates) for currency, rates in found.items()}


def currency_choices() -> list[tuple[str, Any]]:
    """The currencies in use, the base currency first."""
    base = base_currency()
    stored = Currency.objects.filter(active=True, deleted_at__isnull=True)
    named = {code: f"{code} {name}" for code, name in stored.values_list("code", "name")}
    return [(base, named.pop(base, base)), *sorted(named.items())]

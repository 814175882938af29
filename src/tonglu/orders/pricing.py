"""Filling the lines of a document from the catalog, and its totals from the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tonglu.catalog import selectors as catalog
from tonglu.entities.fills import Fill
from tonglu.entities.selectors import rows
from tonglu.kernel.currency import currency_scale
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.money import Money
from tonglu.kernel.number import decimal_rounded
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import today

from .core.totals import PricedLine, Totals, line_priced, totals_of
from .wording import product_words

if TYPE_CHECKING:
    from tonglu.policy import Actor

ZERO = Decimal(0)


def lines_price(actor: Actor, row: Any, lines: Sequence[Any]) -> Totals:
    """Price every line and put the totals on the document."""
    totals = totals_of([_line(actor, row, line) for line in lines])
    row.list_amount, row.net_amount = totals.list_amount, totals.net
    row.vat_amount, row.amount = totals.vat, totals.gross
    row.cost_amount, row.margin_amount = totals.cost, totals.margin
    row.margin_rate = totals.margin_rate
    row.base_amount = in_base(actor, totals.gross, row.currency)
    return totals


def in_base(actor: Actor, amount: Decimal, currency: str) -> Decimal:
    """An amount in base currency at today's rate."""
    return catalog.to_base(Money(amount, currency), today(actor)).amount


def unit_cost(actor: Actor, product: Any, currency: str) -> Decimal | None:
    """What one unit costs us today, in the currency of the document."""
    cost = catalog.product_unit_cost(product) if product is not None else None
    return None if cost is None else catalog.to_currency(cost, currency, today(actor)).amount


def products_fill(
    actor: Actor, products: Sequence[Any], given: Mapping[str, str]
) -> dict[int, dict[str, str]]:
    """The price of each product for the customer, quantity and currency that a form holds; none without an exchange rate."""
    account = given.get("account", "")
    customer = rows(actor, "customers.account").filter(pk=account) if account.isdecimal() else ()
    quantity = _quantity(given.get("quantity", ""))
    wanted = [(product, quantity) for product in products]
    try:
        prices = catalog.prices_for(
            actor, wanted, next(iter(customer), None), currency=given.get("currency", "")
        )
    except DomainError:
        return {}
    return {
        product.pk: {"price": str(price.amount.amount)}
        for product, price in zip(products, prices, strict=True)
    }


FILL = Fill(
    kind="catalog.product", given=("account", "currency"), line=("quantity",), run=products_fill
)


def _quantity(text: str) -> Decimal:
    """What is typed so far; one unit while it is no number above zero."""
    try:
        typed = Decimal(text.replace(",", "").strip() or 1)
    except ArithmeticError:
        return Decimal(1)
    return typed if typed.is_finite() and typed > 0 else Decimal(1)


def _line(actor: Actor, row: Any, line: Any) -> PricedLine:
    before = getattr(line, "loaded", {})
    if line.product is not None:
        _from_catalog(actor, row, line, before)
    elif not line.description or line.price is None:
        where = f"{line._meta.model_name}.{line.position or 1}.product"
        raise Invalid({where: [N_("Choose a product, or give a description and a price.")]})
    line.list_price = line.price if line.list_price is None else line.list_price
    line.vat_rate = ZERO if line.vat_rate is None else line.vat_rate
    priced = line_priced(
        quantity=line.quantity,
        list_price=line.list_price,
        currency=row.currency,
        price=_typed_price(line, before, row.currency),
        discount=line.discount,
        vat_rate=line.vat_rate,
        cost=line.cost,
    )
    line.price, line.discount = priced.price, priced.discount
    line.amount, line.vat_amount = priced.amount, priced.vat
    return priced


def _typed_price(line: Any, before: dict[str, Any], currency: str) -> Decimal | None:
    """The price when it is what the person decided; None when the discount is."""
    if line.price is None or _discount_meant(line, before, currency):
        return None
    if not before or line.price != before["price"]:
        price: Decimal = line.price
        return price
    if line.discount != before["discount"] or line.list_price != before["list_price"]:
        return None
    return before["price"]  # type: ignore[no-any-return]


def _discount_meant(line: Any, before: dict[str, Any], currency: str) -> bool:
    """A form sends both: the discount counts when it makes this price, and on a new line beside a list price only filled in."""
    if not line.discount:
        return False
    after = decimal_rounded(line.list_price * (1 - line.discount), currency_scale(currency))
    return line.price == after or (not before and line.price == line.list_price)


def _from_catalog(actor: Actor, row: Any, line: Any, before: dict[str, Any]) -> None:
    product = line.product
    if not before or before["product_id"] != product.pk or before["quantity"] != line.quantity:
        price = catalog.price_for(
            actor, product, row.account, line.quantity, today(actor), row.currency
        )
        line.list_price = price.amount.amount
    if not before or before["product_id"] != product.pk or line.cost is None:
        line.cost = unit_cost(actor, product, row.currency)
    line.description = line.description or product_words(product, getattr(row, "language", ""))
    line.unit = line.unit or product.unit
    line.vat_rate = product.vat_rate if line.vat_rate is None else line.vat_rate

"""What must hold before a row of the catalog is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tonglu.entities.lines import lines_of
from tonglu.kernel.errors import Invalid
from tonglu.toolkit.money import base_currency

from .models import Category, Currency, ExchangeRate, PriceList, PriceListLine, Product

if TYPE_CHECKING:
    from tonglu.policy import Actor

FROZEN = ("name", "currency", "valid_from", "account_id")


def product_prepare(_actor: Actor, row: Product, _before: Product | None) -> None:
    """Numbers are kept without blanks around them, so that they are found as they are typed."""
    row.sku = row.sku.strip()
    row.name = " ".join(row.name.split())


def category_prepare(_actor: Actor, row: Category, _before: Category | None) -> None:
    """A shelf does not stand inside itself."""
    above, seen = row.parent, {row.pk}
    while above is not None:
        if above.pk in seen:
            raise Invalid({"parent": [_("A category cannot stand inside itself.")]})
        seen.add(above.pk)
        above = above.parent


def price_list_prepare(_actor: Actor, row: PriceList, before: PriceList | None) -> None:
    """An issued list never changes: customers were quoted by it."""
    if before is None or before.state == PriceList.State.DRAFT:
        return
    changed = [name for name in FROZEN if getattr(row, name) != getattr(before, name)]
    if changed or _lines_differ(row):
        raise Invalid(
            {"": [_("An issued price list does not change.")]},
            code="issued",
            next_step=_("Use “Next version” and issue that."),
        )


def currency_prepare(_actor: Actor, row: Currency, _before: Currency | None) -> None:
    """Codes are capital letters."""
    row.code = row.code.strip().upper()


def rate_prepare(_actor: Actor, row: ExchangeRate, _before: ExchangeRate | None) -> None:
    """The base currency has no rate to itself."""
    row.currency = row.currency.strip().upper()
    if row.currency == base_currency():
        raise Invalid({"currency": [_("The base currency is always worth one of itself.")]})


def _lines_differ(row: PriceList) -> bool:
    attached = {_content(line) for line in lines_of(row, PriceListLine)}
    return attached != {_content(line) for line in row.lines.all()}


def _content(line: PriceListLine) -> tuple[Any, ...]:
    return (line.product_id, line.tier, line.min_quantity, line.price)

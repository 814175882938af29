"""Writes of the catalog: the life of a product, and of a price list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tonglu.directory.memory import forget
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_

from .models import Currency, ExchangeRate, PriceList, PriceListLine, Product

if TYPE_CHECKING:
    from tonglu.policy import Actor

STANDARD_CURRENCIES = (
    ("CNY", "Chinese yuan", "人民币", "¥"),
    ("USD", "US dollar", "美元", "$"),
    ("EUR", "Euro", "欧元", "€"),
    ("HKD", "Hong Kong dollar", "港元", "HK$"),
    ("JPY", "Japanese yen", "日元", "¥"),
    ("GBP", "Pound sterling", "英镑", "£"),
)


def product_phase_out(*, actor: Actor, row: Product, replaced_by: Product | None = None) -> Product:
    """Sell what is left and name the successor, which quotes then offer instead."""
    _refuse_itself(row, replaced_by)
    values = {"life_cycle": Product.LifeCycle.ENDING, "replaced_by": replaced_by}
    return _product_update(actor, row, values, "phased_out")


def product_discontinue(
    *, actor: Actor, row: Product, replaced_by: Product | None = None
) -> Product:
    """Take a product out of every choice; documents that name it keep it."""
    _refuse_itself(row, replaced_by)
    values = {"life_cycle": Product.LifeCycle.ENDED, "replaced_by": replaced_by or row.replaced_by}
    return _product_update(actor, row, values, "discontinued")


def product_reintroduce(*, actor: Actor, row: Product) -> Product:
    """Sell a product again."""
    values = {"life_cycle": Product.LifeCycle.CURRENT, "active": True}
    return _product_update(actor, row, values, "reintroduced")


def price_list_issue(*, actor: Actor, row: PriceList) -> PriceList:
    """Put a list in force; from then on it does not change. The list it replaces ends the day before."""
    if row.state != PriceList.State.DRAFT:
        raise DomainError(N_("Only a draft can be issued."), code="not_a_draft")
    if not row.lines.exists():
        raise DomainError(N_("A price list without prices cannot be issued."), code="no_prices")
    if row.replaces is not None:
        _end(actor, row.replaces, row.valid_from - timedelta(days=1))
    return _list_update(actor, row, {"state": PriceList.State.ISSUED}, "issued")


def price_list_withdraw(*, actor: Actor, row: PriceList) -> PriceList:
    """Take a list out of force at once; prices already quoted stay quoted."""
    if row.state != PriceList.State.ISSUED:
        raise DomainError(N_("Only an issued list can be withdrawn."), code="not_issued")
    return _list_update(actor, row, {"state": PriceList.State.WITHDRAWN}, "withdrawn")


def price_list_revise(*, actor: Actor, row: PriceList, valid_from: date) -> PriceList:
    """Draft the next version of a list, with all its prices, to hold from a later day."""
    if valid_from <= row.valid_from:
        raise Invalid({"valid_from": [N_("The next version begins after the present one.")]})
    values = {
        "name": row.name,
        "currency": row.currency,
        "account": row.account,
        "valid_from": valid_from,
        "note": row.note,
        "replaces": row,
    }
    lines = [
        {
            "product": line.product,
            "tier": line.tier,
            "min_quantity": line.min_quantity,
            "price": line.price,
        }
        for line in row.lines.select_related("product")
    ]
    made: PriceList = record_create(
        actor=actor,
        model=PriceList,
        values=values,
        lines={PriceListLine: lines},
        verb="catalog.pricelist.revised",
    )
    return made


def rate_enter(
    *, actor: Actor, currency: str, valid_from: date, rate: Any, source: str = ""
) -> ExchangeRate:
    """Enter the rate of a day, or correct it."""
    known = ExchangeRate.objects.filter(currency=currency, valid_from=valid_from).first()
    values = {"rate": rate, "source": source, "deleted_at": None}
    if known is None:
        made: ExchangeRate = record_create(
            actor=actor,
            model=ExchangeRate,
            values={"currency": currency, "valid_from": valid_from, "rate": rate, "source": source},
        )
        return made
    changed: ExchangeRate = record_update(actor=actor, row=known, values=values)
    return changed


def currencies_load_standard(*, actor: Actor) -> int:
    """Enter the familiar currencies that are missing; gives how many were added."""
    known = set(Currency.objects.values_list("code", flat=True))
    missing = [entry for entry in STANDARD_CURRENCIES if entry[0] not in known]
    for code, name, name_zh, symbol in missing:
        values = {"code": code, "name": name, "name_zh": name_zh, "symbol": symbol}
        record_create(actor=actor, model=Currency, values=values)
    return len(missing)


def _refuse_itself(row: Product, replaced_by: Product | None) -> None:
    if replaced_by is not None and replaced_by.pk == row.pk:
        raise Invalid({"replaced_by": [N_("A product cannot replace itself.")]})


def _end(actor: Actor, row: PriceList, last_day: date) -> None:
    if row.valid_until is None or row.valid_until > last_day:
        _list_update(actor, row, {"valid_until": last_day}, "replaced")


def _product_update(actor: Actor, row: Product, values: dict[str, Any], done: str) -> Product:
    changed: Product = record_update(
        actor=actor, row=row, values=values, verb=f"catalog.product.{done}"
    )
    return changed


def _list_update(actor: Actor, row: PriceList, values: dict[str, Any], done: str) -> PriceList:
    changed: PriceList = record_update(
        actor=actor, row=row, values=values, act="issue", verb=f"catalog.pricelist.{done}"
    )
    forget()
    return changed

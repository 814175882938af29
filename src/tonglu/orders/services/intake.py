"""Orders from outside: the same order, however often it is sent, is one order; nobody waits for an account to be opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tonglu import policy
from tonglu.audit.services import context
from tonglu.customers import selectors as customers
from tonglu.customers import services as customer_services
from tonglu.entities.selectors import rows
from tonglu.entities.services import record_create
from tonglu.kernel.errors import Invalid
from tonglu.kernel.text import N_
from tonglu.orders.models import Order, OrderLine
from tonglu.toolkit.money import base_currency

if TYPE_CHECKING:
    from tonglu.customers.models import Account
    from tonglu.policy import Actor


@dataclass(frozen=True, kw_only=True)
class IntakeLine:
    """One line as another system tells it: a product by its number, or a description with a price."""

    quantity: Decimal
    sku: str = ""
    description: str = ""
    price: Decimal | None = None
    vat_rate: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Intake:
    """An order as another system tells it; `external_id` is what it calls the order."""

    external_id: str
    account_name: str
    lines: Sequence[IntakeLine]
    account_external_id: str = ""
    phone: str = ""
    email: str = ""
    currency: str = ""
    channel: str = Order.Channel.WEB_SHOP
    ordered_on: date | None = None
    recipient: str = ""
    address: str = ""
    note: str = ""


def order_receive(*, actor: Actor, intake: Intake) -> tuple[Order, bool]:
    """The order of that external id, and whether it is new; an unknown customer becomes a provisional account."""
    policy.require(actor, "create", "orders.order")
    found = rows(actor, Order).filter(external_id=intake.external_id).first()
    if found is not None:
        return found, False
    with context(actor, verb="orders.order.received"):
        made: Order = record_create(
            actor=actor,
            model=Order,
            values=_values(intake, _account(actor, intake)),
            lines={OrderLine: _lines(actor, intake.lines)},
        )
    return made, True


def _account(actor: Actor, intake: Intake) -> Account:
    by_id = rows(actor, "customers.account").filter(external_id=intake.account_external_id or None)
    known: Account | None = by_id.first() if intake.account_external_id else None
    known = known or customers.account_by_name(actor, intake.account_name)
    if known is not None:
        return known
    values = {
        "name": intake.account_name,
        "phone": intake.phone,
        "email": intake.email,
        "external_id": intake.account_external_id or None,
    }
    return customer_services.account_create(actor=actor, values=values, act=None)


def _values(intake: Intake, account: Account) -> dict[str, Any]:
    return {
        "external_id": intake.external_id,
        "account": account,
        "currency": intake.currency or base_currency(),
        "channel": intake.channel,
        "ordered_on": intake.ordered_on,
        "recipient": intake.recipient,
        "phone": intake.phone,
        "address": intake.address,
        "note": intake.note,
    }


def _lines(actor: Actor, lines: Sequence[IntakeLine]) -> list[dict[str, Any]]:
    known = {
        product.sku: product
        for product in rows(actor, "catalog.product").filter(
            sku__in=[line.sku for line in lines if line.sku]
        )
    }
    found = []
    for number, line in enumerate(lines, start=1):
        if line.sku and line.sku not in known:
            where = f"lines.{number}.sku"
            raise Invalid({where: [N_("There is no product with this number.")]})
        found.append(
            {
                "product": known.get(line.sku),
                "description": line.description,
                "quantity": line.quantity,
                "price": line.price,
                "vat_rate": line.vat_rate,
            }
        )
    return found

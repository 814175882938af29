"""Making invoices: of a contract's parts, of an order's lines; and correcting them at once.

Of a contract so much money of each part is invoiced, as its payment plan says; of an order so many pieces of each line. What a
draft claims already is not offered again.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tonglu.audit.services import context
from tonglu.entities.selectors import row as visible_row
from tonglu.entities.services import record_create
from tonglu.finance.claims import contract_open, order_open
from tonglu.finance.core.invoices import cents
from tonglu.finance.models import Invoice, InvoiceLine
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

from .crediting import credit_draft
from .invoices import invoice_issue

if TYPE_CHECKING:
    from tonglu.policy import Actor

EXACT = Decimal("0.000001")
Quantities = Mapping[int, Decimal]


def contract_invoice(*, actor: Actor, row: Any, amounts: Quantities | None = None) -> Invoice:
    """A draft for so much net money of each part of a contract, or for all that is not yet invoiced."""
    wanted = _within(amounts, contract_open(row))
    lines = [
        _line(line, line.quantity, _price(amount, line.quantity), contract_line=line)
        for line in row.lines.select_related("product").order_by("position", "pk")
        if (amount := wanted.get(line.pk))
    ]
    return _draft(actor, row, lines, contract=row)


def order_invoice(*, actor: Actor, row: Any, quantities: Quantities | None = None) -> Invoice:
    """A draft for so many of each line of an order, or for all that is not yet invoiced."""
    wanted = _within(quantities, order_open(row))
    lines = [
        _line(line, quantity, line.price, order_line=line, contract_line=line.contract_line)
        for line in row.lines.select_related("product", "contract_line").order_by("position", "pk")
        if (quantity := wanted.get(line.pk))
    ]
    return _draft(actor, row, lines, contract=row.contract, order=row)


def invoice_from_contract(
    *, actor: Actor, contract_id: int, share: Decimal = Decimal(1)
) -> Invoice:
    """A draft for a share of a contract's parts, such as 0.3 for a first instalment of 30 %."""
    contract = visible_row(actor, "orders.contract", contract_id)
    left = contract_open(contract)
    shares = {
        line.pk: min(cents((line.amount or Decimal(0)) * share), left[line.pk])
        for line in contract.lines.all()
        if left.get(line.pk)
    }
    return contract_invoice(actor=actor, row=contract, amounts=shares)


def invoice_credit(
    *, actor: Actor, row: Invoice, reason: str, quantities: Quantities | None = None
) -> Invoice:
    """Correct an issued invoice by a credit note, in full or so much of each line; what was collected must be taken back first."""
    with context(actor, verb="finance.invoice.credited", reason=reason):
        note = credit_draft(actor=actor, row=row, quantities=quantities, note=reason)
        return invoice_issue(actor=actor, row=note)


def _within(asked: Quantities | None, left: Quantities) -> dict[int, Decimal]:
    """What was asked, refused where more than is left; else all that is left."""
    if asked is None:
        wanted = {pk: amount for pk, amount in left.items() if amount > 0}
    else:
        wanted = {pk: amount for pk, amount in asked.items() if amount > 0}
    if any(amount > left.get(pk, Decimal(0)) for pk, amount in wanted.items()):
        raise DomainError(N_("More than is left would be invoiced."), code="too_much")
    if not wanted:
        raise DomainError(N_("Everything is invoiced already."), code="all_invoiced")
    return wanted


def _price(amount: Decimal, quantity: Decimal) -> Decimal:
    return (amount / quantity).quantize(EXACT)


def _line(line: Any, quantity: Decimal, price: Decimal | None, **more: Any) -> dict[str, Any]:
    return {
        "product": line.product,
        "description": line.description or str(line.product or ""),
        "quantity": quantity,
        "unit": line.unit,
        "price": price or Decimal(0),
        "vat_rate": line.vat_rate or Decimal(0),
        **more,
    }


def _draft(actor: Actor, row: Any, lines: list[dict[str, Any]], **more: Any) -> Invoice:
    made: Invoice = record_create(
        actor=actor,
        model=Invoice,
        values={"account": row.account, "currency": row.currency, "owner": row.owner, **more},
        lines={InvoiceLine: lines},
    )
    return made

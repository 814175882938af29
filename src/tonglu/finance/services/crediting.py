"""Correcting issued invoices by credit notes: in full or in part, at once or as a draft that somebody issues."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tonglu.entities.services import record_create, record_update
from tonglu.finance.claims import credited_quantity
from tonglu.finance.models import Invoice, InvoiceLine
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.money import Money
from tonglu.kernel.text import N_

if TYPE_CHECKING:
    from tonglu.policy import Actor

Quantities = Mapping[int, Decimal]
COPIED = (
    "position",
    "product",
    "description",
    "unit",
    "price",
    "vat_rate",
    "contract_line",
    "order_line",
)
BUYER = (
    "vat_type",
    "title",
    "tax_number",
    "registered_address",
    "registered_phone",
    "bank_name",
    "bank_account",
)


def credit_draft(
    *, actor: Actor, row: Invoice, quantities: Quantities | None = None, **values: Any
) -> Invoice:
    """A credit note for so much of each line, or for all that is not yet credited; it takes effect when issued."""
    lines = [
        _negative(line, quantity)
        for line, quantity in _credited_lines(row, quantities)
        if quantity > 0
    ]
    if not lines:
        raise DomainError(N_("Everything on this invoice is credited."), code="credited")
    note: Invoice = record_create(
        actor=actor,
        model=Invoice,
        values={
            **{name: getattr(row, name) for name in BUYER},
            "account": row.account,
            "contract": row.contract,
            "order": row.order,
            "corrects": row,
            "kind": Invoice.Kind.CREDIT_NOTE,
            "currency": row.currency,
            "owner": row.owner,
            **values,
        },
        lines={InvoiceLine: lines},
        act=None,
    )
    return note


def credit_apply(actor: Actor, note: Invoice) -> None:
    """Take a note's amount off what is open of the invoice it corrects; credited in full, the invoice is closed."""
    if note.corrects is None:
        return
    row = Invoice.objects.select_for_update(of=("self",)).get(pk=note.corrects.pk)
    if row.state != Invoice.State.ISSUED:
        raise DomainError(N_("Only an issued invoice can be corrected."), code="state")
    _require_quantities(note)
    if -note.amount > row.open_amount:
        raise DomainError(
            N_("Only %(open)s of invoice %(number)s is still open."),
            code="collected",
            params={"open": Money(row.open_amount, row.currency), "number": row.number},
            next_step=N_("Take the allocation back first."),
        )
    credited = row.credited_amount - note.amount
    values: dict[str, Any] = {
        "credited_amount": credited,
        "open_amount": row.amount - row.collected_amount - credited,
    }
    if credited == row.amount:
        values["state"] = Invoice.State.CREDITED
    record_update(actor=actor, row=row, values=values, act=None, verb="finance.invoice.credited")


def _require_quantities(note: Invoice) -> None:
    for line in note.lines.select_related("corrects"):
        if line.corrects is None:
            continue
        left = line.corrects.quantity - credited_quantity(line.corrects)
        if -line.quantity > left:
            raise DomainError(
                N_("Only %(left)s of “%(line)s” is not yet credited."),
                code="too_much",
                params={"left": left.normalize(), "line": line.description},
            )


def _credited_lines(
    row: Invoice, quantities: Quantities | None
) -> list[tuple[InvoiceLine, Decimal]]:
    lines = list(row.lines.select_related("product").order_by("position", "pk"))
    if quantities is None:
        return [(line, line.quantity - credited_quantity(line)) for line in lines]
    known = {line.pk: line for line in lines}
    if set(quantities) - set(known):
        raise Invalid({"quantities": [N_("This line is not part of the invoice.")]})
    return [(known[pk], quantity) for pk, quantity in quantities.items()]


def _negative(line: InvoiceLine, quantity: Decimal) -> dict[str, Any]:
    values = {name: getattr(line, name) for name in COPIED}
    return {**values, "quantity": -quantity, "corrects": line}

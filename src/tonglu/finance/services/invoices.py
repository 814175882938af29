"""Writing invoices: derive their amounts, issue them, correct them by credit notes, make them from contracts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tonglu.catalog.selectors import to_base
from tonglu.entities.lines import lines_of
from tonglu.entities.selectors import row as visible_row
from tonglu.entities.services import record_create, record_update
from tonglu.entities.spec import Refusal
from tonglu.finance.core.invoices import document_amounts, line_amounts
from tonglu.finance.events import InvoiceIssued
from tonglu.finance.models import Invoice, InvoiceLine
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.money import Money
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import today
from tonglu.toolkit.events import publish
from tonglu.toolkit.numbers import next_number

COPIED = ("position", "product_id", "description", "unit", "price", "vat_rate")


def invoice_prepare(actor: Actor, row: Invoice, before: Invoice | None) -> None:
    """Number, buyer's data and amounts of a draft; an issued invoice accepts no edit."""
    if before is not None and before.state != Invoice.State.DRAFT and _content_differs(row, before):
        raise DomainError(
            N_("An issued invoice cannot be changed."),
            code="issued",
            next_step=N_("Correct it with a credit note."),
        )
    if row.state != Invoice.State.DRAFT:
        return
    _require_one_customer(row)
    if before is None and not row.number:
        row.number = next_number("invoice", "INV{year}-{n:05}")
    _buyer_default(row)
    _amounts(row)


def invoice_issue(*, actor: Actor, row: Invoice, on: date | None = None) -> Invoice:
    """Issue a draft: from now on it is owed, and never changes."""
    if row.state != Invoice.State.DRAFT:
        raise DomainError(N_("Only a draft invoice can be issued."), code="state")
    if not lines_of(row, InvoiceLine) or row.amount == 0:
        raise Invalid({"lines": [N_("An invoice needs at least one line with an amount.")]})
    day = on or row.issued_on or today(actor)
    due = row.due_on or day + timedelta(days=row.account.payment_days)
    saved: Invoice = record_update(
        actor=actor,
        row=row,
        values={
            "state": Invoice.State.ISSUED,
            "issued_on": day,
            "due_on": due,
            "open_amount": row.amount - row.collected_amount,
        },
        act=None,
        verb="finance.invoice.issued",
    )
    publish(
        InvoiceIssued(
            invoice_id=saved.pk,
            contract_id=saved.contract_id,
            account_id=saved.account_id,
            issued_on=day,
            net_amount=saved.net_amount,
            amount=saved.amount,
            currency=saved.currency,
        )
    )
    return saved


def invoice_credit(*, actor: Actor, row: Invoice, reason: str) -> Invoice:
    """Correct an issued invoice in full by a credit note; money already collected on it must be taken back first."""
    if refusal := may_credit(actor, row):
        raise DomainError(refusal.reason, code="state", next_step=refusal.next_step)
    note: Invoice = record_create(
        actor=actor,
        model=Invoice,
        values={
            **{name: getattr(row, name) for name in _buyer_fields()},
            "account": row.account,
            "contract": row.contract,
            "order": row.order,
            "corrects": row,
            "kind": Invoice.Kind.CREDIT_NOTE,
            "currency": row.currency,
            "owner": row.owner,
            "note": reason,
        },
        lines={InvoiceLine: [_negative(line) for line in lines_of(row, InvoiceLine)]},
        act=None,
    )
    issued = invoice_issue(actor=actor, row=note)
    closed = {"state": Invoice.State.CREDITED, "open_amount": Decimal(0)}
    record_update(actor=actor, row=row, values=closed, act=None, verb="finance.invoice.credited")
    record_update(actor=actor, row=issued, values={"open_amount": Decimal(0)}, act=None)
    return issued


def invoice_from_contract(
    *, actor: Actor, contract_id: int, share: Decimal = Decimal(1)
) -> Invoice:
    """A draft for a share of a contract's lines, such as 0.3 for a first instalment of 30 %."""
    contract = visible_row(actor, "orders.contract", contract_id)
    lines = [
        {
            "product": line.product,
            "description": line.description or str(line.product or ""),
            "quantity": line.quantity,
            "unit": line.unit,
            "price": (line.price or Decimal(0)) * share,
            "vat_rate": line.vat_rate or Decimal(0),
        }
        for line in contract.lines.select_related("product").order_by("position", "pk")
    ]
    made: Invoice = record_create(
        actor=actor,
        model=Invoice,
        values={
            "account": contract.account,
            "contract": contract,
            "currency": contract.currency,
            "owner": contract.owner,
        },
        lines={InvoiceLine: lines},
    )
    return made


def may_issue(_actor: Actor, row: Invoice) -> Refusal | None:
    """Why an invoice cannot be issued now."""
    if row.state != Invoice.State.DRAFT:
        return Refusal(reason=_("It has been issued already."))
    if row.amount == 0:
        return Refusal(reason=_("It has no amount yet."), next_step=_("Add its lines."))
    return None


def may_credit(_actor: Actor, row: Invoice) -> Refusal | None:
    """Why an invoice cannot be corrected now."""
    if row.state != Invoice.State.ISSUED or row.kind != Invoice.Kind.INVOICE:
        return Refusal(reason=_("Only an issued invoice can be corrected."))
    if row.collected_amount:
        return Refusal(
            reason=_("Money has been collected on it."),
            next_step=_("Take the allocation back first."),
        )
    return None


def _buyer_fields() -> tuple[str, ...]:
    return (
        "vat_type",
        "title",
        "tax_number",
        "registered_address",
        "registered_phone",
        "bank_name",
        "bank_account",
    )


def _buyer_default(row: Invoice) -> None:
    """The buyer's tax data, from the account where the draft leaves them open."""
    account: Any = row.account
    row.title = row.title or account.name
    for name, source in (
        ("tax_number", "tax_id"),
        ("bank_name", "bank_name"),
        ("bank_account", "bank_account"),
    ):
        if not getattr(row, name):
            setattr(row, name, getattr(account, source, "") or "")


def _amounts(row: Invoice) -> None:
    totals = []
    for line in lines_of(row, InvoiceLine):
        amounts = line_amounts(line.quantity, line.price, line.vat_rate)
        line.net_amount, line.vat_amount, line.amount = amounts.net, amounts.vat, amounts.gross
        if line.product is not None and not line.description:
            line.description = str(line.product)
        totals.append(amounts)
    whole = document_amounts(totals)
    row.net_amount, row.vat_amount, row.amount = whole.net, whole.vat, whole.gross
    row.base_amount = to_base(Money(row.amount, row.currency), row.issued_on or today()).amount
    row.open_amount = row.amount - row.collected_amount


def _require_one_customer(row: Invoice) -> None:
    for name in ("contract", "order"):
        document: Any = getattr(row, name)
        if document is not None and document.account_id != row.account_id:
            raise Invalid({name: [_("This document belongs to another customer.")]})


def _content_differs(row: Invoice, before: Invoice) -> bool:
    kept = {
        "state",
        "collected_amount",
        "open_amount",
        "issued_on",
        "due_on",
        "tax_invoice_number",
        "note",
        "version",
        "updated_at",
        "owner",
        "department",
        "custom",
        "deleted_at",
        "search",
    }
    return any(
        getattr(row, field.attname) != getattr(before, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in kept
    )


def _negative(line: InvoiceLine) -> dict[str, Any]:
    values = {name.removesuffix("_id"): getattr(line, name.removesuffix("_id")) for name in COPIED}
    return {**values, "quantity": -line.quantity}

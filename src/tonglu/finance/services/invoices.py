"""Writing invoices: derive their amounts and issue them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tonglu.catalog.selectors import to_base
from tonglu.entities.lines import lines_of
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_update
from tonglu.entities.spec import Refusal
from tonglu.finance.claims import credited_quantity
from tonglu.finance.core.invoices import (
    LineAmounts,
    credited_amounts,
    document_amounts,
    line_amounts,
)
from tonglu.finance.events import InvoiceIssued
from tonglu.finance.models import Invoice, InvoiceLine
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.money import Money
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import today
from tonglu.toolkit.events import publish
from tonglu.toolkit.numbers import next_number

from .crediting import credit_apply


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
    is_note = row.kind == Invoice.Kind.CREDIT_NOTE
    if is_note:
        credit_apply(actor, row)
    saved: Invoice = record_update(
        actor=actor,
        row=row,
        values={
            "state": Invoice.State.ISSUED,
            "issued_on": day,
            "due_on": due,
            "open_amount": Decimal(0) if is_note else row.amount - row.collected_amount,
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


def may_issue(_actor: Actor, row: Invoice) -> Refusal | None:
    """Why an invoice cannot be issued now."""
    if row.state != Invoice.State.DRAFT:
        return Refusal(reason=_("It has been issued already."))
    if row.amount == 0:
        return Refusal(reason=_("It has no amount yet."), next_step=_("Add its lines."))
    return None


def issue_warning(_actor: Actor, row: Invoice) -> str:
    """What the tax office would send an invoice back for."""
    if row.vat_type == Invoice.VatType.SPECIAL and not row.tax_number:
        return _(
            "The customer's tax number is missing; a special VAT invoice without it cannot be deducted."
        )
    return ""


def may_credit(_actor: Actor, row: Invoice) -> Refusal | None:
    """Why an invoice cannot be corrected now."""
    if row.state != Invoice.State.ISSUED or row.kind != Invoice.Kind.INVOICE:
        return Refusal(reason=_("Only an issued invoice can be corrected."))
    if row.open_amount <= 0:
        return Refusal(
            reason=_("All of it has been collected."),
            next_step=_("Take the allocation back first."),
        )
    return None


def may_invoice_contract(_actor: Actor, row: Any) -> Refusal | None:
    """Why no invoice is made of a contract now."""
    if row.state == "draft":
        return Refusal(
            reason=_("The contract is not signed yet."), next_step=_("Sign the contract.")
        )
    if row.state in {"terminated", "amended"}:
        return Refusal(reason=_("This contract is not in force."))
    return None


def may_invoice_order(_actor: Actor, row: Any) -> Refusal | None:
    """Why no invoice is made of an order now."""
    if row.state == "cancelled":
        return Refusal(reason=_("This order was cancelled."))
    return None


def invoice_page(made: Invoice) -> str:
    """The page of an invoice that was made."""
    return entity_of(Invoice).url("detail", made.pk)


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
        amounts = _amounts_of(line)
        line.net_amount, line.vat_amount, line.amount = amounts.net, amounts.vat, amounts.gross
        if line.product is not None and not line.description:
            line.description = str(line.product)
        totals.append(amounts)
    whole = document_amounts(totals)
    row.net_amount, row.vat_amount, row.amount = whole.net, whole.vat, whole.gross
    row.base_amount = to_base(Money(row.amount, row.currency), row.issued_on or today()).amount
    row.open_amount = row.amount - row.collected_amount - row.credited_amount


def _amounts_of(line: InvoiceLine) -> LineAmounts:
    """A line's amounts; the parts of a line that is credited bit by bit add up to the line, to the cent."""
    if line.corrects is None:
        return line_amounts(line.quantity, line.price, line.vat_rate)
    before = credited_quantity(line.corrects)
    return credited_amounts(before, -line.quantity, line.price, line.vat_rate)


def _require_one_customer(row: Invoice) -> None:
    for name in ("contract", "order"):
        document: Any = getattr(row, name)
        if document is not None and document.account_id != row.account_id:
            raise Invalid({name: [_("This document belongs to another customer.")]})


def _content_differs(row: Invoice, before: Invoice) -> bool:
    kept = {
        "state",
        "collected_amount",
        "credited_amount",
        "open_amount",
        "issued_on",
        "due_on",
        "tax_invoice_number",
        "reminder_level",
        "reminded_on",
        "promised_on",
        "promise_note",
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

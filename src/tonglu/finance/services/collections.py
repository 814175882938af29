"""Writing collections: take money in, say what it pays for, take that back, refund it.

Every change locks the collection and the invoice or contract in that order, so that two people cannot spend the same money twice; the database
refuses sums that do not fit. A share that pays a contract is published, because pay may be released by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tonglu.audit.services import context
from tonglu.catalog.selectors import to_base
from tonglu.entities.selectors import row as visible_row
from tonglu.entities.services import record_create, record_update
from tonglu.entities.spec import Refusal
from tonglu.finance.core.allocation import OpenItem, require_allocatable, share_out
from tonglu.finance.events import ContractCollected
from tonglu.finance.models import Allocation, Collection, Invoice
from tonglu.finance.selectors import contract_collected
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.money import Money
from tonglu.kernel.text import N_
from tonglu.orders.selectors import contract_hold
from tonglu.policy import Actor
from tonglu.toolkit.clock import today
from tonglu.toolkit.events import publish
from tonglu.toolkit.numbers import next_number

from .dunning import promise_settled

NOTHING_OPEN = N_("This customer has no open invoice in this currency.")


def collection_prepare(actor: Actor, row: Collection, before: Collection | None) -> None:
    """Number, base amount and what is open; amount, account and currency are fixed once a part is allocated."""
    if before is not None and before.allocated_amount:
        for name in ("amount", "account_id", "currency"):
            if getattr(row, name) != getattr(before, name):
                raise Invalid(
                    {
                        name.removesuffix("_id"): [
                            _("A part of it is allocated; take that back first.")
                        ]
                    }
                )
    if before is None and not row.number:
        row.number = next_number("collection", "RC{year}-{n:05}")
    row.base_amount = to_base(Money(row.amount, row.currency), row.received_on).amount
    row.open_amount = row.amount - row.allocated_amount


def collection_allocate(
    *,
    actor: Actor,
    row: Collection,
    amount: Decimal,
    invoice: Invoice | None = None,
    contract: Any = None,
) -> Allocation:
    """Let a part of a receipt pay an invoice, or a contract in advance of its invoice."""
    if (invoice is None) == (contract is None):
        raise Invalid({"invoice": [N_("Say which invoice or which contract it pays.")]})
    with context(actor, verb="finance.collection.allocated"):
        receipt = Collection.objects.select_for_update().get(pk=row.pk)
        if invoice is not None:
            return _pay_invoice(actor, receipt, invoice, amount)
        return _pay_contract(actor, receipt, contract, amount)


def collection_allocate_many(
    *, actor: Actor, row: Collection, amounts: Mapping[int, Decimal] | None = None
) -> Collection:
    """Let a receipt pay so much of each named invoice; without amounts the oldest debts are paid first."""
    if amounts is None:
        return collection_allocate_oldest(actor=actor, row=row)
    with context(actor, verb="finance.collection.allocated"):
        receipt = Collection.objects.select_for_update().get(pk=row.pk)
        if sum(amounts.values()) > receipt.open_amount:
            raise DomainError(
                N_("Only %(left)s of this receipt is not yet allocated."),
                field="amounts",
                params={"left": Money(receipt.open_amount, receipt.currency)},
            )
        for pk in sorted(amounts):
            _pay_invoice(actor, receipt, visible_row(actor, Invoice, pk), amounts[pk])
            receipt.refresh_from_db()
    return receipt


def collection_allocate_oldest(*, actor: Actor, row: Collection) -> Collection:
    """Let a receipt pay the customer's open invoices, the earliest due first; the rest stays as credit."""
    with context(actor, verb="finance.collection.allocated"):
        receipt = Collection.objects.select_for_update().get(pk=row.pk)
        open_invoices = _open_invoices(receipt).select_for_update()
        found = {one.pk: one for one in open_invoices.order_by("pk")}
        items = [
            OpenItem(id=i.pk, due_on=i.due_on or i.created_at.date(), open=i.open_amount)
            for i in found.values()
        ]
        shares = share_out(receipt.open_amount, items)
        if not shares:
            raise DomainError(NOTHING_OPEN, code="nothing_open")
        for pk, amount in shares.items():
            _pay_invoice(actor, receipt, found[pk], amount)
            receipt.refresh_from_db()
    return receipt


def collection_refund(
    *,
    actor: Actor,
    row: Collection,
    amount: Decimal,
    contract: Any = None,
    on: date | None = None,
    reason: str,
) -> Collection:
    """Give money back to the customer: what is open of the receipt, or what a contract was paid with."""
    with context(actor, verb="finance.collection.refunded", reason=reason):
        _require_refundable(row, contract, amount)
        refund: Collection = record_create(
            actor=actor,
            model=Collection,
            values={
                "kind": Collection.Kind.REFUND,
                "account": row.account,
                "owner": row.owner,
                "received_on": on or today(actor),
                "currency": row.currency,
                "amount": -amount,
                "method": row.method,
                "payer": row.payer,
                "note": reason,
            },
            act=None,
        )
        if contract is not None:
            _allocate(actor, refund, None, contract, -amount)
        else:
            _spend(actor, row, amount)
            _spend(actor, refund, -amount)
    return refund


def _require_refundable(row: Collection, contract: Any, amount: Decimal) -> None:
    """The receipt, or the contract it paid, is held from here on: two refunds cannot both give back the same money."""
    if contract is None:
        limit = Collection.objects.select_for_update().get(pk=row.pk).open_amount
    else:
        _require_fit(row, contract.account_id, contract.currency)
        contract_hold(contract.pk)
        limit = contract_collected(contract.pk)
    if not 0 < amount <= limit:
        raise DomainError(
            N_("At most %(limit)s can be refunded."),
            field="amount",
            params={"limit": Money(limit, row.currency)},
            next_step=N_("Name the contract it paid to give back what is allocated.")
            if contract is None and row.allocated_amount
            else "",
        )


def allocation_reverse(*, actor: Actor, row: Allocation, reason: str) -> Allocation:
    """Take an allocation back by one with the opposite amount."""
    with context(actor, verb="finance.allocation.reversed", reason=reason):
        receipt = Collection.objects.select_for_update().get(pk=row.collection_id)
        if row.reverses_id or Allocation.objects.filter(reverses=row).exists():
            raise DomainError(N_("This allocation has been taken back already."), code="state")
        invoice = row.invoice
        if invoice is not None:
            invoice = Invoice.objects.select_for_update().get(pk=invoice.pk)
            _collect(actor, invoice, -row.amount)
        return _allocate(
            actor, receipt, invoice, row.contract, -row.amount, reverses=row, reason=reason
        )


def may_allocate(_actor: Actor, row: Collection) -> Refusal | None:
    """Why nothing of a receipt can be allocated now."""
    if row.kind != Collection.Kind.RECEIPT:
        return Refusal(reason=_("A refund is not allocated."))
    if row.open_amount <= 0:
        return Refusal(reason=_("All of it is allocated."))
    return None


def may_refund(_actor: Actor, row: Collection) -> Refusal | None:
    """Why nothing can be given back of it; what paid for a contract can, although nothing of the receipt is open."""
    if row.kind != Collection.Kind.RECEIPT:
        return Refusal(reason=_("This is a refund: nothing of it can be given back."))
    return None


def may_pay_oldest(actor: Actor, row: Collection) -> Refusal | None:
    """The same, and why there may be nothing to pay with it: the button stays grey until the customer owes something."""
    refusal = may_allocate(actor, row)
    if refusal is None and not _open_invoices(row).exists():
        return Refusal(reason=_(NOTHING_OPEN))
    return refusal


def _open_invoices(receipt: Collection) -> QuerySet[Invoice]:
    """What the customer owes in the currency of a receipt."""
    return Invoice.objects.filter(
        account_id=receipt.account_id,
        currency=receipt.currency,
        state=Invoice.State.ISSUED,
        kind=Invoice.Kind.INVOICE,
        open_amount__gt=0,
        deleted_at__isnull=True,
    )


def _pay_invoice(
    actor: Actor, receipt: Collection, invoice: Invoice, amount: Decimal
) -> Allocation:
    current = Invoice.objects.select_for_update().get(pk=invoice.pk)
    _require_fit(receipt, current.account_id, current.currency)
    if current.state != Invoice.State.ISSUED:
        raise DomainError(N_("Only an issued invoice can be paid."), field="invoice", code="state")
    require_allocatable(amount, receipt.open_amount, current.open_amount, receipt.currency)
    _collect(actor, current, amount)
    return _allocate(actor, receipt, current, current.contract, amount)


def _pay_contract(actor: Actor, receipt: Collection, contract: Any, amount: Decimal) -> Allocation:
    _require_fit(receipt, contract.account_id, contract.currency)
    contract_hold(contract.pk)
    owed = contract.amount - contract_collected(contract.pk)
    require_allocatable(amount, receipt.open_amount, owed, receipt.currency)
    return _allocate(actor, receipt, None, contract, amount)


def _allocate(
    actor: Actor,
    receipt: Collection,
    invoice: Invoice | None,
    contract: Any,
    amount: Decimal,
    **more: Any,
) -> Allocation:
    _spend(actor, receipt, amount)
    made: Allocation = record_create(
        actor=actor,
        model=Allocation,
        values={
            "collection": receipt,
            "invoice": invoice,
            "contract": contract,
            "account": receipt.account,
            "owner": receipt.owner,
            "allocated_on": today(actor),
            "currency": receipt.currency,
            "amount": amount,
            "base_amount": to_base(Money(amount, receipt.currency), receipt.received_on).amount,
            **more,
        },
        act=None,
    )
    if contract is not None:
        publish(
            ContractCollected(
                allocation_id=made.pk,
                collection_id=receipt.pk,
                contract_id=contract.pk,
                received_on=receipt.received_on,
                amount=amount,
                currency=receipt.currency,
                undone=made.reverses_id is not None,
            )
        )
    return made


def _spend(actor: Actor, receipt: Collection, amount: Decimal) -> None:
    record_update(
        actor=actor,
        row=receipt,
        values={"allocated_amount": receipt.allocated_amount + amount},
        act=None,
    )
    receipt.refresh_from_db()


def _collect(actor: Actor, invoice: Invoice, amount: Decimal) -> None:
    collected = invoice.collected_amount + amount
    left = invoice.amount - invoice.credited_amount - collected
    values = {"collected_amount": collected, "open_amount": left}
    record_update(actor=actor, row=invoice, values=values, act=None)
    if left <= 0:
        promise_settled(invoice, _("It has been paid."))


def _require_fit(receipt: Collection, account_id: int, currency: str) -> None:
    if receipt.account_id != account_id:
        raise DomainError(N_("This receipt came from another customer."), code="customer")
    if receipt.currency != currency:
        raise DomainError(
            N_("The receipt is in %(receipt)s, the document in %(document)s."),
            code="currency",
            params={"receipt": receipt.currency, "document": currency},
        )
    if receipt.kind != Collection.Kind.RECEIPT:
        raise DomainError(N_("A refund pays for nothing."), code="state")

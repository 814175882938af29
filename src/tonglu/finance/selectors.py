"""Reading what is owed and what came in; each starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from tonglu.entities.selectors import rows
from tonglu.policy import Actor
from tonglu.toolkit.clock import today

from .core.ageing import BANDS, Band, band_of
from .models import Allocation, Collection, Expense, Invoice


@dataclass(frozen=True, kw_only=True)
class AgedRow:
    """What one customer owes in one currency, by band, and in all."""

    account_id: int
    account: str
    currency: str
    bands: dict[str, Decimal]
    total: Decimal
    oldest_id: int
    oldest_due_on: date
    reminded_on: date | None = None
    promised_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Invoiced, collected and open on something, in one currency."""

    currency: str
    invoiced: Decimal
    collected: Decimal
    open: Decimal
    overdue: Decimal


def invoices_open(actor: Actor) -> QuerySet[Invoice]:
    """Issued invoices that are not fully paid."""
    found: QuerySet[Invoice] = rows(actor, Invoice).filter(
        state=Invoice.State.ISSUED, kind=Invoice.Kind.INVOICE, open_amount__gt=0
    )
    return found


def invoice_is_overdue(row: Invoice) -> bool:
    """Whether the customer should have paid by now."""
    is_open = row.state == Invoice.State.ISSUED and row.kind == Invoice.Kind.INVOICE
    is_owed = is_open and row.open_amount > 0
    return row.due_on is not None and is_owed and bool(row.due_on < today())


def invoices_overdue(actor: Actor, on: date | None = None) -> QuerySet[Invoice]:
    """Open invoices whose due day has passed."""
    return invoices_open(actor).filter(due_on__lt=on or today(actor))


def collections_to_allocate(actor: Actor) -> QuerySet[Collection]:
    """Receipts of which some is not allocated to an invoice or a contract yet."""
    return rows(actor, Collection).filter(kind=Collection.Kind.RECEIPT, open_amount__gt=0)


def expenses_to_decide(actor: Actor) -> QuerySet[Expense]:
    """Expenses that others handed in and that wait for a decision."""
    found = rows(actor, Expense).filter(state=Expense.State.SUBMITTED)
    return found.exclude(owner_id=actor.person_id)


def receivables_by_age(actor: Actor, on: date | None = None) -> list[AgedRow]:
    """Every customer's open invoices by how long they have been due, the most owed first; one query."""
    day = on or today(actor)
    found = invoices_open(actor).values_list("account_id", "account__name", "currency", *_OPEN_ITEM)
    grouped: dict[tuple[int, str, str], list[_Item]] = {}
    for account_id, name, currency, *item in found:
        grouped.setdefault((account_id, name, currency), []).append(_Item(*item))
    aged = [_aged(key, items, day) for key, items in grouped.items()]
    return sorted(aged, key=lambda row: -row.total)


def account_balances(actor: Actor, account_id: int) -> list[Balance]:
    """Invoiced, collected, open and overdue of one customer, by currency."""
    issued = rows(actor, Invoice).filter(
        account_id=account_id, state__in=(Invoice.State.ISSUED, Invoice.State.CREDITED)
    )
    return _balances(issued, today(actor))


def contract_balances(actor: Actor, contract_id: int) -> list[Balance]:
    """The same of one contract."""
    issued = rows(actor, Invoice).filter(
        contract_id=contract_id, state__in=(Invoice.State.ISSUED, Invoice.State.CREDITED)
    )
    return _balances(issued, today(actor))


def contract_collected(contract_id: int) -> Decimal:
    """What has been allocated to the contract and its invoices so far, VAT included."""
    found = Allocation.objects.filter(contract_id=contract_id).aggregate(sum=Sum("amount"))
    return Decimal(found["sum"] or 0)


def account_credit(actor: Actor, account_id: int) -> Decimal:
    """Receipts of the customer that are not allocated yet."""
    found = rows(actor, Collection).filter(account_id=account_id, kind=Collection.Kind.RECEIPT)
    return Decimal(found.aggregate(sum=Sum("open_amount"))["sum"] or 0)


def account_exposure(account_id: int) -> Decimal:
    """Everything open on a customer in base currency, for the credit limit; asked by rules, not by people."""
    found = Invoice.objects.filter(
        account_id=account_id, state=Invoice.State.ISSUED, amount__gt=0, deleted_at__isnull=True
    ).values_list("open_amount", "amount", "base_amount")
    return sum((open_ * base / amount for open_, amount, base in found), Decimal(0))


def collected_between(actor: Actor, first: date, last: date) -> list[dict[str, Any]]:
    """Receipts by currency from the first to the last day."""
    found = rows(actor, Collection).filter(received_on__range=(first, last))
    return list(
        found.order_by().values("currency").annotate(amount=Sum("amount"), count=Count("id"))
    )


def band_totals(aged: Iterable[AgedRow]) -> dict[str, dict[str, Decimal]]:
    """The sums of a list of aged rows: currency -> band -> amount."""
    totals: dict[str, dict[str, Decimal]] = {}
    for row in aged:
        sums = totals.setdefault(row.currency, {band.code: Decimal(0) for band in BANDS})
        for code, amount in row.bands.items():
            sums[code] += amount
    return totals


@dataclass(frozen=True)
class _Item:
    """An open invoice, and what was done about it."""

    pk: int
    due_on: date | None
    open_amount: Decimal
    reminded_on: date | None
    promised_on: date | None


_OPEN_ITEM = ("pk", "due_on", "open_amount", "reminded_on", "promised_on")


def _aged(key: tuple[int, str, str], items: list[_Item], day: date) -> AgedRow:
    bands = {band.code: Decimal(0) for band in BANDS}
    for item in items:
        band: Band = band_of(item.due_on or day, day)
        bands[band.code] += item.open_amount
    oldest = min(items, key=lambda item: (item.due_on or day, item.pk))
    return AgedRow(
        account_id=key[0],
        account=key[1],
        currency=key[2],
        bands=bands,
        total=sum(bands.values(), Decimal(0)),
        oldest_id=oldest.pk,
        oldest_due_on=oldest.due_on or day,
        reminded_on=max((one.reminded_on for one in items if one.reminded_on), default=None),
        promised_on=max((one.promised_on for one in items if one.promised_on), default=None),
    )


def _balances(issued: QuerySet[Invoice], day: date) -> list[Balance]:
    overdue = Q(due_on__lt=day, open_amount__gt=0)
    found = (
        issued.order_by()
        .values("currency")
        .annotate(
            invoiced=Sum("amount"),
            collected=Sum("collected_amount"),
            open=Sum("open_amount"),
            overdue=Sum("open_amount", filter=overdue),
        )
    )
    return [
        Balance(
            currency=one["currency"],
            invoiced=one["invoiced"] or Decimal(0),
            collected=one["collected"] or Decimal(0),
            open=one["open"] or Decimal(0),
            overdue=one["overdue"] or Decimal(0),
        )
        for one in found
    ]

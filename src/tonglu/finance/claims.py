"""What invoices claim of contracts and orders, and what credit notes took back of invoices.

Asked under the locks of the act that writes, by rules and not by people.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import Q, Sum

from .models import Invoice, InvoiceLine

ZERO, QUANTITY = Decimal(0), Decimal("0.0001")
COUNTED = Q(invoice__deleted_at__isnull=True) & ~Q(
    invoice__kind=Invoice.Kind.CREDIT_NOTE, invoice__state=Invoice.State.DRAFT
)
"""A draft invoice claims its lines; a draft credit note gives nothing back before it is issued."""


def contract_open(row: Any) -> dict[int, Decimal]:
    """The net amount of each part of a contract that no invoice claims yet."""
    claimed = _claimed("contract_line", row.lines.all(), "net_amount")
    return {
        line.pk: max(line.amount - claimed.get(line.pk, ZERO), ZERO) for line in row.lines.all()
    }


def order_open(row: Any) -> dict[int, Decimal]:
    """The quantity of each line of an order that no invoice claims yet; what came back is not claimed."""
    lines = list(row.lines.filter(deleted_at__isnull=True))
    claimed = _claimed("order_line", lines, "quantity")
    parts = contract_open(row.contract) if row.contract_id else {}
    return {line.pk: _order_line_open(line, claimed.get(line.pk, ZERO), parts) for line in lines}


def _claimed(link: str, lines: Any, measure: str) -> dict[int, Decimal]:
    found = InvoiceLine.objects.filter(COUNTED, **{f"{link}__in": lines})
    sums = found.order_by().values_list(link).annotate(sum=Sum(measure))
    return {pk: total or ZERO for pk, total in sums}


def _order_line_open(line: Any, claimed: Decimal, parts: dict[int, Decimal]) -> Decimal:
    left: Decimal = line.quantity - line.returned - claimed
    if line.contract_line_id in parts and line.price:
        bought = (parts[line.contract_line_id] / line.price).quantize(QUANTITY, ROUND_DOWN)
        left = min(left, bought)
    return max(left, ZERO)


def credited_quantity(line: InvoiceLine) -> Decimal:
    """How much of a line issued credit notes have taken back."""
    found = line.corrections.exclude(invoice__state=Invoice.State.DRAFT)
    return -Decimal(found.aggregate(sum=Sum("quantity"))["sum"] or 0)


def creditable_lines(order_line_ids: list[int]) -> list[tuple[InvoiceLine, Decimal]]:
    """The issued invoice lines of these order lines with how much of each is not credited; the latest invoice first."""
    found = InvoiceLine.objects.filter(
        order_line__in=order_line_ids,
        invoice__state=Invoice.State.ISSUED,
        invoice__kind=Invoice.Kind.INVOICE,
        invoice__deleted_at__isnull=True,
    ).select_related("invoice")
    return [(line, line.quantity - credited_quantity(line)) for line in found.order_by("-pk")]

"""What invoices claim of contracts and orders, and what credit notes took back of invoices.

Asked under the locks of the act that writes, by rules and not by people.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import Q, Sum

from tonglu.orders.selectors import contract_returned, order_lines_by_id

from .models import Invoice, InvoiceLine

ZERO, QUANTITY = Decimal(0), Decimal("0.0001")
COUNTED = Q(invoice__deleted_at__isnull=True) & ~Q(
    invoice__kind=Invoice.Kind.CREDIT_NOTE, invoice__state=Invoice.State.DRAFT
)
"""A draft invoice claims its lines; a draft credit note gives nothing back before it is issued."""


def contract_open(row: Any) -> dict[int, Decimal]:
    """The net amount of each part of a contract that no invoice claims yet; what came back is not claimed."""
    claimed = _claimed("contract_line", row.lines.all(), "net_amount")
    back = contract_returned(row.pk)
    return {
        line.pk: max(line.amount - back.get(line.pk, ZERO) - claimed.get(line.pk, ZERO), ZERO)
        for line in row.lines.all()
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


def invoiced_of(returned: Mapping[int, Decimal]) -> list[tuple[InvoiceLine, Decimal]]:
    """What was invoiced of goods that came back (order line -> quantity): how much of which issued lines, the latest first.

    An invoice of a contract asks a part of the price of every piece, so each piece that came back stands in all of them. Only what
    those leave of the price was invoiced by the piece, with the order.
    """
    shares: dict[InvoiceLine, Decimal] = {}
    for order_line in order_lines_by_id(returned):
        quantity, part, asked = returned[order_line.pk], order_line.contract_line, ZERO
        if part is not None and part.amount:
            for line in _issued(contract_line=part, order_line=None):
                asked += line.net_amount / part.amount
                shares[line] = shares.get(line, ZERO) + quantity
        left = (quantity * max(1 - asked, ZERO)).quantize(QUANTITY)
        for line in _issued(order_line=order_line):
            shares[line] = min(left, _uncredited(line))
            left -= shares[line]
    capped = [(line, min(share, _uncredited(line))) for line, share in shares.items()]
    return [(line, share) for line, share in capped if share > 0]


def _uncredited(line: InvoiceLine) -> Decimal:
    return line.quantity - credited_quantity(line)


def _issued(**origin: Any) -> list[InvoiceLine]:
    """The issued lines of a part of a contract, or of a line of an order, the latest first."""
    found = InvoiceLine.objects.filter(
        **origin,
        invoice__state=Invoice.State.ISSUED,
        invoice__kind=Invoice.Kind.INVOICE,
        invoice__deleted_at__isnull=True,
    )
    return list(found.select_related("invoice").order_by("-pk"))

"""What finance does when goods come back: it proposes the credit note, which a person issues."""

from __future__ import annotations

from decimal import Decimal

from tonglu.kernel.errors import DomainError
from tonglu.orders.events import OrderReturned
from tonglu.orders.selectors import return_by_id
from tonglu.policy import Actor

from .claims import invoiced_of
from .models import Invoice
from .services.crediting import credit_draft


def order_returned(event: OrderReturned) -> None:
    """Draft a credit note for each invoice that claims what came back; once, however often the event is told."""
    if Invoice.objects.filter(order_return_id=event.return_id).exists():
        return
    actor = Actor.system("job")
    back = return_by_id(actor, event.return_id)
    for invoice, quantities in _by_invoice({m.order_line_id: m.quantity for m in event.lines}):
        try:
            credit_draft(
                actor=actor,
                row=invoice,
                quantities=quantities,
                order_return=back,
                note=back.number,
            )
        except DomainError:
            continue


def _by_invoice(moved: dict[int, Decimal]) -> list[tuple[Invoice, dict[int, Decimal]]]:
    """The issued invoices that ask for what came back, each with how much of its lines is credited; the latest first."""
    shares: dict[Invoice, dict[int, Decimal]] = {}
    for line, quantity in invoiced_of(moved):
        shares.setdefault(line.invoice, {})[line.pk] = quantity
    return list(shares.items())

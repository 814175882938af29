"""What can still be invoiced of a contract and an order, credited of an invoice, and paid by a receipt: tables of dialogs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tonglu.catalog.wording import line_words
from tonglu.entities.selectors import rows
from tonglu.entities.spec import Part, Parts
from tonglu.orders.core.payment_plan import CENT, plan_next, plan_of_kept, spread
from tonglu.orders.selectors import contract_returned

from .claims import ZERO, contract_open, credited_quantity, order_open
from .core.allocation import OpenItem, share_out
from .models import Collection, Invoice

if TYPE_CHECKING:
    from tonglu.policy import Actor


def _name(line: Any) -> str:
    return line_words(line.description, line.product) or str(line.product or "")


def _contract_parts(_actor: Actor, row: Any) -> list[Part]:
    """Each part with what its payment plan asks for next."""
    left = contract_open(row)
    lines = list(row.lines.select_related("product").order_by("position", "pk"))
    back = contract_returned(row.pk)
    kept = [max(line.amount - back.get(line.pk, ZERO), ZERO) for line in lines]
    limits = [left[line.pk] for line in lines]
    asked = _next_amount(row, sum(kept, ZERO), sum(limits, ZERO))
    return [
        Part(
            id=line.pk,
            name=_name(line),
            facts=(line.amount, line.amount - left[line.pk]),
            open=left[line.pk],
            take=take,
        )
        for line, take in zip(lines, spread(asked, kept, limits), strict=True)
        if left[line.pk] > 0
    ]


def _next_amount(row: Any, kept: Decimal, left: Decimal) -> Decimal:
    """What the next instalment that is not invoiced yet asks for, without VAT; without a plan all that is left."""
    plan = list(row.instalments.all())
    if not plan or not kept or not row.amount:
        return left
    fixed = any(one.percent is None for one in plan)
    planned = [(one.amount if fixed else one.percent) or ZERO for one in plan]
    asked = plan_of_kept(planned, row.net_amount, kept, fixed=fixed)
    slack = CENT * max(row.lines.count(), 1)
    return min(plan_next(asked, kept - left, slack), left)


def _order_parts(_actor: Actor, row: Any) -> list[Part]:
    left = order_open(row)
    lines = row.lines.filter(deleted_at__isnull=True).select_related("product")
    return [
        Part(
            id=line.pk,
            name=_name(line),
            facts=(line.quantity, line.shipped),
            open=left[line.pk],
        )
        for line in lines.order_by("position", "pk")
        if left[line.pk] > 0
    ]


def _credit_parts(_actor: Actor, row: Invoice) -> list[Part]:
    made = []
    for line in row.lines.select_related("product").order_by("position", "pk"):
        left = line.quantity - credited_quantity(line)
        if left > 0:
            made.append(
                Part(id=line.pk, name=_name(line), facts=(line.price, line.quantity), open=left)
            )
    return made


def _invoice_parts(actor: Actor, row: Collection) -> list[Part]:
    """The customer's open invoices, the earliest due first, with the receipt shared out among them."""
    found = list(
        rows(actor, Invoice)
        .filter(
            account_id=row.account_id,
            currency=row.currency,
            state=Invoice.State.ISSUED,
            kind=Invoice.Kind.INVOICE,
            open_amount__gt=0,
        )
        .order_by("due_on", "pk")
    )
    items = [
        OpenItem(id=one.pk, due_on=one.due_on or one.created_at.date(), open=one.open_amount)
        for one in found
    ]
    shares = share_out(row.open_amount, items)
    return [
        Part(
            id=one.pk,
            name=one.number,
            facts=(one.due_on, one.amount),
            open=one.open_amount,
            take=shares.get(one.pk, ZERO),
        )
        for one in found
    ]


CONTRACT_PARTS = Parts(
    name="amounts",
    find=_contract_parts,
    title=_("What is invoiced, without VAT"),
    heads=(_("Agreed"), _("Invoiced or returned")),
    take=_("This invoice"),
    money=True,
    empty=_("Everything is invoiced already."),
)
ORDER_LINES = Parts(
    name="quantities",
    find=_order_parts,
    title=_("What is invoiced"),
    heads=(_("Ordered"), _("Shipped")),
    take=_("This invoice"),
    empty=_("Everything is invoiced already."),
)
INVOICE_LINES = Parts(
    name="quantities",
    find=_credit_parts,
    title=_("What is credited"),
    heads=(_("Price without VAT"), _("Quantity")),
    take=_("Credit now"),
)
OPEN_INVOICES = Parts(
    name="amounts",
    find=_invoice_parts,
    title=_("Open invoices of this customer"),
    heads=(_("Due on"), _("Total")),
    take=_("Pay with this receipt"),
    money=True,
    limit="open_amount",
    empty=_(
        "This customer has no open invoice in this currency. The money can pay a contract in advance, or be refunded."
    ),
)

"""What finance adds to the records of others: an invoice made of a contract, or of an order."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tonglu.entities.spec import Verb

from .open_lines import CONTRACT_PARTS, ORDER_LINES
from .services import billing, invoices

CONTRACT_VERBS = (
    Verb(
        name="invoice",
        label=_("Make an invoice"),
        run=billing.contract_invoice,
        act="invoice",
        when=invoices.may_invoice_contract,
        parts=CONTRACT_PARTS,
        icon="file-invoice",
        primary=True,
        bulk=False,
        url=invoices.invoice_page,
        help=_(
            "The boxes hold what the payment plan asks for next. A draft is made; issue it there."
        ),
    ),
)
"""What finance adds to a contract."""

ORDER_VERBS = (
    Verb(
        name="invoice",
        label=_("Make an invoice"),
        run=billing.order_invoice,
        act="invoice",
        when=invoices.may_invoice_order,
        parts=ORDER_LINES,
        icon="file-invoice",
        primary=True,
        bulk=False,
        url=invoices.invoice_page,
        help=_("A draft is made; issue it there."),
    ),
)
"""What finance adds to an order."""

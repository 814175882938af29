"""Invoices and money on the pages they hang on: the customer, the contract, the order, the return."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tonglu.entities.panels import Related

ACCOUNT, CONTRACT, INVOICE = "customers.account", "orders.contract", "finance.invoice"
COLLECTION, ALLOCATION = "finance.collection", "finance.allocation"

INVOICES = Related(
    kind=INVOICE,
    title=_("Invoices"),
    columns=("number", "state", "amount", "open_amount", "due_on"),
    icon="file-invoice",
)
CREDIT_NOTES = Related(
    kind=INVOICE,
    title=_("Credit notes"),
    columns=("number", "state", "amount", "issued_on"),
    icon="arrow-back-up",
)
PAID_BY = Related(
    kind=ALLOCATION,
    title=_("Paid by"),
    columns=("collection", "allocated_on", "amount"),
    icon="cash",
)
PAYS_FOR = Related(
    kind=ALLOCATION,
    title=_("What it pays for"),
    columns=("invoice", "contract", "allocated_on", "amount"),
    icon="arrows-split",
)
COLLECTIONS = Related(
    kind=COLLECTION,
    title=_("Collections"),
    columns=("number", "received_on", "amount", "open_amount"),
    icon="cash",
)

PANELS = (
    INVOICES.on(ACCOUNT, "account", 70),
    INVOICES.on(CONTRACT, "contract", 60),
    INVOICES.on("orders.order", "order", 60),
    CREDIT_NOTES.on("orders.orderreturn", "order_return", 40),
    CREDIT_NOTES.on(INVOICE, "corrects", 50),
    PAID_BY.on(INVOICE, "invoice", 40),
    PAYS_FOR.on(COLLECTION, "collection", 40),
    COLLECTIONS.on(ACCOUNT, "account", 75),
)

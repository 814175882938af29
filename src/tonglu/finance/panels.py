"""Invoices and money on the pages they hang on: the customer, the contract, the order, the return."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tonglu.entities.panels import Panel, related_panel

INVOICE = "finance.invoice"
INVOICES = _("Invoices")
SHORT = ("number", "state", "amount", "open_amount", "due_on")


def _invoices(on: str, field: str, order: int) -> Panel:
    return related_panel(
        on=on,
        kind=INVOICE,
        field=field,
        title=INVOICES,
        columns=SHORT,
        icon="file-invoice",
        order=order,
    )


PANELS = (
    _invoices("customers.account", "account", 70),
    _invoices("orders.contract", "contract", 60),
    _invoices("orders.order", "order", 60),
    related_panel(
        on="orders.orderreturn",
        kind=INVOICE,
        field="order_return",
        title=_("Credit notes"),
        columns=("number", "state", "amount", "issued_on"),
        icon="arrow-back-up",
        order=40,
    ),
    related_panel(
        on=INVOICE,
        kind=INVOICE,
        field="corrects",
        title=_("Credit notes"),
        columns=("number", "state", "amount", "issued_on"),
        icon="arrow-back-up",
        order=50,
    ),
    related_panel(
        on=INVOICE,
        kind="finance.allocation",
        field="invoice",
        title=_("Paid by"),
        columns=("collection", "allocated_on", "amount"),
        icon="cash",
        order=40,
    ),
    related_panel(
        on="finance.collection",
        kind="finance.allocation",
        field="collection",
        title=_("What it pays for"),
        columns=("invoice", "contract", "allocated_on", "amount"),
        icon="arrows-split",
        order=40,
    ),
    related_panel(
        on="customers.account",
        kind="finance.collection",
        field="account",
        title=_("Collections"),
        columns=("number", "received_on", "amount", "open_amount"),
        icon="cash",
        order=75,
    ),
)

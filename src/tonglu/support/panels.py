"""Tickets and visits on the pages they hang on: the customer, the contact, the order, the ticket."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tonglu.entities.panels import Panel, related_panel

TICKET, SERVICE = "support.ticket", "support.serviceorder"


def _tickets(on: str, field: str, order: int) -> Panel:
    return related_panel(
        on=on,
        kind=TICKET,
        field=field,
        title=_("Tickets"),
        columns=("subject", "state", "priority", "due_at"),
        icon="lifebuoy",
        order=order,
    )


def _visits(on: str, field: str, order: int) -> Panel:
    return related_panel(
        on=on,
        kind=SERVICE,
        field=field,
        title=_("Service orders"),
        columns=("number", "state", "planned_at", "owner"),
        icon="tool",
        order=order,
    )


PANELS = (
    _tickets("customers.account", "account", 80),
    _tickets("customers.contact", "contact", 80),
    _tickets("orders.order", "order", 80),
    _visits("customers.account", "account", 85),
    _visits(TICKET, "ticket", 40),
)

"""Shipments of orders, and what came back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.money import MoneyField
from tonglu.toolkit.records import Record
from tonglu.toolkit.search import search_column, search_index

from .orders import Order, OrderLine


class Shipment(Record):
    """Goods that left for the customer."""

    class State(models.TextChoices):
        SHIPPED = "shipped", _("On its way")
        DELIVERED = "delivered", _("Delivered")

    number = models.CharField(_("Number"), max_length=40, unique=True, editable=False)
    order = models.ForeignKey(
        Order, models.PROTECT, verbose_name=_("Sales order"), related_name="shipments"
    )
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.SHIPPED, editable=False
    )
    carrier = models.CharField(_("Carrier"), max_length=120, blank=True)
    tracking_number = models.CharField(_("Tracking number"), max_length=120, blank=True)
    shipped_at = models.DateTimeField(pgettext_lazy("moment", "Shipped"), editable=False)
    delivered_at = models.DateTimeField(
        pgettext_lazy("moment", "Delivered"), null=True, blank=True, editable=False
    )
    received_by = models.CharField(_("Received by"), max_length=120, blank=True)
    note = models.TextField(_("Note"), blank=True)

    search = search_column("number", "tracking_number")

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ("-shipped_at", "-id")
        indexes = [search_index()]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(Record):
    """So much of an order line in a shipment."""

    shipment = models.ForeignKey(
        Shipment, models.CASCADE, verbose_name=_("Shipment"), related_name="lines"
    )
    order_line = models.ForeignKey(
        OrderLine, models.PROTECT, verbose_name=_("Order line"), related_name="shipment_lines"
    )
    quantity = models.DecimalField(_("Quantity"), max_digits=14, decimal_places=4)
    delivered = models.DecimalField(
        _("Delivered"), max_digits=14, decimal_places=4, default=0, editable=False
    )

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_shipped_positive"),
            models.CheckConstraint(
                condition=Q(delivered__gte=0) & Q(delivered__lte=F("quantity")),
                name="orders_shipment_line_arrived",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line}"


class OrderReturn(Record):
    """Goods that came back, and why."""

    class Reason(models.TextChoices):
        DEFECT = "defect", _("Defective")
        WRONG = "wrong", _("Wrong item")
        DAMAGED = "damaged", _("Damaged on the way")
        UNWANTED = "unwanted", _("No longer wanted")
        OTHER = "other", _("Other")

    number = models.CharField(_("Number"), max_length=40, unique=True, editable=False)
    order = models.ForeignKey(
        Order, models.PROTECT, verbose_name=_("Sales order"), related_name="returns"
    )
    reason = models.CharField(_("Reason"), max_length=10, choices=Reason.choices)
    note = models.TextField(_("Note"), blank=True)
    returned_at = models.DateTimeField(pgettext_lazy("moment", "Returned"), editable=False)
    currency = models.CharField(_("Currency"), max_length=3, editable=False)
    amount = MoneyField(_("Value returned"), default=0, editable=False)

    search = search_column("number")

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ("-returned_at", "-id")
        indexes = [search_index()]

    def __str__(self) -> str:
        return self.number


class OrderReturnLine(Record):
    """So much of an order line that came back."""

    order_return = models.ForeignKey(
        OrderReturn, models.CASCADE, verbose_name=_("Return"), related_name="lines"
    )
    order_line = models.ForeignKey(
        OrderLine, models.PROTECT, verbose_name=_("Order line"), related_name="return_lines"
    )
    quantity = models.DecimalField(_("Quantity"), max_digits=14, decimal_places=4)
    amount = MoneyField(pgettext_lazy("of goods", "Value"), default=0)

    class Meta:
        verbose_name = _("return line")
        verbose_name_plural = _("return lines")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_returned_positive")
        ]

    def __str__(self) -> str:
        return f"{self.order_line}"

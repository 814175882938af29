"""Orders and their lines, which say how far each quantity is."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.search import search_column, search_index

from .contracts import Contract, ContractLine
from .lines import PricedDocument, PricedRow
from .quotes import Quote


class Order(PricedDocument):
    """What the customer has asked us to deliver; its state follows from its lines."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        RESERVED = "reserved", _("Reserved")
        PARTLY_SHIPPED = "partly_shipped", _("Partly shipped")
        SHIPPED = "shipped", _("Shipped")
        DELIVERED = "delivered", _("Delivered")
        RETURNED = "returned", _("Returned")
        CANCELLED = "cancelled", _("Cancelled")

    class Channel(models.TextChoices):
        SALES = "sales", _("Sales")
        WEB_SHOP = "web_shop", _("Web shop")
        API = "api", _("API")
        SERVICE = "service", _("Service")

    state = models.CharField(
        _("State"), max_length=16, choices=State.choices, default=State.NEW, editable=False
    )
    contract = models.ForeignKey(
        Contract,
        models.PROTECT,
        verbose_name=_("Contract"),
        null=True,
        blank=True,
        related_name="orders",
    )
    quote = models.ForeignKey(
        Quote,
        models.PROTECT,
        verbose_name=_("Quote"),
        null=True,
        blank=True,
        related_name="orders",
    )
    channel = models.CharField(
        _("Channel"), max_length=10, choices=Channel.choices, default=Channel.SALES
    )
    ordered_on = models.DateField(_("Ordered on"), null=True, blank=True)
    promised_on = models.DateField(_("Promised for"), null=True, blank=True)
    customer_number = models.CharField(_("Customer's number"), max_length=60, blank=True)
    recipient = models.CharField(_("Deliver to"), max_length=120, blank=True)
    phone = models.CharField(_("Telephone"), max_length=40, blank=True)
    address = models.CharField(_("Delivery address"), max_length=300, blank=True)
    note = models.TextField(_("Note"), blank=True)
    shipped_at = models.DateTimeField(
        pgettext_lazy("moment", "Shipped"), null=True, blank=True, editable=False
    )
    delivered_at = models.DateTimeField(
        pgettext_lazy("moment", "Delivered"), null=True, blank=True, editable=False
    )
    cancelled_at = models.DateTimeField(_("Cancelled"), null=True, blank=True, editable=False)
    cancel_reason = models.TextField(_("Why cancelled"), blank=True, editable=False)

    search = search_column("number", "customer_number", "recipient", "phone")

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ("-updated_at", "-id")
        indexes = [
            search_index(),
            models.Index(fields=("owner", "-updated_at"), name="orders_order_owner"),
            models.Index(fields=("department", "-updated_at"), name="orders_order_dept"),
            models.Index(fields=("account", "-updated_at"), name="orders_order_account"),
            models.Index(fields=("state", "promised_on"), name="orders_order_promised"),
        ]


class OrderLine(PricedRow):
    """A line of an order, with the quantities reserved, shipped, delivered and returned so far."""

    order = models.ForeignKey(
        Order, models.CASCADE, verbose_name=_("Sales order"), related_name="lines"
    )
    contract_line = models.ForeignKey(
        ContractLine,
        models.PROTECT,
        verbose_name=_("Contract line"),
        null=True,
        blank=True,
        editable=False,
        related_name="order_lines",
    )
    reserved = models.DecimalField(
        _("Reserved"), max_digits=14, decimal_places=4, default=0, editable=False
    )
    shipped = models.DecimalField(
        _("Shipped"), max_digits=14, decimal_places=4, default=0, editable=False
    )
    delivered = models.DecimalField(
        _("Delivered"), max_digits=14, decimal_places=4, default=0, editable=False
    )
    returned = models.DecimalField(
        _("Returned"), max_digits=14, decimal_places=4, default=0, editable=False
    )

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved__gte=0)
                & Q(returned__gte=0)
                & Q(returned__lte=F("delivered"))
                & Q(delivered__lte=F("shipped"))
                & Q(shipped__lte=F("quantity")),
                name="orders_line_quantities_in_order",
            )
        ]

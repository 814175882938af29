"""Suppliers and what we order from them: behind the wall."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.money import CurrencyField, MoneyField
from tonglu.toolkit.records import OwnedRecord, Record
from tonglu.toolkit.search import search_column, search_index


class Supplier(OwnedRecord):
    """A company we buy from."""

    class Rating(models.TextChoices):
        A = "a", _("A – preferred")
        B = "b", _("B – approved")
        C = "c", _("C – on trial")
        BLOCKED = "blocked", _("blocked")

    name = models.CharField(_("Name"), max_length=200, unique=True)
    contact_name = models.CharField(_("Contact"), max_length=120, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    address = models.CharField(_("Address"), max_length=300, blank=True)
    rating = models.CharField(_("Rating"), max_length=10, choices=Rating, default=Rating.B)
    payment_terms_days = models.PositiveSmallIntegerField(_("Payment terms in days"), default=30)
    tax_id = models.CharField(_("Taxpayer number"), max_length=40, blank=True)
    note = models.TextField(_("Note"), blank=True)
    search = search_column("name", "contact_name", "phone", "tax_id")

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ("name",)
        indexes = [search_index("search")]

    def __str__(self) -> str:
        return self.name


class Purchase(OwnedRecord):
    """An order to a supplier."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ORDERED = "ordered", _("ordered")
        PARTLY = "partly", _("partly received")
        RECEIVED = "received", pgettext_lazy("purchase", "received")
        CANCELLED = "cancelled", _("cancelled")

    number = models.CharField(_("Number"), max_length=40, unique=True, editable=False)
    supplier = models.ForeignKey(
        Supplier, models.PROTECT, verbose_name=_("Supplier"), related_name="purchases"
    )
    warehouse = models.ForeignKey(
        "supply.Warehouse", models.PROTECT, verbose_name=_("Deliver to warehouse"), related_name="+"
    )
    state = models.CharField(
        _("State"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    expected_on = models.DateField(_("Expected on"), null=True, blank=True)
    currency = CurrencyField(_("Currency"))
    amount = MoneyField(_("Amount"), default=0, editable=False)
    called_off_because = models.TextField(
        _("Why the rest was called off"), blank=True, default="", db_default="", editable=False
    )
    note = models.TextField(_("Note"), blank=True)
    search = search_column("number", "note")

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        ordering = ("-id",)
        indexes = [
            search_index("search"),
            models.Index(fields=("state", "expected_on"), name="supply_purchase_expected"),
        ]

    def __str__(self) -> str:
        return self.number


class PurchaseLine(Record):
    """A product ordered from a supplier, at our purchase price."""

    purchase = models.ForeignKey(
        Purchase, models.CASCADE, verbose_name=_("Purchase"), related_name="lines"
    )
    position = models.PositiveSmallIntegerField(_("Order"), default=0)
    product = models.ForeignKey(
        "catalog.Product", models.PROTECT, verbose_name=_("Product"), related_name="+"
    )
    quantity = models.DecimalField(_("Quantity"), max_digits=14, decimal_places=4)
    received = models.DecimalField(
        _("Received"), max_digits=14, decimal_places=4, default=0, editable=False
    )
    called_off = models.DecimalField(
        _("Called off"),
        max_digits=14,
        decimal_places=4,
        default=0,
        db_default=0,
        editable=False,
    )
    price = MoneyField(_("Purchase price"))
    amount = MoneyField(_("Amount"), default=0, editable=False)

    class Meta:
        verbose_name = _("purchase line")
        verbose_name_plural = _("purchase lines")
        ordering = ("purchase", "position", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0),
                name="supply_purchase_line_positive",
                violation_error_message=_("A quantity is more than zero."),
            ),
            models.CheckConstraint(
                condition=models.Q(received__gte=0) & models.Q(received__lte=models.F("quantity")),
                name="supply_purchase_line_received",
            ),
            models.CheckConstraint(
                condition=models.Q(called_off__gte=0)
                & models.Q(called_off__lte=models.F("quantity") - models.F("received")),
                name="supply_purchase_line_called_off",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} × {self.quantity}"

    @property
    def missing(self) -> Decimal:
        """What is still to come in."""
        return self.quantity - self.received - self.called_off

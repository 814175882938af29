"""Price lists: dated, per currency, for everyone, for a tier of customers or for one customer.

A price list is drafted, issued and later withdrawn. An issued list never changes; a new version replaces it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.money import CurrencyField, MoneyField
from tonglu.toolkit.records import Record
from tonglu.toolkit.tiers import Tier

from .products import Product


class PriceList(Record):
    """Prices in one currency that hold from a day on, for all customers or for `account` alone."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    name = models.CharField(_("Name"), max_length=120)
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    currency = CurrencyField(_("Currency"))
    valid_from = models.DateField(_("Valid from"))
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    account = models.ForeignKey(
        "customers.Account",
        models.PROTECT,
        verbose_name=_("Only for the customer"),
        null=True,
        blank=True,
        related_name="+",
    )
    replaces = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("Replaces"),
        null=True,
        blank=True,
        editable=False,
        related_name="replaced_by",
    )
    note = models.TextField(_("Note"), blank=True)

    class Meta:
        ordering = ("-valid_from", "name")
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="catalog_price_list_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class PriceListLine(Record):
    """The price of one product from a quantity on, for a tier of customers or, with no tier, for all."""

    price_list = models.ForeignKey(
        PriceList, models.CASCADE, verbose_name=_("Price list"), related_name="lines"
    )
    product = models.ForeignKey(
        Product, models.PROTECT, verbose_name=_("Product"), related_name="price_lines"
    )
    tier = models.CharField(_("Customer tier"), max_length=20, choices=Tier.choices, blank=True)
    min_quantity = models.DecimalField(
        _("From quantity"), max_digits=12, decimal_places=3, default=1
    )
    price = MoneyField(_("Price"))

    class Meta:
        ordering = ("price_list", "product", "tier", "min_quantity")
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                fields=("price_list", "product", "tier", "min_quantity"),
                name="catalog_price_named_once",
                violation_error_message=_("The list has this product, tier and quantity already."),
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0),
                name="catalog_price_not_negative",
                violation_error_message=_("A price cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(min_quantity__gt=0),
                name="catalog_price_quantity_positive",
                violation_error_message=_("A quantity must be above zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.price}"

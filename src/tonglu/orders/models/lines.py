"""What every line of a quote, a contract and an order has, and what every such document adds up to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.money import CurrencyField, MoneyField, PercentField
from tonglu.toolkit.records import OwnedRecord, Record
from tonglu.toolkit.units import UnitField


class PricedRow(Record):
    """A product at a price, without VAT; `cost` is the cost of one unit, for those who may see it."""

    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    product = models.ForeignKey(
        "catalog.Product",
        models.PROTECT,
        verbose_name=_("Product"),
        null=True,
        blank=True,
        related_name="+",
    )
    description = models.CharField(_("Description"), max_length=300, blank=True)
    quantity = models.DecimalField(_("Quantity"), max_digits=14, decimal_places=4, default=1)
    unit = UnitField(_("Unit"), max_length=20, blank=True)
    list_price = MoneyField(_("List price"), null=True, blank=True)
    discount = PercentField(_("Discount"), null=True, blank=True)
    price = MoneyField(_("Price"), null=True, blank=True)
    amount = MoneyField(_("Amount"), default=0, editable=False)
    cost = MoneyField(_("Unit cost"), null=True, blank=True)
    vat_rate = PercentField(_("VAT rate"), null=True, blank=True)
    vat_amount = MoneyField(_("VAT"), default=0, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.description or self.product} × {self.quantity.normalize():f}"


class PricedDocument(OwnedRecord):
    """A document with lines: its currency and its totals, which are derived from the lines and never typed."""

    number = models.CharField(_("Number"), max_length=40, unique=True, editable=False)
    account = models.ForeignKey(
        "customers.Account", models.PROTECT, verbose_name=_("Account"), related_name="+"
    )
    contact = models.ForeignKey(
        "customers.Contact",
        models.SET_NULL,
        verbose_name=_("Contact"),
        null=True,
        blank=True,
        related_name="+",
    )
    opportunity = models.ForeignKey(
        "sales.Opportunity",
        models.PROTECT,
        verbose_name=_("Opportunity"),
        null=True,
        blank=True,
        related_name="+",
    )
    currency = CurrencyField(_("Currency"))
    list_amount = MoneyField(_("At list price"), default=0, editable=False)
    net_amount = MoneyField(_("Net"), default=0, editable=False)
    vat_amount = MoneyField(_("VAT"), default=0, editable=False)
    amount = MoneyField(_("Total"), default=0, editable=False)
    base_amount = MoneyField(_("Total in base currency"), default=0, editable=False)
    cost_amount = MoneyField(_("Cost"), null=True, blank=True, editable=False)
    margin_amount = MoneyField(_("Margin"), null=True, blank=True, editable=False)
    margin_rate = PercentField(_("Margin rate"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

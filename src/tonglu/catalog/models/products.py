"""Products: what can be quoted, sold, delivered and repaired."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.listed import Listed, local_name
from tonglu.toolkit.money import CurrencyField, MoneyField, PercentField
from tonglu.toolkit.records import Record
from tonglu.toolkit.search import search_column, search_index
from tonglu.toolkit.units import UnitField


class Category(Listed):
    """A shelf of the catalog; shelves stand inside each other."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("Parent category"),
        null=True,
        blank=True,
        related_name="children",
    )

    class Meta:
        ordering = ("position", "name")
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")


class Product(Record):
    """A thing or service with a list price; `cost` is for those who may see it."""

    class Kind(models.TextChoices):
        GOOD = "good", _("Goods")
        SERVICE = "service", _("Service")
        BUNDLE = "bundle", _("Bundle")

    class LifeCycle(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CURRENT = "current", pgettext_lazy("life cycle", "Current")
        ENDING = "ending", _("Phasing out")
        ENDED = "ended", _("Discontinued")

    sku = models.CharField(_("Product number"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.GOOD)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        verbose_name=_("Category"),
        null=True,
        blank=True,
        related_name="products",
    )
    series = models.CharField(_("Series"), max_length=80, blank=True)
    specification = models.CharField(_("Specification"), max_length=300, blank=True)
    unit = UnitField(_("Unit"), max_length=20, default="pcs")
    list_price = MoneyField(_("List price"), default=0)
    currency = CurrencyField(_("Currency"))
    cost = MoneyField(_("Cost"), null=True, blank=True)
    vat_rate = PercentField(_("VAT rate"), default="0.13")
    warranty_months = models.PositiveSmallIntegerField(_("Warranty in months"), default=12)
    lead_time_days = models.PositiveSmallIntegerField(_("Delivery time in days"), default=0)
    life_cycle = models.CharField(
        _("Life cycle"), max_length=10, choices=LifeCycle.choices, default=LifeCycle.CURRENT
    )
    replaced_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("Replaced by"),
        null=True,
        blank=True,
        related_name="replaces",
    )
    active = models.BooleanField(_("Active"), default=True)
    description = models.TextField(_("Description"), blank=True)
    search = search_column("sku", "name", "name_zh", "series", "specification")

    class Meta:
        ordering = ("sku",)
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [search_index()]
        constraints = [
            models.CheckConstraint(
                condition=Q(list_price__gte=0),
                name="catalog_product_price_not_negative",
                violation_error_message=_("A price cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0),
                name="catalog_product_cost_not_negative",
                violation_error_message=_("A cost cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(vat_rate__gte=0) & Q(vat_rate__lt=1),
                name="catalog_product_vat_is_a_share",
                violation_error_message=_("A VAT rate is between 0 % and 100 %."),
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_zh)

    @property
    def is_sellable(self) -> bool:
        """Whether it may be put on a new quote."""
        return self.active and self.life_cycle in {self.LifeCycle.CURRENT, self.LifeCycle.ENDING}


class ProductPart(Record):
    """One part of a bundle: so many of a product."""

    bundle = models.ForeignKey(
        Product, models.CASCADE, verbose_name=_("Bundle"), related_name="parts"
    )
    product = models.ForeignKey(
        Product, models.PROTECT, verbose_name=_("Product"), related_name="part_of"
    )
    quantity = models.DecimalField(_("Quantity"), max_digits=12, decimal_places=3, default=1)

    class Meta:
        ordering = ("bundle", "id")
        verbose_name = _("part of a bundle")
        verbose_name_plural = _("parts of a bundle")
        constraints = [
            models.UniqueConstraint(
                fields=("bundle", "product"),
                name="catalog_part_named_once",
                violation_error_message=_("This product is in the bundle already."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="catalog_part_quantity_positive",
                violation_error_message=_("A quantity must be above zero."),
            ),
            models.CheckConstraint(
                condition=~Q(bundle=F("product")),
                name="catalog_part_is_not_itself",
                violation_error_message=_("A bundle cannot contain itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} × {self.quantity.normalize():f}"

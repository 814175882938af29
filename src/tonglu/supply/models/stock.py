"""Where goods lie and how many: warehouses, levels, and the moves that changed them."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.listed import Listed
from tonglu.toolkit.records import Record, told


class Warehouse(Listed):
    """A place where goods lie."""

    address = models.CharField(_("Address"), max_length=300, blank=True)
    keeper = models.ForeignKey(
        "directory.Person",
        models.SET_NULL,
        verbose_name=_("Keeper"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ("position", "name")


class StockLevel(Record):
    """How much of a product lies in a warehouse, and how much of that is reserved."""

    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, verbose_name=_("Warehouse"), related_name="levels"
    )
    product = models.ForeignKey(
        "catalog.Product", models.PROTECT, verbose_name=_("Product"), related_name="+"
    )
    on_hand = models.DecimalField(
        _("On hand"), max_digits=14, decimal_places=4, default=0, editable=False
    )
    reserved = models.DecimalField(
        _("Promised"), max_digits=14, decimal_places=4, default=0, editable=False
    )
    low_below = models.DecimalField(
        _("Low below"), max_digits=14, decimal_places=4, null=True, blank=True
    )

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        ordering = ("product", "warehouse")
        constraints = [
            models.UniqueConstraint(
                fields=("warehouse", "product"),
                name="supply_level_once",
                violation_error_message=_("There is already a level of this product there."),
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(reserved__lte=F("on_hand")),
                name="supply_level_reserved_is_there",
                violation_error_message=_("More would be reserved than is there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} · {self.warehouse}"

    @property
    @told(_("Available"))
    def available(self) -> Decimal:
        """What can still be promised."""
        return self.on_hand - self.reserved


class StockMove(Record):
    """One change of a level: goods in, out, counted, reserved or released; never changed."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("received")
        SHIPPED = "shipped", _("shipped")
        RETURNED = "returned", _("returned")
        COUNTED = "counted", _("counted")
        RESERVED = "reserved", _("reserved")
        RELEASED = "released", _("released")

    level = models.ForeignKey(
        StockLevel, models.PROTECT, verbose_name=_("Stock level"), related_name="moves"
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    quantity = models.DecimalField(_("Quantity"), max_digits=14, decimal_places=4)
    reference = models.CharField(_("For"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        ordering = ("-id",)
        indexes = [models.Index(fields=("level", "-id"), name="supply_move_level")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity}"

"""What people and departments set out to sell."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.money import CurrencyField, MoneyField
from tonglu.toolkit.months import MonthField
from tonglu.toolkit.records import Record


class SalesTarget(Record):
    """The target of one person, or of one department, for one month."""

    class Measure(models.TextChoices):
        REVENUE = "revenue", _("Won amount")
        DEALS = "deals", _("Won deals")

    owner = models.ForeignKey(
        "directory.Person",
        models.PROTECT,
        verbose_name=_("Person"),
        null=True,
        blank=True,
        related_name="+",
    )
    department = models.ForeignKey(
        "directory.Department",
        models.PROTECT,
        verbose_name=_("Department"),
        null=True,
        blank=True,
        related_name="+",
    )
    month = MonthField(_("Month"), help_text=_("The first day of the month."))
    measure = models.CharField(
        _("Measure"), max_length=10, choices=Measure.choices, default=Measure.REVENUE
    )
    amount = MoneyField(_("Target"))
    currency = CurrencyField(_("Currency"))
    note = models.CharField(_("Note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("sales target")
        verbose_name_plural = _("sales targets")
        ordering = ("-month", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(department__isnull=False),
                name="sales_target_of_someone",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="sales_target_month"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="sales_target_positive"),
            models.UniqueConstraint(
                fields=("owner", "department", "month", "measure"),
                condition=Q(deleted_at__isnull=True),
                nulls_distinct=False,
                name="sales_target_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner or self.department} {self.month:%Y-%m}"

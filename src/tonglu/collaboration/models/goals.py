"""Goals: what a person or a department wants to reach in a period, in numbers."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import OwnedRecord


class Goal(OwnedRecord):
    """So much of a measure in a period; `owner` answers for it, `team` counts when it is set."""

    name = models.CharField(_("Name"), max_length=160)
    measure = models.CharField(_("Measure"), max_length=60, default="manual")
    team = models.ForeignKey(
        "directory.Department",
        models.PROTECT,
        verbose_name=_("For the department"),
        null=True,
        blank=True,
        related_name="+",
    )
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"))
    target = models.DecimalField(_("Target"), max_digits=18, decimal_places=2)
    actual = models.DecimalField(_("Actual"), max_digits=18, decimal_places=2, default=0)
    counted_at = models.DateTimeField(_("Counted at"), null=True, blank=True, editable=False)
    description = models.TextField(_("Description"), blank=True)

    class Meta:
        ordering = ("-starts_on", "name")
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="collaboration_goal_has_a_period",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(target__gt=0),
                name="collaboration_goal_aims_high",
                violation_error_message=_("A target must be above zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def attainment(self) -> Decimal:
        """The share of the target that has been reached."""
        return (self.actual / self.target).quantize(Decimal("0.0001"))

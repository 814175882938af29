"""The way a deal went: one row for each move between stages, which the database never lets anyone change.

Only when an import is undone does the trail go, together with its deal.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StageMove(models.Model):
    """One move: from where, to where, who, when, and how long the deal had stood before."""

    opportunity = models.ForeignKey(
        "sales.Opportunity", models.CASCADE, verbose_name=_("Opportunity"), related_name="moves"
    )
    from_stage = models.ForeignKey(
        "sales.Stage", models.PROTECT, verbose_name=_("From"), null=True, related_name="+"
    )
    to_stage = models.ForeignKey(
        "sales.Stage", models.PROTECT, verbose_name=_("To"), related_name="+"
    )
    moved_at = models.DateTimeField(_("When"))
    moved_by = models.ForeignKey(
        "directory.Person", models.PROTECT, verbose_name=_("Moved by"), null=True, related_name="+"
    )
    stood = models.DurationField(_("Stood before"), null=True)
    amount = models.DecimalField(
        _("Amount in base currency"), max_digits=18, decimal_places=2, default=0
    )
    reason = models.TextField(_("Reason"), blank=True)
    skipped: models.JSONField[list[int]] = models.JSONField(_("Skipped"), default=list)

    class Meta:
        verbose_name = _("stage move")
        verbose_name_plural = _("stage moves")
        ordering = ("moved_at", "id")
        indexes = [
            models.Index(fields=("opportunity", "moved_at"), name="sales_move_opportunity"),
            models.Index(fields=("to_stage", "moved_at"), name="sales_move_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.from_stage or ''} → {self.to_stage}"

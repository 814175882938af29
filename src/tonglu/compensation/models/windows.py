"""Windows that were worked out: of one component of a plan version, over what had happened until then.

Worked out again, under the next number, only when something arrived later; so what a row says never changes, and the database refuses to
work the same out twice.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import Record


class PayWindow(Record):
    """A team pool, a contest or goals over one window; `seen` is what it was worked out from."""

    plan_version = models.ForeignKey(
        "compensation.PlanVersion", models.PROTECT, verbose_name=_("Plan version"), related_name="+"
    )
    component = models.CharField(_("Component"), max_length=60)
    window = models.CharField(_("Window"), max_length=20)
    first_day = models.DateField(_("From"))
    last_day = models.DateField(_("Until"))
    number = models.PositiveIntegerField(_("Number"))
    period = models.ForeignKey(
        "compensation.PayPeriod", models.PROTECT, verbose_name=_("Period"), related_name="+"
    )
    seen: models.JSONField[dict[str, Any]] = models.JSONField(_("Worked out from"), default=dict)

    class Meta:
        verbose_name = _("pay window")
        verbose_name_plural = _("pay windows")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("plan_version", "component", "window", "number"), name="pay_window_once"
            )
        ]

    def __str__(self) -> str:
        return self.window

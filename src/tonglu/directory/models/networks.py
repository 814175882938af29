"""From which networks people may come in, by role."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import Record


class AllowedNetworks(Record):
    """The networks of one role, one a line; without a role, those of everybody whose role has none of its own."""

    role = models.ForeignKey(
        "directory.Role",
        models.CASCADE,
        verbose_name=_("Role"),
        null=True,
        blank=True,
        related_name="+",
    )
    networks = models.TextField(_("Networks"))

    class Meta:
        verbose_name = _("allowed networks")
        verbose_name_plural = _("allowed networks")
        ordering = ("role__code",)
        constraints = [
            models.UniqueConstraint(
                fields=("role",), name="directory_networks_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.networks.replace("\n", ", ")

"""Bulk acts that are recorded, and undone, as a whole."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ChangeSet(models.Model):
    """A bulk act as one thing: an import, bulk edit, merge or transfer that can be undone as a whole."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("failed")

    act = models.CharField(_("Act"), max_length=40)
    kind = models.CharField(_("Kind of record"), max_length=100, blank=True)
    title = models.CharField(_("Title"), max_length=200)
    actor = models.ForeignKey(
        "directory.Person", models.SET_NULL, null=True, related_name="+", verbose_name=_("By")
    )
    at = models.DateTimeField(_("When"), auto_now_add=True)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.RUNNING)
    counts = models.JSONField(_("Counts"), default=dict)
    undone_at = models.DateTimeField(_("Undone"), null=True)
    undone_by = models.ForeignKey(
        "directory.Person",
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("Undone by"),
    )

    class Meta:
        verbose_name = _("change-set")
        verbose_name_plural = _("change-sets")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_at__isnull=False),
                name="changeset_undone_has_time",
            )
        ]

    def __str__(self) -> str:
        return self.title

"""Saved lists, and what each person prefers of a list: default and pinned views, columns and their widths."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A list someone saved: condition, sort and columns under a title. A shared one is offered to all who read that kind."""

    kind = models.CharField(_("Kind of record"), max_length=100)
    title = models.CharField(_("Title"), max_length=80)
    owner = models.ForeignKey(
        "directory.Person", models.CASCADE, related_name="+", verbose_name=_("Owner")
    )
    shared = models.BooleanField(_("Shared with everyone"), default=False)
    condition = models.JSONField(_("Condition"), default=dict, blank=True)
    text = models.CharField(_("Search text"), max_length=200, blank=True)
    sort = models.CharField(_("Sort"), max_length=100, blank=True)
    columns = models.JSONField(_("Columns"), default=list, blank=True)
    created_at = models.DateTimeField(_("Created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("Updated"), auto_now=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["title", "id"]
        indexes = [models.Index(fields=["kind", "owner"], name="entities_view_kind_owner")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "owner", "title"], name="entities_view_title_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class ListPreference(models.Model):
    """How one person wants the lists of one kind. Views are named by key: `all`, a shipped name, or `s` and an id."""

    person = models.ForeignKey("directory.Person", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=100)
    default_view = models.CharField(max_length=60, blank=True)
    pinned = models.JSONField(default=list)
    unpinned = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    widths = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("list preference")
        verbose_name_plural = _("list preferences")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="entities_list_preference_once")
        ]

    def __str__(self) -> str:
        return self.kind

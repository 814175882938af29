"""The abstract tables behind every kind of record.

A *record* is a row people work with: it carries a version (each save adds one; a stale save is refused), its makers,
a trash mark instead of deletion, the values of custom fields, and the id other systems know it by. An *owned record*
belongs to a person and a department, which is what the policy's reach is measured by. Rows are written only by the write
door in `tonglu.entities`, which keeps these columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

Read = TypeVar("Read", bound=Callable[[Any], Any])


def told(label: Any) -> Callable[[Read], Read]:
    """Give a property the head under which lists show it: `@property` above `@told(_("Available"))`."""

    def mark(read: Read) -> Read:
        read.__dict__["short_description"] = label
        return read

    return mark


class Record(models.Model):
    """A row with version, makers, trash mark, custom fields and external id."""

    version = models.PositiveIntegerField(_("Version"), default=1, editable=False)
    created_at = models.DateTimeField(_("Created"), auto_now_add=True, db_index=True)
    created_by = models.ForeignKey(
        "directory.Person",
        models.SET_NULL,
        verbose_name=_("Created by"),
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    updated_at = models.DateTimeField(_("Updated"), auto_now=True, db_index=True)
    deleted_at = models.DateTimeField(_("Deleted"), null=True, blank=True, editable=False)
    external_id = models.CharField(
        _("External id"), max_length=200, null=True, blank=True, unique=True
    )
    custom = models.JSONField(_("Custom fields"), default=dict, blank=True, editable=False)

    class Meta:
        abstract = True


class OwnedRecord(Record):
    """A record that belongs to a person and, through them, to a department."""

    owner = models.ForeignKey(
        "directory.Person",
        models.PROTECT,
        verbose_name=_("Owner"),
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
        editable=False,
    )
    owner_is_default = False
    """Whether nobody named the owner of a new record, so that a rule of its module may still choose one."""

    class Meta:
        abstract = True

"""The audit tables: one entry per changed row, chained by hash, written by the database itself.

An *entry* says who changed which row through which door, and what was there before. Entries are written by statement triggers
(`triggers.py`), so that plain SQL is recorded as well; they are sealed into a hash chain by `services.audit_seal`.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExactDecoder(json.JSONDecoder):
    """Reads numbers with a point as decimals, so that money comes back to the cent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": Decimal})


class Entry(models.Model):
    """One changed row. `changes` is {field: [old, new]} for an update, the row's values for an insert or delete."""

    class Act(models.TextChoices):
        CREATED = "I", _("created")
        UPDATED = "U", _("changed")
        DELETED = "D", _("removed")
        NOTED = "N", _("noted")

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField(default="")
    door = models.CharField(max_length=20)
    request_id = models.TextField(default="")
    changeset_id = models.BigIntegerField(null=True)
    verb = models.TextField(default="")
    reason = models.TextField(default="")
    kind = models.CharField(max_length=100)
    row_id = models.BigIntegerField()
    parent_kind = models.CharField(max_length=100, default="")
    parent_id = models.BigIntegerField(null=True)
    act = models.CharField(max_length=1, choices=Act.choices)
    changes = models.JSONField(decoder=ExactDecoder)
    seq = models.BigIntegerField(null=True, unique=True)
    hash = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "row_id", "-id"], name="audit_entry_row"),
            models.Index(
                fields=["parent_kind", "parent_id", "-id"],
                name="audit_entry_parent",
                condition=~models.Q(parent_kind=""),
            ),
            models.Index(
                fields=["changeset_id", "-id"],
                name="audit_entry_changeset",
                condition=models.Q(changeset_id__isnull=False),
            ),
            models.Index(
                fields=["id"], name="audit_entry_unsealed", condition=models.Q(seq__isnull=True)
            ),
            models.Index(fields=["actor_id", "-at"], name="audit_entry_actor"),
            models.Index(fields=["-at", "-id"], name="audit_entry_at"),
            models.Index(fields=["kind", "-at"], name="audit_entry_kind"),
            models.Index(fields=["verb", "-at"], name="audit_entry_verb"),
            models.Index(fields=["door", "-at"], name="audit_entry_door"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id} {self.act}"


class Head(models.Model):
    """The end of the sealed chain: a single row, compared with the chain so that a truncated tail shows."""

    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(default=b"")
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.seq}"


class Check(models.Model):
    """One verification of the whole chain: how far it reached, and the first broken place if there was one."""

    at = models.DateTimeField(auto_now_add=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField(default="")
    seq = models.BigIntegerField()
    broken_at = models.BigIntegerField(null=True)
    seconds = models.FloatField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.seq} {'whole' if self.broken_at is None else self.broken_at}"

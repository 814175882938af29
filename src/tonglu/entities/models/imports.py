"""Imports: a file, how its columns are mapped, what a run of it would do and did; and mappings worth remembering."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Import(models.Model):
    """One file that somebody brings in, from upload to result."""

    class State(models.TextChoices):
        MAPPING = "mapping", _("mapping")
        TRYING = "trying", _("trying out")
        TRIED = "tried", _("tried out")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("Kind of record"), max_length=100)
    file = models.ForeignKey("toolkit.StoredFile", models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "directory.Person", models.SET_NULL, null=True, related_name="+", verbose_name=_("By")
    )
    plan = models.JSONField(default=dict)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.MAPPING)
    report = models.JSONField(default=dict)
    work = models.ForeignKey("toolkit.Work", models.SET_NULL, null=True, related_name="+")
    changeset = models.ForeignKey(
        "entities.ChangeSet", models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("Created"), auto_now_add=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ImportPortion(models.Model):
    """How far an import is: written with each portion in its transaction, read by a run that goes on after a kill."""

    changeset = models.ForeignKey(
        "entities.ChangeSet", models.CASCADE, related_name="portions", verbose_name=_("Change-set")
    )
    done = models.PositiveIntegerField()
    counts = models.JSONField()
    problems = models.JSONField(default=list)
    waiting = models.JSONField(default=list)
    given = models.JSONField(default=list, db_default=[])
    """What it gave to other people: kind, person, first record, count."""
    last = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.changeset_id}: {self.done}"


class ImportMapping(models.Model):
    """How files with these headers were mapped the last time; offered again to everyone who imports that kind."""

    kind = models.CharField(max_length=100)
    signature = models.CharField(max_length=64)
    plan = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "signature"], name="import_mapping_signature")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.signature[:8]}"

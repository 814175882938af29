"""The policy as rows: versions, and the rules, field rules and walls of each.

A version is a draft until it is issued with the moment it takes effect. An issued version never changes: the database refuses
to update or delete it or anything in it, and an edit begins the next draft as a copy.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tonglu.kernel.text import N_
from tonglu.toolkit.records import Record


class State(models.TextChoices):
    """Whether a version may still be edited."""

    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")


SAMPLE_NOTE = N_("Sample policy")
"""What stands beside the policy that Tonglu brings along."""


class PolicyVersion(Record):
    """One whole policy; the issued one with the latest effective moment that has come is in force."""

    number = models.PositiveIntegerField(_("Number"), unique=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.DRAFT)
    effective_from = models.DateTimeField(_("In force from"), null=True, blank=True)
    issued_at = models.DateTimeField(_("Issued"), null=True, blank=True)
    issued_by = models.ForeignKey(
        "directory.Person",
        models.PROTECT,
        verbose_name=_("Issued by"),
        null=True,
        blank=True,
        related_name="+",
    )
    note = models.TextField(_("Note"), blank=True)

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(
                fields=("state",),
                condition=models.Q(state="draft"),
                name="policy_one_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(effective_from__isnull=False),
                name="policy_issued_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def note_told(self) -> str:
        """The note as it was written; that of the sample in the reader's language."""
        return gettext(SAMPLE_NOTE) if self.note == SAMPLE_NOTE else self.note


class Rule(models.Model):
    """A role (every role when empty), perhaps only within a department, may do an act on a kind with a reach."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="rules")
    role = models.CharField(max_length=60, blank=True)
    department = models.ForeignKey(
        "directory.Department", models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=100)
    act = models.CharField(max_length=60)
    reach = models.CharField(max_length=12)

    class Meta:
        ordering = ("kind", "role", "act", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("version", "role", "department", "kind", "act"),
                name="policy_rule_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(reach__in=("own", "team", "department", "all")),
                name="policy_rule_reach",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.act} {self.kind} {self.reach}"


class FieldRule(models.Model):
    """For a role, a field of a kind is hidden, only read, or written."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="field_rules")
    role = models.CharField(max_length=60)
    kind = models.CharField(max_length=100)
    field = models.CharField(max_length=100)
    level = models.CharField(max_length=10)

    class Meta:
        ordering = ("kind", "field", "role")
        constraints = [
            models.UniqueConstraint(
                fields=("version", "role", "kind", "field"), name="policy_field_once"
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=("hidden", "read", "write")),
                name="policy_field_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.kind}.{self.field} {self.level}"


class Wall(models.Model):
    """Kinds, or single fields of them ("catalog.product.purchase_price"), closed to all roles but the named ones."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="walls")
    name = models.CharField(max_length=100)
    kinds = models.JSONField(default=list)
    roles = models.JSONField(default=list)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("version", "name"), name="policy_wall_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name to show: that of a wall we ship in the reader's language, any other as it was given."""
        return gettext(self.name) if self.name else ""

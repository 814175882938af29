"""Plans, their versions, and who is paid by which plan from when.

A version's definition is the plan in the neutral form that the engine reads. An issued version never changes: the database refuses it;
an edit makes the next version, which holds for contracts signed from its day on.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.listed import local_name
from tonglu.toolkit.records import Record


class PayPlan(Record):
    """A named way of paying people, through all its versions."""

    code = models.SlugField(_("Code"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True)
    description = models.TextField(_("Description"), blank=True)
    active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("pay plan")
        verbose_name_plural = _("pay plans")
        ordering = ("name",)

    def __str__(self) -> str:
        return local_name(self.name, self.name_zh)


class PlanVersion(Record):
    """One version of a plan; `digest` fingerprints the definition that was issued, `working` keeps what cannot be read yet."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ISSUED = "issued", pgettext_lazy("plan", "issued")

    plan = models.ForeignKey(
        PayPlan, models.PROTECT, verbose_name=_("Plan"), related_name="versions"
    )
    number = models.PositiveIntegerField(_("Version"), editable=False)
    state = models.CharField(
        _("State"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    definition: models.JSONField[dict[str, Any]] = models.JSONField(_("Definition"), default=dict)
    working: models.JSONField[dict[str, Any]] = models.JSONField(
        _("Being composed"), default=dict, blank=True, editable=False
    )
    effective_from = models.DateField(_("Holds from"), null=True, blank=True)
    digest = models.CharField(_("Fingerprint"), max_length=64, blank=True, editable=False)
    issued_at = models.DateTimeField(_("Issued"), null=True, blank=True, editable=False)
    issued_by = models.ForeignKey(
        "directory.Person",
        models.SET_NULL,
        verbose_name=_("Issued by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    note = models.CharField(_("What is new"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        ordering = ("plan", "-number")
        constraints = [
            models.UniqueConstraint(fields=("plan", "number"), name="pay_version_number"),
            models.UniqueConstraint(
                fields=("plan", "effective_from"),
                condition=Q(state="issued"),
                name="pay_version_one_per_day",
                violation_error_message=_("Another version of this plan holds from that day."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(effective_from__isnull=False) & ~Q(digest=""),
                name="pay_version_issued_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"


class PlanMember(Record):
    """A person is paid by a plan, from a day and until a day, both included."""

    plan = models.ForeignKey(
        PayPlan, models.PROTECT, verbose_name=_("Plan"), related_name="members"
    )
    person = models.ForeignKey(
        "directory.Person", models.PROTECT, verbose_name=_("Person"), related_name="+"
    )
    valid_from = models.DateField(_("From"))
    valid_until = models.DateField(_("Until"), null=True, blank=True)
    quota = models.DecimalField(_("Quota"), max_digits=18, decimal_places=2, null=True, blank=True)
    target_incentive = models.DecimalField(
        _("Target pay"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    holds_released_on = models.DateField(_("Holds released on"), null=True, blank=True)

    class Meta:
        verbose_name = _("plan member")
        verbose_name_plural = _("plan members")
        ordering = ("person", "-valid_from")
        indexes = [models.Index(fields=("person", "valid_from"), name="pay_member_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="pay_member_days",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.plan}"

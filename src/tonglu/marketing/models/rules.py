"""The rules an administrator writes for leads: who gets them, and what they are worth in points."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import Record


class AssignmentRule(Record):
    """The first active rule whose condition a lead meets decides who gets it."""

    class Method(models.TextChoices):
        PERSON = "person", _("To this person")
        ROUND_ROBIN = "round_robin", _("In turn within the department")
        LEAST_LOADED = "least_loaded", _("To whoever has the fewest open leads")

    name = models.CharField(_("Name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("Position"), default=100)
    condition = models.JSONField(_("Condition"), default=dict, blank=True)
    method = models.CharField(
        _("Method"), max_length=12, choices=Method.choices, default=Method.ROUND_ROBIN
    )
    person = models.ForeignKey(
        "directory.Person",
        models.PROTECT,
        verbose_name=_("Person"),
        null=True,
        blank=True,
        related_name="+",
    )
    team = models.ForeignKey(
        "directory.Department",
        models.PROTECT,
        verbose_name=_("Department"),
        null=True,
        blank=True,
        related_name="+",
    )
    last_person = models.ForeignKey(
        "directory.Person",
        models.SET_NULL,
        verbose_name=_("Last in turn"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("assignment rule")
        verbose_name_plural = _("assignment rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(method="person", person__isnull=False)
                | ~Q(method="person") & Q(team__isnull=False),
                name="marketing_assignment_names_its_target",
                violation_error_message=_("Say which person, or which department takes turns."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ScoreRule(Record):
    """So many points for every lead that meets the condition; the name is the reason people read."""

    name = models.CharField(_("Reason"), max_length=120)
    position = models.PositiveSmallIntegerField(_("Position"), default=100)
    condition = models.JSONField(_("Condition"), default=dict, blank=True)
    points = models.SmallIntegerField(_("Points"))
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("score rule")
        verbose_name_plural = _("score rules")

    def __str__(self) -> str:
        return self.name

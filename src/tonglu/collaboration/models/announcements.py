"""Announcements, and who has read them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.records import OwnedRecord, Record


class Announcement(OwnedRecord):
    """News for a department and those below it, or for everybody."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    title = models.CharField(_("Title"), max_length=200)
    text = models.TextField(_("Text"))
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    audience = models.ForeignKey(
        "directory.Department",
        models.PROTECT,
        verbose_name=_("For the department"),
        null=True,
        blank=True,
        related_name="+",
    )
    must_confirm = models.BooleanField(_("Must be confirmed as read"), default=False)
    published_at = models.DateTimeField(
        pgettext_lazy("moment", "Published"), null=True, blank=True, editable=False
    )
    expires_on = models.DateField(_("Expires"), null=True, blank=True)

    class Meta:
        ordering = ("-published_at", "-id")
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")

    def __str__(self) -> str:
        return self.title


class Reading(Record):
    """A person has read an announcement."""

    announcement = models.ForeignKey(
        Announcement, models.CASCADE, verbose_name=_("Announcement"), related_name="readings"
    )
    person = models.ForeignKey(
        "directory.Person", models.CASCADE, verbose_name=_("Person"), related_name="+"
    )
    at = models.DateTimeField(_("Read at"))

    class Meta:
        ordering = ("announcement", "at")
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [
            models.UniqueConstraint(
                fields=("announcement", "person"), name="collaboration_reading_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id}/{self.person_id}"

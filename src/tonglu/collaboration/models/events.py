"""Calendar events, and the secret feeds that phones and desktop calendars read."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import Record

from .attached import Attached


class CalendarEvent(Attached):
    """Time set aside: a meeting, a visit, a call; `owner` invites, participants come."""

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        VISIT = "visit", _("Visit")
        CALL = "call", _("Call")
        DEMO = "demo", _("Demonstration")
        TRAINING = "training", _("Training")
        OTHER = "other", _("Other")

    title = models.CharField(_("Title"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.MEETING)
    starts_at = models.DateTimeField(_("Starts"))
    ends_at = models.DateTimeField(_("Ends"))
    all_day = models.BooleanField(_("All day"), default=False)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    contact = models.ForeignKey(
        "customers.Contact",
        models.SET_NULL,
        verbose_name=_("Contact"),
        null=True,
        blank=True,
        related_name="+",
    )
    participants = models.ManyToManyField(
        "directory.Person", verbose_name=_("Participants"), blank=True, related_name="+"
    )
    description = models.TextField(_("Description"), blank=True)

    class Meta:
        ordering = ("starts_at", "id")
        verbose_name = _("calendar event")
        verbose_name_plural = _("calendar events")
        indexes = [
            models.Index(fields=("starts_at", "ends_at"), name="collaboration_event_time"),
            models.Index(fields=("owner", "starts_at"), name="collaboration_event_owner"),
            models.Index(fields=("target_kind", "target_id"), name="collaboration_event_target"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")),
                name="collaboration_event_ends_after_start",
                violation_error_message=_("The event ends before it starts."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class CalendarFeed(Record):
    """A person's iCalendar address; only the hash of its secret is kept."""

    person = models.OneToOneField(
        "directory.Person", models.CASCADE, verbose_name=_("Person"), related_name="+"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return str(self.person_id)

"""Notices, and how each person wants to hear of each topic."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Mailing(models.TextChoices):
    """When a notice is mailed."""

    NEVER = "never", _("no mail")
    ONCE = "once", _("at once")
    DIGEST = "digest", _("once a day")


class Notice(models.Model):
    """One thing one person is told. `key` names the cause, so that an event delivered twice is told once.

    Where it tells of many records at once, `count` says how many, and `row_id` is the change-set that holds them.
    """

    person = models.ForeignKey("directory.Person", models.CASCADE, related_name="+")
    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=100)
    row_id = models.BigIntegerField()
    count = models.PositiveIntegerField(default=1, db_default=1)
    by_name = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    at_bell = models.BooleanField(default=True)
    mailing = models.CharField(max_length=8, choices=Mailing.choices, default=Mailing.NEVER)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=("person", "key"), name="notifications_notice_once")
        ]
        indexes = [
            models.Index(
                fields=("person", "-id"),
                name="notifications_notice_bell",
                condition=Q(at_bell=True),
            ),
            models.Index(
                fields=("person",),
                name="notifications_notice_unread",
                condition=Q(at_bell=True, read_at__isnull=True),
            ),
            models.Index(
                fields=("person",),
                name="notifications_notice_digest",
                condition=Q(mailing="digest", mailed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.kind} {self.row_id}"


class Preference(models.Model):
    """How one person hears of one topic; where there is none, the topic's own way holds."""

    person = models.ForeignKey("directory.Person", models.CASCADE, related_name="+")
    topic = models.CharField(max_length=40)
    at_bell = models.BooleanField()
    mailing = models.CharField(max_length=8, choices=Mailing.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("person", "topic"), name="notifications_preference_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.mailing}"

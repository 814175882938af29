"""Follow-ups: what was said and done with a customer, and when to be in touch again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.search import search_column, search_index

from .attached import Attached


class FollowUp(Attached):
    """A call, visit, mail, meeting, chat or note about a record."""

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        VISIT = "visit", _("Visit")
        MAIL = "mail", pgettext_lazy("follow-up", "E-mail")
        MEETING = "meeting", _("Meeting")
        CHAT = "chat", _("Chat")
        NOTE = "note", _("Note")

    kind = models.CharField(_("Kind"), max_length=8, choices=Kind.choices, default=Kind.CALL)
    subject = models.CharField(_("Subject"), max_length=200, blank=True)
    text = models.TextField(_("What happened"), blank=True)
    at = models.DateTimeField(_("When"))
    minutes = models.PositiveSmallIntegerField(_("Minutes"), null=True, blank=True)
    sourced_by = models.ForeignKey(
        "directory.Person",
        models.SET_NULL,
        verbose_name=_("Arranged by"),
        null=True,
        blank=True,
        related_name="+",
    )
    incoming = models.BooleanField(_("They contacted us"), default=False)
    contact = models.ForeignKey(
        "customers.Contact",
        models.SET_NULL,
        verbose_name=_("Contact"),
        null=True,
        blank=True,
        related_name="+",
    )
    next_contact_on = models.DateField(_("Next contact"), null=True, blank=True)
    next_step = models.CharField(_("Next step"), max_length=200, blank=True)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    search = search_column("subject", "text", "place")

    class Meta:
        ordering = ("-at", "-id")
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [
            search_index(),
            models.Index(
                fields=("target_kind", "target_id", "-at"), name="collaboration_followup_target"
            ),
            models.Index(fields=("account", "-at"), name="collaboration_followup_acct"),
            models.Index(fields=("owner", "-at"), name="collaboration_followup_owner"),
        ]

    def __str__(self) -> str:
        return self.subject

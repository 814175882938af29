"""Segments: groups of leads, contacts or accounts that are described, not listed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import OwnedRecord


class Segment(OwnedRecord):
    """Everyone who meets a condition today; tomorrow it may be others."""

    class Of(models.TextChoices):
        LEADS = "marketing.lead", _("Leads")
        CONTACTS = "customers.contact", _("Contacts")
        ACCOUNTS = "customers.account", _("Accounts")

    name = models.CharField(_("Name"), max_length=120)
    of = models.CharField(_("Members are"), max_length=20, choices=Of.choices, default=Of.LEADS)
    condition = models.JSONField(_("Condition"), default=dict, blank=True)
    description = models.TextField(_("Description"), blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("segment")
        verbose_name_plural = _("segments")

    def __str__(self) -> str:
        return self.name

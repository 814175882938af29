"""The pick lists customers and leads share: industries, and the sources they came from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.listed import Listed


class Industry(Listed):
    """A line of business a customer works in."""

    class Meta:
        ordering = ("position", "name")
        verbose_name = _("industry")
        verbose_name_plural = _("industries")


class Source(Listed):
    """Where a customer or a lead came from: a form, a fair, a referral."""

    class Channel(models.TextChoices):
        WEB = "web", _("Web")
        EVENT = "event", pgettext_lazy("channel", "Event")
        REFERRAL = "referral", _("Referral")
        ADVERT = "advert", _("Advertising")
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Telephone")
        PARTNER = "partner", _("Partner")
        LIST = "list", _("Bought or public list")
        OWN = "own", _("Own prospecting")
        OTHER = "other", _("Other")

    channel = models.CharField(
        _("Channel"), max_length=12, choices=Channel.choices, default=Channel.OTHER
    )

    class Meta:
        ordering = ("position", "name")
        verbose_name = _("source")
        verbose_name_plural = _("sources")

"""Records of pay that belong to whoever is paid: their owner is called the payee on every page, form, file and answer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import OwnedRecord


class PayeeRecord(OwnedRecord):
    """A record of somebody's pay; its owner is its payee, who reads it."""

    owner = models.ForeignKey(
        "directory.Person",
        models.PROTECT,
        verbose_name=_("Payee"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        abstract = True

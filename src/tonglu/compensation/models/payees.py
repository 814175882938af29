"""Records of pay that belong to whoever is paid: their owner is called the payee on every page, form, file and answer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.money import base_currency
from tonglu.toolkit.records import OwnedRecord


class InBaseCurrency:
    """A record whose amounts are in the company's own currency, and which keeps none."""

    @property
    def currency(self) -> str:
        """Read where an amount of the record is written out."""
        return base_currency()


class PayeeRecord(InBaseCurrency, OwnedRecord):
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

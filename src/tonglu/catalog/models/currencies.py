"""Currencies and the dated rates between them.

A rate says what one unit of a currency is worth in the base currency of the installation from a day on, until a later rate
replaces it. Rates are facts of their day: a document keeps the base amount it was computed with.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import Record


class Currency(Record):
    """A currency we quote, invoice or pay in, by its ISO 4217 code."""

    code = models.CharField(_("Code"), max_length=3, unique=True)
    name = models.CharField(_("Name"), max_length=60)
    name_zh = models.CharField(_("Chinese name"), max_length=60, blank=True)
    symbol = models.CharField(_("Symbol"), max_length=6, blank=True)
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        ordering = ("code",)
        verbose_name = _("currency")
        verbose_name_plural = _("currencies")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]{3}$"),
                name="catalog_currency_code_is_iso",
                violation_error_message=_("A currency code is three capital letters, such as CNY."),
            )
        ]

    def __str__(self) -> str:
        return self.code


class ExchangeRate(Record):
    """What one unit of `currency` is worth in the base currency from `valid_from` on."""

    currency = models.CharField(_("Currency"), max_length=3)
    valid_from = models.DateField(_("Valid from"))
    rate = models.DecimalField(_("Rate to base currency"), max_digits=18, decimal_places=8)
    source = models.CharField(_("Source of the rate"), max_length=120, blank=True)

    class Meta:
        ordering = ("currency", "-valid_from")
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(
                fields=("currency", "valid_from"),
                name="catalog_rate_one_per_day",
                violation_error_message=_("There is already a rate for this currency on this day."),
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0),
                name="catalog_rate_is_positive",
                violation_error_message=_("A rate must be above zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.valid_from} {self.rate.normalize():f}"

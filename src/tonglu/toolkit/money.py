"""Columns for amounts, currencies and rates, and the form fields that read them as people write them.

A money value of a row is two columns: an amount (`MoneyField`) and the row's `currency` (`CurrencyField`). A rate is stored as a
fraction (`PercentField`: 0.1250) and typed and shown in hundredths (12.5 %).
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel.numbers import get_currency_name
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tonglu.kernel.currency import CURRENCIES, FAMILIAR
from tonglu.kernel.errors import DomainError
from tonglu.kernel.number import decimal_parse, decimal_text
from tonglu.kernel.percent import PLACES, Percent

if TYPE_CHECKING:
    DecimalColumn = models.DecimalField[Any, Any]
    TextColumn = models.CharField[Any, Any]
else:
    DecimalColumn, TextColumn = models.DecimalField, models.CharField


def base_currency() -> str:
    """The currency of the books of this installation (setting `TONGLU_BASE_CURRENCY`)."""
    return str(getattr(settings, "TONGLU_BASE_CURRENCY", "CNY"))


def currency_valid(code: str) -> None:
    """Refuses a code that is not a currency amounts can be kept in."""
    if code not in CURRENCIES:
        raise ValidationError(
            _("%(code)s is not a currency that amounts can be kept in."),
            code="unknown_currency",
            params={"code": code},
        )


def currency_choices() -> list[tuple[str, str]]:
    """Every currency as (code, "code name") in the reader's language, the familiar ones first."""
    return list(_currency_choices(get_language() or "en"))


class MoneyInput(forms.TextInput):
    """A text box, so that pasted amounts such as `1,234.50` or `1.2万` survive; phones show the number pad."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class MoneyFormField(forms.DecimalField):
    """Reads an amount as people write it."""

    widget = MoneyInput

    def to_python(self, value: Any) -> Any:
        return super().to_python(_number(value))


class PercentFormField(forms.DecimalField):
    """Shows hundredths and yields the fraction; `12.5` and `12.5%` both become 0.125.

    The limits `min_value` and `max_value` are fractions too.
    """

    widget = MoneyInput

    def prepare_value(self, value: Any) -> Any:
        return decimal_text(value * 100) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        return super().to_python(_fraction(value))


class _Exact(DecimalColumn):
    """A number whose new rows hold their default as it will be read back: a decimal, also where it is written `0`."""

    def get_default(self) -> Any:
        value = super().get_default()
        return Decimal(value) if isinstance(value, int) else value


class MoneyField(_Exact):
    """An amount to two places; the currency stands in the row's `currency` column."""

    def __init__(self, verbose_name: Any = None, name: str | None = None, **options: Any) -> None:
        options = {"max_digits": 18, "decimal_places": 2, **options}
        super().__init__(verbose_name, name, **options)

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": MoneyFormField, **options})


class UnitPriceField(DecimalColumn):
    """The price of one unit to six places, as a VAT invoice divides it; the currency stands in the row's `currency` column.

    A number like any other for the database and for typing; only its text carries the currency.
    """

    def __init__(self, verbose_name: Any = None, name: str | None = None, **options: Any) -> None:
        options = {"max_digits": 18, "decimal_places": 6, **options}
        super().__init__(verbose_name, name, **options)

    def deconstruct(self) -> Any:
        """Migrations know it as the plain column it is."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs


class PercentField(_Exact):
    """A rate as a fraction: 12.5 % is 0.1250."""

    def __init__(self, verbose_name: Any = None, name: str | None = None, **options: Any) -> None:
        options = {"max_digits": 9, "decimal_places": PLACES, **options}
        super().__init__(verbose_name, name, **options)

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": PercentFormField, **options})


class CurrencyField(TextColumn):
    """An ISO 4217 code; a new row starts in the base currency."""

    default_validators = [currency_valid]

    def __init__(self, verbose_name: Any = None, name: str | None = None, **options: Any) -> None:
        options = {"max_length": 3, "default": base_currency, **options}
        super().__init__(verbose_name, name, **options)

    def formfield(self, **options: Any) -> Any:
        described = {
            "required": not self.blank,
            "label": self.verbose_name,
            "help_text": self.help_text,
            "initial": self.get_default,
        }
        return forms.ChoiceField(choices=currency_choices, **{**described, **options})


def _number(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        return value
    try:
        return decimal_parse(value)
    except DomainError as error:
        raise ValidationError(error.text(_), code=error.code) from None


def _fraction(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        return value
    try:
        return Percent.parse(value).fraction
    except DomainError as error:
        raise ValidationError(error.text(_), code=error.code) from None


@lru_cache(maxsize=8)
def _currency_choices(language: str) -> tuple[tuple[str, str], ...]:
    locale = "zh_Hans" if language.startswith("zh") else "en"
    codes = (*FAMILIAR, *sorted(CURRENCIES.difference(FAMILIAR)))
    return tuple((code, f"{code} {get_currency_name(code, locale=locale)}") for code in codes)

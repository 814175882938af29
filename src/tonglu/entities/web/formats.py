"""Values as texts in the reader's language and time zone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from tonglu.toolkit.formatting import (
    day_text,
    moment_text,
    money_text,
    number_text,
    percent_text,
    price_text,
)


def format_money(amount: Any, currency: str = "") -> str:
    """An amount with the sign of its currency."""
    return money_text(amount, currency, _language())


def format_price(amount: Any, currency: str = "") -> str:
    """A price of one unit, with the sign of its currency and every place it has."""
    return price_text(amount, currency, _language())


def format_number(value: Any) -> str:
    """A number with its groups of three."""
    return number_text(value)


def format_percent(value: Any) -> str:
    """A fraction as percent."""
    return percent_text(value)


def format_date(value: date) -> str:
    """A day."""
    return day_text(value, _language())


def format_datetime(value: datetime) -> str:
    """A moment, to the minute."""
    return moment_text(timezone.localtime(value), _language())


def _language() -> str:
    return get_language() or "en"

"""Filters that print values in the reader's language and time zone: money, number, percent, compact, bytes, day, due, when, moment.

A builtin library: no `{% load %}` is needed. An empty value prints nothing.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language

from tonglu.kernel.money import Money
from tonglu.toolkit import formatting
from tonglu.toolkit.clock import now

register = template.Library()


@register.filter
def money(value: Any, currency: str = "") -> str:
    """`{{ row.amount|money:row.currency }}`: the amount with symbol and grouping; a Money brings its own currency."""
    if isinstance(value, Money):
        value, currency = value.amount, value.currency
    return formatting.money_text(value, currency or "", _language())


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """Grouped digits, all places or exactly so many."""
    return formatting.number_text(value, places)


@register.filter
def percent(value: Any, places: int = 2) -> str:
    """A stored fraction in hundredths: 0.1250 prints as 12.5%."""
    return formatting.percent_text(getattr(value, "fraction", value), places)


@register.filter
def compact(value: Any, currency: str = "") -> str:
    """A large number in few characters: 1.2M, 120万."""
    if isinstance(value, Money):
        value, currency = value.amount, value.currency
    return formatting.compact_text(value, currency or "", _language())


@register.filter(name="bytes")
def file_size(value: Any) -> str:
    """The size of a file."""
    return formatting.bytes_text(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """The calendar day, where the reader is."""
    return formatting.day_text(_day(value), _language()) if value else ""


@register.filter
def due(value: date | datetime | None) -> str:
    """A day as distance from today, in an element that also holds the day itself."""
    if not value:
        return ""
    here = timezone.localtime(now()).date()
    text = formatting.due_text(_day(value), here, _language())
    return _time(_day(value).isoformat(), formatting.day_text(_day(value), _language()), text)


@register.filter
def when(value: datetime | None) -> str:
    """A point in time as seen from now, in an element that also holds it in full."""
    if not value:
        return ""
    here = timezone.localtime(value)
    text = formatting.when_text(value, timezone.localtime(now()), _language())
    return _time(here.isoformat(), formatting.moment_text(here, _language()), text)


@register.filter
def moment(value: datetime | None) -> str:
    """A point in time in full, where the reader is."""
    return formatting.moment_text(timezone.localtime(value), _language()) if value else ""


def _language() -> str:
    return get_language() or "en"


def _day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _time(machine: str, full: str, text: str) -> str:
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, full, text)

"""A value as a person reads it: one small function per type of field, for list cells, cards and record pages alike.

Names of related records come from `related.Names`, so that no cell asks the database, and a record the reader may not see is
shown as such instead of by its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.db import models
from django.db.models import Model
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tonglu.entities.conditions import condition_told
from tonglu.entities.fields import Field, Type, value_of
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.entities.related import Names, related_ids
from tonglu.toolkit.money import UnitPriceField
from tonglu.toolkit.months import MonthField, month_text
from tonglu.toolkit.units import UnitField, unit_text

from .formats import (
    format_date,
    format_datetime,
    format_money,
    format_number,
    format_percent,
    format_price,
)
from .tones import pill_class

NOTHING = SafeString('<span class="text-secondary is-none">—</span>')
LONGEST = 120
CURRENCY = re.compile("[A-Z]{3}")
BARE = frozenset({Type.INTEGER, Type.DECIMAL, Type.DATE, Type.DATETIME})
LINKED = frozenset({Type.EMAIL, Type.PHONE, Type.URL})
NUMERIC = frozenset({Type.INTEGER, Type.DECIMAL, Type.MONEY, Type.PERCENT})


@dataclass(kw_only=True, slots=True)
class Shown:
    """A field of a row, drawn. `lead` marks the cell that carries the link to the record, `edit_url` one that can be changed in place."""

    field: Field
    html: SafeString
    empty: bool
    edit_url: str = ""
    lead: bool = False

    @property
    def wide(self) -> bool:
        """Whether it takes a whole line of a record page."""
        return self.field.type is Type.LONGTEXT and not self.empty

    @property
    def linked(self) -> bool:
        """Whether it leads somewhere, so that a click on it must not begin a change."""
        leads = self.field.related or self.field.opens or self.field.type in LINKED
        return not self.empty and bool(leads)

    @property
    def bare(self) -> bool:
        """Whether it says nothing without its label: a number without a unit, or a day."""
        return self.field.type in BARE

    @property
    def numeric(self) -> bool:
        """Whether it is set flush right."""
        return self.field.type in NUMERIC


def shown(
    row: Model,
    field: Field,
    names: Names,
    *,
    full: bool = False,
    lead: bool = False,
    edit_url: str = "",
) -> Shown:
    """A field of a row; `full` shows long text whole, as a record page does."""
    html = _links(row, field, names) if field.related else _value(row, field, full)
    if html and field.opens is not None and (address := field.opens(row)):
        html = _anchor(address, html)
    if html and field.late is not None and field.late(row):
        html = format_html('{} <span class="pill pill-danger">{}</span>', html, _("Overdue"))
    if not html and field.nothing:
        html = format_html("{}", field.nothing)
    return Shown(field=field, html=html or NOTHING, empty=not html, lead=lead, edit_url=edit_url)


def text_of(value: Any, field: Field, names: Names) -> str:
    """A stored value of a field as plain text, for changes in the trail and previews."""
    if value in (None, "", []):
        return "–"
    if field.related:
        return names.name(field.related, value) or _("a record you may not see")
    if field.type in {Type.CHOICE, Type.MULTI}:
        values = value if isinstance(value, list) else [value]
        return ", ".join(str(capfirst(field.choice_label(str(one)))) for one in values)
    return _plain(field)(value)


def link_to(kind: str, pk: int, name: str) -> SafeString:
    """The name of a record as a link to its page, where it has one."""
    if not entity_declared(kind):
        return format_html("{}", name)
    try:
        return _anchor(entity_of(kind).url("detail", pk), name)
    except NoReverseMatch:
        return format_html("{}", name)


@lru_cache(maxsize=4096, typed=True)
def _anchor(url: str, name: str) -> SafeString:
    """Put together once: a list names the same few people on every row. Typed, for a text that is safe is not one that is not."""
    return format_html('<a href="{}">{}</a>', url, name)


def _links(row: Model, field: Field, names: Names) -> SafeString:
    found = [_link(field.related, pk, names) for pk in related_ids(row, field)]
    return found[0] if len(found) == 1 else SafeString(", ".join(found))


def _link(kind: str, pk: int, names: Names) -> SafeString:
    name = names.name(kind, pk)
    if name is None:
        return format_html(
            '<span class="text-secondary fst-italic">{}</span>', _("not visible to you")
        )
    return link_to(kind, pk, name)


def _value(row: Model, field: Field, full: bool) -> SafeString:
    value = value_of(row, field.name)
    if value in (None, "", []) or (field.type is Type.BOOL and not value):
        return SafeString("") if field.type is not Type.BOOL else format_html("{}", _("No"))
    if field.told:
        return _escaped(field.told(value))
    if field.condition_of:
        return format_html("{}", condition_told(field, row, value))
    if field.unit is not None:
        return _escaped(_counted(value, str(field.unit(row))))
    return _typed_value(row, field, value, full)


def _typed_value(row: Model, field: Field, value: Any, full: bool) -> SafeString:
    """A value as its type is drawn."""
    if field.type is Type.MONEY:
        return _escaped(format_money(value, _currency(row, field)))
    if isinstance(field.model_field, UnitPriceField):
        return _escaped(format_price(value, _currency(row, field)))
    if field.type is Type.DATE and isinstance(field.model_field, MonthField):
        return _escaped(month_text(value))
    if field.type is Type.LONGTEXT:
        return _long(str(value), full)
    if field.type in _PLAIN:
        return _escaped(_plain(field)(value))
    if full and field.type is Type.JSON and isinstance(value, dict):
        return _structure(value)
    return _DRAWN.get(field.type, _text)(value, field)


def _counted(value: Any, unit: str) -> str:
    """A number with what it counts: an amount of a currency, or so many of something."""
    if CURRENCY.fullmatch(unit):
        return format_money(value, unit)
    return f"{format_number(value)} {unit}".rstrip()


def _currency(row: Any, field: Field) -> str:
    if "." not in field.name:
        return str(getattr(row, "currency", "") or "")
    for part in field.name.split(".")[:-1] if not field.is_custom else ():
        row = getattr(row, part, None)
    return str(getattr(row, "currency", "") or "")


def _long(text: str, full: bool) -> SafeString:
    if full:
        return format_html('<span class="long-text">{}</span>', text)
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return format_html("{}", short)


def _structure(value: dict[str, Any]) -> SafeString:
    """Data within a field as YAML, in its own order: what a plan's text shows, not how Python writes it."""
    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)
    return format_html('<pre class="mb-0">{}</pre>', text)


def _text(value: Any, field: Field) -> SafeString:
    return _escaped(unit_text(value) if isinstance(field.model_field, UnitField) else value)


def _escaped(value: Any) -> SafeString:
    """What `format_html("{}", value)` gives, in a tenth of its time for plain text."""
    return SafeString(escape(value) if type(value) is str else conditional_escape(value))


def _choice(value: Any, field: Field) -> SafeString:
    label = str(capfirst(field.choice_label(str(value))))
    return _pill(pill_class(field.name, str(value)), label)


@lru_cache(maxsize=2048, typed=True)
def _pill(css: str, label: str) -> SafeString:
    return format_html('<span class="{}">{}</span>', css, label)


def _many(value: Any, field: Field) -> SafeString:
    return format_html_join(" ", "{}", ((_choice(one, field),) for one in value))


def _email(value: Any, field: Field) -> SafeString:
    return format_html('<a href="mailto:{}">{}</a>', value, value)


def _phone(value: Any, field: Field) -> SafeString:
    return format_html('<a href="tel:{}">{}</a>', str(value).replace(" ", ""), value)


def _url(value: Any, field: Field) -> SafeString:
    if urlsplit(str(value)).scheme not in {"http", "https"}:
        return format_html("{}", value)
    short = str(value).split("://", 1)[-1].rstrip("/")
    return format_html(
        '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>', value, short
    )


def _typed(value: Any, class_: type[date], draw: Callable[[Any], str]) -> str:
    """Dates of custom fields are stored as text."""
    return draw(class_.fromisoformat(value) if isinstance(value, str) else value)


def _day(value: Any) -> str:
    return _typed(value, date, format_date)


def _moment(value: Any) -> str:
    return _typed(value, datetime, format_datetime)


def _yes_no(value: Any) -> str:
    return _("Yes") if value else _("No")


_PLAIN: dict[Type, Callable[[Any], str]] = {
    Type.DATE: _day,
    Type.DATETIME: _moment,
    Type.BOOL: _yes_no,
    Type.PERCENT: format_percent,
    Type.INTEGER: format_number,
    Type.DECIMAL: format_number,
    Type.MONEY: format_price,
}


def _plain(field: Field) -> Callable[[Any], str]:
    """How a value is written; a small whole number is a year or a count of days, which takes no groups of three."""
    if isinstance(field.model_field, models.SmallIntegerField | models.PositiveSmallIntegerField):
        return str
    return _PLAIN.get(field.type, str)


_DRAWN: dict[Type, Callable[[Any, Field], SafeString]] = {
    Type.CHOICE: _choice,
    Type.MULTI: _many,
    Type.EMAIL: _email,
    Type.PHONE: _phone,
    Type.URL: _url,
}

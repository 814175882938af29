"""Cells as the form takes them: what a plan fills each field with, for one row of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from tonglu.entities.fields import Field, Type
from tonglu.kernel.errors import DomainError
from tonglu.kernel.number import decimal_parse

from .plans import ColumnPlan, ImportPlan
from .reading import text_of

_PLACE = re.compile(r"\{([^{}]+)\}")
_YES = frozenset({"yes", "y", "true", "1", "是", "有", "对", "√", "on"})
_NO = frozenset({"no", "n", "false", "0", "否", "无", "错", "×", "off", ""})
FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%Y年%m月%d日",
    "%Y.%m.%d",
    "%d %b, %Y %H:%M:%S",
    "%d %b, %Y",
    "%d %b %Y",
    "%b %d, %Y",
)


class Unreadable(ValueError):
    """A cell whose value cannot become what its field holds."""


def row_values(
    plan: ImportPlan, record: Mapping[str, Any], fields: Mapping[str, Field]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Raw values by field for one row of the file, and the errors by field of cells that cannot be read."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for column in plan.columns:
        if column.only and text_of(record.get(column.only)) not in column.when:
            continue
        raw = cell_of(column, record)
        try:
            values[column.field] = converted(raw, fields.get(column.field), column.format)
        except Unreadable as error:
            errors[column.field] = str(error)
    return values, errors


def cell_of(column: ColumnPlan, record: Mapping[str, Any]) -> str:
    """What the plan takes from the row for one field, before conversion; template and default may name headers."""
    if column.template:
        text = _filled(column.template, record)
    elif column.header:
        text = text_of(record.get(column.header))
    else:
        text = column.constant
    text = column.values.get(text, text)
    return text or _filled(column.default, record)


def _filled(text: str, record: Mapping[str, Any]) -> str:
    """The text with each `{header}` replaced by the row's value."""
    return _PLACE.sub(lambda place: text_of(record.get(place.group(1))), text)


def converted(text: str, field: Field | None, format_: str) -> Any:
    """The text as the form's field takes it."""
    if field is None or not text:
        return text
    match field.type:
        case Type.MONEY | Type.DECIMAL | Type.INTEGER:
            return _amount(text)
        case Type.DATE | Type.DATETIME:
            return _moment(text, format_, day=field.type is Type.DATE)
        case Type.BOOL:
            return _truth(text)
        case Type.CHOICE:
            return _choice(text, field)
        case _:
            return text


def _amount(text: str) -> str:
    try:
        return format(decimal_parse(text), "f")
    except DomainError as error:
        raise Unreadable(_("“%(value)s” is not a number.") % {"value": text}) from error


def _moment(text: str, format_: str, *, day: bool) -> str:
    for one in (format_,) if format_ else FORMATS:
        try:
            moment = datetime.strptime(text, one)
        except ValueError:
            continue
        return moment.date().isoformat() if day else moment.isoformat(sep=" ")
    if format_:
        raise Unreadable(
            _("“%(value)s” is not a date like %(format)s.") % {"value": text, "format": format_}
        )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(_("“%(value)s” is not a date.") % {"value": text}) from error
    return moment.date().isoformat() if day else moment.isoformat(sep=" ")


def _truth(text: str) -> str:
    lowered = text.strip().lower()
    if lowered in _YES:
        return "true"
    if lowered in _NO:
        return "false"
    raise Unreadable(_("“%(value)s” is neither yes nor no.") % {"value": text})


def _choice(text: str, field: Field) -> str:
    """A choice by its stored value or by its label in either language."""
    by_label: dict[str, str] = {}
    for language in ("en", "zh-hans"):
        with override(language):
            by_label.update({str(label).casefold(): value for value, label in field.choices})
    by_label.update({value.casefold(): value for value, _label in field.choices})
    found = by_label.get(text.strip().casefold())
    if found is None:
        known = ", ".join(str(label) for _value, label in field.choices[:8])
        raise Unreadable(
            _("“%(value)s” is not in the list (%(known)s).") % {"value": text, "known": known}
        )
    return found

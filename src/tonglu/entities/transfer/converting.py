"""Cells as the form takes them: what a plan fills each field with, for one row of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from tonglu.entities.fields import Field, Type
from tonglu.kernel.errors import DomainError
from tonglu.kernel.number import decimal_parse, decimal_text

from .marks import UNTOLD, could_be_either, with_points
from .plans import ColumnPlan, ImportPlan
from .reading import text_of
from .report import shown

_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
HUNDREDTHS = "hundredths"
"""What a plan calls rates written as 12.5 without a percent sign; otherwise 0.125 is meant."""
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d+)?")
HAN = re.compile(r"[\u3400-\u9fff]")
_EXPONENT = re.compile(r"[+-]?\d{1,15}\.\d{1,15}E[+-]?\d{1,2}")
"""As programs print large amounts; 1e5 is rather a number of something."""
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
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
ORDERS = {
    order: tuple(f"{day}{clock}" for day in days for clock in _CLOCKS)
    for order, days in {
        "month first": ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%m.%d.%Y"),
        "day first": ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y"),
    }.items()
}
"""What a plan may call a way of writing dates whose numbers do not tell day from month."""


_NUMBERS = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](?:\d{4}|\d\d)(?!\d)")


class Unreadable(ValueError):
    """A cell whose value cannot become what its field holds."""


class Cells:
    """What a plan makes of the cells of each row; the lists of choices are looked up once for a file."""

    def __init__(self, plan: ImportPlan, fields: Mapping[str, Field]) -> None:
        self._columns = [(column, fields.get(column.field)) for column in plan.columns]
        self._choices: dict[str, dict[str, str]] = {
            column.field: choices_by_name(field)
            for column, field in self._columns
            if field is not None and field.type is Type.CHOICE
        }

    def values(self, record: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """Raw values by field for one row of the file, and the errors by field of cells that cannot be read."""
        values: dict[str, Any] = {}
        errors: dict[str, str] = {}
        for column, field in self._columns:
            if column.only and text_of(record.get(column.only)) not in column.when:
                continue
            raw = cell_of(column, record)
            try:
                if raw and column.field in self._choices and field is not None:
                    values[column.field] = _choice(raw, field, self._choices[column.field])
                else:
                    values[column.field] = converted(raw, field, column.format)
            except Unreadable as error:
                errors[column.field] = str(error)
        return values, errors


def cell_of(column: ColumnPlan, record: Mapping[str, Any]) -> str:
    """What the plan takes from the row for one field, before conversion; template and default may name headers."""
    if column.template:
        text = _filled(column.template, record)
    elif column.header:
        text = texts_joined([text_of(record.get(header)) for header in column.headers])
    else:
        text = column.constant
    text = column.values.get(text, text)
    return text or _filled(column.default, record)


def texts_joined(texts: Sequence[str]) -> str:
    """The texts that are not empty, with a space between them except between Chinese characters."""
    said = [text for text in texts if text]
    return "".join(
        text if place == 0 or (HAN.match(text) and HAN.match(said[place - 1][-1])) else f" {text}"
        for place, text in enumerate(said)
    )


def _filled(text: str, record: Mapping[str, Any]) -> str:
    """The text with each `{header}` replaced by the row's value."""
    return _PLACE.sub(lambda place: text_of(record.get(place.group(1))), text)


def converted(text: str, field: Field | None, format_: str) -> Any:
    """The text as the form's field takes it."""
    if field is None or not text:
        return text
    match field.type:
        case Type.MONEY | Type.DECIMAL | Type.INTEGER:
            return _amount(text, format_)
        case Type.PERCENT if format_ == HUNDREDTHS and not text.endswith("%"):
            return f"{_amount(text)}%"
        case Type.DATE | Type.DATETIME:
            return _moment(text, format_, day=field.type is Type.DATE)
        case Type.BOOL:
            return _truth(text)
        case Type.CHOICE:
            return _choice(text, field, choices_by_name(field))
        case _:
            return text


def _amount(text: str, mark: str = "") -> str:
    if mark == UNTOLD and could_be_either(text):
        raise Unreadable(
            _("“%(value)s” can be read in two ways. Say in step 2 what marks the decimals.")
            % {"value": shown(text)}
        )
    plain = with_points(text, mark)
    try:
        number = Decimal(plain) if _EXPONENT.fullmatch(plain) else decimal_parse(plain)
    except DomainError as error:
        raise Unreadable(_("“%(value)s” is not a number.") % {"value": shown(text)}) from error
    return decimal_text(number) if mark else format(number, "f")


def _moment(text: str, format_: str, *, day: bool) -> str:
    if not format_ and _ISO_DAY.fullmatch(text):
        return _iso_day(text)
    for one in ORDERS.get(format_, (format_,)) if format_ else FORMATS:
        try:
            moment = datetime.strptime(text, one)
        except ValueError:
            continue
        return moment.date().isoformat() if day else moment.isoformat(sep=" ")
    if format_ in ORDERS:
        raise Unreadable(
            _("“%(value)s” is not a date in the chosen order of day and month.")
            % {"value": shown(text)}
        )
    if format_:
        raise Unreadable(
            _("“%(value)s” is not a date like %(format)s.")
            % {"value": shown(text), "format": format_}
        )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(_("“%(value)s” is not a date.") % {"value": shown(text)}) from error
    return moment.date().isoformat() if day else moment.isoformat(sep=" ")


def order_of_dates(values: Iterable[str]) -> str | None:
    """`month first` or `day first` where the values show it; None where they could be either; "" where no date is written so."""
    found = [match for value in values if (match := _NUMBERS.match(value))]
    if not found:
        return ""
    if any(int(match[1]) > 12 for match in found):
        return "day first"
    return "month first" if any(int(match[2]) > 12 for match in found) else None


def rate_of(values: Iterable[str]) -> str:
    """`hundredths` where a column of rates goes beyond 1 without a percent sign: 10 there is 10 %, and so is 0.5 half a percent."""
    numbers = (value for value in values if _NUMBER.fullmatch(value))
    return HUNDREDTHS if any(abs(Decimal(number)) > 1 for number in numbers) else ""


def _iso_day(text: str) -> str:
    """The commonest form, told without trying the others one by one."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Unreadable(_("“%(value)s” is not a date.") % {"value": shown(text)}) from error


def _truth(text: str) -> str:
    lowered = text.strip().lower()
    if lowered in _YES:
        return "true"
    if lowered in _NO:
        return "false"
    raise Unreadable(_("“%(value)s” is neither yes nor no.") % {"value": shown(text)})


def choices_by_name(field: Field) -> dict[str, str]:
    """The choices of a field by stored value and by label in either language, in any case."""
    by_label: dict[str, str] = {}
    for language in ("en", "zh-hans"):
        with override(language):
            by_label.update({str(label).casefold(): value for value, label in field.choices})
    by_label.update({value.casefold(): value for value, _label in field.choices})
    return by_label


def _choice(text: str, field: Field, by_name: Mapping[str, str]) -> str:
    found = by_name.get(text.strip().casefold())
    if found is None:
        known = ", ".join(str(label) for _value, label in field.choices[:8])
        raise Unreadable(
            _("“%(value)s” is not in the list (%(known)s).")
            % {"value": shown(text), "known": known}
        )
    return found

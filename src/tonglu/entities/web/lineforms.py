"""The tables of lines inside a record's form and on its page, such as the products of a quote.

A line is posted as `lines-<table>-<number>-<field>`; numbers keep lines apart and in order, they need not be consecutive. The
field `lines-<table>-TOTAL_FORMS` says that the table was shown at all.
An empty line (nothing typed, no id) is left out, a line that is not sent any more is removed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.entities.fields import Field, Type, lines_fields
from tonglu.entities.fills import INTO, fill_of
from tonglu.entities.forms import line_key
from tonglu.entities.lines import lines_of
from tonglu.entities.related import Names, wanted_by
from tonglu.entities.spec import Entity, Lines, Text

from .cells import NUMERIC, Shown, shown
from .controls import Control, choices_of, create_url, named, raw_of, raw_values
from .filterbar import lookup_url

BLANK = "__prefix__"
_NAME = re.compile(r"lines-(\w+)-(\d+)-")


@dataclass(frozen=True, kw_only=True)
class FormLine:
    """One line of a table in a form."""

    number: str
    pk: str
    controls: tuple[Control, ...]
    problems: tuple[str, ...] = ()
    prefix: str
    list_price: str = ""


@dataclass(frozen=True, kw_only=True)
class LineTable:
    """A table of lines in a form; `blank` is what a new line is copied from."""

    key: str
    title: Text
    fields: tuple[Field, ...]
    lines: tuple[FormLine, ...]
    blank: FormLine
    amount: str
    is_net: bool = False
    """Whether prices are what is paid, after the discount."""

    @property
    def heads(self) -> tuple[tuple[Field, bool], ...]:
        """The fields, each with whether it is set flush right, as what is typed below it."""
        return tuple((control.field, control.numeric) for control in self.blank.controls)

    @property
    def computes(self) -> bool:
        """Whether amounts are summed while typing: the lines have a price and come to something, unlike those of a price list."""
        return bool(self.amount) and any(control.role == "price" for control in self.blank.controls)


@dataclass(frozen=True, kw_only=True)
class ReadLines:
    """The rows of one table of lines, with the fields that are shown."""

    table: Lines
    fields: tuple[Field, ...]
    rows: list[Any]


@dataclass(frozen=True, kw_only=True)
class ShownLines:
    """A table of lines on a record's page."""

    title: Text
    fields: tuple[Field, ...]
    rows: tuple[tuple[Shown, ...], ...]

    @property
    def heads(self) -> tuple[tuple[Field, bool], ...]:
        """The fields, each with whether it is set flush right."""
        return tuple((field, field.type in NUMERIC) for field in self.fields)


def line_tables(
    who: policy.Actor,
    entity: Entity,
    row: Any,
    raw: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]],
) -> tuple[LineTable, ...]:
    """The tables of lines of a form: as typed when it came back, else as stored; none of lines that only acts write."""
    return tuple(
        _table(who, lines, row, raw, errors)
        for lines in entity.lines
        if lines_fields(lines.model, lines.fields)
    )


def places_of(tables: Sequence[LineTable]) -> dict[str, str]:
    """Where the field of a line is to be found, by the name that its errors go by."""
    told = _("%(table)s, line %(number)s, %(field)s")
    return {
        f"{table.key}.{number}.{control.field.name}": told
        % {"table": table.title, "number": number, "field": control.field.label}
        for table in tables
        for number, line in enumerate(table.lines, 1)
        for control in line.controls
    }


def raw_lines(
    who: policy.Actor, entity: Entity, sent: QueryDict
) -> dict[str, list[dict[str, Any]]]:
    """The lines a form sent, by table; a table the form did not show is not touched."""
    found = {}
    for lines in entity.lines:
        key = line_key(lines)
        if f"lines-{key}-TOTAL_FORMS" in sent:
            found[key] = _sent(lines, key, sent)
    return found


def lines_read(row: Any, tables: Sequence[Lines]) -> list[ReadLines]:
    """The lines of a record; one query a table."""
    return [
        ReadLines(table=table, fields=_described_all(table), rows=lines_of(row, table.model))
        for table in tables
    ]


def lines_wanted(read: Sequence[ReadLines]) -> dict[str, set[int]]:
    """The related records whose names these lines need."""
    wanted: dict[str, set[int]] = {}
    for one in read:
        for kind, ids in wanted_by(one.rows, one.fields).items():
            wanted.setdefault(kind, set()).update(ids)
    return wanted


def lines_shown(read: Sequence[ReadLines], names: Names) -> tuple[ShownLines, ...]:
    """The lines, drawn; amounts are in the currency of their record, which is told above them."""
    return tuple(_told(one, names) for one in read)


def _told(read: ReadLines, names: Names) -> ShownLines:
    """The table without the columns that repeat the one before them in every line, as descriptions do that nobody changed."""
    rows = [_worded(line, read.table) for line in read.rows]
    drawn = [tuple(shown(line, f, names) for f in read.fields) for line in rows]
    kept = [
        at
        for at in range(len(read.fields))
        if not (at and drawn and all(_repeats(line[at], line[at - 1]) for line in drawn))
    ]
    return ShownLines(
        title=read.table.title or read.table.model._meta.verbose_name_plural or _("Lines"),
        fields=tuple(read.fields[at] for at in kept),
        rows=tuple(tuple(line[at] for at in kept) for line in drawn),
    )


def _table(
    who: policy.Actor,
    lines: Lines,
    row: Any,
    raw: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]],
) -> LineTable:
    key = line_key(lines)
    fields = tuple(lines_fields(lines.model, lines.fields).values())
    texts = raw[key] if key in raw else [_stored(fields, one) for one in _rows(row, lines)]
    prices = _list_prices(row, lines)
    made = [
        replace(
            _line(who, key, fields, n, text, errors),
            list_price=prices.get(str(text.get("id") or ""), ""),
        )
        for n, text in enumerate(texts)
    ]
    return LineTable(
        key=key,
        title=lines.title or lines.model._meta.verbose_name_plural or key,
        fields=fields,
        lines=tuple(_named(who, made)),
        blank=_line(who, key, fields, BLANK, {}, {}),
        amount=lines.amount,
        is_net=bool(lines.list_price),
    )


def _worded(line: Any, lines: Lines) -> Any:
    """The line with its texts as the reader says them; the one that is stored keeps its own."""
    if lines.worded is None:
        return line
    told = copy(line)
    for name, words in lines.worded(line).items():
        setattr(told, name, words)
    return told


def _repeats(cell: Shown, before: Shown) -> bool:
    """Whether a text says no more than the name of the record before it."""
    is_name = cell.field.type is Type.TEXT and bool(before.field.related)
    return is_name and strip_tags(before.html) == strip_tags(cell.html)


def _list_prices(row: Any, lines: Lines) -> dict[str, str]:
    """The list price of each stored line, from which its discount is counted."""
    if not lines.list_price:
        return {}
    held = {str(one.pk): getattr(one, lines.list_price) for one in _rows(row, lines) if one.pk}
    return {pk: str(price) for pk, price in held.items() if price is not None}


def _rows(row: Any, lines: Lines) -> list[Any]:
    return lines_of(row, lines.model) if row is not None else []


def _stored(fields: Sequence[Field], line: Any) -> dict[str, Any]:
    values = {f.name: getattr(line, f"{f.name}_id" if f.related else f.name) for f in fields}
    return {**values, "id": line.pk}


def _line(
    who: policy.Actor,
    key: str,
    fields: Sequence[Field],
    number: int | str,
    values: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]],
) -> FormLine:
    prefix = f"lines-{key}-{number}-"
    where = f"{key}.{number + 1}." if isinstance(number, int) else ""
    controls = tuple(
        _control(
            who,
            field,
            prefix,
            values.get(field.name, field.default),
            errors.get(where + field.name, ()),
        )
        for field in fields
    )
    names = {field.name for field in fields}
    rest = [
        e
        for name, found in errors.items()
        if where and name.startswith(where) and name[len(where) :] not in names
        for e in found
    ]
    return FormLine(
        number=str(number),
        pk=str(values.get("id") or ""),
        controls=controls,
        problems=tuple(rest),
        prefix=prefix,
    )


def _control(
    who: policy.Actor, field: Field, prefix: str, value: Any, errors: Sequence[str]
) -> Control:
    texts = raw_values(value, field)
    into = field.model_field.model._meta.label_lower if field.model_field is not None else ""
    fill = fill_of(field.related, into) if field.related else None
    url = lookup_url(field.related) if field.related else ""
    return Control(
        field=field,
        prefix=prefix,
        depends=" ".join(fill.asked) if fill else "",
        values=texts,
        choices=choices_of(field, texts),
        errors=tuple(errors),
        lookup_url=f"{url}?{INTO}={into}" if fill and fill.into else url,
        create_url=create_url(who, field.related) if field.related else "",
        aria_label=str(field.label),
    )


def _named(who: policy.Actor, made: list[FormLine]) -> list[FormLine]:
    """The lines with the names of the records they hold, asked for all lines at once."""
    controls = named(who, [control for line in made for control in line.controls])
    found = iter(controls)
    return [replace(line, controls=tuple(next(found) for _c in line.controls)) for line in made]


def _sent(lines: Lines, key: str, sent: QueryDict) -> list[dict[str, Any]]:
    found = (_NAME.match(name) for name in sent)
    numbers = {int(match[2]) for match in found if match and match[1] == key}
    fields = list(lines_fields(lines.model, lines.fields).values())
    return [
        _sent_line(fields, key, number, sent)
        for number in sorted(numbers)
        if _typed(fields, key, number, sent)
    ]


def _sent_line(fields: Sequence[Field], key: str, number: int, sent: QueryDict) -> dict[str, Any]:
    prefix = f"lines-{key}-{number}-"
    pk = sent.get(f"{prefix}id", "")
    return {**raw_of(fields, sent, prefix), **({"id": pk} if pk else {})}


def _typed(fields: Sequence[Field], key: str, number: int, sent: QueryDict) -> bool:
    """Whether a line holds anything but what a blank line holds."""
    prefix = f"lines-{key}-{number}-"
    if sent.get(f"{prefix}id"):
        return True
    return any(
        sent.get(f"{prefix}{f.name}", "").strip() not in ("", *raw_values(f.default, f))
        for f in fields
        if f.type is not Type.BOOL
    )


def _described_all(table: Lines) -> tuple[Field, ...]:
    return tuple(_described(table, name) for name in (*table.fields, *table.computed))


def _described(lines: Lines, name: str) -> Field:
    columns = {f.name for f in lines.model._meta.get_fields()}
    if name in columns:
        return lines_fields(lines.model, (name,))[name]
    label = getattr(
        getattr(lines.model, name), "short_description", name.replace("_", " ").capitalize()
    )
    return Field(name=name, label=label, type=Type.MONEY, path="", readonly=True)

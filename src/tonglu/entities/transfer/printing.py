"""The cells of an export: bare values of a portion, column by column, as texts that no spreadsheet runs.

What holds for every row is found out once: how a column prints, the labels of its choices, and the names of related records, which are
asked for by portion, through the policy, and kept for the next ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.entities.fields import Field, Type, value_of
from tonglu.entities.related import names_of
from tonglu.entities.spec import Entity
from tonglu.kernel.cells import cell_guarded

MOST_NAMES = 50_000
"""How many names are kept from one portion to the next."""

Print = Callable[[Any], str]


def safe_cell(value: Any) -> Any:
    """A text that no spreadsheet runs as a formula."""
    return cell_guarded(value) if isinstance(value, str) else value


class Printing:
    """Prints rows of bare values; `columns` are what it needs of each row, in its order."""

    def __init__(self, actor: policy.Actor, entity: Entity, fields: Sequence[Field]) -> None:
        self.actor, self.entity, self.fields = actor, entity, fields
        self.columns = list(dict.fromkeys(["pk", *(_column(f) for f in fields)]))
        self._names: dict[str, dict[int, str]] = {f.related: {} for f in fields if f.related}
        self._prints = [_printer(f) for f in fields]

    def portion(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[str, ...]]:
        """The rows as texts."""
        columns = dict(zip(self.columns, zip(*rows, strict=True), strict=True))
        values = [self._values(field, columns) for field in self.fields]
        self._look_up(values)
        printed = [
            self._printed(field, column, print_)
            for field, column, print_ in zip(self.fields, values, self._prints, strict=True)
        ]
        return list(zip(*printed, strict=True)) if printed else [()] * len(rows)

    def _values(self, field: Field, columns: dict[str, tuple[Any, ...]]) -> Sequence[Any]:
        if field.is_custom:
            return [custom.get(field.key) for custom in columns["custom"]]
        if field.type is Type.MANY:
            return self._many(field, columns["pk"])
        return columns[_column(field)]

    def _many(self, field: Field, ids: tuple[Any, ...]) -> list[str]:
        """What a field of many names, by row."""
        path = field.name.replace(".", "__")
        rows = self.entity.model._base_manager.filter(pk__in=ids).prefetch_related(path)
        told = {
            row.pk: ", ".join(str(one) for one in value_of(row, field.name).all()) for row in rows
        }
        return [told.get(pk, "") for pk in ids]

    def _look_up(self, values: Sequence[Sequence[Any]]) -> None:
        """Ask for the names of related records that no earlier portion has asked for."""
        wanted: dict[str, set[int]] = {kind: set() for kind in self._names}
        for field, column in zip(self.fields, values, strict=True):
            if field.type is Type.FK:
                wanted[field.related].update(pk for pk in column if isinstance(pk, int))
        if sum(map(len, self._names.values())) > MOST_NAMES:
            for kept in self._names.values():
                kept.clear()
        asked = {kind: ids - self._names[kind].keys() for kind, ids in wanted.items()}
        found = names_of(self.actor, asked)
        for kind, ids in asked.items():
            self._names[kind].update((pk, safe_cell(found.name(kind, pk) or "")) for pk in ids)

    def _printed(self, field: Field, column: Iterable[Any], print_: Print) -> list[str]:
        if field.type is Type.FK:
            names = self._names[field.related]
            return [names.get(pk, "") for pk in column]
        return [print_(value) for value in column]


def _column(field: Field) -> str:
    """The column of the table that holds a field; the id stands for one of many."""
    if field.is_custom:
        return "custom"
    return "pk" if field.type is Type.MANY else field.path


def _printer(field: Field) -> Print:
    match field.type:
        case Type.CHOICE:
            return _choice(field)
        case Type.MULTI:
            return lambda value: cell_guarded(", ".join(map(str, value or [])))
        case Type.BOOL:
            yes, no = _("Yes"), _("No")
            return lambda value: yes if value else no
        case Type.DATETIME:
            return _moment(timezone.get_current_timezone())
        case _:
            return _text


def _choice(field: Field) -> Print:
    labels = {value: cell_guarded(str(label)) for value, label in field.choices}
    return lambda value: labels[value] if value in labels else _text(value)


def _moment(zone: tzinfo) -> Print:
    def told(value: Any) -> str:
        if not isinstance(value, datetime):
            return _text(value)
        return value.astimezone(zone).isoformat(" ", "seconds")[:19]

    return told


def _text(value: Any) -> str:
    match value:
        case str():
            return cell_guarded(value)
        case None:
            return ""
        case Decimal() | int() | date():
            text = str(value)
            return cell_guarded(text) if text[0] == "-" else text
        case _:
            return cell_guarded(str(value))

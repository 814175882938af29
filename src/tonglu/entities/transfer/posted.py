"""What somebody chose on the page that matches columns: read into a plan, and held against the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tonglu.entities.fields import Field, Type
from tonglu.entities.spec import Entity
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

from .converting import ORDERS, order_of_dates
from .headers import in_reading_order
from .marks import COMMA_COUNTRIES, MARKS, UNTOLD, is_marked, mark_of
from .plans import ColumnPlan, ImportPlan
from .reading import Table
from .suggesting import format_told

_JOINED = frozenset({Type.TEXT, Type.LONGTEXT})
_DATED = frozenset({Type.DATE, Type.DATETIME})


def plan_posted(
    post: Mapping[str, str],
    entity: Entity,
    table: Table,
    seen: Mapping[str, list[str]],
    known: Mapping[str, Field],
) -> ImportPlan:
    """The plan; headers that go to the same field are joined as people write them."""
    numbers = {header: number for number, header in enumerate(table.headers) if header}
    fields: dict[str, list[str]] = {}
    for header, number in numbers.items():
        fields.setdefault(post.get(f"field-{number}", ""), []).append(header)
    fields.pop("", None)
    columns = []
    for name, of_it in fields.items():
        first, *more = in_reading_order(name, of_it, seen)
        order = post.get(f"format-{numbers[first]}", "")
        values = _values(post.get(f"values-{numbers[first]}", ""))
        field = known.get(name)
        written = order if order in (*ORDERS, *MARKS) else _told(field, seen[first], table)
        columns.append(
            ColumnPlan(field=name, header=first, joined=tuple(more), values=values, format=written)
        )
    return ImportPlan(
        kind=entity.kind,
        columns=tuple(columns),
        key=post.get("key", "external_id"),
        update=post.get("update") != "no",
    )


def _told(field: Field | None, values: list[str], table: Table) -> str:
    """How a column is written as far as its values tell; decimals of a file that may well write them with a comma are not taken for granted."""
    if field is None:
        return ""
    told = format_told(field, values)
    if told or not is_marked(field) or table.separator != COMMA_COUNTRIES:
        return told
    return UNTOLD if mark_of(values) == "" else ""


def plan_accept(
    plan: ImportPlan,
    fields: Mapping[str, Field],
    seen: Mapping[str, list[str]],
    separator: str = "",
) -> None:
    """Refuse what cannot be meant: two columns for what is no text, and dates and decimals that nobody can tell."""
    for column in plan.columns:
        field = fields.get(column.field)
        if field is None:
            continue
        if column.joined and field.type not in _JOINED:
            raise DomainError(
                N_(
                    "“%(field)s” can only take one column, and both “%(first)s” and “%(second)s” go to it. Leave one of them out."
                ),
                params={
                    "field": str(field.label),
                    "first": column.header,
                    "second": column.joined[0],
                },
                code="mapping",
            )
        values = seen.get(column.header, [])
        if field.type in _DATED and not column.format and order_of_dates(values) is None:
            raise DomainError(
                N_(
                    "Dates like %(value)s in “%(header)s” can be read in two ways. Say whether the day or the month stands first."
                ),
                params={"value": values[0], "header": column.header},
                code="mapping",
            )
        if is_marked(field) and not column.format:
            _require_mark(column, values, separator)


def _require_mark(column: ColumnPlan, values: Sequence[str], separator: str) -> None:
    mark = mark_of(values)
    if mark is not None or separator != COMMA_COUNTRIES:
        return
    raise DomainError(
        N_(
            "Numbers like %(value)s in “%(header)s” can be read in two ways. Say whether a comma or a point marks the decimals."
        ),
        params={
            "value": next(one for one in values if "," in one or "." in one),
            "header": column.header,
        },
        code="mapping",
    )


def _values(text: str) -> dict[str, str]:
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {old.strip(): new.strip() for old, new in pairs}

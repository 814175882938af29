"""How the columns of a file become the fields of a kind of record: plans, as values and as the YAML of a set.

A column plan fills one field from a header, from several whose texts are joined, from a text with `{header}` places, or from a
constant; then maps values, and reads dates in the given format or order. Fields of lines are written `<line>.<field>`: rows with the same key then become the lines of one record.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tonglu.kernel.errors import Invalid
from tonglu.kernel.text import N_


@dataclass(frozen=True, kw_only=True)
class ColumnPlan:
    """How one field is filled."""

    field: str
    header: str = ""
    joined: tuple[str, ...] = ()
    """Further headers, whose texts are joined to that of the first: a first and a last name, two lines of an address."""
    template: str = ""
    constant: str = ""
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    format: str = ""
    """How a date is written (as `strptime` takes it, or `month first` or `day first`), or a rate: `hundredths` for 12.5."""
    default: str = ""
    only: str = ""
    """Fill the field only when the header of this name is one of the `when` values."""
    when: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers whose texts it takes, in the order in which they are joined."""
        return (self.header, *self.joined) if self.header else ()


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    """How one file becomes rows of one kind. `key` finds existing rows; `distinct` takes each value of a header once."""

    kind: str
    columns: tuple[ColumnPlan, ...]
    key: str = "external_id"
    file: str = ""
    sheet: str = ""
    distinct: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    update: bool = True
    title: str = ""

    @property
    def headers(self) -> frozenset[str]:
        """The headers the plan reads."""
        return frozenset(header for column in self.columns for header in column.headers)


_COLUMN_KEYS = {"from", "template", "value", "values", "format", "default", "only", "when"}
_STEP_KEYS = {
    "file",
    "sheet",
    "kind",
    "key",
    "columns",
    "distinct",
    "where",
    "update",
    "title",
}


def plan_of(raw: Mapping[str, Any]) -> ImportPlan:
    """The plan a step of a set describes; Invalid names the unknown or missing key."""
    _refuse_unknown(raw, _STEP_KEYS, str(raw.get("kind", "?")))
    if not raw.get("kind") or not isinstance(raw.get("columns"), Mapping):
        raise Invalid({"": [N_("Each step needs a kind and columns.")]})
    columns = tuple(_column(name, value) for name, value in raw["columns"].items())
    return ImportPlan(
        kind=str(raw["kind"]),
        columns=columns,
        key=str(raw.get("key", "external_id")),
        file=str(raw.get("file", "")),
        sheet=str(raw.get("sheet", "")),
        distinct=tuple(_list(raw.get("distinct"))),
        where={str(k): tuple(_list(v)) for k, v in (raw.get("where") or {}).items()},
        update=bool(raw.get("update", True)),
        title=str(raw.get("title", "")),
    )


def plan_as_dict(plan: ImportPlan) -> dict[str, Any]:
    """The plan as JSON keeps it, for remembering a mapping."""
    return {
        "kind": plan.kind,
        "key": plan.key,
        "update": plan.update,
        "columns": {column.field: _column_as_dict(column) for column in plan.columns},
    }


def _column_as_dict(column: ColumnPlan) -> dict[str, Any]:
    made: dict[str, Any] = {
        "from": list(column.headers) if column.joined else column.header,
        "template": column.template,
        "value": column.constant,
        "values": dict(column.values),
        "format": column.format,
        "default": column.default,
        "only": column.only,
        "when": list(column.when),
    }
    return {key: value for key, value in made.items() if value}


def _column(name: Any, raw: Any) -> ColumnPlan:
    if isinstance(raw, str):
        return ColumnPlan(field=str(name), header=raw)
    if not isinstance(raw, Mapping):
        raise Invalid(
            {str(name): [N_("A column is a header, or an object with from, template or value.")]}
        )
    _refuse_unknown(raw, _COLUMN_KEYS, str(name))
    header, *joined = _list(raw.get("from")) or [""]
    return ColumnPlan(
        field=str(name),
        header=header,
        joined=tuple(joined),
        template=str(raw.get("template", "")),
        constant=str(raw.get("value", "")),
        values={str(k): str(v) for k, v in (raw.get("values") or {}).items()},
        format=str(raw.get("format", "")),
        default=str(raw.get("default", "")),
        only=str(raw.get("only", "")),
        when=tuple(_list(raw.get("when"))),
    )


def _list(raw: Any) -> list[str]:
    if raw is None:
        return []
    return [str(one) for one in raw] if isinstance(raw, list) else [str(raw)]


def _refuse_unknown(raw: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(map(str, raw)) - known)
    if unknown:
        raise Invalid({where: [N_("“%(key)s” is not known here.")]}, params={"key": unknown[0]})

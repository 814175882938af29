"""Which field a header probably means, and how a column writes its dates.

A header is read as our own label, then as our own name, then with the words others have for the kind ("Deal stage" of a deal is its
stage), then as a synonym, and last as the name or the number of the record a field points at. Fields of lines come after those of
the record. Columns without a value are left out, and so is a list of choices that knows none of the column's values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from tonglu.entities.fields import Field, Type, fields_of
from tonglu.entities.forms import EntityForm
from tonglu.entities.models import ImportMapping
from tonglu.entities.spec import Entity
from tonglu.policy import Actor

from .converting import choices_by_name, order_of_dates, rate_of
from .headers import Header, headers_read, in_reading_order, labels_of, spelled
from .marks import is_marked, mark_of
from .plans import ColumnPlan, ImportPlan, plan_as_dict, plan_of
from .reading import Table, text_of
from .run import line_fields
from .words import JOINED

LOOKED_AT = 2_000
"""How many rows tell which values a column has."""


def plan_suggest(entity: Entity, actor: Actor, table: Table) -> ImportPlan:
    """The mapping remembered for these headers, or the most probable one."""
    remembered = ImportMapping.objects.filter(
        kind=entity.kind, signature=signature_of(table.headers)
    ).first()
    if remembered is not None:
        return plan_of(remembered.plan)
    seen = values_seen(table)
    fields = importable_fields(entity, actor)
    headers = [
        Header(name, entity) for name in table.headers if name and (seen[name] or not table.count)
    ]
    joined = list(_joined(fields, headers, seen))
    for_them = {header for column in joined for header in column.headers}
    rest = {name: field for name, field in fields.items() if name not in {c.field for c in joined}}
    meant = headers_read(entity, rest, [one for one in headers if one.text not in for_them])
    single = (_column(name, fields[name], header, seen[header]) for header, name in meant.items())
    columns = [*joined, *(column for column in single if column is not None)]
    return ImportPlan(
        kind=entity.kind,
        columns=tuple(sorted(columns, key=lambda one: table.headers.index(one.header))),
        key=_key(entity, {one.field for one in columns}),
    )


def plan_remember(plan: ImportPlan, headers: tuple[str, ...]) -> None:
    """Keep the mapping for the next file with these headers."""
    ImportMapping.objects.update_or_create(
        kind=plan.kind,
        signature=signature_of(headers),
        defaults={"plan": plan_as_dict(plan)},
    )


def importable_fields(entity: Entity, actor: Actor) -> dict[str, Field]:
    """The fields an import may fill, those of lines included."""
    form = EntityForm(entity, replace(actor, door="import"), {})
    known = {name: field for name, field in fields_of(entity).items() if name in form.fields}
    return {**known, **line_fields(entity)}


def signature_of(headers: tuple[str, ...]) -> str:
    """The same for files with the same headers in any order."""
    return hashlib.sha256("\n".join(sorted(map(spelled, headers))).encode()).hexdigest()


def values_seen(table: Table) -> dict[str, list[str]]:
    """The different values of each column in the first rows, in their order."""
    seen: dict[str, dict[str, None]] = {header: {} for header in table.headers}
    for _line, row in islice(table.numbered(), LOOKED_AT):
        for header, cell in zip(table.headers, row, strict=False):
            if text := text_of(cell):
                seen[header][text] = None
    return {header: list(values) for header, values in seen.items()}


def _column(name: str, field: Field, header: str, values: list[str]) -> ColumnPlan | None:
    """The column for a field, or None where a list of choices knows none of the values."""
    if field.type is Type.CHOICE and values:
        known = choices_by_name(field)
        if not any(value.casefold() in known for value in values):
            return None
    return ColumnPlan(field=name, header=header, format=format_told(field, values))


def format_told(field: Field, values: list[str]) -> str:
    """How the values of a column are written, where they tell it: dates, rates and decimals."""
    if field.type in {Type.DATE, Type.DATETIME}:
        return order_of_dates(values) or ""
    if is_marked(field):
        return mark_of(values) or ""
    return rate_of(values) if field.type is Type.PERCENT else ""


def _joined(
    fields: Mapping[str, Field], headers: list[Header], seen: Mapping[str, list[str]]
) -> Iterator[ColumnPlan]:
    """Fields that the file keeps in several columns and not in one as well."""
    for name, parts in JOINED.items():
        if name not in fields:
            continue
        known = [{spelled(word) for word in words} for words in parts]
        found = [header for words in known for header in headers if header.spellings & words]
        whole = {spelled(name), *labels_of(fields[name])}
        others = [one for one in headers if one not in found and one.spellings & whole]
        if len(found) > 1 and not others:
            first, *more = in_reading_order(name, (header.text for header in found), seen)
            yield ColumnPlan(field=name, header=first, joined=tuple(more))


def _key(entity: Entity, used: set[str]) -> str:
    keys = (*entity.import_key, entity.title)
    return next((name for name in ("external_id", *keys) if name in used), "external_id")

"""Both versions of a record that two people changed at once, field by field."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError

from tonglu import policy
from tonglu.audit.selectors import history
from tonglu.entities.fields import Field, field_of, plain, value_of
from tonglu.entities.filters import may_read
from tonglu.entities.forms import EntityForm
from tonglu.entities.related import names_of
from tonglu.entities.spec import Entity

from .cells import text_of


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field in which what is stored differs from what was typed."""

    field: Field
    stored: str
    typed: str


def mark(row: Any, name: str) -> str:
    """Tells whether a field still holds what it held, without holding it itself."""
    value = json.dumps(plain(_stored(row, name)), sort_keys=True, default=str)
    return sha256(value.encode()).hexdigest()[:16]


def untouched(form: EntityForm, current: Any, opened: str) -> tuple[str, ...]:
    """The fields that others changed since a form was opened, and that it still holds as they were then: nobody typed those."""
    try:
        since = datetime.fromisoformat(opened)
        before = _row_at(current, since)
    except (
        ValueError,
        TypeError,
        ValidationError,
    ):  # not a time of ours, or a value that is told as stars
        return ()
    form.is_valid()
    return tuple(
        name
        for name, typed in form.values.items()
        if plain(typed) == plain(_stored(before, name)) != plain(_stored(current, name))
    )


def _row_at(row: Any, since: datetime) -> Any:
    """The row as it stood at that moment, as its trail tells it."""
    columns = {field.column: field for field in row._meta.concrete_fields}
    kind = row._meta.label_lower
    held = {field.attname: getattr(row, field.attname) for field in columns.values()}
    for change in history(kind, row.pk):
        if change.at <= since:
            break
        if (change.kind, change.row_id) == (kind, row.pk):
            for name in change.changes.keys() & columns.keys():
                field = columns[name]
                held[field.attname] = field.to_python(change.changes[name][0])
    return type(row)(**held)


def differences(
    who: policy.Actor,
    entity: Entity,
    form: EntityForm,
    current: Any,
    without: Collection[str] = (),
) -> tuple[Difference, ...]:
    """The fields in which a refused form and the stored record differ."""
    form.is_valid()
    pairs = [
        (field, plain(_stored(current, name)), plain(value))
        for name, value in form.values.items()
        if name not in without
        and (field := field_of(entity, name)) is not None
        and may_read(who, entity, name)
    ]
    differing = [(field, old, new) for field, old, new in pairs if old != new]
    wanted: dict[str, set[int]] = {}
    for field, old, new in differing:
        if field.related:
            wanted.setdefault(field.related, set()).update(_ids(old), _ids(new))
    names = names_of(who, wanted)
    told = (
        Difference(field=field, stored=text_of(old, field, names), typed=text_of(new, field, names))
        for field, old, new in differing
    )
    return tuple(one for one in told if one.stored != one.typed)


def _stored(row: Any, name: str) -> Any:
    value = value_of(row, name)
    return [one.pk for one in value.all()] if hasattr(value, "all") else value


def _ids(value: Any) -> set[int]:
    values = value if isinstance(value, list) else [value]
    return {one for one in values if isinstance(one, int)}

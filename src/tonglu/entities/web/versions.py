"""Both versions of a record that two people changed at once, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tonglu import policy
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


def differences(
    who: policy.Actor, entity: Entity, form: EntityForm, current: Any
) -> tuple[Difference, ...]:
    """The fields in which a refused form and the stored record differ."""
    form.is_valid()
    pairs = [
        (field, plain(_stored(current, name)), plain(value))
        for name, value in form.values.items()
        if (field := field_of(entity, name)) is not None and may_read(who, entity, name)
    ]
    differing = [(field, old, new) for field, old, new in pairs if old != new]
    wanted: dict[str, set[int]] = {}
    for field, old, new in differing:
        if field.related:
            wanted.setdefault(field.related, set()).update(_ids(old), _ids(new))
    names = names_of(who, wanted)
    return tuple(
        Difference(field=field, stored=text_of(old, field, names), typed=text_of(new, field, names))
        for field, old, new in differing
    )


def _stored(row: Any, name: str) -> Any:
    value = value_of(row, name)
    return [one.pk for one in value.all()] if hasattr(value, "all") else value


def _ids(value: Any) -> set[int]:
    values = value if isinstance(value, list) else [value]
    return {one for one in values if isinstance(one, int)}

"""Which fields can be changed in place."""

from __future__ import annotations

from tonglu import policy
from tonglu.entities.fields import Field, Type
from tonglu.entities.forms import may_write
from tonglu.entities.spec import Entity

UNEDITED = frozenset({Type.JSON})


def editable(who: policy.Actor, entity: Entity, field: Field) -> bool:
    """Whether this person may write the field of any row in place."""
    if field.readonly or "." in field.name.removeprefix("custom.") or field.type in UNEDITED:
        return False
    return entity.editable and bool(field.path) and may_write(who, entity, field.name)


def editable_names(who: policy.Actor, entity: Entity, fields: list[Field]) -> frozenset[str]:
    """The names of the fields that can be edited in place."""
    if not policy.may(who, "update", entity.kind):
        return frozenset()
    return frozenset(field.name for field in fields if editable(who, entity, field))

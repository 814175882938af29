"""One typed description of a field, from which every door derives what it needs.

`fields_of(entity)` gives the fields of an entity by name: those of its table and the custom fields an administrator added, which
are called `custom.<key>`. `value_of` reads a field from a row, `form_field` gives the Django form field that cleans its input, and
`stored` turns a cleaned value into what the JSON column of custom fields keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import get_language

from tonglu.directory.memory import remember_reading
from tonglu.toolkit.money import CurrencyField, MoneyField, PercentField

from .custom import custom_fields
from .fieldtypes import Field, Type, in_language

if TYPE_CHECKING:
    from .spec import Entity

__all__ = [
    "AUTOMATIC",
    "INTERNAL",
    "Field",
    "Type",
    "field_exists",
    "field_of",
    "fields_of",
    "in_language",
    "lines_fields",
    "plain",
    "value_of",
]

INTERNAL = frozenset({"search", "custom", "deleted_at", "password", "epoch"})
AUTOMATIC = frozenset({"id", "version", "created_at", "created_by", "updated_at", "search"})


def fields_of(entity: Entity) -> dict[str, Field]:
    """All fields of an entity by name, custom ones last, labels in the active language."""
    return remember_reading(("fields", entity, get_language()), lambda: _fields(entity))


def _fields(entity: Entity) -> dict[str, Field]:
    own = dict(_own_fields(entity))
    for name, choices in entity.choices.items():
        several = own[name].type is Type.JSON
        kept = Type.MULTI if several else Type.CHOICE
        own[name] = replace(own[name], type=kept, choices=tuple(choices()))
    for name, kind in entity.conditions.items():
        own[name] = replace(own[name], condition_of=kind)
    for name, told in entity.told.items():
        own[name] = replace(own[name], told=told)
    for name, unit in entity.units.items():
        own[name] = replace(own[name], unit=unit)
    for name, opens in entity.opens.items():
        own[name] = replace(own[name], opens=opens)
    for name, late in entity.late.items():
        own[name] = replace(own[name], late=late)
    for name, nothing in entity.nothing.items():
        own[name] = replace(own[name], nothing=nothing)
    return {**own, **custom_fields(entity.kind)}


@cache
def lines_fields(model: type[models.Model], names: tuple[str, ...]) -> dict[str, Field]:
    """The fields of a table of lines, in the order the entity declares them."""
    return {name: _describe(model._meta.get_field(name), frozenset()) for name in names}


def field_of(entity: Entity, name: str) -> Field | None:
    """One field by name, following `a.b` to the entity that the foreign key `a` points at."""
    found = fields_of(entity).get(name)
    if found is not None or "." not in name or name.startswith("custom."):
        return found
    from .registry import entity_declared, entity_of

    head, tail = name.split(".", 1)
    link = fields_of(entity).get(head)
    if link is None or not link.related or not entity_declared(link.related):
        return None
    inner = field_of(entity_of(link.related), tail)
    if inner is None:
        return None
    return Field(
        name=name,
        label=f"{link.label} · {inner.label}",
        type=inner.type,
        path=f"{link.path}__{inner.path}",
        readonly=True,
        choices=inner.choices,
        related=inner.related,
        model_field=inner.model_field,
    )


def value_of(row: Any, name: str) -> Any:
    """The value of a field of a row, custom and related ones included; foreign keys give the related row."""
    if name.startswith("custom."):
        return row.custom.get(name[7:])
    value: Any = row
    for part in name.split("."):
        if value is None:
            return None
        value = getattr(value, part)
    return value() if callable(value) and not isinstance(value, models.Manager) else value


def plain(value: Any) -> Any:
    """A value as JSON keeps it: dates in ISO form, decimals as strings, rows as their id."""
    match value:
        case None | bool() | int() | str() | list() | dict():
            return value
        case Decimal():
            return format(value, "f")
        case datetime() | date():
            return value.isoformat()
        case models.Model():
            return value.pk
        case _:
            return str(value)


@cache
def _own_fields(entity: Entity) -> Mapping[str, Field]:
    readonly = frozenset(entity.readonly) | AUTOMATIC | _following(entity.model)
    hidden = INTERNAL | frozenset(entity.hidden)
    found: dict[str, Field] = {}
    for model_field in entity.model._meta.get_fields():
        if model_field.name in hidden or not isinstance(model_field, models.Field):
            continue
        found[model_field.name] = _describe(model_field, readonly)
    return found


def _following(model: type[models.Model]) -> frozenset[str]:
    """The department of an owned record is its owner's; that of a person or a stage is theirs to choose."""
    own = {f.name: f for f in model._meta.concrete_fields}
    return frozenset(name for name in ("department",) if name in own and not own[name].editable)


def _describe(model_field: Any, readonly: frozenset[str]) -> Field:
    related = model_field.related_model._meta.label_lower if model_field.is_relation else ""
    default = model_field.get_default() if model_field.has_default() else None
    return Field(
        name=model_field.name,
        label=model_field.verbose_name,
        type=_type_of(model_field),
        path=model_field.name,
        required=_is_required(model_field),
        readonly=model_field.name in readonly or model_field.primary_key,
        choices=tuple((str(v), capfirst(label)) for v, label in (model_field.flatchoices or ())),
        related=related,
        help=model_field.help_text,
        max_length=getattr(model_field, "max_length", None),
        model_field=model_field,
        default=default,
        unique=model_field.unique and not model_field.primary_key,
    )


def _is_required(model_field: Any) -> bool:
    if isinstance(model_field, models.BooleanField) or model_field.many_to_many:
        return False
    return not model_field.blank and not model_field.has_default()


_TYPES: tuple[tuple[type[Any], Type], ...] = (
    (MoneyField, Type.MONEY),
    (PercentField, Type.PERCENT),
    (CurrencyField, Type.TEXT),
    (models.ManyToManyField, Type.MANY),
    (models.ForeignKey, Type.FK),
    (models.DateTimeField, Type.DATETIME),
    (models.DateField, Type.DATE),
    (models.BooleanField, Type.BOOL),
    (models.DecimalField, Type.DECIMAL),
    (models.IntegerField, Type.INTEGER),
    (models.EmailField, Type.EMAIL),
    (models.URLField, Type.URL),
    (models.TextField, Type.LONGTEXT),
    (models.JSONField, Type.JSON),
)


def _type_of(model_field: Any) -> Type:
    if model_field.choices:
        return Type.CHOICE
    for class_, type_ in _TYPES:
        if isinstance(model_field, class_):
            return type_
    if model_field.name in {"phone", "mobile", "telephone"}:
        return Type.PHONE
    if model_field.name == "tags" or model_field.get_internal_type() == "ArrayField":
        return Type.MULTI
    return Type.TEXT


def field_exists(model: type[models.Model], name: str) -> bool:
    """Whether a declared name can be read from rows of the model: a field, a property, or a path to one."""
    head, _, tail = name.partition(".")
    if head == "custom":
        return True
    try:
        found = model._meta.get_field(head)
    except FieldDoesNotExist:
        return hasattr(model, head) and not tail
    if not tail:
        return True
    related = found.related_model
    return isinstance(related, type) and field_exists(related, tail)

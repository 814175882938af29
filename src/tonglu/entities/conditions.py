"""Rules of the business over the fields of a kind: whether one row in memory meets a condition.

A gate, an assignment or an alert asks about every field, whoever acts; what a person may ask a list is in `filters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext

from tonglu.kernel.condition import (
    Moment,
    condition_holds,
    condition_parse,
    condition_sentence,
)
from tonglu.kernel.errors import Invalid
from tonglu.toolkit.clock import today, zone_of
from tonglu.toolkit.conditions import row_getter

from .fields import Field, field_of
from .registry import entity_declared, entity_of

if TYPE_CHECKING:
    from tonglu.policy import Actor


def holds(row: Any, condition: Mapping[str, Any], actor: Actor) -> bool:
    """Whether the row meets the condition, for this actor and today."""
    entity = entity_of(row)

    def known(name: str) -> Field | None:
        return field_of(entity, name)

    tree = condition_parse(spoken(condition), known)
    return condition_holds(tree, row, moment_of(actor), row_getter(known))


def parts_failing(row: Any, condition: Mapping[str, Any], actor: Actor) -> list[str]:
    """What of a condition the row does not meet, a sentence in the reader's language for each part that all must hold."""
    entity = entity_of(row)

    def known(name: str) -> Field | None:
        return field_of(entity, name)

    parts = condition.get("all", [condition] if condition else [])
    failing = [part for part in parts if part and not holds(row, part, actor)]
    language = get_language() or "en"
    return [
        condition_sentence(condition_parse(spoken(part), known), known, language)
        for part in failing
    ]


def condition_kind(field: Field, row: Any = None, raw: Mapping[str, Any] | None = None) -> str:
    """The kind that the condition in a field speaks of; as typed, as stored, or the first choice there is."""
    if "." in field.condition_of:
        return field.condition_of
    typed = str((raw or {}).get(field.condition_of) or "")
    named = (typed if entity_declared(typed) else "") or getattr(row, field.condition_of, "")
    return str(named or field.model_field.model._meta.get_field(field.condition_of).get_default())


def condition_told(field: Field, row: Any, data: Any) -> str:
    """The condition in a field as a sentence in the reader's language."""
    entity = entity_of(condition_kind(field, row))

    def known(name: str) -> Field | None:
        return field_of(entity, name)

    try:
        tree = condition_parse(spoken(data), known)
    except Invalid as refusal:
        return refusal.text(gettext)
    return condition_sentence(tree, known, get_language() or "en")


def moment_of(actor: Actor) -> Moment:
    """When and for whom a condition is asked."""
    return Moment(today=today(actor), zone=zone_of(actor.timezone), me=actor.person_id)


def spoken(condition: Any) -> Any:
    """The condition with the builder's short form `{"op": "me"}` written as the rule language has it."""
    if isinstance(condition, list):
        return [spoken(part) for part in condition]
    if not isinstance(condition, Mapping):
        return condition
    if condition.get("op") == "me":
        return {"field": condition.get("field"), "op": "=", "value": "me"}
    return {
        key: spoken(part) if key in {"all", "any", "not"} else part
        for key, part in condition.items()
    }

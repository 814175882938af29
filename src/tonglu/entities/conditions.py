"""Rules of the business over the fields of a kind: whether one row in memory meets a condition.

A gate, an assignment or an alert asks about every field, whoever acts; what a person may ask a list is in `filters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tonglu.kernel.condition import Moment, condition_holds, condition_parse
from tonglu.toolkit.clock import today, zone_of
from tonglu.toolkit.conditions import row_getter

from .fields import Field, field_of
from .registry import entity_of

if TYPE_CHECKING:
    from tonglu.policy import Actor


def holds(row: Any, condition: Mapping[str, Any], actor: Actor) -> bool:
    """Whether the row meets the condition, for this actor and today."""
    entity = entity_of(row)

    def known(name: str) -> Field | None:
        return field_of(entity, name)

    tree = condition_parse(spoken(condition), known)
    return condition_holds(tree, row, moment_of(actor), row_getter(known))


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

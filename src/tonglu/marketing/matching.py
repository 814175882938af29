"""Which rows meet a condition that marketing keeps: rules judge one lead in memory, segments ask the database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext as _

from tonglu.directory.memory import remember_in_batch
from tonglu.entities.fields import Field, field_of
from tonglu.entities.registry import entity_of
from tonglu.kernel.condition import Condition, Moment, condition_holds, condition_parse
from tonglu.kernel.errors import Invalid
from tonglu.toolkit.clock import today
from tonglu.toolkit.conditions import condition_q, row_getter

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Q

    from tonglu.policy import Actor

LEAD = "marketing.lead"
_STEP = re.compile(r"(\w+)|\[(\d+)\]")


def condition_of(kind: str, data: Mapping[str, Any]) -> Condition:
    """The condition over the fields of a kind; Invalid names each mistake."""
    return condition_parse(data, _fields(kind))


def condition_check(kind: str, data: Mapping[str, Any]) -> None:
    """Refuse a condition that cannot be read, under the field that holds it."""
    try:
        condition_of(kind, data)
    except Invalid as refusal:
        said = [
            f"{_asked(kind, data, place)}: {text}"
            for place, texts in refusal.sentences(_).items()
            for text in texts
        ]
        raise Invalid({"condition": said}) from refusal


def _asked(kind: str, data: Any, place: str) -> str:
    """The field that the rule at a place asks about, as people call it; the place itself where it names none."""
    found = data
    for word, number in _STEP.findall(place.rpartition(".")[0]):
        found = found[int(number)] if number else found[word]
    name = found.get("field") if isinstance(found, Mapping) else None
    field = _fields(kind)(name) if isinstance(name, str) else None
    return str(field.label) if field else place


def row_meets(kind: str, row: Any, data: Mapping[str, Any]) -> bool:
    """Whether one row in memory meets the condition; a rule written for fields that are gone meets nothing."""
    key = ("marketing.condition", kind, orjson.dumps(data))
    holds = remember_in_batch(key, lambda: _judge(kind, data))
    return holds(row)


def _judge(kind: str, data: Mapping[str, Any]) -> Callable[[Any], bool]:
    try:
        condition = condition_of(kind, data)
    except Invalid:
        return lambda _row: False
    moment, getter = Moment(today=today()), row_getter(_fields(kind))
    return lambda row: condition_holds(condition, row, moment, getter)


def rows_filter(actor: Actor, kind: str, data: Mapping[str, Any]) -> Q:
    """The condition as a database filter, with "me" and today as the actor means them."""
    moment = Moment(today=today(actor), me=actor.person_id)
    return condition_q(condition_of(kind, data), entity_of(kind).model, _fields(kind), moment)


def _fields(kind: str) -> Callable[[str], Field | None]:
    entity = entity_of(kind)
    return lambda name: field_of(entity, name)

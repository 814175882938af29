"""What the condition builder offers: fields by type, the comparisons of each type, relative periods.

The comparisons and their words are those of the rule language; a *shape* says what a comparison asks for: one value, many, two,
a relative period ("range"), or none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tonglu.kernel.condition import OPERATORS, Operator
from tonglu.kernel.relative import RELATIVE_PERIODS, relative_name

Choice = tuple[str, str]
Offer = tuple[str, str, str]

ALIASES = {"number": "decimal", "boolean": "bool", "record": "fk"}
"""Plainer names of types, as pages write them."""


@dataclass(frozen=True, kw_only=True)
class ConditionField:
    """A field conditions may speak of; `url` makes its value a lookup, `labels` names values that are already chosen."""

    name: str
    label: str
    type: str = "text"
    choices: tuple[Choice, ...] = ()
    url: str = ""
    labels: dict[str, str] | None = None


def spec(fields: Iterable[ConditionField]) -> dict[str, Any]:
    """Everything the builder's script needs, as JSON values in the active language."""
    return {
        "fields": [_field(field) for field in fields],
        "operators": operators(),
        "ranges": [list(pair) for pair in ranges()],
    }


def operators() -> dict[str, list[Offer]]:
    """Type -> (operator, words, shape), in the order they are offered."""
    return _operators(get_language() or "en")


@lru_cache(maxsize=8)
def _operators(_language: str) -> dict[str, list[Offer]]:
    offered = {type_: [_offer(one) for one in known] for type_, known in OPERATORS.items()}
    offered |= {alias: offered[type_] for alias, type_ in ALIASES.items()}
    return {**offered, "person": [("me", _("is me"), "none"), *offered["person"]]}


def ranges() -> tuple[Choice, ...]:
    """The relative periods that `within` knows."""
    return _ranges(get_language() or "en")


@lru_cache(maxsize=8)
def _ranges(language: str) -> tuple[Choice, ...]:
    return tuple((name, relative_name(name, language)) for name in RELATIVE_PERIODS)


def _offer(operator: Operator) -> Offer:
    shape = "range" if operator.arity == "period" else operator.arity.value
    return operator.name, operator.label(get_language() or "en"), shape


def _field(field: ConditionField) -> dict[str, Any]:
    described: dict[str, Any] = {"name": field.name, "label": field.label, "type": field.type}
    if field.choices:
        described["choices"] = [list(choice) for choice in field.choices]
    if field.url:
        described |= {"url": field.url, "labels": field.labels or {}}
    return described

"""Addresses of the lists behind numbers: a condition of the rule language on the list of a kind."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

from tonglu.entities.registry import entity_of


def list_url(kind: str, *conditions: dict[str, Any]) -> str:
    """The list of a kind, narrowed by all the conditions."""
    query = {"view": "all", "condition": json.dumps({"all": list(conditions)}, ensure_ascii=False)}
    return f"{entity_of(kind).url()}?{urlencode(query)}"


def equals(field: str, value: Any) -> dict[str, Any]:
    """The field has this value."""
    return {"field": field, "op": "=", "value": str(value)}


def one_of(field: str, *values: Any) -> dict[str, Any]:
    """The field has one of these values."""
    return {"field": field, "op": "in", "value": [str(value) for value in values]}


def none_of(field: str, *values: Any) -> dict[str, Any]:
    """The field has another value than these."""
    return {"field": field, "op": "not_in", "value": [str(value) for value in values]}


def empty(field: str) -> dict[str, Any]:
    """The field has no value."""
    return {"field": field, "op": "is_empty"}


def filled(field: str) -> dict[str, Any]:
    """The field has a value."""
    return {"field": field, "op": "is_set"}


def between(field: str, first: date, last: date) -> dict[str, Any]:
    """The field lies between two days, both included."""
    return {"field": field, "op": "between", "value": [first.isoformat(), last.isoformat()]}


def before(field: str, day: date) -> dict[str, Any]:
    """The field lies before a day."""
    return {"field": field, "op": "<", "value": day.isoformat()}


def on_or_after(field: str, day: date) -> dict[str, Any]:
    """The field lies on a day or after it."""
    return {"field": field, "op": ">=", "value": day.isoformat()}


def more_than(field: str, value: Any) -> dict[str, Any]:
    """The field is greater than a value."""
    return {"field": field, "op": ">", "value": str(value)}

"""What the condition builder offers: fields by type, the comparisons of each type, relative periods.

The comparisons are those of the rule language; a *shape* says what a comparison asks for: one value, many, two, a relative
period, or none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

Choice = tuple[str, str]


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


def operators() -> dict[str, list[tuple[str, str, str]]]:
    """Type -> (operator, words, shape)."""
    listed = [*_equal(), *_listed(), *_set()]
    return {
        "text": [*_texts(), *_equal(), *_set()],
        "number": [*_ordered(), *_set()],
        "money": [*_ordered(), *_set()],
        "percent": [*_ordered(), *_set()],
        "date": [("within", _("is within"), "range"), *_dated(), *_set()],
        "datetime": [("within", _("is within"), "range"), *_dated(), *_set()],
        "boolean": [("=", _("is"), "one")],
        "choice": [*_listed(), *_equal(), *_set()],
        "record": listed,
        "person": [("me", _("is me"), "none"), *listed],
    }


def ranges() -> tuple[Choice, ...]:
    """The relative periods that `within` knows."""
    return (
        ("today", _("today")),
        ("yesterday", _("yesterday")),
        ("tomorrow", _("tomorrow")),
        ("this_week", _("this week")),
        ("last_week", _("last week")),
        ("next_week", _("next week")),
        ("this_month", _("this month")),
        ("last_month", _("last month")),
        ("next_month", _("next month")),
        ("this_quarter", _("this quarter")),
        ("last_quarter", _("last quarter")),
        ("next_quarter", _("next quarter")),
        ("this_year", _("this year")),
        ("last_year", _("last year")),
        ("last_7_days", _("the last 7 days")),
        ("last_30_days", _("the last 30 days")),
        ("last_90_days", _("the last 90 days")),
        ("next_7_days", _("the next 7 days")),
        ("next_30_days", _("the next 30 days")),
        ("next_90_days", _("the next 90 days")),
    )


def _field(field: ConditionField) -> dict[str, Any]:
    described: dict[str, Any] = {"name": field.name, "label": field.label, "type": field.type}
    if field.choices:
        described["choices"] = [list(choice) for choice in field.choices]
    if field.url:
        described |= {"url": field.url, "labels": field.labels or {}}
    return described


def _texts() -> list[tuple[str, str, str]]:
    return [("contains", _("contains"), "one"), ("starts", _("starts with"), "one")]


def _equal() -> list[tuple[str, str, str]]:
    return [("=", _("is"), "one"), ("!=", _("is not"), "one")]


def _listed() -> list[tuple[str, str, str]]:
    return [("in", _("is one of"), "many"), ("not_in", _("is none of"), "many")]


def _ordered() -> list[tuple[str, str, str]]:
    return [
        ("=", "=", "one"),
        ("!=", "≠", "one"),
        (">=", "≥", "one"),
        ("<=", "≤", "one"),
        (">", ">", "one"),
        ("<", "<", "one"),
        ("between", _("is between"), "two"),
    ]


def _dated() -> list[tuple[str, str, str]]:
    return [
        (">=", pgettext("date", "from"), "one"),
        ("<=", pgettext("date", "until"), "one"),
        ("=", _("is"), "one"),
        ("between", _("is between"), "two"),
    ]


def _set() -> list[tuple[str, str, str]]:
    return [("is_set", _("is filled in"), "none"), ("is_empty", _("is empty"), "none")]

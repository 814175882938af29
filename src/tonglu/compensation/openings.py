"""Where a number of pay leads in lists and on records: to what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tonglu.entities.registry import entity_of


def earning_trace(row: Any) -> str:
    """The slices and steps of an earning."""
    return f"{_page(row)}#panel-trace"


def earning_movements(row: Any) -> str:
    """The movements that released an earning, or took it back."""
    asked = {"view": "all", "f.earning": row.pk, "f.kind": ("released", "taken_back", "adjusted")}
    return f"{reverse('entities:list', args=('pay-movements',))}?{urlencode(asked, doseq=True)}"


def movement_reason(row: Any) -> str:
    """The sentence of a movement."""
    return f"{_page(row)}#panel-why"


def record_reason(row: Any) -> str:
    """What a dispute or a correction is about."""
    return f"{_page(row)}#panel-about"


def period_statements(row: Any) -> str:
    """The statements that a month's sum adds up."""
    asked = urlencode({"view": "all", "f.period": row.pk})
    return f"{reverse('entities:list', args=('statements',))}?{asked}"


def statement_part(part: str, row: Any) -> str:
    """A part of the page of a statement."""
    return f"{reverse('compensation:statement', args=(row.pk,))}#{part}"


def _page(row: Any) -> str:
    return entity_of(type(row)).url("detail", row.pk)


STATEMENT: Mapping[str, Callable[[Any], str]] = {
    name: partial(statement_part, part)
    for name, part in (
        ("earned", "earned"),
        ("released", "due"),
        ("adjusted", "bridge"),
        ("payable", "bridge"),
        ("paid", "bridge"),
        ("held_before", "balances"),
        ("held_after", "balances"),
    )
}

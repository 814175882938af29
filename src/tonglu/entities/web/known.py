"""What an empty form can tell from what is known already: a deal names its account, and an account its main contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.fields import Field
from tonglu.entities.filters import may_read
from tonglu.entities.registry import entity_of

from .controls import OPEN_LINKS, main_told, shared_links


def known(who: policy.Actor, fields: Iterable[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the records that are given know of the other fields, and the main one among those that belong to them."""
    links = [field for field in fields if field.related]
    named = _named(who, links, given)
    return {**named, **_main(who, links, {**named, **given})}


def _named(who: policy.Actor, links: list[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    open_links = [f for f in links if f.name not in given and f.name not in OPEN_LINKS]
    found: dict[str, Any] = {}
    for field in links:
        pk = str(given.get(field.name, ""))
        shared = shared_links(field.related, open_links) if pk.isdecimal() else []
        row = selectors.rows(who, field.related).filter(pk=pk).first() if shared else None
        for name in shared:
            if row is not None and may_read(who, entity_of(row), name):
                found.setdefault(name, getattr(row, f"{name}_id"))
    return {name: value for name, value in found.items() if value is not None}


def _main(who: policy.Actor, links: list[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    beside = [
        f for f in links if f.name not in OPEN_LINKS and str(given.get(f.name, "")).isdecimal()
    ]
    found: dict[str, Any] = {}
    for field in links:
        shared = shared_links(field.related, beside) if field.name not in given else []
        if not shared or not main_told(who, field.related):
            continue
        where = {f"{name}_id": given[name] for name in shared}
        row = main_rows(who, field.related).filter(**where).first()
        if row is not None:
            found[field.name] = row.pk
    return found


def main_rows(who: policy.Actor, kind: str) -> Any:
    """The visible records of a kind that are the main one of what they belong to."""
    return selectors.rows(who, kind).filter(**{entity_of(kind).main: True}).order_by("pk")

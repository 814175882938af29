"""Telling colleagues that they are named with an @ in what somebody writes on a record, in any of its texts.

Whoever was named in the same text before is not told again. What comes in files or is done to many records at once mentions nobody.
Whether they may see the record is asked when they are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, EmailField, TextField, URLField

from tonglu.directory.mentions import mentioned
from tonglu.toolkit.events import publish

from .events import RecordMentions
from .handing import in_bulk

if TYPE_CHECKING:
    from tonglu.policy import Actor


def record_mentions(actor: Actor, kind: str, row: Any, before: Any) -> None:
    """Tell those whom a saved record names, and did not name before."""
    if actor.door == "import" or in_bulk():
        return
    old = _texts(before) if before is not None else {}
    changed = [name for name, text in _texts(row).items() if "@" in text and text != old.get(name)]
    if changed:
        now = _texts(row)
        known = {pk for name in changed for pk in mentioned(old.get(name, ""))}
        named = (pk for name in changed for pk in mentioned(now[name]))
        _tell(actor, kind, row.pk, tuple(pk for pk in dict.fromkeys(named) if pk not in known))


def text_mentions(actor: Actor, kind: str, row_id: int, text: str) -> None:
    """Tell those whom a text names that was written about a record, such as a comment."""
    if "@" in text:
        _tell(actor, kind, row_id, tuple(mentioned(text)))


def _tell(actor: Actor, kind: str, row_id: int, people: tuple[int, ...]) -> None:
    if people and actor.person_id is not None:
        publish(RecordMentions(kind=kind, row_id=row_id, people=people, by_id=actor.person_id))


def _texts(row: Any) -> dict[str, str]:
    """What people wrote into a row, by column and custom field."""
    own = {
        field.name: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if isinstance(field, CharField | TextField)
        and not isinstance(field, EmailField | URLField)
        and not (field.generated or field.choices)
    }
    found = {**own, **{f"custom.{name}": value for name, value in row.custom.items()}}
    return {name: value for name, value in found.items() if isinstance(value, str)}

"""Finding the related row that a value means, among the rows the actor may see.

A value may be the row itself, its id, `{"external_id": ...}`, or a text that equals its import key or title. `Lookups` remembers
what it found, so that a file of 100,000 lines asks once per name; `preload` asks for many names at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import CharField, Model, Q, QuerySet, TextField
from django.utils.translation import gettext as _

from tonglu import policy

from .registry import entity_declared, entity_of
from .selectors import rows

MOST_REMEMBERED = 50_000
MOST_OF_ONE_NAME = 50
"""Among so many rows of one name the meant one is looked for."""
NUL = "\x00"
"""No text of the database holds it, and asking for one is an error."""


class Lookups:
    """Related rows by what people call them, for one actor. Ids are tried only when `by_id`, as in a page or API body."""

    def __init__(self, actor: policy.Actor, *, by_id: bool = True) -> None:
        self.actor = actor
        self.by_id = by_id
        self._found: dict[tuple[str, str], Any] = {}
        self._missed: dict[tuple[str, str], str] = {}
        self._several: dict[tuple[str, str], list[Any]] = {}

    def find(
        self, kind: str, value: Any, *, beside: Mapping[str, Any] | None = None, row: Any = None
    ) -> Any:
        """The row meant by `value`; ValidationError when there is none, or more than one.

        Where several rows bear the name, what the entity declares as `meant` may tell, by the values beside it and the row they
        are for: a stage is looked for in the pipeline of the deal.
        """
        if isinstance(value, Model):
            return value
        key = (kind, repr(value) if isinstance(value, dict) else str(value).strip())
        if key in self._missed:
            raise ValidationError(self._missed[key])
        if key not in self._found and key not in self._several:
            self._ask(key, value)
        if key in self._several:
            return self._meant(key, value, beside or {}, row)
        return self._found[key]

    def forget(self, kind: str) -> None:
        """Ask again for rows of a kind that could not be found, since some were made meanwhile."""
        self._missed = {key: said for key, said in self._missed.items() if key[0] != kind}

    def remember(self, kind: str, value: str, row: Any) -> None:
        """Note a row made meanwhile, such as by an earlier line of the same file."""
        self._found[(kind, value)] = row

    def trim(self) -> None:
        """Forget all when there is much, so that a file with a million names needs no memory for them."""
        if len(self._found) + len(self._missed) > MOST_REMEMBERED:
            self._found, self._missed, self._several = {}, {}, {}

    def preload(self, kind: str, values: Iterable[str]) -> None:
        """Ask for many texts at once. What names several rows is left for `find` to refuse."""
        texts = {text for value in values if NUL not in (text := str(value).strip())} - {""}
        wanted = sorted(
            t for t in texts if (kind, t) not in self._found and (kind, t) not in self._missed
        )
        unseen = set(wanted)
        for name in reversed(self._names(kind)):
            for start in range(0, len(wanted), 1000):
                chunk = wanted[start : start + 1000]
                seen: dict[str, list[Any]] = {}
                for row in self._rows(kind).filter(**{f"{name}__in": chunk}):
                    seen.setdefault(str(getattr(row, name)), []).append(row)
                unseen -= seen.keys()
                for text, found in seen.items():
                    if len(found) == 1:
                        self._found[(kind, text)] = found[0]
        if not self.by_id:
            self._missed.update({(kind, text): _missing(text) for text in unseen})

    def _ask(self, key: tuple[str, str], value: Any) -> None:
        """Note the row, or the several rows, that the value names."""
        kind = key[0]
        named = value.get("external_id") if isinstance(value, dict) else value
        found: list[Any] = []
        if NUL not in str(named):
            found = list(self._rows(kind).filter(self._meaning(kind, value))[:MOST_OF_ONE_NAME])
        if not found:
            self._missed[key] = _missing(value)
            raise ValidationError(self._missed[key])
        if len(found) == 1:
            self._found[key] = found[0]
        else:
            self._several[key] = found

    def _meant(self, key: tuple[str, str], value: Any, beside: Mapping[str, Any], row: Any) -> Any:
        meant = entity_of(key[0]).meant if entity_declared(key[0]) else None
        found = meant(self._several[key], beside, row) if meant else None
        if found is None:
            raise ValidationError(
                _("“%(value)s” names more than one record; use its external ID.") % {"value": value}
            )
        return found

    def _meaning(self, kind: str, value: Any) -> Q:
        if isinstance(value, dict):
            return Q(external_id=str(value.get("external_id", "")))
        text = str(value).strip()
        if self.by_id and text.isdecimal() and len(text) < 19:
            return Q(pk=int(text))
        found = Q(pk__in=[])
        for name in self._names(kind):
            found |= Q(**{name: text})
        return found

    def _names(self, kind: str) -> list[str]:
        """What a row may be called by: nothing the actor may not read, or it could be guessed."""
        hidden = policy.Level.HIDDEN
        level = policy.field_level
        return [n for n in name_fields(kind) if level(self.actor, kind, n) is not hidden]

    def _rows(self, kind: str) -> QuerySet[Any]:
        if entity_declared(kind):
            return rows(self.actor, kind)
        found: QuerySet[Any] = apps.get_model(kind)._default_manager.all()
        return found


def told_by_others(kind: str) -> bool:
    """Whether the other values tell which row of this kind a name means, so that they are cleaned before it."""
    return bool(kind) and entity_declared(kind) and entity_of(kind).meant is not None


def _missing(value: Any) -> str:
    return _("“%(value)s” does not exist, or you may not see it.") % {"value": value}


def name_fields(kind: str) -> tuple[str, ...]:
    """The text fields a row of this kind is called by: external id, import keys, title; strongest first."""
    model = apps.get_model(kind)
    wanted: tuple[str, ...] = ("external_id", "code", "email", "name", "name_zh")
    if entity_declared(kind):
        entity = entity_of(kind)
        wanted = tuple(dict.fromkeys(("external_id", *entity.import_key, entity.title, "name_zh")))
    fields = {
        f.name: f for f in model._meta.concrete_fields if isinstance(f, (CharField, TextField))
    }
    return tuple(name for name in wanted if name in fields)

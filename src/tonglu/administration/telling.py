"""Entries of the trail as their reader may see them: who and what always, the record and its values under the policy.

The right to read the trail does not open a record. Of a record out of reach, an entry tells that something was done, by whom,
when and through which door; its name, its values and the reason given stay closed. Of a record within reach, a hidden field is
not there. Names and visibility of a whole page cost one query for each kind on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import pgettext

from tonglu import policy
from tonglu.audit.models import Entry
from tonglu.audit.selectors import change_of
from tonglu.audit.words import door_label, who_label
from tonglu.entities.fields import Field, fields_of, lines_fields
from tonglu.entities.filters import may_read
from tonglu.entities.forms import line_key
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.entities.related import Names, names_of
from tonglu.entities.web.cells import text_of
from tonglu.policy.selectors import kind_title

from .acts import ACTS, KINDS

if TYPE_CHECKING:
    from tonglu.entities.spec import Entity

Pair = tuple[Field, Any, Any]
"""A field with what it held before and after."""

SILENT = frozenset({"id", "version", "updated_at", "search", "custom"})
ICONS = {"I": "plus", "U": "edit", "D": "trash", "N": "note"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """An entry for a list: what its reader may know of it. `record` is empty when the record is out of reach."""

    entry: Entry
    who: str
    act: str
    kind: str
    door: str
    icon: str
    record: str
    url: str
    closed: bool

    @property
    def reason(self) -> str:
        """The reason given; closed with the record."""
        return "" if self.closed else self.entry.reason


@dataclass(frozen=True, kw_only=True)
class Line:
    """One field of an entry: its name, and what it held before and after, as texts."""

    label: str
    old: str
    new: str


class Reading:
    """A portion of entries for one reader: names and visibility looked up once for all of them."""

    def __init__(
        self, actor: policy.Actor, entries: Iterable[Entry], *, values: bool = True
    ) -> None:
        self.actor = actor
        self.entries = list(entries)
        self.names = names_of(actor, _wanted(self.entries))
        self._fields: dict[tuple[str, str], list[tuple[Field, str]]] = {}
        self._pairs = {one.pk: self._changed(one) for one in self.entries} if values else {}
        self._values = names_of(actor, _wanted_values(self._pairs.values()))

    def told(self) -> list[Told]:
        """Every entry as a line of a list."""
        return [_told(entry, self.names) for entry in self.entries]

    def lines(self, entry: Entry) -> list[Line]:
        """Old and new value of every field this reader may read; none when the record is out of reach."""
        if _is_note_about_kind(self.actor, entry):
            return [
                Line(label=name, old="", new=str(value)) for name, value in entry.changes.items()
            ]
        lines = [_line(*pair, self._values) for pair in self._pairs[entry.pk]]
        return [line for line in lines if line.old != line.new]

    def _changed(self, entry: Entry) -> list[Pair]:
        if not self.names.sees(*_subject(entry)):
            return []
        changes = change_of(entry).changes
        own = [
            (field, *changes[column])
            for field, column in self._readable(entry)
            if column in changes and column not in SILENT
        ]
        return own + list(_custom(self.actor, entry, changes.get("custom")))

    def _readable(self, entry: Entry) -> list[tuple[Field, str]]:
        """The fields of the entry's table that the reader may read, each with its column."""
        kind, _pk = _subject(entry)
        if (kind, entry.kind) not in self._fields:
            self._fields[kind, entry.kind] = list(_readable(self.actor, kind, entry.kind))
        return self._fields[kind, entry.kind]


def verb_label(verb: str) -> str:
    """The verb of an entry in words: a declared act by its button, others by what they do."""
    kind, _dot, name = verb.rpartition(".")
    name = name if name in ACTS else name.removeprefix("bulk_")
    declared = entity_of(kind).verb(name) if entity_declared(kind) else None
    if declared is not None:
        return str(declared.label)
    return str(ACTS.get(name) or name.replace("_", " "))


def kind_label(kind: str) -> str:
    """The kind in words."""
    kind = KINDS.get(kind, kind)
    if entity_declared(kind):
        return str(entity_of(kind).label)
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind_title(kind)


def told_of(kind: str, what: str) -> str:
    """A kind and what is said of it, with the colon of the language."""
    between = pgettext("between the kind of a record and its name", ": ")
    return f"{kind}{between}{what}"


def _told(entry: Entry, names: Names) -> Told:
    kind, pk = _subject(entry)
    seen = names.sees(kind, pk)
    return Told(
        entry=entry,
        who=who_label(entry.actor_name, entry.actor_id),
        act=verb_label(entry.verb) if entry.verb else str(entry.get_act_display()),
        kind=kind_label(entry.kind),
        door=door_label(entry.door),
        icon=ICONS.get(entry.act, "circle"),
        record=names.name(kind, pk) or "",
        url=entity_of(kind).url("detail", pk) if seen and entity_declared(kind) else "",
        closed=_names_record(entry) and not seen,
    )


def _subject(entry: Entry) -> tuple[str, int]:
    """The record an entry is about: a line is about the record it belongs to."""
    if entry.parent_kind and entry.parent_id is not None:
        return entry.parent_kind, entry.parent_id
    return entry.kind, entry.row_id


def _wanted(entries: Iterable[Entry]) -> dict[str, set[int]]:
    """Records to look up; kinds no policy speaks of stay closed."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, pk in map(_subject, entries):
        scope = policy.scope_of(kind)
        if pk and scope is not None and scope.model is not None:
            wanted[kind].add(pk)
    return wanted


def _readable(actor: policy.Actor, kind: str, table: str) -> Iterator[tuple[Field, str]]:
    """The fields of a record's own table, or of one of its tables of lines, as far as the reader may read them."""
    if not entity_declared(kind):
        return
    entity = entity_of(kind)
    if table == kind:
        found = {name: f for name, f in fields_of(entity).items() if may_read(actor, entity, name)}
    else:
        found = _line_fields(actor, entity, table)
    for name, field in found.items():
        if field.model_field is not None:
            yield field, getattr(field.model_field, "column", None) or name


def _line_fields(actor: policy.Actor, entity: Entity, table: str) -> dict[str, Field]:
    """The declared fields of a table of lines, without those that are closed by the record's kind or the line's own."""
    lines = next((one for one in entity.lines if one.model._meta.label_lower == table), None)
    if lines is None:
        return {}
    return {
        name: field
        for name, field in lines_fields(lines.model, lines.fields).items()
        if policy.field_level(actor, entity.kind, f"{line_key(lines)}.{name}")
        is not policy.Level.HIDDEN
        and _line_read(actor, table, name)
    }


def _line_read(actor: policy.Actor, kind: str, name: str) -> bool:
    return (
        policy.scope_of(kind) is None
        or policy.field_level(actor, kind, name) is not policy.Level.HIDDEN
    )


def _custom(actor: policy.Actor, entry: Entry, pair: tuple[Any, Any] | None) -> Iterator[Pair]:
    if pair is None or not entity_declared(entry.kind):
        return
    entity = entity_of(entry.kind)
    fields, (old, new) = fields_of(entity), (pair[0] or {}, pair[1] or {})
    for key in sorted(old.keys() | new.keys()):
        field = fields.get(f"custom.{key}")
        if field and old.get(key) != new.get(key) and may_read(actor, entity, field.name):
            yield field, old.get(key), new.get(key)


def _wanted_values(pairs: Iterable[list[Pair]]) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for field, old, new in chain.from_iterable(pairs):
        if field.related:
            wanted[field.related].update(one for one in (old, new) if isinstance(one, int))
    return wanted


def _line(field: Field, old: Any, new: Any, names: Names) -> Line:
    """The values as texts; nothing is an empty text."""
    return Line(label=str(field.label), old=_text(old, field, names), new=_text(new, field, names))


def _text(value: Any, field: Field, names: Names) -> str:
    return "" if value in (None, "", [], {}) else text_of(value, field, names)


def _is_note_about_kind(actor: policy.Actor, entry: Entry) -> bool:
    """A note about no record of a table, such as an export or a job: read by whoever may read the kind."""
    return (
        entry.act == Entry.Act.NOTED
        and not _names_record(entry)
        and bool(policy.may(actor, "read", entry.kind))
    )


def _names_record(entry: Entry) -> bool:
    """Whether the entry is about a row; rights such as background work have none."""
    scope = policy.scope_of(entry.kind)
    return bool(entry.row_id) and (scope is None or scope.model is not None)

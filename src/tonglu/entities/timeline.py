"""One timeline per record: what was changed, said, sent, filed and approved, newest first.

The trail of changes comes from the audit; other modules add what they know through `register_timeline` (follow-ups, mails,
files, approvals). Every change is shown only as far as its reader may read the field.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tonglu.audit.selectors import Change, history
from tonglu.audit.words import door_label, who_label

from .fields import Field, fields_of
from .fieldtypes import Type
from .filters import may_read
from .related import Names, names_of

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .spec import Entity, Text

PAGE = 30
REST, ROUNDS = 200, 5
MOMENT = timedelta(seconds=5)
CHANGES = "changes"
SILENT = frozenset({"version", "updated_at", "created_at", "created_by_id", "search", "id"})


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One field of a change: what it held before and holds now, as plain values."""

    field: Field
    old: Any
    new: Any


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something that happened to a record. `group` is the provider's name, which the filter of the timeline uses.

    `body` is text, or safe HTML that its provider has sanitised; `template` draws items that need more than that, with `data`.
    """

    at: datetime
    group: str
    title: Text
    who: str = ""
    who_id: int | None = None
    icon: str = "circle"
    tone: str = ""
    body: Any = ""
    url: str = ""
    changes: tuple[Changed, ...] = ()
    door: str = ""
    reason: str = ""
    template: str = ""
    data: Any = None


Provider = Callable[["Actor", "Entity", Any, datetime | None, int], Sequence[Item]]
"""(actor, entity, row, before, most): the newest items of a record older than `before`, newest first."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where items come from: its name, its title in the filter, and the function that gives them."""

    name: str
    title: Text
    provide: Provider


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """A page of the timeline; `more` is the cursor of the next one ("" at the end)."""

    items: tuple[Item, ...]
    names: Names = field(default_factory=Names)
    more: str = ""


_sources: dict[str, Source] = {}


def register_timeline(name: str, title: Text, provide: Provider) -> None:
    """Add a source of items to every record's timeline; called once from an `apps.py`."""
    if name in _sources or name == CHANGES:
        raise ValueError(f"the timeline has a source named {name} already")
    _sources[name] = Source(name=name, title=title, provide=provide)


def timeline_groups() -> tuple[tuple[str, Text], ...]:
    """The groups the timeline can be narrowed to."""
    return ((CHANGES, gettext_lazy("Changes")), *((s.name, s.title) for s in _sources.values()))


def timeline(
    actor: Actor, entity: Entity, row: Any, *, group: str = "", cursor: str = "", most: int = PAGE
) -> Timeline:
    """The items of a record, newest first, from every source or from one."""
    at, entry = _read_cursor(cursor)
    streams: list[Sequence[Item]] = [
        source.provide(actor, entity, row, at, most + 1)
        for source in _sources.values()
        if group in ("", source.name)
    ]
    wanted = group in ("", CHANGES)
    runs, older = _history(entity, row, most + 1, entry) if wanted else ([], False)
    told = [(run[-1], _item(actor, entity, run)) for run in runs]
    streams.append([item for _change, item in told if item is not None])
    merged = list(heapq.merge(*streams, key=lambda item: item.at, reverse=True))
    page = merged[:most]
    return Timeline(
        items=tuple(page),
        names=names_of(actor, _wanted(page)),
        more=_cursor(page, told) if len(merged) > most or older else "",
    )


def _history(
    entity: Entity, row: Any, most: int, before: int | None
) -> tuple[list[list[Change]], bool]:
    """The newest changes, those that are one act together, at least `most` of them; and whether there may be more."""
    found: list[Change] = []
    for asked in (most, *(REST,) * ROUNDS):
        batch = history(entity.kind, row.pk, most=asked, before=before)
        found += batch
        runs = _together(entity, found)
        if len(batch) < asked:
            return runs, False
        if len(runs) >= most:
            return runs, True
        before = batch[-1].id
    return runs, True


def _together(entity: Entity, changes: Iterable[Change]) -> list[list[Change]]:
    """Changes one by one, but lines that somebody added or removed at once as one thing that was done."""
    runs: list[list[Change]] = []
    for change in changes:
        if runs and _is_with(entity, runs[-1][-1], change):
            runs[-1].append(change)
        else:
            runs.append([change])
    return runs


def _is_with(entity: Entity, one: Change, other: Change) -> bool:
    """Whether two changes of lines are one act: of the same kind, by the same person through the same door, in the same moment."""
    if entity.kind in (one.kind, other.kind) or abs(one.at - other.at) > MOMENT:
        return False
    alike = ("kind", "act", "actor_id", "door", "verb")
    return all(getattr(one, name) == getattr(other, name) for name in alike)


def _item(actor: Actor, entity: Entity, run: Sequence[Change]) -> Item | None:
    """A change, or lines that changed together, as an item of the oldest; None when nothing of it is for this reader."""
    change = run[-1]
    own = change.kind == entity.kind
    changes = tuple(_changed(actor, entity, change)) if own and change.act == "U" else ()
    if own and change.act == "U" and not changes and not _is_named(change):
        return None
    return Item(
        at=change.at,
        group=CHANGES,
        title=_title(entity, change, own, len(run)),
        who=who_label(change.actor_name, change.actor_id),
        who_id=change.actor_id,
        icon=_icon(change, own),
        changes=changes,
        door="" if change.door == "page" else door_label(change.door),
        reason=change.reason,
    )


def _title(entity: Entity, change: Change, own: bool, count: int) -> Text:
    if not own:
        return _lines_title(change.act, count)
    verb = entity.verb(change.verb.rsplit(".", 1)[-1])
    if verb is not None:
        return verb.label
    if change.act == "I":
        return _("created this")
    if "deleted_at" in change.changes:
        return (
            _("took this out of the trash")
            if change.changes["deleted_at"][1] is None
            else _("put this into the trash")
        )
    return _("changed")


def _lines_title(act: str, count: int) -> str:
    if act == "I":
        said = ngettext("added a line", "added %(n)s lines", count)
    elif act == "D":
        said = ngettext("removed a line", "removed %(n)s lines", count)
    else:
        said = ngettext("changed a line", "changed %(n)s lines", count)
    return said % {"n": count}


def _icon(change: Change, own: bool) -> str:
    if change.act == "I" and own:
        return "plus"
    return "edit" if own else "list-details"


def _is_named(change: Change) -> bool:
    """Whether the change says something beyond its fields: trash, restore, a verb."""
    return "deleted_at" in change.changes


def _changed(actor: Actor, entity: Entity, change: Change) -> Iterable[Changed]:
    columns = {f.column: f.name for f in entity.model._meta.concrete_fields}
    fields = fields_of(entity)
    for column, (old, new) in change.changes.items():
        if column == "custom":
            yield from _changed_custom(actor, entity, fields, old or {}, new or {})
        elif column not in SILENT:
            found = fields.get(columns.get(column, ""))
            if found is not None and _is_told(found) and may_read(actor, entity, found.name):
                yield Changed(field=found, old=old, new=new)


def _is_told(field: Field) -> bool:
    """Whether a person can read its values: what programs keep, as data or as a fingerprint, is shown in the trail alone."""
    return field.type is not Type.JSON and field.name != "fingerprint"


def _changed_custom(
    actor: Actor, entity: Entity, fields: dict[str, Field], old: dict[str, Any], new: dict[str, Any]
) -> Iterable[Changed]:
    for key in sorted(old.keys() | new.keys()):
        found = fields.get(f"custom.{key}")
        if old.get(key) != new.get(key) and found and may_read(actor, entity, found.name):
            yield Changed(field=found, old=old.get(key), new=new.get(key))


def _wanted(items: Iterable[Item]) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for item in items:
        for one in item.changes:
            ids = {value for value in (one.old, one.new) if isinstance(value, int)}
            if one.field.related and ids:
                wanted.setdefault(one.field.related, set()).update(ids)
    return wanted


def _cursor(page: Sequence[Item], told: Sequence[tuple[Change, Item | None]]) -> str:
    """The time of the last item shown, and the last change at or after it."""
    last = page[-1].at if page else told[-1][0].at
    seen = [change.id for change, _item in told if change.at >= last]
    return f"{last.isoformat()}|{min(seen) if seen else ''}"


def _read_cursor(cursor: str) -> tuple[datetime | None, int | None]:
    at, _bar, entry = cursor.partition("|")
    try:
        return (datetime.fromisoformat(at) if at else None), (int(entry) if entry else None)
    except ValueError:
        return None, None

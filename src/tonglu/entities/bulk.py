"""The write door for many rows at once: the same rules for each row, a few statements for all.

Used by imports, bulk acts, bulk calls of the API and the sample company. Each row is built or changed, derived and validated by the very functions that a single
save calls; what they look up or count is kept for the batch (`directory.memory.batch`), numbers and events are drawn and written
together, and the rows are stored by one COPY or one UPDATE. When the database refuses a batch, it is stored by halves, down to the
row at fault, which then goes through the door for one row and gets its error from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import Model, prefetch_related_objects

from tonglu import policy
from tonglu.audit.services import context
from tonglu.directory.memory import batch
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now
from tonglu.toolkit.copying import rows_insert, rows_update
from tonglu.toolkit.events import published_together
from tonglu.toolkit.numbers import Reserve, numbers_reserved

from . import lines as line_tables
from .handing import one_of_many
from .mentions import record_mentions
from .registry import entity_of
from .selectors import rows as visible_rows
from .services import (
    handed_over,
    is_same,
    kind_told,
    owner_changes,
    owner_tell,
    record_create,
    record_trash,
    record_update,
)
from .spec import Entity
from .writing import (
    Values,
    differing,
    many_save,
    owner_default,
    owner_follow,
    row_assign,
    row_differs,
    row_validate,
)

REFUSALS = (IntegrityError, DataError, DomainError)


@dataclass(kw_only=True)
class NewRow:
    """A row to make: its place in the source, its clean values and lines; filled with the row or the error."""

    place: int
    values: Values
    lines: dict[type[Model], list[dict[str, Any]]] = field(default_factory=dict)
    row: Any = None
    error: DomainError | None = None


@dataclass(kw_only=True)
class OldRow:
    """A stored row to change: its place in the source, its clean values and lines; filled with the outcome."""

    place: int
    row: Any
    values: Values
    lines: dict[type[Model], list[dict[str, Any]]] | None = None
    changed: bool = False
    error: DomainError | None = None


def records_create(
    *, actor: policy.Actor, model: type[Model], news: Sequence[NewRow], verb: str = ""
) -> None:
    """Make many rows in one transaction; each `NewRow` then holds its row, or the error that kept it out."""
    if not news:
        return
    entity = entity_of(model)
    policy.require(actor, "create", entity.kind)
    with context(actor, verb=verb or f"{entity.kind}.imported"):
        if entity.one_by_one and entity.after_many is None:
            for new in news:
                _create_alone(actor, entity, new, verb)
        else:
            _create(actor, entity, news, verb)


def records_update(
    *, actor: policy.Actor, model: type[Model], olds: Sequence[OldRow], verb: str = ""
) -> None:
    """Change many rows in one transaction; each `OldRow` then tells whether it changed, or holds the error."""
    entity = entity_of(model)
    with context(actor, verb=verb or f"{entity.kind}.imported"):
        together, same = list[OldRow](), list[OldRow]()
        for old in olds:
            if not _is_plain(entity, old):
                _change_alone(actor, old, verb)
            else:
                (together if row_differs(old.row, old.values) else same).append(old)
        may_change = _may_change(actor, entity, same)
        for old in same:
            if old.row.pk not in may_change:
                _change_alone(actor, old, verb)
        _change(actor, entity, together, verb)


def records_trash(
    *, actor: policy.Actor, model: type[Model], rows: Sequence[Any], verb: str = ""
) -> dict[int, DomainError]:
    """Put many rows into the trash in one transaction; gives the errors of those that stay, by their ids."""
    entity, errors = entity_of(model), dict[int, DomainError]()
    with context(actor, verb=verb or f"{entity.kind}.trashed"):
        found = visible_rows(actor, model, act="delete").filter(pk__in=[row.pk for row in rows])
        gone = {row.pk: row for row in found.select_for_update(of=("self",)).order_by("pk")}
        try:
            with transaction.atomic():
                _mark_all(list(gone.values()), now())
        except REFUSALS:
            gone = {}
        for row in rows:
            if row.pk not in gone and (error := _trash_alone(actor, row, verb)):
                errors[row.pk] = error
    return errors


def record_change(
    *, actor: policy.Actor, row: Any, values: Values, lines: Any = None, verb: str = ""
) -> tuple[Any, bool, DomainError | None]:
    """Change one row of a batch in a savepoint; gives the row, whether it changed, and the error if refused."""
    before = row.version
    try:
        with transaction.atomic(), one_of_many():
            saved = record_update(actor=actor, row=row, values=values, lines=lines, verb=verb)
    except DomainError as error:
        return row, False, error
    except DataError as error:
        return row, False, _unholdable(error)
    return saved, saved.version != before, None


@contextmanager
def _together(count: int) -> Iterator[Reserve]:
    """One savepoint in which what is looked up, numbered and published is shared by all rows."""
    with (
        transaction.atomic(),
        one_of_many(),
        batch(),
        numbers_reserved(count) as numbers,
        published_together(),
    ):
        yield numbers


def _create(actor: policy.Actor, entity: Entity, news: Sequence[NewRow], verb: str) -> None:
    if not news:
        return
    if len(news) == 1:
        _create_alone(actor, entity, news[0], verb)
        return
    try:
        with _together(len(news)) as numbers:
            _insert(actor, entity, [new for new in news if _built(actor, entity, new, numbers)])
    except REFUSALS:
        left = [new for new in news if new.error is None]
        for half in _halves(left):
            _create(actor, entity, half, verb)


def _halves(rows: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    middle = (len(rows) + 1) // 2
    return rows[:middle], rows[middle:]


def _built(actor: policy.Actor, entity: Entity, new: NewRow, numbers: Reserve) -> bool:
    row, mark = entity.model(), numbers.mark()
    owner_default(actor, row, new.values)
    try:
        row_assign(row, new.values)
        row.created_by_id = actor.person_id  # type: ignore[attr-defined]
        line_tables.lines_attach(entity, row, new.lines)
        if entity.prepare is not None:
            entity.prepare(actor, row, None)
        owner_follow(row)
        row_validate(row)
    except DomainError as error:
        numbers.back(mark)
        new.error = error
        return False
    new.row = row
    return True


def _insert(actor: policy.Actor, entity: Entity, ready: list[NewRow]) -> None:
    rows = [new.row for new in ready]
    times = {n: new.values["created_at"] for n, new in enumerate(ready) if _is_older(new)}
    rows_insert(rows, made_at=times)
    line_tables.lines_insert(entity, rows)
    if entity.model._meta.many_to_many:
        for new in ready:
            many_save(new.row, new.values)
    if entity.after_many is not None:
        entity.after_many(actor, rows)
    elif entity.after is not None:
        for row in rows:
            entity.after(actor, row, None)
    _require_reach(actor, entity, rows)
    kind_told(entity)
    for row in rows:
        record_mentions(actor, entity.kind, row, None)


def _is_older(new: NewRow) -> bool:
    """Rows from another system keep the time they were made there."""
    return bool(new.values.get("created_at"))


def _require_reach(actor: policy.Actor, entity: Entity, rows: Sequence[Any]) -> None:
    if actor.is_system or not rows:
        return
    ids = [row.pk for row in rows]
    found = policy.visible(actor, entity.model._default_manager.filter(pk__in=ids), "read")
    if found.count() != len(ids):
        raise DomainError(
            N_("Some of these records would be out of your own sight."), code="out_of_reach"
        )


def _create_alone(actor: policy.Actor, entity: Entity, new: NewRow, verb: str) -> None:
    new.row = None
    try:
        with transaction.atomic(), one_of_many():
            new.row = record_create(
                actor=actor, model=entity.model, values=new.values, lines=new.lines, verb=verb
            )
            if _is_older(new):
                kept = entity.model._default_manager.filter(pk=new.row.pk)
                kept.update(created_at=new.values["created_at"])
    except DomainError as error:
        new.error = error
    except IntegrityError as error:
        new.error = Invalid({"": [str(error).splitlines()[0]]})
    except DataError as error:
        new.error = _unholdable(error)


def _unholdable(error: DataError) -> Invalid:
    said = str(error).splitlines()[0]
    return Invalid(
        {"": [N_("One of the values is too large to be kept: %(error)s.")]}, params={"error": said}
    )


def _mark_all(rows: Sequence[Any], when: Any) -> None:
    for row in rows:
        row.deleted_at = when
        row.version += 1
    rows_update(rows, ("deleted_at", "version", "updated_at"))


def _trash_alone(actor: policy.Actor, row: Any, verb: str) -> DomainError | None:
    try:
        with transaction.atomic(), one_of_many():
            record_trash(actor=actor, row=row, verb=verb)
    except DomainError as error:
        return error
    return None


def _may_change(actor: policy.Actor, entity: Entity, olds: Sequence[OldRow]) -> set[int]:
    """Those of the rows that the actor may change at all."""
    ids = [old.row.pk for old in olds]
    if actor.is_system or not ids:
        return set(ids)
    found = visible_rows(actor, entity.model, act="update").filter(pk__in=ids)
    return set(found.values_list("pk", flat=True))


def _is_plain(entity: Entity, old: OldRow) -> bool:
    """Whether the change can be written with others: not one of lines, or of what other rows of the kind depend on."""
    return not old.lines and not any(entity.is_alone(name) for name in old.values)


def _change(actor: policy.Actor, entity: Entity, olds: Sequence[OldRow], verb: str) -> None:
    if len(olds) == 1:
        _change_alone(actor, olds[0], verb)
    if len(olds) <= 1:
        return
    try:
        with _together(len(olds)):
            found = _update(actor, entity, olds)
    except REFUSALS:
        for half in _halves(olds):
            _change(actor, entity, half, verb)
        return
    for old in olds:
        if old.row.pk in found:
            old.row, old.changed, old.error = found[old.row.pk]
        else:
            _change_alone(actor, old, verb)


Found = dict[int, tuple[Any, bool, DomainError | None]]
"""What became of each row: the row, whether it changed, and the error."""


def _update(actor: policy.Actor, entity: Entity, olds: Sequence[OldRow]) -> Found:
    """Change the rows that may be changed; whoever is missing in the answer is refused by the door for one row."""
    locked = _locked(actor, entity, olds)
    found: Found = {}
    written: list[tuple[Any, Any, Values]] = []
    for old in olds:
        row = locked.get(old.row.pk)
        if row is None:
            continue
        before = copy(row)
        before.custom = dict(row.custom)
        differs = bool(row_assign(row, old.values))
        error = _refused(actor, entity, row, before) if differs else None
        changed = differs and error is None and not is_same(row, before, old.values)
        found[row.pk] = row, changed, error
        if changed:
            written.append((row, before, old.values))
    _write(actor, entity, written)
    return found


def _locked(actor: policy.Actor, entity: Entity, olds: Sequence[OldRow]) -> dict[int, Any]:
    """The rows that may be changed so, by their ids, locked, with what belongs to them and what they point at."""
    ids = [old.row.pk for old in olds]
    found = visible_rows(actor, entity.model, act="update").filter(pk__in=ids)
    locked = {row.pk: row for row in found.select_for_update(of=("self",)).order_by("pk")}
    given = [
        old.row.pk
        for old in olds
        if "owner" in old.values
        and old.row.pk in locked
        and owner_changes(locked[old.row.pk], old.values)
    ]
    if given and not actor.is_system:
        mine = visible_rows(actor, entity.model, act="assign").filter(pk__in=given)
        for pk in set(given) - set(mine.values_list("pk", flat=True)):
            del locked[pk]
    rows = list(locked.values())
    related = [f.name for f in entity.model._meta.concrete_fields if f.is_relation]
    prefetch_related_objects(rows, *related)
    for lines in entity.lines:
        line_tables.lines_ahead(rows, lines.model)
    return locked


def _refused(actor: policy.Actor, entity: Entity, row: Any, before: Any) -> DomainError | None:
    """Derive and validate a row that is about to be stored; gives the error that keeps it as it was."""
    line_tables.lines_attach(entity, row, None)
    try:
        if entity.prepare is not None:
            entity.prepare(actor, row, before)
        owner_follow(row)
        row_validate(row)
    except DomainError as error:
        return error
    return None


def _write(actor: policy.Actor, entity: Entity, written: Sequence[tuple[Any, Any, Values]]) -> None:
    """Store what was derived, and all that follows from it."""
    names = {name for row, before, _values in written for name in differing(row, before)}
    for row, before, _values in written:
        row.version = before.version + 1
    rows_update([row for row, _before, _values in written], names)
    for row, before, values in written:
        if entity.lines:
            line_tables.lines_save(entity, row)
        many_save(row, values)
        if entity.after is not None:
            entity.after(actor, row, before)
        owner_tell(actor, entity, row, before)
        record_mentions(actor, entity.kind, row, before)
    kept = [row for row, before, _values in written if not handed_over(row, before)]
    _require_reach(actor, entity, kept)
    if written:
        kind_told(entity)


def _change_alone(actor: policy.Actor, old: OldRow, verb: str) -> None:
    old.row, old.changed, old.error = record_change(
        actor=actor, row=old.row, values=old.values, lines=old.lines, verb=verb
    )

"""The write door for many rows at once: the same rules for each row, a few statements for all.

Used by imports and by the sample company. Each row is built or changed, derived and validated by the very functions that a single
save calls; what they look up or count is kept for the batch (`directory.memory.batch`), numbers and events are drawn and written
together, and the rows are stored by one COPY or one UPDATE. When the database refuses a batch, it is stored by halves, down to the
row at fault, which then goes through the door for one row and gets its error from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
from tonglu.toolkit.copying import rows_insert, rows_update
from tonglu.toolkit.events import published_together
from tonglu.toolkit.numbers import Reserve, numbers_reserved

from . import lines as line_tables
from .handing import one_of_many
from .registry import entity_of
from .selectors import rows as visible_rows
from .services import record_create, record_update
from .spec import Entity
from .writing import (
    Values,
    differing,
    is_changed,
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
    entity = entity_of(model)
    policy.require(actor, "create", entity.kind)
    with context(actor, verb=verb or f"{entity.kind}.imported"):
        _create(actor, entity, news, verb)


def records_update(
    *, actor: policy.Actor, model: type[Model], olds: Sequence[OldRow], verb: str = ""
) -> None:
    """Change many rows in one transaction; each `OldRow` then tells whether it changed, or holds the error."""
    entity = entity_of(model)
    with context(actor, verb=verb or f"{entity.kind}.imported"):
        may_change = _may_change(actor, entity, olds)
        plain = []
        for old in olds:
            if old.row.pk not in may_change or not _is_plain(entity, old):
                _change_alone(actor, old, verb)
            elif row_differs(old.row, old.values):
                plain.append(old)
        _change(actor, entity, plain, verb)


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


def _may_change(actor: policy.Actor, entity: Entity, olds: Iterable[OldRow]) -> set[int]:
    """Those of the rows that the actor may change at all."""
    ids = [old.row.pk for old in olds]
    if actor.is_system or not ids:
        return set(ids)
    found = visible_rows(actor, entity.model, act="update").filter(pk__in=ids)
    return set(found.values_list("pk", flat=True))


def _is_plain(entity: Entity, old: OldRow) -> bool:
    """Whether the change can be written with others: not one of lines, of several values, or of the owner."""
    many = {f.name for f in entity.model._meta.many_to_many}
    owner = old.values.get("owner", old)
    hands_over = owner is not old and getattr(owner, "pk", None) != old.row.owner_id
    return not old.lines and not hands_over and not (many and many & set(old.values))


def _change(actor: policy.Actor, entity: Entity, olds: Sequence[OldRow], verb: str) -> None:
    if len(olds) == 1:
        _change_alone(actor, olds[0], verb)
    if len(olds) <= 1:
        return
    try:
        with _together(len(olds)):
            _update(actor, entity, olds)
    except REFUSALS:
        for old in olds:
            old.changed, old.error = False, None
            _change_alone(actor, old, verb)


def _update(actor: policy.Actor, entity: Entity, olds: Sequence[OldRow]) -> None:
    found = visible_rows(actor, entity.model).filter(pk__in=[old.row.pk for old in olds])
    locked = {row.pk: row for row in found.select_for_update(of=("self",)).order_by("pk")}
    related = [f.name for f in entity.model._meta.concrete_fields if f.is_relation]
    prefetch_related_objects(list(locked.values()), *related)
    written: list[tuple[Any, Any]] = []
    for old in olds:
        row = locked[old.row.pk]
        before = copy(row)
        before.custom = dict(row.custom)
        if not row_assign(row, old.values) or not _derived(actor, entity, old, row, before):
            continue
        if line_tables.lines_touched(row) or is_changed(row, before):
            written.append((row, before))
            old.row, old.changed = row, True
    names = {name for row, before in written for name in differing(row, before)}
    for row, before in written:
        row.version = before.version + 1
    rows_update([row for row, _before in written], names)
    for row, _before in written if entity.lines else ():
        line_tables.lines_save(entity, row)
    if entity.after is not None:
        for row, before in written:
            entity.after(actor, row, before)
    _require_reach(actor, entity, [row for row, _before in written])


def _derived(actor: policy.Actor, entity: Entity, old: OldRow, row: Any, before: Any) -> bool:
    line_tables.lines_attach(entity, row, None)
    try:
        if entity.prepare is not None:
            entity.prepare(actor, row, before)
        owner_follow(row)
        row_validate(row)
    except DomainError as error:
        old.error = error
        return False
    return True


def _change_alone(actor: policy.Actor, old: OldRow, verb: str) -> None:
    old.row, old.changed, old.error = record_change(
        actor=actor, row=old.row, values=old.values, lines=old.lines, verb=verb
    )

"""Bulk acts as one thing: previewed, recorded, and undone as a whole.

A *change-set* groups the audit entries of an import, a bulk edit, a merge or a transfer. Undoing it walks its entries backwards:
a row it made is removed (or put into the trash when something points at it by now), a value it changed gets its old value back
unless someone changed it since, which is reported and kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.audit.selectors import Change, changeset_entries
from tonglu.audit.services import context
from tonglu.kernel.errors import Denied, DomainError
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now

from .bulk import OldRow, records_trash, records_update
from .fields import plain
from .handing import one_of_many, told_together
from .models import ChangeSet
from .registry import entity_of
from .selectors import row as visible_row
from .selectors import rows as visible_rows
from .selectors import unseen
from .services import record_run

Tick = Callable[[int], None]
"""Told how many rows are done; may raise to stop, which undoes all of them."""
Refusals = dict[int, DomainError]
"""The rows that refused, by their ids, and why."""

UNDO_PORTION = 2000
TOGETHER = 1000
COUNTED = frozenset({"epoch"})
"""Columns that the database counts upwards by itself and nobody takes back."""


@dataclass(kw_only=True)
class Outcome:
    """What a bulk act did: how many rows it changed, and which it refused and why."""

    done: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    changeset: ChangeSet | None = None


@dataclass(kw_only=True)
class Undone:
    """What undoing did; `kept` names what was left, and why."""

    counts: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)


@contextmanager
def changeset_open(actor: policy.Actor, act: str, kind: str, title: str) -> Iterator[ChangeSet]:
    """Record everything inside as one change-set, in one transaction."""
    with transaction.atomic():
        made = ChangeSet.objects.create(act=act, kind=kind, title=title, actor_id=actor.person_id)
        with context(actor, verb=f"{kind}.{act}", changeset=made.pk):
            yield made
        made.state = ChangeSet.State.DONE
        made.save(update_fields=["state", "counts"])


def changeset_continue(actor: policy.Actor, changeset: ChangeSet) -> AbstractContextManager[None]:
    """A context in which further changes join an open change-set, for acts that commit in portions."""
    return context(actor, verb=f"{changeset.kind}.{changeset.act}", changeset=changeset.pk)


def bulk_update(
    *,
    actor: policy.Actor,
    model: type[Model],
    ids: Iterable[int],
    values: dict[str, Any],
    title: str,
    tick: Tick | None = None,
) -> Outcome:
    """Give many rows the same values; rows that refuse are named with the reason and left as they were."""

    def change(rows: Sequence[Any]) -> Refusals:
        olds = [OldRow(place=row.pk, row=row, values=values) for row in rows]
        records_update(actor=actor, model=model, olds=olds)
        return {old.place: old.error for old in olds if old.error is not None}

    return _bulk_together(actor, model, ids, "bulk_edit", title, change, tick)


def bulk_trash(
    *,
    actor: policy.Actor,
    model: type[Model],
    ids: Iterable[int],
    title: str,
    tick: Tick | None = None,
) -> Outcome:
    """Put many rows into the trash."""

    def trash(rows: Sequence[Any]) -> Refusals:
        return records_trash(actor=actor, model=model, rows=rows)

    return _bulk_together(actor, model, ids, "bulk_trash", title, trash, tick)


def bulk_run(
    *,
    actor: policy.Actor,
    model: type[Model],
    ids: Iterable[int],
    verb: str,
    params: dict[str, Any],
    title: str,
    tick: Tick | None = None,
) -> Outcome:
    """Run a verb on many rows."""

    def run(row: Any) -> None:
        record_run(actor=actor, row=row, verb=verb, params=params)

    return _bulk(actor, model, ids, f"bulk_{verb}", title, run, tick)


def changeset_undo(*, actor: policy.Actor, changeset: ChangeSet) -> Undone:
    """Take back everything a change-set did, in one transaction."""
    result = Undone()
    with transaction.atomic():
        current = ChangeSet.objects.select_for_update().get(pk=changeset.pk)
        _require_undoable(actor, current)
        with context(actor, verb=f"{current.kind}.undone", reason=current.title), _undoing():
            for changes in _batches(changeset_entries(current.pk)):
                _undo_batch(changes, result)
        current.state = ChangeSet.State.UNDONE
        current.undone_at, current.undone_by_id = now(), actor.person_id
        current.save(update_fields=["state", "undone_at", "undone_by"])
    return result


def _bulk_together(
    actor: policy.Actor,
    model: type[Model],
    ids: Iterable[int],
    act: str,
    title: str,
    change: Callable[[Sequence[Any]], Refusals],
    tick: Tick | None = None,
) -> Outcome:
    """Do it to a thousand rows at a time, through the door for many."""
    outcome, chosen = Outcome(), sorted(set(ids))
    with changeset_open(actor, act, entity_of(model).kind, title) as changeset:
        with told_together(changeset.pk):
            for at in range(0, len(chosen), TOGETHER):
                portion = chosen[at : at + TOGETHER]
                _many(actor, model, portion, change, outcome)
                if tick is not None:
                    tick(at + len(portion))
        changeset.counts = {"changed": outcome.done, "refused": len(outcome.refused)}
    outcome.changeset = changeset
    return outcome


def _many(
    actor: policy.Actor,
    model: type[Model],
    ids: Sequence[int],
    change: Callable[[Sequence[Any]], Refusals],
    outcome: Outcome,
) -> None:
    rows = {row.pk: row for row in visible_rows(actor, model).filter(pk__in=ids)}
    refusals = change([rows[pk] for pk in ids if pk in rows])
    refusals.update({pk: unseen(model, pk) for pk in ids if pk not in rows})
    for pk in sorted(refusals):
        outcome.refused.append((pk, str(rows.get(pk, pk)), refusals[pk].text()))
    outcome.done += len(ids) - len(refusals)


def _bulk(
    actor: policy.Actor,
    model: type[Model],
    ids: Iterable[int],
    act: str,
    title: str,
    change: Callable[[Any], None],
    tick: Tick | None = None,
) -> Outcome:
    outcome = Outcome()
    with changeset_open(actor, act, entity_of(model).kind, title) as changeset:
        with told_together(changeset.pk):
            for number, pk in enumerate(sorted(set(ids)), start=1):
                _one(actor, model, pk, change, outcome)
                if tick is not None:
                    tick(number)
        changeset.counts = {"changed": outcome.done, "refused": len(outcome.refused)}
    outcome.changeset = changeset
    return outcome


def _one(
    actor: policy.Actor,
    model: type[Model],
    pk: int,
    change: Callable[[Any], None],
    outcome: Outcome,
) -> None:
    label = str(pk)
    try:
        with transaction.atomic(), one_of_many():
            row = visible_row(actor, model, pk)
            label = str(row)
            change(row)
    except DomainError as refusal:
        outcome.refused.append((pk, label, refusal.text()))
    else:
        outcome.done += 1


def _require_undoable(actor: policy.Actor, changeset: ChangeSet) -> None:
    if changeset.state == ChangeSet.State.UNDONE:
        raise DomainError(N_("This has been undone already."), code="undone")
    mine = actor.is_system or changeset.actor_id in actor.own_ids
    if not mine and not policy.may(actor, "manage", "policy"):
        raise Denied(N_("Only the person who did it, or an administrator, may undo it."))


@contextmanager
def _undoing() -> Iterator[None]:
    """Let the database know, so that trails which never change may go with the row they are the trail of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tonglu.undoing', 'on', true)")
        yield
        cursor.execute("SELECT set_config('tonglu.undoing', '', true)")


def _batches(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Neighbouring entries of the same act on the same kind, in portions."""
    for _key, group in groupby(changes, key=lambda change: (change.kind, change.act)):
        portion: list[Change] = []
        for change in group:
            portion.append(change)
            if len(portion) == UNDO_PORTION:
                yield portion
                portion = []
        if portion:
            yield portion


def _undo_batch(changes: list[Change], result: Undone) -> None:
    """Rows that were made go together when nothing points at them; else one by one, to name what stays."""
    if changes[0].act == "I" and len(changes) > 1:
        rows = apps.get_model(changes[0].kind)._default_manager.filter(
            pk__in=[change.row_id for change in changes]
        )
        try:
            with transaction.atomic():
                result.counts["removed"] += rows.count()
                rows.delete()
            return
        except (ProtectedError, IntegrityError):
            result.counts["removed"] -= rows.count()
    for change in changes:
        _undo(change, result)


def _undo(change: Change, result: Undone) -> None:
    model = apps.get_model(change.kind)
    row = model._default_manager.select_for_update().filter(pk=change.row_id).first()
    if change.act == "I":
        _undo_insert(row, change, result)
    elif change.act == "D":
        _undo_delete(model, row, change, result)
    else:
        _undo_update(row, change, result)


def _undo_insert(row: Any, change: Change, result: Undone) -> None:
    if row is None:
        return
    try:
        with transaction.atomic():
            row.delete()
        result.counts["removed"] += 1
    except (ProtectedError, IntegrityError):
        if not hasattr(row, "deleted_at"):
            result.kept.append(_("%(row)s: other records point at it") % {"row": row})
            return
        row.deleted_at = now()
        row.save(update_fields=["deleted_at"])
        result.counts["trashed"] += 1


def _undo_delete(model: type[Model], row: Any, change: Change, result: Undone) -> None:
    if row is not None:
        return
    columns = {f.column: f for f in model._meta.concrete_fields if not f.generated}
    values = {
        columns[column].attname: columns[column].to_python(old)
        for column, (old, _new) in change.changes.items()
        if column in columns
    }
    model(**values).save(force_insert=True)
    result.counts["restored"] += 1


def _undo_update(row: Any, change: Change, result: Undone) -> None:
    if row is None:
        return
    columns = {f.column: f for f in row._meta.concrete_fields if not f.generated}
    written = []
    for column, (old, new) in change.changes.items():
        model_field = columns.get(column)
        if model_field is None or column in COUNTED:
            continue
        if not _same(model_field, getattr(row, model_field.attname), new):
            told = {"row": row, "field": model_field.verbose_name}
            result.kept.append(_("%(row)s: %(field)s was changed since") % told)
            continue
        setattr(row, model_field.attname, _python(model_field, old))
        written.append(model_field.name)
    if written:
        row.version += 1
        row.save(update_fields=[*written, "version"])
        result.counts["changed back"] += 1


def _python(model_field: Any, value: Any) -> Any:
    target = model_field.target_field if model_field.is_relation else model_field
    return None if value is None else target.to_python(value)


def _same(model_field: Any, current: Any, recorded: Any) -> bool:
    was = _python(model_field, recorded)
    return bool(current == was) or bool(plain(current) == plain(was))

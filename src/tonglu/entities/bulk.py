"""The write door for many rows at once: the same rules for each row, one round trip for all.

Used by imports and by the sample company. Rows are built, derived and validated one by one and inserted together; each kind's
`after` then runs for each row. When the database refuses the batch, it is tried again row by row, so that the bad row is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from tonglu import policy
from tonglu.audit.services import context
from tonglu.kernel.errors import DomainError, Invalid

from . import lines as line_tables
from .registry import entity_of
from .services import record_create, record_update
from .spec import Entity
from .writing import Values, many_save, owner_default, owner_follow, row_assign, row_validate


@dataclass(kw_only=True)
class NewRow:
    """A row to make: its place in the source, its clean values and lines; filled with the row or the error."""

    place: int
    values: Values
    lines: dict[type[Model], list[dict[str, Any]]] = field(default_factory=dict)
    row: Any = None
    error: DomainError | None = None


def records_create(
    *, actor: policy.Actor, model: type[Model], news: Sequence[NewRow], verb: str = ""
) -> None:
    """Make many rows in one transaction; each `NewRow` then holds its row, or the error that kept it out."""
    entity = entity_of(model)
    policy.require(actor, "create", entity.kind)
    with context(actor, verb=verb or f"{entity.kind}.imported"):
        ready = [new for new in news if _built(actor, entity, new)]
        if not ready:
            return
        try:
            with transaction.atomic():
                _insert(actor, entity, ready)
        except (IntegrityError, DomainError):
            for new in ready:
                _create_alone(actor, model, new, verb)


def record_change(
    *, actor: policy.Actor, row: Any, values: Values, lines: Any = None, verb: str = ""
) -> tuple[Any, bool, DomainError | None]:
    """Change one row of a batch in a savepoint; gives the row, whether it changed, and the error if refused."""
    before = row.version
    try:
        with transaction.atomic():
            saved = record_update(actor=actor, row=row, values=values, lines=lines, verb=verb)
    except DomainError as error:
        return row, False, error
    return saved, saved.version != before, None


def _built(actor: policy.Actor, entity: Entity, new: NewRow) -> bool:
    row = entity.model()
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
        new.error = error
        return False
    new.row = row
    return True


def _insert(actor: policy.Actor, entity: Entity, ready: list[NewRow]) -> None:
    rows = [new.row for new in ready]
    entity.model._default_manager.bulk_create(rows)
    _keep_created_at(entity, ready)
    line_tables.lines_insert(entity, rows)
    for new in ready:
        many_save(new.row, new.values)
    if entity.after_many is not None:
        entity.after_many(actor, rows)
    elif entity.after is not None:
        for row in rows:
            entity.after(actor, row, None)
    _require_reach(actor, entity, rows)


def _keep_created_at(entity: Entity, ready: list[NewRow]) -> None:
    """Rows from another system keep the time they were made there."""
    older = [new for new in ready if new.values.get("created_at")]
    for new in older:
        new.row.created_at = new.values["created_at"]
    if older:
        entity.model._default_manager.bulk_update([new.row for new in older], ["created_at"])


def _require_reach(actor: policy.Actor, entity: Entity, rows: list[Any]) -> None:
    ids = [row.pk for row in rows]
    found = policy.visible(actor, entity.model._default_manager.filter(pk__in=ids), "read")
    if not actor.is_system and found.count() != len(ids):
        raise DomainError(
            "Some of these records would be out of your own sight.", code="out_of_reach"
        )


def _create_alone(actor: policy.Actor, model: type[Model], new: NewRow, verb: str) -> None:
    new.row = None
    try:
        with transaction.atomic():
            new.row = record_create(
                actor=actor, model=model, values=new.values, lines=new.lines, verb=verb
            )
            entity = entity_of(model)
            _keep_created_at(entity, [new])
    except DomainError as error:
        new.error = error
    except IntegrityError as error:
        new.error = Invalid({"": [str(error).splitlines()[0]]})

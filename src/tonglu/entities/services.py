"""The one write door: authorise, lock, compare versions, change, derive, validate, save, check reach, audit, publish.

Everything that changes a record passes here: page, board, bulk edit, line of a file, API body and job. `act=None` means that the
caller has authorised the write already, as a verb does; it is the only way around the policy and can be found with grep.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from django import forms
from django.db.models import Model

from tonglu import policy
from tonglu.audit.services import context
from tonglu.directory.epochs import epoch_bump
from tonglu.kernel.errors import DomainError, NotFound, Stale
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now
from tonglu.toolkit.records import Record

from . import lines as line_tables
from .events import RecordAssigned
from .forms import EntityForm
from .handing import owner_told
from .mentions import record_mentions
from .registry import entity_of
from .selectors import row as visible_row
from .spec import Entity, Verb
from .verbs import NotNow, params_checked
from .writing import (
    Values,
    is_changed,
    many_save,
    owner_default,
    owner_follow,
    row_assign,
    row_validate,
    row_write,
)

LineValues = Mapping[type[Model], list[dict[str, Any]]]


def record_save(*, form: EntityForm, version: int | None = None, verb: str = "") -> Any:
    """Create or update the row a form speaks of; Invalid with the form's errors when it is not clean."""
    values = form.clean()
    if form.row is None:
        return record_create(
            actor=form.actor,
            model=form.entity.model,
            values=values,
            lines=form.lines,
            verb=verb,
        )
    return record_update(
        actor=form.actor,
        row=form.row,
        values=values,
        lines=form.lines,
        version=version,
        verb=verb,
    )


def record_create(
    *,
    actor: policy.Actor,
    model: type[Model],
    values: Values,
    lines: LineValues | None = None,
    act: str | None = "create",
    verb: str = "",
) -> Any:
    """Make a row. The owner defaults to the actor, the department to the owner's."""
    entity = entity_of(model)
    if act is not None:
        policy.require(actor, act, entity.kind)
    with context(actor, verb=verb or f"{entity.kind}.created"):
        row = model()
        owner_default(actor, row, values)
        row_assign(row, values)
        row.created_by_id = actor.person_id  # type: ignore[attr-defined]
        return _store(actor, entity, row, None, values, lines, check=act is not None)


def record_update(
    *,
    actor: policy.Actor,
    row: Any,
    values: Values,
    lines: LineValues | None = None,
    version: int | None = None,
    act: str | None = "update",
    verb: str = "",
) -> Any:
    """Change a row. Nothing is written when nothing differs; Stale when `version` is not the row's version now."""
    entity = entity_of(row)
    with context(actor, verb=verb or f"{entity.kind}.changed"):
        current = row_locked(actor, entity, row.pk, act)
        _refuse_stale(current, version)
        if "owner" in values and act == "update" and owner_changes(current, values):
            policy.require(actor, "assign", entity.kind, current)
        before = copy(current)
        before.custom = dict(current.custom)
        changed = row_assign(current, values)
        if not changed and not lines:
            return current
        return _store(actor, entity, current, before, values, lines, check=act == "update")


def record_trash(
    *, actor: policy.Actor, row: Any, verb: str = "", version: int | None = None
) -> Any:
    """Put a row into the trash, from where it can be restored; with a version only if nobody saved it since."""
    entity = entity_of(row)
    with context(actor, verb=verb or f"{entity.kind}.trashed"):
        current = row_locked(actor, entity, row.pk, "delete")
        _refuse_stale(current, version)
        return _mark(current, now())


def record_restore(*, actor: policy.Actor, row: Any) -> Any:
    """Take a row out of the trash."""
    entity = entity_of(row)
    policy.require(actor, "delete", entity.kind, row)
    with context(actor, verb=f"{entity.kind}.restored"):
        current = type(row)._default_manager.select_for_update().get(pk=row.pk)
        return _mark(current, None)


def record_run(
    *,
    actor: policy.Actor,
    row: Any,
    verb: str,
    params: Values | None = None,
    version: int | None = None,
) -> Any:
    """Run a declared verb on a row after its act, its `when` and the version were checked; its reason stands in the trail."""
    entity = entity_of(row)
    declared = entity.verb(verb)
    if declared is None:
        raise NotFound("There is no act named %(verb)s.", params={"verb": verb})
    with context(actor, verb=f"{entity.kind}.{verb}", reason=_reason_said(declared, params or {})):
        current = row_locked(actor, entity, row.pk, declared.act)
        _refuse_stale(current, version)
        refusal = declared.when(actor, current) if declared.when else None
        if refusal is not None:
            raise NotNow(refusal)
        return declared.run(actor=actor, row=current, **params_checked(declared, params or {}))


def _reason_said(declared: Verb, params: Values) -> str:
    """The reason in words: one chosen from a list by its name; one that is a record is told by the change itself."""
    given, field = params.get("reason"), declared.params.get("reason")
    if not given or "reason" in declared.related:
        return ""
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    names = {str(value): str(name) for value, name in choices}
    return names.get(str(given), str(given))


def row_locked(actor: policy.Actor, entity: Entity, pk: int, act: str | None) -> Any:
    """The row, locked for this transaction; NotFound when out of sight, Denied when `act` is not allowed on it."""
    if act is None:
        return entity.model._default_manager.select_for_update(of=("self",)).get(pk=pk)
    found = visible_row(actor, entity.model, pk, lock=True)
    policy.require(actor, act, entity.kind, found)
    return found


def _store(
    actor: policy.Actor,
    entity: Entity,
    row: Any,
    before: Any,
    values: Values,
    lines: LineValues | None,
    *,
    check: bool,
) -> Any:
    line_tables.lines_attach(entity, row, lines)
    if entity.prepare is not None:
        entity.prepare(actor, row, before)
    owner_follow(row)
    row_validate(row)
    if before is not None and is_same(row, before, values):
        return row
    row_write(row, before)
    line_tables.lines_save(entity, row)
    many_save(row, values)
    if entity.after is not None:
        entity.after(actor, row, before)
    if check and not handed_over(row, before):
        _require_reach(actor, entity, row)
    kind_told(entity)
    owner_tell(actor, entity, row, before)
    record_mentions(actor, entity.kind, row, before)
    return row


def kind_told(entity: Entity) -> None:
    """Let every process read the fields of all kinds anew when one was made or changed."""
    if entity.kind == "entities.customfield":
        epoch_bump("custom_fields")


def is_same(row: Any, before: Any, values: Values) -> bool:
    """Whether tidying has turned what was given into what is stored; touched lines and several values are saved."""
    many = {f.name for f in row._meta.many_to_many} & set(values)
    return not many and not line_tables.lines_touched(row) and not is_changed(row, before)


def owner_tell(actor: policy.Actor, entity: Entity, row: Any, before: Any) -> None:
    """Publish that a record changed hands; making one for somebody else is told by its module, where it matters."""
    owner_id = getattr(row, "owner_id", None)
    if before is None or owner_id in (None, actor.person_id) or owner_id == before.owner_id:
        return
    given = RecordAssigned(kind=entity.kind, row_id=row.pk, to_id=owner_id, by_id=actor.person_id)
    owner_told(given)


def _mark(row: Record, when: Any) -> Record:
    row.deleted_at = when
    row.version += 1
    row.save(update_fields=["deleted_at", "version", "updated_at"])
    return row


def _refuse_stale(row: Any, version: int | None) -> None:
    if version is not None and row.version != version:
        raise Stale(
            "Someone saved this record since you opened it: you have version %(yours)s, it is now at version %(current)s.",
            params={"yours": version, "current": row.version},
            next_step=N_("Compare both versions and save again."),
        )


def owner_changes(row: Any, values: Values) -> bool:
    """Whether these values give the row to somebody else."""
    new = values.get("owner")
    return row.owner_id is not None and (new.pk if new is not None else None) != row.owner_id


def handed_over(row: Any, before: Any) -> bool:
    """Whether the row has another owner than before."""
    return before is not None and getattr(row, "owner_id", None) != getattr(
        before, "owner_id", None
    )


def _require_reach(actor: policy.Actor, entity: Entity, row: Any) -> None:
    if actor.is_system:
        return
    found = policy.visible(actor, entity.model._default_manager.filter(pk=row.pk), "read")
    if not found.exists():
        raise DomainError(
            "This change would move the record out of your own sight.",
            code="out_of_reach",
            next_step=N_("Hand it over instead, or ask its new owner to make the change."),
        )

"""The views of one kind of record: list, create, read, change, trash, restore, history, verbs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.audit.selectors import history
from tonglu.entities import selectors
from tonglu.entities.counting import BOUND, rows_counted
from tonglu.entities.fields import Field
from tonglu.entities.forms import EntityForm, line_key
from tonglu.entities.keyset import keyset_values, keyset_values_of_all
from tonglu.entities.listing import (
    LARGEST_PAGE,
    Query,
    listing_answer,
    listing_order,
    query_of,
)
from tonglu.entities.registry import entity_by_slug, entity_declared, entity_of
from tonglu.entities.serial import (
    as_json,
    columns_of_json,
    lines_as_json,
    readable,
    values_as_json,
)
from tonglu.entities.services import (
    record_restore,
    record_run,
    record_save,
    record_trash,
)
from tonglu.entities.spec import Entity
from tonglu.entities.verbs import verb_params
from tonglu.kernel.errors import Denied, Invalid, NotFound
from tonglu.kernel.text import N_

from .http import (
    BadRequest,
    actor_of_request,
    answer_json,
    not_modified,
    object_of,
    require_scope,
    version_of,
)


def list_rows(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of rows: `q`, `filter` (a condition), `f.<field>`, `sort`, `cursor`, `limit`, `fields`, `count`."""
    entity, actor = _entered(request, slug, "read")
    query = _query(request)
    fields = _asked_fields(request, entity, actor)
    order = listing_order(actor, entity, query.sort)
    found = listing_answer(actor, entity, query)
    columns = columns_of_json(fields)
    if found.everything:
        page = keyset_values_of_all(
            entity.model, order, columns, size=query.size, after=query.after
        )
    else:
        page = keyset_values(
            found.source, order, columns, size=query.size, after=query.after, apart=found.apart
        )
    answer: dict[str, Any] = {
        "data": values_as_json(entity.model, page.rows, fields),
        "next": page.next or None,
    }
    if request.GET.get("count") == "1":
        counted = rows_counted(found.rows, (), bound=BOUND)
        answer |= {"count": counted.count, "count_is_exact": not counted.more}
    return answer_json(answer)


def create_row(request: HttpRequest, slug: str) -> HttpResponse:
    """Make one row."""
    entity, actor = _entered(request, slug, "write")
    if not entity.creatable:
        raise Denied(N_("Records of this kind are made by the act they belong to."))
    policy.require(actor, "create", entity.kind)
    row = record_save(form=EntityForm(entity, actor, object_of(request)))
    response = row_answer(request, entity, actor, row, status=201)
    response["Location"] = f"/api/v1/{entity.slug}/{row.pk}"
    return response


def read_row(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One row with its lines."""
    entity, actor = _entered(request, slug, "read")
    row = selectors.row(actor, entity.model, pk)
    if not_modified(request, row.version):
        return HttpResponse(status=304)
    return row_answer(request, entity, actor, row)


def change_row(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change the named fields; with If-Match only if nobody saved the row since."""
    entity, actor = _entered(request, slug, "write")
    row = selectors.row(actor, entity.model, pk)
    policy.require(actor, "update", entity.kind, row)
    if not entity.editable:
        raise Denied(N_("Records of this kind are changed only through their acts."))
    form = EntityForm(entity, actor, object_of(request), row=row, partial=True)
    saved = record_save(form=form, version=version_of(request))
    return row_answer(request, entity, actor, saved)


def trash_row(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a row into the trash; with If-Match only if nobody saved it since."""
    entity, actor = _entered(request, slug, "write")
    row = selectors.row(actor, entity.model, pk)
    record_trash(actor=actor, row=row, version=version_of(request))
    return HttpResponse(status=204)


def restore_row(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a row out of the trash."""
    entity, actor = _entered(request, slug, "write")
    found = selectors.trashed(actor, entity.model).filter(pk=pk).first()
    if found is None:
        raise NotFound(N_("There is no such record in the trash."))
    return row_answer(request, entity, actor, record_restore(actor=actor, row=found))


def row_history(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The changes of a row, newest first, without the fields the actor may not read."""
    entity, actor = _entered(request, slug, "read")
    row = selectors.row(actor, entity.model, pk)
    before = request.GET.get("before", "")
    changes = history(entity.kind, row.pk, before=int(before) if before.isdecimal() else None)
    columns = {_column(field): name for name, field in readable(entity, actor).items()}
    return answer_json({"data": [_change(change, entity, columns) for change in changes]})


def run_verb(request: HttpRequest, slug: str, pk: int, verb: str) -> HttpResponse:
    """Run a business act on a row; its parameters are the body."""
    entity, actor = _entered(request, slug, "write")
    row = selectors.row(actor, entity.model, pk)
    declared = entity.verb(verb)
    if declared is None:
        raise _no_act(entity, verb)
    policy.require(actor, declared.act, entity.kind, row)
    params = verb_params(actor, declared, object_of(request), row)
    result = record_run(actor=actor, row=row, verb=verb, params=params, version=version_of(request))
    fresh = selectors.rows(actor, entity.model).filter(pk=row.pk).first()
    answer = {"id": row.pk, **_result(result)}
    if fresh is None:
        return answer_json(answer)
    return answer_json(
        {**as_json(entity, fresh, readable(entity, actor).values()), **answer},
        version=fresh.version,
    )


def _no_act(entity: Entity, verb: str) -> NotFound:
    """An act that the kind does not have, with those it has."""
    acts = ", ".join(one.name for one in entity.verbs)
    return NotFound(
        N_("There is no act named %(verb)s."),
        params={"verb": verb},
        next_step=_("Its acts are: %(acts)s.") % {"acts": acts} if acts else "",
    )


def _result(result: Any) -> dict[str, Any]:
    """The record that an act has made or changed, and the address where it is read."""
    pk = getattr(result, "pk", None)
    if pk is None or not entity_declared(result):
        return {"result": pk, "result_url": None}
    return {"result": pk, "result_url": f"/api/v1/{entity_of(result).slug}/{pk}"}


def row_answer(
    request: HttpRequest, entity: Entity, actor: policy.Actor, row: Any, *, status: int = 200
) -> HttpResponse:
    """A row with its lines, as the actor may read it."""
    fields = _asked_fields(request, entity, actor)
    data = as_json(entity, row, fields)
    for lines in entity.lines:
        hidden = frozenset(
            name
            for name in (*lines.fields, *lines.computed)
            if policy.field_level(actor, entity.kind, f"{line_key(lines)}.{name}")
            is policy.Level.HIDDEN
        )
        data[line_key(lines)] = lines_as_json(row, lines, hidden=hidden)
    return answer_json(data, status=status, version=row.version)


def _entered(request: HttpRequest, slug: str, act: str) -> tuple[Entity, policy.Actor]:
    entity, actor = entity_by_slug(slug), actor_of_request(request)
    require_scope(request, f"{act}:{slug}")
    if not policy.may(actor, "read", entity.kind):
        raise NotFound(N_("There is no page named %(slug)s."), params={"slug": slug})
    return entity, actor


def _query(request: HttpRequest) -> Query:
    params = request.GET.copy()
    for ours, theirs in (("filter", "condition"), ("cursor", "after"), ("limit", "size")):
        if ours in params:
            params[theirs] = request.GET.get(ours, "")
    limit = params.get("limit", "")
    if limit and not (limit.isdecimal() and 1 <= int(limit) <= LARGEST_PAGE):
        raise BadRequest(N_("limit is a number from 1 to %(most)s."), params={"most": LARGEST_PAGE})
    if params.get("count", "1") not in {"", "1"}:
        raise BadRequest(N_("count is 1, or is left out."))
    params.pop("view", None)
    return query_of(params)


def _asked_fields(request: HttpRequest, entity: Entity, actor: policy.Actor) -> list[Field]:
    allowed = readable(entity, actor)
    asked = [name for name in request.GET.get("fields", "").split(",") if name]
    unknown = [name for name in asked if name not in allowed and name not in {"id", "version"}]
    if unknown:
        message = N_("There is no field named “%(name)s” that you may read.")
        raise Invalid({"fields": [message % {"name": unknown[0]}]})
    if asked:
        return [allowed[name] for name in asked if name in allowed]
    return list(allowed.values())


def _column(field: Field) -> str:
    return field.name if field.is_custom else str(field.model_field.column)


def _change(change: Any, entity: Entity, columns: dict[str, str]) -> dict[str, Any]:
    own = change.kind == entity.kind
    shown = {
        columns[column]: list(pair)
        for column, pair in change.changes.items()
        if own and column in columns
    }
    if own and "custom" in change.changes:
        shown.update(_custom_changes(change.changes["custom"], columns))
    return {
        "id": change.id,
        "at": change.at,
        "actor": {"id": change.actor_id, "name": change.actor_name},
        "door": change.door,
        "verb": change.verb,
        "reason": change.reason,
        "kind": change.kind,
        "act": {"I": "created", "U": "changed", "D": "removed", "N": "noted"}[change.act],
        "changes": shown,
    }


def _custom_changes(pair: tuple[Any, Any], columns: dict[str, str]) -> dict[str, list[Any]]:
    old, new = (value or {} for value in pair)
    return {
        f"custom.{key}": [old.get(key), new.get(key)]
        for key in {*old, *new}
        if old.get(key) != new.get(key) and f"custom.{key}" in columns
    }

"""Many rows in one call: create, upsert by external id or another key, change and undo.

All rows or none: one bad row refuses the call and every error names the place of its row in the list. What was done is one
change-set, whose number comes back and can be undone.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.bulk import NewRow, OldRow, records_create, records_update
from tonglu.entities.changesets import changeset_open, changeset_undo
from tonglu.entities.forms import EntityForm, FormRules
from tonglu.entities.models import ChangeSet
from tonglu.entities.registry import entity_by_slug
from tonglu.entities.services import record_save
from tonglu.entities.spec import Entity
from tonglu.kernel.errors import Denied, DomainError, Invalid, NotFound
from tonglu.kernel.text import N_

from .http import BadRequest, actor_of_request, answer_json, body_of, require_scope, unfolded

MOST = 1000
Existing = dict[str, list[Any]]
"""The records that the rows of a call may mean, by their key."""


def bulk_rows(request: HttpRequest, slug: str) -> HttpResponse:
    """`{"rows": [...], "match": "external_id"}`: rows that match an existing one change it, the others are made."""
    entity = entity_by_slug(slug)
    require_scope(request, f"write:{slug}")
    actor = actor_of_request(request)
    policy.require(actor, "create", entity.kind)
    rows, match = _asked(request, entity)
    if not (entity.creatable and entity.editable):
        raise Denied(N_("Records of this kind are made by the act they belong to."))
    with changeset_open(actor, "api_bulk", entity.kind, _("Bulk call")) as changeset:
        results = _saved(actor, entity, rows, match)
        counts = {"created": 0, "updated": 0}
        for result in results:
            counts[result["did"]] += 1
        changeset.counts = counts
    return answer_json({"data": results, "changeset": changeset.pk, **counts})


def undo_changeset(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back everything a change-set did."""
    require_scope(request, "write")
    actor = actor_of_request(request)
    found = ChangeSet.objects.filter(pk=pk).first()
    if found is None or (
        found.actor_id not in actor.own_ids and not policy.may(actor, "manage", "policy")
    ):
        raise NotFound(N_("There is no such change-set of yours."))
    undone = changeset_undo(actor=actor, changeset=found)
    return answer_json({"counts": dict(undone.counts), "kept": undone.kept})


def _asked(request: HttpRequest, entity: Entity) -> tuple[list[dict[str, Any]], str]:
    body = body_of(request)
    rows = body.get("rows") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadRequest(N_("Send an object with a list of rows."))
    if len(rows) > MOST:
        raise BadRequest(N_("Send at most %(most)s rows in one call."), params={"most": MOST})
    match = str(body.get("match") or "")
    if match and match not in {"external_id", *entity.import_key}:
        raise BadRequest(N_("Rows cannot be matched by “%(name)s”."), params={"name": match})
    return [unfolded(dict(row)) for row in rows], match


def _saved(
    actor: policy.Actor, entity: Entity, rows: list[dict[str, Any]], match: str
) -> list[dict[str, Any]]:
    """Clean all rows and give them to the door for many; one after the other where rows of a call may build on earlier ones."""
    existing = _existing(actor, entity, rows, match)
    rules = FormRules(entity, actor)
    named = {name for row in rows for name in row}
    if any(_is_alone(rules, name) for name in named) or _repeats(rows, match):
        return _saved_in_turn(rules, rows, match, existing)
    news: list[NewRow] = []
    olds: list[OldRow] = []
    errors: dict[str, list[Any]] = {}
    for place, raw in enumerate(rows):
        try:
            found = _found(existing, raw, match)
        except Invalid as refusal:
            errors.update(_named(place, refusal))
            continue
        form = EntityForm(entity, actor, raw, row=found, partial=found is not None, rules=rules)
        if not form.is_valid():
            errors.update(_named(place, Invalid(form.errors)))
        elif found is None:
            news.append(NewRow(place=place, values=form.values, lines=form.lines))
        else:
            olds.append(OldRow(place=place, row=found, values=form.values, lines=form.lines))
    records_create(actor=actor, model=entity.model, news=news, verb=f"{entity.kind}.created")
    records_update(actor=actor, model=entity.model, olds=olds, verb=f"{entity.kind}.changed")
    did = {one.place: (one, "created") for one in news} | {o.place: (o, "updated") for o in olds}
    for place, (one, _done) in sorted(did.items()):
        if one.error is not None:
            errors.update(_named(place, one.error))
    if errors:
        raise Invalid(errors)
    return [{"id": one.row.pk, "did": done} for _place, (one, done) in sorted(did.items())]


def _saved_in_turn(
    rules: FormRules, rows: list[dict[str, Any]], match: str, existing: Existing
) -> list[dict[str, Any]]:
    entity, actor = rules.entity, rules.actor
    results: list[dict[str, Any]] = []
    errors: dict[str, list[Any]] = {}
    for place, raw in enumerate(rows):
        try:
            found = _found(existing, raw, match)
            form = EntityForm(entity, actor, raw, row=found, partial=found is not None, rules=rules)
            saved = record_save(form=form)
            results.append({"id": saved.pk, "did": "updated" if found else "created"})
            if match and not found:
                existing[str(raw.get(match, ""))] = [saved]
        except DomainError as refusal:
            errors.update(_named(place, refusal))
            if refusal.code == "constraint":
                break
    if errors:
        raise Invalid(errors)
    return results


def _is_alone(rules: FormRules, name: str) -> bool:
    """Whether rows that name the field may speak of an earlier row of the call, or change what other rows rely on."""
    field, entity = rules.fields.get(name), rules.entity
    return entity.is_alone(name) or (field is not None and field.related == entity.kind)


def _named(place: int, refusal: DomainError) -> dict[str, list[Any]]:
    """The errors of a row under its place in the list."""
    if isinstance(refusal, Invalid):
        said = refusal.sentences(_) if refusal.params else refusal.errors
        return {f"rows.{place}.{name}": list(one) for name, one in said.items()}
    return {f"rows.{place}": [refusal.text(_)]}


def _repeats(rows: list[dict[str, Any]], match: str) -> bool:
    """Whether a row changes what an earlier one of the same call has made or changed."""
    keys = [str(row[match]) for row in rows if row.get(match)] if match else []
    return len(set(keys)) < len(keys)


def _existing(
    actor: policy.Actor, entity: Entity, rows: list[dict[str, Any]], match: str
) -> Existing:
    if not match:
        return {}
    wanted = [str(row[match]) for row in rows if row.get(match)]
    existing: Existing = {}
    for row in selectors.rows(actor, entity.model).filter(**{f"{match}__in": wanted}):
        existing.setdefault(str(getattr(row, match)), []).append(row)
    return existing


def _found(existing: Existing, raw: dict[str, Any], match: str) -> Any:
    """The record that a row means; refused where several have its key, as an import does."""
    found = existing.get(str(raw.get(match, "")), []) if match else []
    if len(found) > 1:
        said = _("%(count)s records have this key; make it unique first.")
        raise Invalid({match: [said % {"count": len(found)}]})
    return found[0] if found else None

"""Changing many records at once: chosen ones or all that match, previewed with the exact count, done as one change-set.

The way has three steps in one dialog: what to change, a preview (how many, what from, what to), and the deed. If the number of
rows changed between preview and deed, the preview comes again instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.bulkacts import (
    AT_MOST,
    AT_ONCE,
    EDIT,
    TRASH,
    VERB,
    BulkAct,
    bulk_do,
    bulk_start,
)
from tonglu.entities.changesets import Outcome, changeset_undo
from tonglu.entities.fields import Field, plain
from tonglu.entities.forms import EntityForm
from tonglu.entities.listing import listing_rows, query_of
from tonglu.entities.models import ChangeSet
from tonglu.entities.related import Names, names_of, wanted_by
from tonglu.entities.spec import Entity, Verb
from tonglu.entities.views import views_of
from tonglu.kernel.errors import DomainError, Invalid, NotFound
from tonglu.kernel.text import N_

from .cells import shown, text_of
from .controls import controls_of, raw_of
from .editable import editable
from .forms import form_fields
from .shell import actor, entity_page, go, sentences, show
from .titles import title_of
from .verbs import params_sent, verb_controls, verb_fields

TEMPLATE = "entities/bulk.html"
SAMPLE = 5


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The rows an act is for: by id, or all that answer the query of the address."""

    ids: tuple[int, ...]
    everything: bool

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.ids)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a bulk edit will do to one field: which value, and what it replaces in a few rows, those that hold it already marked."""

    field: Field
    value: str
    samples: tuple[tuple[str, Any, bool], ...]


@require_POST
@entity_page
def edit_page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Give many records the same value in some fields."""
    who = actor(request)
    policy.require(who, "update", entity.kind)
    chosen = _selection(request, who, entity)
    names = [name for name in request.POST.getlist("field") if name in _editable(who, entity)]
    if not names or request.POST.get("step", "choose") == "choose":
        return _choose(request, who, entity, chosen, names)
    form = _form(request, who, entity, names)
    if not form.is_valid():
        return _choose(request, who, entity, chosen, names, form.errors)
    if _confirmed(request, chosen):
        labels = ", ".join(str(form.fields[name].label) for name in names)
        title = _("Change of %(fields)s") % {"fields": labels}
        act = BulkAct(act=EDIT, title=title, names=names, raw=form.raw)
        return _do(request, who, entity, chosen, act)
    return _preview(request, who, entity, chosen, form, names)


@require_POST
@entity_page
def trash_page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Put many records into the trash."""
    who = actor(request)
    policy.require(who, "delete", entity.kind)
    chosen = _selection(request, who, entity)
    if not _confirmed(request, chosen):
        return _ask(request, who, entity, chosen, title=_("Move to trash"))
    act = BulkAct(act=TRASH, title=_("Move to trash"))
    return _do(request, who, entity, chosen, act)


@require_POST
@entity_page
def verb_page(request: HttpRequest, entity: Entity, verb: str) -> HttpResponse:
    """Run an act on many records."""
    who, declared = actor(request), entity.verb(verb)
    if declared is None or not declared.bulk:
        raise NotFound(N_("There is no such act."))
    policy.require(who, declared.act, entity.kind)
    chosen = _selection(request, who, entity)
    if not _confirmed(request, chosen):
        return _ask(request, who, entity, chosen, title=str(declared.label), verb=declared)
    title = str(declared.label)
    try:
        params_sent(who, declared, request.POST)
    except Invalid as refusal:
        return _ask(request, who, entity, chosen, title=title, verb=declared, refusal=refusal)
    raw = raw_of(verb_fields(declared), request.POST)
    act = BulkAct(act=VERB, verb=declared.name, title=title, raw=raw)
    return _do(request, who, entity, chosen, act)


@require_GET
@entity_page
def changeset_page(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """What a bulk act did, with the way to take it back."""
    changeset, kept = _changeset(request, entity, pk), request.GET.get("back", "")
    back = entity.url("detail", int(kept)) if kept.isdecimal() else entity.url()
    context = {"entity": entity, "changeset": changeset, "back": back}
    return show(request, "entities/changeset.html", context, part="modal")


@require_POST
@entity_page
def undo_page(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Take a bulk act back as a whole."""
    undone = changeset_undo(actor=actor(request), changeset=_changeset(request, entity, pk))
    changed = sum(undone.counts.values())
    message = ngettext(
        "%(n)s change was taken back.", "%(n)s changes were taken back.", changed
    ) % {"n": changed}
    if undone.kept:
        message = " ".join([message, _("Left as they are:"), "; ".join(undone.kept[:SAMPLE])])
    return go(request, entity.url(), message, "warning" if undone.kept else "success")


def _selection(request: HttpRequest, who: policy.Actor, entity: Entity) -> Selection:
    """The chosen rows, as far as the person may see them; refused when there are none or too many."""
    everything = request.POST.get("everything") == "1"
    query = views_of(who, entity).applied(query_of(request.GET))
    rows = listing_rows(who, entity, query) if everything else selectors.rows(who, entity.kind)
    if not everything:
        rows = rows.filter(pk__in=[int(v) for v in request.POST.getlist("ids") if v.isdecimal()])
    ids = tuple(rows.order_by("pk").values_list("pk", flat=True)[: AT_MOST + 1])
    if not ids:
        raise Invalid({"": [N_("Choose at least one record.")]})
    if len(ids) > AT_MOST:
        message = N_("At most %(most)s records are changed at once; narrow the list.")
        raise Invalid({"": [message]}, params={"most": AT_MOST})
    return Selection(ids=ids, everything=everything)


def _editable(who: policy.Actor, entity: Entity) -> dict[str, Field]:
    return {
        f.name: f for f in form_fields(who, entity) if editable(who, entity, f) and not f.unique
    }


def _form(request: HttpRequest, who: policy.Actor, entity: Entity, names: list[str]) -> EntityForm:
    fields = [field for name, field in _editable(who, entity).items() if name in names]
    raw = raw_of(fields, request.POST)
    return EntityForm(entity, who, raw, names=names, partial=True)


def _confirmed(request: HttpRequest, chosen: Selection) -> bool:
    return request.POST.get("step") == "apply" and request.POST.get("count") == str(chosen.count)


def _context(request: HttpRequest, entity: Entity, chosen: Selection, title: str) -> dict[str, Any]:
    return {
        "entity": entity,
        "chosen": chosen,
        "title": title,
        "action": request.get_full_path(),
        "problems": [],
    }


def _choose(
    request: HttpRequest,
    who: policy.Actor,
    entity: Entity,
    chosen: Selection,
    names: list[str],
    errors: Mapping[str, list[str]] | None = None,
) -> HttpResponse:
    fields = _editable(who, entity)
    picked = [fields[name] for name in names]
    context = {
        **_context(request, entity, chosen, _("Change many")),
        "fields": [field for field in fields.values() if field.name not in names],
        "controls": controls_of(
            who, entity, picked, raw=raw_of(picked, request.POST), errors=errors
        ),
        "step": "choose",
    }
    return show(request, TEMPLATE, context, part="modal", status=422 if errors else 200)


def _preview(
    request: HttpRequest,
    who: policy.Actor,
    entity: Entity,
    chosen: Selection,
    form: EntityForm,
    names: list[str],
) -> HttpResponse:
    fields = [form.fields[name] for name in names]
    context = {
        **_context(request, entity, chosen, _("Change many")),
        "controls": controls_of(who, entity, fields, raw=raw_of(fields, request.POST)),
        "effects": _effects(who, entity, chosen, form, fields),
        "more": max(0, chosen.count - SAMPLE),
        "step": "preview",
    }
    return show(request, TEMPLATE, context, part="modal")


def _effects(
    who: policy.Actor, entity: Entity, chosen: Selection, form: EntityForm, fields: list[Field]
) -> list[Effect]:
    rows = list(selectors.rows(who, entity.kind).filter(pk__in=chosen.ids[:SAMPLE]).order_by("pk"))
    wanted = wanted_by(rows, fields)
    values = {field.name: _plain(form.values[field.name]) for field in fields}
    for field in fields:
        if field.related:
            wanted.setdefault(field.related, set()).update(_ids(values[field.name]))
    names = names_of(who, wanted)
    return [_effect(entity, rows, field, values[field.name], names) for field in fields]


def _effect(entity: Entity, rows: list[Any], field: Field, value: Any, names: Names) -> Effect:
    told = text_of(value, field, names)
    samples = ((title_of(row, entity), shown(row, field, names)) for row in rows)
    return Effect(
        field=field,
        value=told,
        samples=tuple((name, cell.html, strip_tags(cell.html) == told) for name, cell in samples),
    )


def _plain(value: Any) -> Any:
    return [plain(one) for one in value] if isinstance(value, list) else plain(value)


def _ids(value: Any) -> set[int]:
    return {one for one in (value if isinstance(value, list) else [value]) if isinstance(one, int)}


def _ask(
    request: HttpRequest,
    who: policy.Actor,
    entity: Entity,
    chosen: Selection,
    *,
    title: str,
    verb: Verb | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    errors = sentences(refusal) if refusal else {}
    raw = raw_of(verb_fields(verb), request.POST) if verb and refusal else {}
    rows = selectors.rows(who, entity.kind).filter(pk__in=chosen.ids[:SAMPLE]).order_by("pk")
    context = {
        **_context(request, entity, chosen, title),
        "controls": verb_controls(who, verb, raw, errors) if verb else [],
        "samples": [title_of(row, entity) for row in rows],
        "more": max(0, chosen.count - SAMPLE),
        "tone": verb.tone if verb else "danger",
        "problems": errors.get("", []),
        "step": "ask",
    }
    return show(request, TEMPLATE, context, part="modal", status=422 if refusal else 200)


def _do(
    request: HttpRequest, who: policy.Actor, entity: Entity, chosen: Selection, act: BulkAct
) -> HttpResponse:
    """Do it at once, or leave it to a job that the person can watch."""
    if chosen.count <= AT_ONCE:
        outcome = bulk_do(actor=who, entity=entity, ids=chosen.ids, act=act)
        return _done(request, entity, outcome)
    work = bulk_start(actor=who, entity=entity, ids=chosen.ids, act=act)
    return go(request, reverse("entities:works-one", args=(work.pk,)))


def _done(request: HttpRequest, entity: Entity, outcome: Outcome) -> HttpResponse:
    context = {"entity": entity, "outcome": outcome, "changeset": outcome.changeset}
    return show(request, "entities/changeset.html", context, part="modal")


def _changeset(request: HttpRequest, entity: Entity, pk: int) -> ChangeSet:
    """A change-set of this kind; only its maker and administrators know of it."""
    rows = ChangeSet.objects.filter(kind=entity.kind)
    who = actor(request)
    if "administrator" not in who.roles:
        rows = rows.filter(actor_id__in=who.own_ids)
    return get_object_or_404(rows, pk=pk)

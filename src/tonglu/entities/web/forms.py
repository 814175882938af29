"""The form of a record: a page for a new one, a page for a change, and a dialog for making one in passing.

What a person typed is never lost: a refused form comes back filled in with each error beside its field, a stale one shows both
versions and lets the person choose, and the page keeps a draft on the device (its key is the form's `data-draft`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.fields import Field, field_of, fields_of
from tonglu.entities.filters import may_read
from tonglu.entities.forms import EntityForm, may_write
from tonglu.entities.panels import form_panels_of
from tonglu.entities.services import record_save
from tonglu.entities.spec import Entity, Text
from tonglu.kernel.errors import Denied, DomainError, NotFound, Stale
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now

from .controls import Control, controls_of, raw_of
from .known import known
from .lineforms import LineTable, line_tables, places_of, raw_lines
from .shell import (
    actor,
    back_url,
    entity_page,
    go,
    in_modal,
    next_step,
    sentences,
    show,
    target,
    tell,
)
from .titles import title_of
from .versions import Difference, differences, untouched

TEMPLATE = "entities/form.html"


@dataclass(frozen=True, kw_only=True)
class Group:
    """A titled group of controls."""

    title: Text
    controls: tuple[Control, ...]
    folded: bool = False
    help: Text = ""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was typed into the form and what came of it; `initial` fills a new one."""

    form: EntityForm | None
    errors: dict[str, list[str]]
    initial: dict[str, Any]
    stale: bool
    next_step: str = ""
    untouched: tuple[str, ...] = ()
    """The fields of a stale form that only others changed: it goes on with what they saved."""

    @property
    def raw(self) -> dict[str, Any]:
        """The raw values by field."""
        held = self.form.raw.items() if self.form else ()
        return {name: value for name, value in held if name not in self.untouched}


@dataclass(frozen=True, kw_only=True)
class FormPanel:
    """The place of a panel that answers to what is typed, and the address it asks."""

    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """Everything the form shows."""

    entity: Entity
    row: Any
    groups: tuple[Group, ...]
    lines: tuple[LineTable, ...]
    problems: tuple[str, ...]
    next_step: str
    version: int | None
    action: str
    cancel: str
    next: str
    draft: str
    duplicates_url: str
    panels: tuple[FormPanel, ...] = ()
    differences: tuple[Difference, ...] = ()
    stale: bool = False
    kept: tuple[Text, ...] = ()
    """The labels of what others saved meanwhile and this form leaves as it is."""
    opened: str = ""
    folds_lines: bool = False

    @property
    def title(self) -> str:
        """The heading."""
        label = str(self.entity.label)
        if self.row is None:
            return _("New %(label)s") % {"label": label}
        return _("Change %(name)s") % {"name": title_of(self.row, self.entity)}


@require_http_methods(["GET", "POST"])
@entity_page
def new_page(request: HttpRequest, entity: Entity) -> HttpResponse:
    """Make a record; in a dialog the answer closes it and names the record that was made."""
    who = actor(request)
    if not entity.creatable:
        raise NotFound(N_("Records of this kind are not made by hand."))
    policy.require(who, "create", entity.kind)
    return (
        _save(request, who, entity, None)
        if request.method == "POST"
        else _blank(request, who, entity)
    )


@require_http_methods(["GET", "POST"])
@entity_page
def edit_page(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """Change a record."""
    who = actor(request)
    row = selectors.row(who, entity.kind, pk)
    policy.require(who, "update", entity.kind, row)
    if not entity.editable:
        raise Denied(N_("Records of this kind are not changed by hand."))
    if request.method == "POST":
        return _save(request, who, entity, row)
    return _show(request, who, entity, row)


def form_fields(who: policy.Actor, entity: Entity) -> list[Field]:
    """The fields a form shows to this person: declared ones and custom ones, without hidden ones."""
    return [field for group in _sections(who, entity) for field in group[1]]


def form_typed(request: HttpRequest, who: policy.Actor, entity: Entity, row: Any) -> EntityForm:
    """What a form sent, still to be cleaned."""
    return EntityForm(entity, who, _raw(request, who, entity, row), row=row)


def _save(request: HttpRequest, who: policy.Actor, entity: Entity, row: Any) -> HttpResponse:
    form = form_typed(request, who, entity, row)
    try:
        saved = record_save(form=form, version=_version(request.POST) if row else None)
    except DomainError as refusal:
        return _show(request, who, entity, row, form=form, refusal=refusal)
    return _saved(request, entity, saved, made=row is None)


def _saved(request: HttpRequest, entity: Entity, saved: Any, *, made: bool) -> HttpResponse:
    name = title_of(saved, entity)
    url = entity.url("detail", saved.pk)
    message = _("%(name)s was created.") if made else _("%(name)s was saved.")
    if made and in_modal(request) and request.POST.get("pick"):
        picked = {"id": saved.pk, "label": name, "url": url}
        return tell(HttpResponse(""), {"tonglu:created": picked}, message % {"name": name})
    if "another" in request.POST:
        return go(request, entity.url("new"), message % {"name": name})
    return go(request, back_url(request, url), message % {"name": name})


def _blank(request: HttpRequest, who: policy.Actor, entity: Entity) -> HttpResponse:
    """An empty form; the address may fill in fields, as `?account=12`."""
    names = set(request.GET) & {field.name for field in form_fields(who, entity)}
    initial: dict[str, Any] = {name: request.GET[name] for name in names}
    if who.person_id is not None and "owner" not in entity.proposed:
        initial.setdefault("owner", who.person_id)
    if "text" in request.GET:
        initial.setdefault(entity.title, request.GET["text"])
    proposed = {name: propose(who) for name, propose in entity.proposed.items()}
    initial = {**proposed, **initial}
    told = known(who, form_fields(who, entity), initial)
    return _show(request, who, entity, None, initial={**told, **initial})


def _show(
    request: HttpRequest,
    who: policy.Actor,
    entity: Entity,
    row: Any,
    *,
    form: EntityForm | None = None,
    refusal: DomainError | None = None,
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    stale = isinstance(refusal, Stale)
    row = selectors.row(who, entity.kind, row.pk) if stale else row
    opened = request.POST.get("opened", "")
    typed = Typed(
        form=form,
        errors=sentences(refusal) if refusal else {},
        initial=initial or {},
        stale=stale,
        next_step=next_step(refusal) if refusal else "",
        untouched=untouched(form, row, opened) if stale and form else (),
    )
    page = _page(request, who, entity, row, typed)
    context = {
        "page": page,
        "entity": entity,
        "pick": _asked(request, "pick"),
        "dialog": target(request),
    }
    status = refusal.status if refusal else 200
    if in_modal(request):
        return show(request, TEMPLATE, context, part="modal", status=422 if refusal else 200)
    return show(request, TEMPLATE, context, part="form", status=status)


def _page(
    request: HttpRequest,
    who: policy.Actor,
    entity: Entity,
    row: Any,
    typed: Typed,
) -> FormPage:
    groups = _groups(who, entity, row, typed)
    is_quick = row is None and bool(entity.quick) and in_modal(request)
    if is_quick:
        groups = _quick(entity, groups, set(request.GET))
    drawn = {control.name for group in groups for control in group.controls}
    tables = line_tables(who, entity, row, typed.raw, typed.errors)
    places, fields = places_of(tables), fields_of(entity)
    return FormPage(
        entity=entity,
        row=row,
        groups=groups,
        lines=tables,
        problems=tuple(_general(typed.errors, drawn, places)),
        next_step=typed.next_step,
        version=row.version if row is not None else None,
        action=request.get_full_path(),
        cancel=back_url(request, entity.url("detail", row.pk) if row is not None else entity.url()),
        next=_asked(request, "next"),
        duplicates_url=reverse("entities:duplicates", args=(entity.slug,))
        + (f"?pk={row.pk}" if row is not None else ""),
        panels=_panels(entity, row),
        draft=f"{entity.slug}:{row.pk if row is not None else 'new'}",
        differences=_differing(who, entity, row, typed),
        stale=typed.stale,
        kept=tuple(fields[name].label for name in typed.untouched if name in fields),
        opened=now().isoformat(),
        folds_lines=is_quick and groups[-1].folded and not places.keys() & typed.errors.keys(),
    )


def _differing(who: policy.Actor, entity: Entity, row: Any, typed: Typed) -> tuple[Difference, ...]:
    if not typed.stale or typed.form is None:
        return ()
    return differences(who, entity, typed.form, row, without=typed.untouched)


def _panels(entity: Entity, row: Any) -> tuple[FormPanel, ...]:
    return tuple(
        FormPanel(
            name=panel.name,
            url=entity.url("new-panel", name=panel.name)
            if row is None
            else entity.url("edit-panel", row.pk, name=panel.name),
        )
        for panel in form_panels_of(entity.kind)
    )


def _groups(
    who: policy.Actor,
    entity: Entity,
    row: Any,
    typed: Typed,
) -> tuple[Group, ...]:
    sections = _sections(who, entity)
    fields = [field for _title, found, _folded in sections for field in found]
    made = controls_of(
        who,
        entity,
        fields,
        row=row,
        raw=typed.raw,
        errors=typed.errors,
        initial=typed.initial,
    )
    by_name = {control.field.name: control for control in made}
    helps = {str(section.title): section.help for section in entity.form}
    return tuple(
        Group(
            title=title,
            controls=tuple(by_name[f.name] for f in found),
            folded=folded and not any(by_name[f.name].errors for f in found),
            help=helps.get(str(title), ""),
        )
        for title, found, folded in sections
        if found
    )


def _quick(entity: Entity, groups: tuple[Group, ...], given: set[str]) -> tuple[Group, ...]:
    """What a dialog asks for first: the entity's few fields, and what is given, required and empty, or wrong; the rest is folded."""
    controls = {control.name: control for group in groups for control in group.controls}
    first = [controls[name] for name in entity.quick if name in controls]
    first += [
        control
        for name, control in controls.items()
        if name not in entity.quick
        and (
            name in given or control.errors or (control.field.required and not any(control.values))
        )
    ]
    rest = tuple(control for control in controls.values() if control not in first)
    asked = Group(title="", controls=tuple(first))
    return (asked, Group(title=_("More"), controls=rest, folded=True)) if rest else (asked,)


def _sections(who: policy.Actor, entity: Entity) -> list[tuple[Text, list[Field], bool]]:
    declared = [
        (section.title, _readable(who, entity, section.fields), section.folded)
        for section in entity.form
    ]
    custom = [
        n for n in fields_of(entity) if n.startswith("custom.") and n not in entity.form_fields
    ]
    more = _readable(who, entity, tuple(custom))
    return [*declared, (_("Additional fields"), more, False)] if more else declared


def _readable(who: policy.Actor, entity: Entity, names: tuple[str, ...]) -> list[Field]:
    """The fields of those names that this person may read and somebody may write; the rest stands on the record's page."""
    found = (field_of(entity, name) for name in names if may_read(who, entity, name))
    return [field for field in found if field is not None and not field.readonly]


def _raw(request: HttpRequest, who: policy.Actor, entity: Entity, row: Any) -> dict[str, Any]:
    """What was sent for the fields this form offers; fields it shows read-only are not looked at."""
    offered = [
        f for f in form_fields(who, entity) if not f.readonly and may_write(who, entity, f.name)
    ]
    return {**raw_of(offered, request.POST), **raw_lines(who, entity, request.POST)}


def _general(errors: dict[str, list[str]], drawn: set[str], places: Mapping[str, str]) -> list[str]:
    """Errors that stand beside no field above the tables; those of a line, which may be far down the page, say where they are."""
    named = _("%(place)s: %(problem)s")
    return [
        named % {"place": places[name], "problem": text} if name in places else text
        for name, found in errors.items()
        if name not in drawn
        for text in found
    ]


def _version(sent: QueryDict) -> int | None:
    text = sent.get("version", "")
    return int(text) if text.isdecimal() else None


def _asked(request: HttpRequest, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name) or ""

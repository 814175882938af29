"""Editing one field in place, in a list cell or on a record page.

GET gives the control, POST saves it with the version the reader saw. When somebody else changed this field meanwhile the answer is
409 and shows both values; saving again from there is against the new version. Other fields of the record may have changed: they are
not what the reader saw here, and nothing of theirs is written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.fields import Field, field_of
from tonglu.entities.filters import may_read
from tonglu.entities.forms import EntityForm
from tonglu.entities.related import names_of, wanted_by
from tonglu.entities.services import record_save
from tonglu.entities.spec import Entity
from tonglu.kernel.errors import Denied, DomainError, NotFound, Stale
from tonglu.kernel.text import N_

from .cells import Shown, shown
from .controls import controls_of, raw_of
from .editable import editable
from .shell import actor, entity_page, sentences, show, tell
from .versions import differences, mark

TEMPLATE = "entities/inline.html"


@require_http_methods(["GET", "POST"])
@entity_page
def field_page(request: HttpRequest, entity: Entity, pk: int, name: str) -> HttpResponse:
    """One field of a record: `?as=value` gives it as text, else as a control."""
    who = actor(request)
    row = selectors.row(who, entity.kind, pk)
    field = field_of(entity, name)
    if field is None or not may_read(who, entity, name):
        raise NotFound(N_("There is no such field."))
    if request.method == "GET" and request.GET.get("as") == "value":
        return _value(request, who, entity, row, field)
    if not editable(who, entity, field):
        raise Denied(N_("This field is not changed by hand."))
    policy.require(who, "update", entity.kind, row)
    if request.method == "POST":
        return _save(request, who, entity, row, field)
    return _control(request, who, entity, row, field)


def _save(
    request: HttpRequest, who: policy.Actor, entity: Entity, row: Any, field: Field
) -> HttpResponse:
    form = EntityForm(
        entity, who, raw_of([field], request.POST), row=row, names=[field.name], partial=True
    )
    try:
        saved = record_save(form=form, version=_version(request, row, field))
    except DomainError as refusal:
        return _control(request, who, entity, row, field, form=form, refusal=refusal)
    answer = _value(request, who, entity, saved, field)
    saved_field = {"pk": saved.pk, "version": saved.version, "field": field.name}
    events: dict[str, Any] = {"tonglu:saved": saved_field}
    if "dialog" in request.POST:
        events["tonglu:close"] = {}
    return tell(answer, events)


def _version(request: HttpRequest, row: Any, field: Field) -> int | None:
    """The version the reader saw; the present one, where the field is still what it was then."""
    if request.POST.get("was") == mark(row, field.name):
        return int(row.version)
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() else None


def _seen(request: HttpRequest, row: Any, field: Field, *, fresh: bool) -> dict[str, Any]:
    """What the reader saw of the record: as it is shown to them now, or as it was before a value was refused."""
    if fresh:
        return {"was": mark(row, field.name), "version": row.version}
    return {name: request.POST.get(name, "") for name in ("was", "version")}


def _value(
    request: HttpRequest, who: policy.Actor, entity: Entity, row: Any, field: Field
) -> HttpResponse:
    one: Shown = shown(row, field, names_of(who, wanted_by([row], [field])), full=_on_page(request))
    if editable(who, entity, field):
        one = replace(one, edit_url=_url(request, entity, row, field))
    context = {"entity": entity, "row": row, "shown": one}
    return show(request, TEMPLATE, context, part="value")


def _control(
    request: HttpRequest,
    who: policy.Actor,
    entity: Entity,
    row: Any,
    field: Field,
    *,
    form: EntityForm | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    stale = isinstance(refusal, Stale)
    current = selectors.row(who, entity.kind, row.pk) if stale else row
    errors = sentences(refusal) if refusal else {}
    raw = dict(form.raw) if form else None
    [control] = controls_of(who, entity, [field], row=row, raw=raw, errors=errors)
    control = replace(control, aria_label=str(field.label))
    others = [text for name, found in errors.items() if name != field.name for text in found]
    context = {
        "entity": entity,
        "row": current,
        "control": control,
        "problems": others,
        "differences": differences(who, entity, form, current) if stale and form else (),
        "place": _place(request),
        **_seen(request, current, field, fresh=stale or form is None),
        "url": _url(request, entity, row, field),
    }
    part, status = ("stale", 409) if stale else ("control", 422 if refusal else 200)
    return show(request, TEMPLATE, context, part=part, status=status)


def _url(request: HttpRequest, entity: Entity, row: Any, field: Field) -> str:
    url = reverse("entities:field", args=(entity.slug, row.pk, field.name))
    return f"{url}?place=page" if _on_page(request) else url


def _place(request: HttpRequest) -> str:
    """Where the field stands: in a cell of a list, or on the record's page."""
    return "page" if _on_page(request) else "cell"


def _on_page(request: HttpRequest) -> bool:
    return (request.POST.get("place") or request.GET.get("place")) == "page"

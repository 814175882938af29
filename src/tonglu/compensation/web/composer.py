"""The composer: a draft as a form and as YAML, with a worked example beside it that the real engine works out at each change.

For whoever keeps the pay plans: begin with a preset, change what the contract says, look at what it pays, and issue it. Payees may
open it to see how they are paid; they change nothing.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tonglu import policy
from tonglu.compensation.composing.acts import act as acted
from tonglu.compensation.composing.examples import example_kept, examples_renewed
from tonglu.compensation.composing.state import (
    FORM,
    TEXT,
    Draft,
    draft_again,
    draft_posted,
    draft_typed,
)
from tonglu.compensation.models import PayPlan, PlanVersion
from tonglu.compensation.services.composing import draft_of, version_compose
from tonglu.compensation.services.plans import plan_begin
from tonglu.entities import selectors as entities
from tonglu.entities.registry import entity_of
from tonglu.entities.web.shell import actor, go, is_fragment, tell

from .desk import Desk, May, desk_of
from .gallery import gallery

PAGE = "compensation/composer.html"
_TABS = {"form": FORM, "yaml": TEXT}


@require_http_methods(["GET", "POST"])
def gallery_page(request: HttpRequest) -> HttpResponse:
    """The presets, and a plan begun from one."""
    who = actor(request)
    policy.require(who, "create", PayPlan._meta.label_lower)
    if request.method == "POST":
        draft = plan_begin(actor=who, key=request.POST.get("preset", ""))
        return go(request, compose_url(draft), _("A draft was made. Change what you like."))
    return render(request, "compensation/gallery.html", {"presets": gallery()})


@require_http_methods(["GET", "POST"])
def compose_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The desk: shown, changed by a press, or saved."""
    who = actor(request)
    row: PlanVersion = entities.row(who, PlanVersion, pk)
    if request.method == "GET":
        return _shown(request, desk_of(row, draft_of(row), _tab(request.GET), _may(who, row)))
    what = request.POST.get("act", "save")
    draft = _posted(request, row)
    if what == "save" or what.startswith("tab:"):
        return _saved(request, who, row, draft, what)
    return _shown(request, desk_of(row, _pressed(draft, what), _tab(request.POST), _may(who, row)))


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the form pays as it stands, and what the check says; nothing is saved."""
    who = actor(request)
    row: PlanVersion = entities.row(who, PlanVersion, pk)
    desk = desk_of(row, _posted(request, row), _tab(request.POST), _may(who, row))
    return render(request, "compensation/composer/preview.html", {"desk": desk})


def compose_url(row: PlanVersion) -> str:
    """The desk of a version."""
    return reverse("compensation:compose", kwargs={"pk": row.pk})


def _saved(
    request: HttpRequest, who: policy.Actor, row: PlanVersion, draft: Draft, what: str
) -> HttpResponse:
    given = request.POST.get("version", "")
    tab = _tab(request.POST)
    row = version_compose(
        actor=who,
        row=row,
        draft=draft,
        tab=tab,
        version=int(given) if given.isdecimal() else None,
    )
    shown = _TABS.get(what.removeprefix("tab:"), tab)
    fresh = draft_of(row)
    desk = desk_of(row, fresh, shown, _may(who, row))
    if not is_fragment(request):
        return go(request, f"{compose_url(row)}?tab={desk.tab}", _said(fresh))
    return tell(_shown(request, desk), {}, _said(fresh))


def _said(draft: Draft) -> str:
    if draft.is_clean:
        return _("Saved. The check has found no faults.")
    return _("Saved as a draft. It cannot be issued until its faults are mended.")


def _pressed(draft: Draft, what: str) -> Draft:
    """The draft after a button of the form; `redraw` only draws it anew."""
    if what == "keep":
        return draft_typed(example_kept(draft), draft.sample)
    if what == "renew":
        return draft_typed(examples_renewed(draft), draft.sample)
    both = acted({"plan": draft.typed or {}, "sample": draft.sample}, what)
    if draft.typed is None or what.partition(":")[2].startswith("sample"):
        return draft_again(draft, both["sample"])
    return draft_typed(both["plan"], both["sample"])


def _posted(request: HttpRequest, row: PlanVersion) -> Draft:
    """What was sent; an issued version, or one that this person may only read, stays as it is."""
    pairs = [(name, str(value)) for name, value in request.POST.items()]
    if not _may_edit(actor(request), row):
        return draft_again(draft_of(row), draft_posted(pairs, None).sample)
    return draft_posted(pairs, request.POST.get("text"))


def _may(who: policy.Actor, row: PlanVersion) -> May:
    kind = PlanVersion._meta.label_lower
    if row.state != PlanVersion.State.DRAFT:
        return May(follow=bool(policy.may(who, "update", kind, row)))
    return May(edit=_may_edit(who, row), issue=bool(policy.may(who, "issue", kind, row)))


def _may_edit(who: policy.Actor, row: PlanVersion) -> bool:
    if row.state != PlanVersion.State.DRAFT:
        return False
    return bool(policy.may(who, "update", PlanVersion._meta.label_lower, row))


def _tab(sent: Any) -> str:
    return _TABS.get(sent.get("tab", ""), FORM)


def _shown(request: HttpRequest, desk: Desk) -> HttpResponse:
    context = {"desk": desk, "entity": entity_of(PlanVersion), "row": desk.row}
    name = "compensation/composer/desk.html" if is_fragment(request) else PAGE
    return render(request, name, context)

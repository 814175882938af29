"""The pages on which the policy is read, edited, compared and issued; for whoever may read or manage it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tonglu.directory.selectors import department_tree, people_active, roles_all
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.policy import selectors, services
from tonglu.policy.actors import Actor, actor_of
from tonglu.policy.engine import may, require
from tonglu.policy.models import State
from tonglu.policy.services import POLICY
from tonglu.policy.values import Level, Reach, act_label

from .forms import FieldRuleForm, IssueForm, PersonChoice, RuleForm, WallForm


@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """What one role may do with every kind of record; each cell is a choice."""
    actor = _reader(request)
    version, role = selectors.version_shown(), _role(request)
    rows = selectors.matrix(selectors.policy_at(version), role)
    context = {
        **_common(actor, "matrix"),
        "version": version,
        "role": role,
        "role_name": _role_name(role),
        "roles": selectors.roles_ruled(),
        "rows": rows,
        "limited": selectors.rules_limited(version, role),
        "acts": [act_label(act) for act in selectors.USUAL_ACTS],
        "all_acts": sorted({(c.act, c.label) for row in rows for c in row.cells}),
        "reaches": [(reach.word, reach.label) for reach in Reach],
        "departments": department_tree().values(),
    }
    return render(request, "policy/matrix.html", context)


@require_POST
def rule(request: HttpRequest) -> HttpResponse:
    """Set one cell of the matrix in the draft."""
    actor = _reader(request)
    form = RuleForm(request.POST)
    if not form.is_valid():
        raise Invalid(_errors(form))
    values = form.values()
    services.rule_set(actor=actor, **values)
    if values["department_id"] is not None:
        return redirect(f"/policy/?role={values['role']}")
    return _changed(request)


@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    """The fields of one kind for one role."""
    actor = _reader(request)
    role, kind = _role(request), request.GET.get("kind", "")
    policy = selectors.policy_at(selectors.version_shown())
    context = {
        **_common(actor, "matrix"),
        "role": role,
        "role_name": _role_name(role),
        "kind": kind,
        "title": selectors.kind_title(kind),
        "lines": selectors.field_lines(policy, role, kind),
        "levels": [(level.word, level.label) for level in Level],
    }
    part = "#panel" if request.headers.get("HX-Request") else ""
    return render(request, f"policy/fields.html{part}", context)


@require_POST
def field_rule(request: HttpRequest) -> HttpResponse:
    """Set the level of one field in the draft."""
    actor = _reader(request)
    form = FieldRuleForm(request.POST)
    if not form.is_valid():
        raise Invalid(_errors(form))
    services.field_rule_set(actor=actor, **form.cleaned_data)
    return _changed(request)


@require_http_methods(["GET", "POST"])
def walls(request: HttpRequest) -> HttpResponse:
    """The walls: what stands behind them, and who may pass."""
    actor = _reader(request)
    form = WallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.wall_set(actor=actor, **form.cleaned_data)
        return redirect("policy:walls")
    found = selectors.walls_of(selectors.version_shown())
    context = {
        **_common(actor, "walls"),
        "form": form,
        "walls": [
            (wall, WallForm(initial={"name": wall.name, "kinds": wall.kinds, "roles": wall.roles}))
            for wall in found
        ],
    }
    return render(request, "policy/walls.html", context, status=422 if form.errors else 200)


@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """Every version, newest first."""
    actor = _reader(request)
    context = {**_common(actor, "versions"), "versions": selectors.versions()}
    return render(request, "policy/versions.html", context)


@require_GET
def version(request: HttpRequest, number: int) -> HttpResponse:
    """What one version changed against the one before it, or against another."""
    actor = _reader(request)
    shown = selectors.version_by_number(number)
    chosen = request.GET.get("against", "")
    against = (
        selectors.version_by_number(int(chosen))
        if chosen.isdecimal()
        else selectors.version_before(shown)
    )
    context = {
        **_common(actor, "versions"),
        "version": shown,
        "against": against,
        "versions": selectors.versions(),
        "changes": selectors.policy_changes(
            selectors.policy_at(against), selectors.policy_at(shown)
        ),
    }
    return render(request, "policy/version.html", context)


@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest) -> HttpResponse:
    """Look at the draft once more, and issue it."""
    actor = _actor(request)
    require(actor, "manage", POLICY)
    draft = selectors.version_draft()
    if draft is None:
        return redirect("policy:versions")
    form = IssueForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _issued(request, actor, form):
        return redirect("policy:versions")
    before = selectors.version_before(draft)
    context = {
        **_common(actor, "versions"),
        "form": form,
        "version": draft,
        "changes": selectors.policy_changes(
            selectors.policy_at(before), selectors.policy_at(draft)
        ),
    }
    return render(request, "policy/issue.html", context, status=422 if form.errors else 200)


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the draft away."""
    services.draft_discard(actor=_actor(request))
    messages.success(request, _("The draft was thrown away."))
    return redirect("policy:matrix")


@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """What somebody sees now, and would see under the draft."""
    actor = _reader(request)
    person = PersonChoice(request.GET).chosen()
    then = selectors.version_shown()
    context: dict[str, Any] = {
        **_common(actor, "preview"),
        "person": person,
        "version": then,
        "is_draft": then is not None and then.state == State.DRAFT,
    }
    if person is not None:
        context["sights"] = selectors.sights(
            viewer=actor, person=actor_of(person), then=selectors.policy_at(then)
        )
    return render(request, "policy/preview.html", context)


@require_GET
def people(request: HttpRequest) -> JsonResponse:
    """People by a part of their name, for choosing whom a question is about."""
    _reader(request)
    found = people_active().filter(name__icontains=request.GET.get("q", ""))[:20]
    rows = found.values_list("pk", "name", "job_title")
    return JsonResponse(
        {"results": [{"id": pk, "label": name, "hint": title} for pk, name, title in rows]}
    )


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _reader(request: HttpRequest) -> Actor:
    actor = _actor(request)
    require(actor, "read", POLICY)
    return actor


def _common(actor: Actor, tab: str) -> dict[str, Any]:
    return {
        "tab": tab,
        "draft": selectors.version_draft(),
        "may_manage": bool(may(actor, "manage", POLICY)),
    }


def _role(request: HttpRequest) -> str:
    asked, known = request.GET.get("role"), [role.code for role in roles_all()]
    if asked is None:
        return "salesperson" if "salesperson" in known else next(iter(known), "")
    return asked if asked in known else ""


def _role_name(code: str) -> str:
    return next((role.label for role in selectors.roles_ruled() if role.code == code), code)


def _issued(request: HttpRequest, actor: Actor, form: IssueForm) -> bool:
    try:
        issued = services.draft_issue(
            actor=actor, effective_from=form.moment(), note=form.cleaned_data["note"]
        )
    except DomainError as refusal:
        form.add_error("effective_on" if refusal.field else None, refusal.text())
        return False
    messages.success(request, _("Version %(number)s is issued.") % {"number": issued.number})
    return True


def _errors(form: Form) -> dict[str, list[Any]]:
    return {name: list(texts) for name, texts in form.errors.items()}


def _changed(request: HttpRequest) -> HttpResponse:
    context = _common(_actor(request), "matrix")
    return render(request, "policy/draft_bar.html", context)

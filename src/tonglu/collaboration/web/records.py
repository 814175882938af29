"""What is logged on the page of a record without leaving it: follow-ups and tasks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tonglu.collaboration import services
from tonglu.collaboration.forms import FollowUpForm, TaskForm
from tonglu.collaboration.models import Task
from tonglu.entities.panels import Panel
from tonglu.entities.registry import entity_by_slug
from tonglu.entities.selectors import row as visible_row
from tonglu.entities.web.shell import actor, go, is_fragment, sentences, tell
from tonglu.kernel.errors import DomainError

from . import panels


@require_POST
def log(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Log a follow-up in ten seconds."""
    target = _target(request, slug, pk)
    form = FollowUpForm(request.POST, contacts=panels.contacts_of(actor(request), target))
    if form.is_valid():
        try:
            services.followup_log(actor=actor(request), target=target, **form.values())
            return _answer(request, target, panels.FOLLOWUPS, _("Logged."))
        except DomainError as refusal:
            _blame(form, refusal)
    return _panel(request, target, panels.FOLLOWUPS, status=422, form=form)


@require_POST
def task(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Add a task to a record."""
    target = _target(request, slug, pk)
    form = TaskForm(request.POST)
    if form.is_valid():
        try:
            services.task_create(actor=actor(request), target=target, **form.cleaned_data)
            return _answer(request, target, panels.TASKS, _("Task added."))
        except DomainError as refusal:
            _blame(form, refusal)
    return _panel(request, target, panels.TASKS, status=422, form=form)


@require_POST
def done(request: HttpRequest, slug: str, pk: int, task_pk: int) -> HttpResponse:
    """Tick a task off where it is shown."""
    target = _target(request, slug, pk)
    row = visible_row(actor(request), Task, task_pk)
    services.task_done(actor=actor(request), row=row)
    return _answer(request, target, panels.TASKS, _("Done."))


def _target(request: HttpRequest, slug: str, pk: int) -> Any:
    return visible_row(actor(request), entity_by_slug(slug).kind, pk)


def _answer(request: HttpRequest, target: Any, panel: Panel, said: str) -> HttpResponse:
    """The panel again, and a word to the timeline; without scripts, the record's page."""
    if not is_fragment(request):
        return go(request, panels.page_of(target), said)
    answer = _panel(request, target, panel)
    return tell(answer, {"tonglu:timeline": ""}, said)


def _panel(
    request: HttpRequest, target: Any, panel: Panel, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"panel": panel, "row": target, **panel.render(actor(request), target), **more}
    return render(request, "entities/panel.html#panel", context, status=status)


def _blame(form: Any, refusal: DomainError) -> None:
    for name, said in sentences(refusal).items():
        for sentence in said:
            form.add_error(name if name in form.fields else None, sentence)

"""The plan laboratory: for whoever designs plans, any real book under another plan before anybody is asked to sign it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tonglu import policy
from tonglu.compensation.core.presets.catalogue import PRESETS
from tonglu.compensation.laboratory.jobs import KIND, Ask, definition_asked, trial_start
from tonglu.compensation.laboratory.lines import AFTER, BEFORE, lines_of
from tonglu.compensation.laboratory.report import (
    ALL,
    Person,
    Report,
    band_labels,
    people_csv,
    report_of,
)
from tonglu.compensation.models import Earning, PayPeriod, PayPlan, PlanVersion
from tonglu.entities.selectors import row as visible_row
from tonglu.entities.selectors import rows
from tonglu.entities.services import record_create
from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import now, today
from tonglu.toolkit.files import file_store
from tonglu.toolkit.models import Work
from tonglu.toolkit.money import base_currency

KEPT = timedelta(days=30)
BOOKS = (
    ("last_year", _("Last year")),
    ("this_year", _("This year so far")),
    ("span", _("A span of days")),
    ("file", _("The facts of a file")),
)


DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class LabForm(forms.Form):
    """What is tried on what."""

    book = forms.ChoiceField(label=_("Book"), choices=BOOKS, initial="last_year")
    first = forms.DateField(label=_("From"), required=False, widget=DAY)
    last = forms.DateField(label=_("Until"), required=False, widget=DAY)
    file = forms.FileField(
        label=_("Facts file (CSV, JSON, YAML or Parquet)"),
        required=False,
        help_text=_(
            "One line per sale: person, day, amount; cost and discount where you have them."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.json,.jsonl,.yaml,.yml,.parquet"}),
    )
    plan = forms.ChoiceField(label=_("Plan to try"))
    against = forms.ChoiceField(label=_("Held against"), required=False)

    def __init__(self, actor: Actor, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.day = today(actor)
        plans = plan_choices(actor)
        self.fields["plan"].choices = plans  # type: ignore[attr-defined]
        paid = [("", pgettext_lazy("laboratory", "What was earned"))]
        self.fields["against"].choices = [*paid, *plans]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days of the book, or its file."""
        found: dict[str, Any] = super().clean() or {}
        year = self.day.year
        spans = {
            "last_year": (date(year - 1, 1, 1), date(year - 1, 12, 31)),
            "this_year": (date(year, 1, 1), self.day),
        }
        book = found.get("book", "")
        if book in spans:
            found["first"], found["last"] = spans[book]
        elif book == "span" and not (found.get("first") and found.get("last")):
            self.add_error("first", _("Say from when and until when."))
        elif book == "file" and not found.get("file"):
            self.add_error("file", _("Choose a file."))
        return found


@require_http_methods(["GET", "POST"])
def lab_page(request: HttpRequest) -> HttpResponse:
    """Choose a book and a plan, or look at an earlier trial."""
    actor = _tester(request)
    form = LabForm(actor, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        work = trial_start(actor, _ask(actor, form.cleaned_data), _title(form))
        return redirect("compensation:lab-trial", work.pk)
    trials = Work.objects.filter(kind=KIND, person_id=actor.person_id)[:20]
    status = 422 if form.errors else 200
    return render(request, "compensation/lab.html", {"form": form, "trials": trials}, status=status)


@require_GET
def trial_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A trial: its progress while it runs, then its result."""
    actor = _tester(request)
    work = _work(actor, pk)
    context: dict[str, Any] = {"work": work, "base": base_currency()}
    if work.result:
        context["report"] = report_of(work.result)
        context["ask"] = work.result["ask"]
        context |= _opened(request, context["report"], work.result["ask"])
        context["may_draft"] = bool(policy.may(actor, "create", PlanVersion._meta.label_lower))
        context["plans"] = rows(actor, PayPlan).order_by("name")
        context["own_plan"] = _own_plan(actor, work)
    return render(request, "compensation/lab_trial.html", context)


def _opened(request: HttpRequest, report: Report, ask: dict[str, Any]) -> dict[str, Any]:
    """What a number of the result was opened to: the people of a band, or the components and earnings of one of them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    bands, band = list(band_labels()), request.GET.get("band", "")
    chosen = int(band) if band.isdecimal() and int(band) < len(bands) else None
    people = [one for one in report.people if chosen is None or one.band == chosen]
    found: dict[str, Any] = {"people": people, "band": "" if chosen is None else bands[chosen]}
    opened = report.opened(request.GET.get("person", ""))
    if opened is None:
        return found
    lines = None
    if not ask["against"] and ask["file_id"] is None and opened.person_id is not None:
        earned = rows(actor, Earning).filter(owner_id=opened.person_id).order_by("earned_on", "pk")
        lines = earned.filter(fact__day__range=(ask["first"], ask["last"]))
    return {**found, "opened": opened, "lines": lines, **_rows(request, opened, ask)}


def _rows(request: HttpRequest, opened: Person, ask: dict[str, Any]) -> dict[str, Any]:
    """The rows behind what one component pays, where a number of a payee was opened so far."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    side = BEFORE if request.GET.get("side") == BEFORE else AFTER
    wanted = request.GET.get("part", "")
    part = next((one for one in opened.parts if one.component == wanted), None)
    if part is None or opened.payee == ALL:
        return {}
    total = part.before if side == BEFORE else part.after
    rows = lines_of(actor, Ask(**ask), opened.payee, part.component, side=side, total=total)
    plan = ask["against"] if side == BEFORE else ask["plan"]
    return {"part": part, "rows": rows, "version": plan.partition("version:")[2]}


@require_GET
def trial_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody's line of a trial as a file."""
    work = _work(_tester(request), pk)
    answer = HttpResponse(
        "\ufeff" + people_csv(work.result or {"people": []}), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="plan-trial-{work.pk}.csv"'
    return answer


@require_POST
def trial_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the tried plan the next draft of a plan."""
    actor = _tester(request)
    work = _work(actor, pk)
    if not work.result:
        raise NotFound(N_("There is no such trial."))
    wanted = request.POST.get("plan", "")
    plan = visible_row(actor, PayPlan, int(wanted) if wanted.isdecimal() else 0)
    definition = definition_asked(actor, work.result["ask"]["plan"])
    made = record_create(
        actor=actor,
        model=PlanVersion,
        values={"plan": plan, "definition": definition, "note": work.title[:300]},
    )
    return redirect("entities:detail", "plan-versions", made.pk)


def plan_choices(actor: Actor) -> list[tuple[str, str]]:
    """Versions, drafts first, and presets."""
    versions = (
        rows(actor, PlanVersion).select_related("plan").order_by("-state", "plan__name", "-number")
    )
    drafts = [
        (f"version:{one.pk}", f"{one} ({one.get_state_display()})")
        for one in versions
        if one.definition
    ]
    language = actor.language.split("-")[0]
    presets = [
        (f"preset:{one.key}", str(one.title.get(language) or one.title["en"])) for one in PRESETS
    ]
    return sorted(drafts, key=lambda one: one[1]) + presets


def _tester(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "read", PayPeriod._meta.label_lower)
    return actor


def _work(actor: Actor, pk: int) -> Work:
    work = Work.objects.filter(pk=pk, kind=KIND, person_id=actor.person_id).first()
    if work is None:
        raise NotFound(N_("There is no such trial."))
    return work


def _ask(actor: Actor, asked: dict[str, Any]) -> Ask:
    file = asked["file"] if asked["book"] == "file" else None
    stored = None
    if file is not None:
        stored = file_store(actor, file.name, file, expires_at=now() + KEPT)
    return Ask(
        plan=asked["plan"],
        against=asked["against"],
        first="" if file else asked["first"].isoformat(),
        last="" if file else asked["last"].isoformat(),
        file_id=stored.pk if stored else None,
        file_name=file.name if file else "",
    )


def _title(form: LabForm) -> str:
    asked = form.cleaned_data
    plan = dict(form.fields["plan"].choices)[asked["plan"]]  # type: ignore[attr-defined]
    if asked["book"] == "file":
        return f"{plan} · {asked['file'].name}"
    return f"{plan} · {asked['first']} – {asked['last']}"


def _own_plan(actor: Actor, work: Work) -> int | None:
    """The plan whose version was tried, for the draft to go there."""
    kind, _colon, key = work.result["ask"]["plan"].partition(":")
    if kind != "version":
        return None
    found = rows(actor, PlanVersion).filter(pk=key).values_list("plan_id", flat=True)
    return found.first()

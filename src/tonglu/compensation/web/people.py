"""People to plans by date, for whoever keeps them: who has no plan first, then who is on which, with quota and target day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from tonglu import policy
from tonglu.compensation.models import PayPlan, PlanMember, PlanVersion
from tonglu.compensation.policy_sample import PAYEES
from tonglu.compensation.services.members import (
    DAYS,
    MONTHS,
    WHOLE,
    Stretch,
    Terms,
    members_assign,
    stretches,
)
from tonglu.directory.models import Person
from tonglu.directory.selectors import people_active, people_with_role
from tonglu.entities import selectors as entities
from tonglu.entities.web.shell import actor, go
from tonglu.kernel.errors import Invalid
from tonglu.policy import Actor
from tonglu.toolkit.clock import today
from tonglu.toolkit.money import base_currency

KIND = PlanMember._meta.label_lower
MOST = 1_000
SOLD_BY = frozenset(PAYEES) - {"presales", "service_engineer", "sales_director"}


class AssignForm(forms.Form):
    """Whom to put on which plan, from when, with what."""

    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("People"), queryset=Person.objects.none()
    )
    plan = forms.ModelChoiceField(label=gettext_lazy("Plan"), queryset=PayPlan.objects.none())
    valid_from = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    quota = forms.DecimalField(label=gettext_lazy("Quota"), max_digits=18, required=False)
    target_incentive = forms.DecimalField(
        label=gettext_lazy("Target pay"), max_digits=18, required=False
    )
    proration = forms.ChoiceField(
        label=gettext_lazy("The first year counts"),
        choices=(
            (WHOLE, gettext_lazy("In full")),
            (DAYS, gettext_lazy("By the days that are left")),
            (MONTHS, gettext_lazy("By the months that are left")),
        ),
    )
    ramp = forms.CharField(
        label=gettext_lazy("Ramp, a share of the quota for each first month"),
        required=False,
        help_text=gettext_lazy("For example 25%; 50%; 75%. Then the whole quota."),
    )

    def __init__(self, who: Actor, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        plans = entities.rows(who, PayPlan).filter(active=True)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]
        self.fields["people"].queryset = people_active()  # type: ignore[attr-defined]

    def clean_ramp(self) -> tuple[Decimal, ...]:
        """Shares as decimals."""
        text = self.cleaned_data["ramp"].replace("；", ";").replace("，", ",").replace("%", "")
        parts = [part.strip() for part in text.replace(",", ";").split(";") if part.strip()]
        try:
            return tuple(Decimal(part) / 100 for part in parts)
        except ArithmeticError as error:
            raise forms.ValidationError(_("Write shares such as 25%; 50%; 75%.")) from error

    def terms(self) -> Terms:
        """What was asked for each person."""
        values = dict(self.cleaned_data)
        values.pop("people")
        return Terms(**values)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person and their memberships of the year."""

    person: Person
    members: tuple[PlanMember, ...]


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """Everything on the page."""

    on: date
    without: tuple[Person, ...]
    no_version: tuple[PayPlan, ...]
    rows: tuple[Row, ...]
    form: AssignForm
    chosen: frozenset[str]
    may_assign: bool
    base: str
    stretches: tuple[Stretch, ...] = ()
    errors: tuple[str, ...] = field(default=())


@require_http_methods(["GET", "POST"])
def people_page(request: HttpRequest) -> HttpResponse:
    """The page; a post shows what would be done, or does it."""
    who = actor(request)
    policy.require(who, "export", KIND)
    if request.method == "GET":
        start = {"valid_from": _day(request, who), "proration": WHOLE}
        return render(
            request,
            "compensation/people.html",
            {"page": _page(request, who, AssignForm(who, initial=start))},
        )
    policy.require(who, "create", KIND)
    form = AssignForm(who, request.POST)
    if not form.is_valid():
        return _again(request, who, form, ())
    try:
        if request.POST.get("act") == "assign":
            made = members_assign(
                actor=who, people=list(form.cleaned_data["people"]), terms=form.terms()
            )
            said = ngettext("%(n)s membership was made.", "%(n)s memberships were made.", len(made))
            return go(request, reverse("compensation:people"), said % {"n": len(made)})
        return _again(request, who, form, stretches(form.terms()), status=200)
    except Invalid as refusal:
        told = [text for texts in refusal.sentences(_).values() for text in texts]
        return _again(request, who, form, (), errors=told)


def _again(
    request: HttpRequest,
    who: Actor,
    form: AssignForm,
    planned: Sequence[Stretch],
    *,
    errors: Iterable[str] = (),
    status: int = 422,
) -> HttpResponse:
    page = _page(request, who, form, planned, errors)
    return render(request, "compensation/people.html", {"page": page}, status=status)


def _page(
    request: HttpRequest,
    who: Actor,
    form: AssignForm,
    planned: Sequence[Stretch] = (),
    errors: Iterable[str] = (),
) -> PeoplePage:
    on = _day(request, who)
    members = _members(who, on)
    held = {one.person_id for one in members if _holds(one, on)}
    return PeoplePage(
        on=on,
        without=tuple(one for one in _payees() if one.pk not in held),
        no_version=tuple(_without_version(members, on)),
        rows=tuple(_rows(members)),
        form=form,
        chosen=frozenset(request.POST.getlist("people")),
        may_assign=bool(policy.may(who, "create", KIND)),
        base=base_currency(),
        stretches=tuple(planned),
        errors=tuple(errors),
    )


def _members(who: Actor, on: date) -> list[PlanMember]:
    """The memberships that touch the year of the day."""
    found = entities.rows(who, PlanMember).filter(valid_from__lte=date(on.year, 12, 31))
    found = found.exclude(valid_until__lt=date(on.year, 1, 1)).select_related("person", "plan")
    return list(found.order_by("person__name", "person_id", "valid_from")[:MOST])


def _rows(members: Sequence[PlanMember]) -> Iterable[Row]:
    people = {one.person_id: one.person for one in members}
    for person_id, person in people.items():
        yield Row(
            person=person, members=tuple(one for one in members if one.person_id == person_id)
        )


def _payees() -> list[Person]:
    """Whoever sells, and so should be on a plan."""
    found = {one.pk: one for role in SOLD_BY for one in people_with_role(role)}
    return sorted(found.values(), key=lambda one: one.name)


def _without_version(members: Sequence[PlanMember], on: date) -> list[PayPlan]:
    """Plans people are on that day, of which no version holds."""
    plans = {one.plan_id: one.plan for one in members if _holds(one, on)}
    issued = PlanVersion.objects.filter(
        plan_id__in=plans, state=PlanVersion.State.ISSUED, effective_from__lte=on
    )
    held = set(issued.values_list("plan_id", flat=True))
    return [plan for plan_id, plan in plans.items() if plan_id not in held]


def _holds(member: PlanMember, on: date) -> bool:
    return member.valid_from <= on and (member.valid_until is None or on <= member.valid_until)


def _day(request: HttpRequest, who: Actor) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return today(who)

"""People to plans by date, for whoever keeps them: who has no plan first, then who is on which, with quota and target day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from tonglu import policy
from tonglu.compensation.faces.plan_people import Asked, Roll, roll_of
from tonglu.compensation.models import PayPlan, PlanMember
from tonglu.compensation.services.members import (
    ASK,
    DAYS,
    END,
    KEEP,
    MONTHS,
    WHOLE,
    Stretch,
    Terms,
    members_assign,
    memberships_beside,
    stretches,
)
from tonglu.directory.models import Person
from tonglu.directory.selectors import people_active
from tonglu.entities import selectors as entities
from tonglu.entities.web.shell import actor, go
from tonglu.kernel.errors import Invalid
from tonglu.policy import Actor
from tonglu.toolkit.clock import today
from tonglu.toolkit.money import MoneyFormField, base_currency

KIND = PlanMember._meta.label_lower


class AssignForm(forms.Form):
    """Whom to put on which plan, from when, with what."""

    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("People"), queryset=Person.objects.none()
    )
    plan = forms.ModelChoiceField(
        label=gettext_lazy("Plan"), queryset=PayPlan.objects.none(), empty_label="–"
    )
    valid_from = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    quota = MoneyFormField(
        label=gettext_lazy("Quota"), max_digits=18, decimal_places=2, required=False
    )
    target_incentive = MoneyFormField(
        label=gettext_lazy("Target pay"), max_digits=18, decimal_places=2, required=False
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

    others = forms.ChoiceField(
        label=gettext_lazy("Who is on another plan in those days"),
        required=False,
        choices=(
            (ASK, gettext_lazy("Ask me")),
            (END, gettext_lazy("Their other plan ends the day before")),
            (KEEP, gettext_lazy("They stay on both plans")),
        ),
    )

    def __init__(self, who: Actor, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        plans = entities.rows(who, PayPlan).filter(active=True)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]
        for name in ("quota", "target_incentive"):
            self.fields[name].help_text = base_currency()
        self.initial.setdefault("plan", _the_only(plans))
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
class PeoplePage:
    """Everything on the page."""

    roll: Roll
    form: AssignForm
    chosen: tuple[Person, ...]
    may_assign: bool
    base: str
    before: str = ""
    after: str = ""
    stretches: tuple[Stretch, ...] = ()
    standing: tuple[PlanMember, ...] = ()
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
    asked = _asked(request, who)
    roll = roll_of(who, asked)
    chosen = _chosen(form)
    return PeoplePage(
        roll=roll,
        form=form,
        chosen=chosen,
        may_assign=bool(policy.may(who, "create", KIND)),
        base=base_currency(),
        before=_address(roll, -1),
        after=_address(roll, 1),
        stretches=tuple(planned),
        standing=tuple(memberships_beside(chosen, form.terms())) if planned else (),
        errors=tuple(errors),
    )


def _chosen(form: AssignForm) -> tuple[Person, ...]:
    """Who was chosen before, so that nobody is lost when the page comes again."""
    posted: list[str] = form.data.getlist("people") if isinstance(form.data, QueryDict) else []
    ids = [int(one) for one in posted if one.isdecimal()]
    return tuple(people_active().filter(pk__in=ids).order_by("name", "pk")) if ids else ()


def _address(roll: Roll, step: int) -> str:
    """The address of the page before or after, or nothing."""
    number = roll.asked.number + step
    if not 1 <= number <= roll.pages:
        return ""
    return "?" + urlencode({"on": roll.asked.on.isoformat(), "q": roll.asked.q, "page": number})


def _asked(request: HttpRequest, who: Actor) -> Asked:
    number = request.GET.get("page", "")
    return Asked(
        on=_day(request, who),
        q=request.GET.get("q", "")[:100],
        number=int(number[:6]) if number.isdecimal() else 1,
    )


def _the_only(plans: QuerySet[Any]) -> Any:
    """The one plan there is; nothing where there are several to choose from."""
    found = plans[:2]
    return found[0] if len(found) == 1 else None


def _day(request: HttpRequest, who: Actor) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return today(who)

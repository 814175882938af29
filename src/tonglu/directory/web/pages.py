"""Profile, preferences and sessions of the person who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import available_timezones

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tonglu.directory import services
from tonglu.directory.models import Person
from tonglu.directory.selectors import assignments_today, deputies_today

from .forms import PreferencesForm, ProfileForm
from .sessions import session_end, sessions_end_others, sessions_of


@dataclass(frozen=True, kw_only=True)
class Factors:
    """What protects the account beside the password."""

    totp: bool
    passkeys: int
    recovery_codes: int


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """My name, language, time zone and looks; my roles and deputies; my second factors and sessions."""
    person = cast(Person, request.user)
    form = ProfileForm(request.POST or None, instance=Person.objects.get(pk=person.pk))
    if request.method == "POST" and form.is_valid():
        services.person_preferences_set(person=person, values=form.cleaned_data)
        with translation.override(person.language):
            messages.success(request, _("Saved."))
        return redirect("me:profile")
    status = 422 if form.is_bound else 200
    return render(
        request, "directory/me.html", _profile_words(request, person, form), status=status
    )


@login_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """The quick switches: language, time zone, theme, density; one or several."""
    person = cast(Person, request.user)
    form = PreferencesForm(request.POST, instance=Person.objects.get(pk=person.pk))
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    services.person_preferences_set(person=person, values=form.cleaned_data)
    if "language" in form.cleaned_data:
        return _reload(request)
    return HttpResponse(status=204)


@login_required
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where I am signed in; end one of them, or all others."""
    person, key = cast(Person, request.user), request.session.session_key
    if request.method == "POST":
        chosen = request.POST.get("session", "")
        if chosen.isdecimal():
            session_end(person, int(chosen))
        else:
            sessions_end_others(person, key)
        messages.success(request, _("Signed out there."))
        return redirect("usersessions_list")
    return render(request, "directory/sessions.html", {"sessions": sessions_of(person, key)})


def _reload(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if request.headers.get("Sec-Fetch-Mode") == "navigate":
        return redirect("me:profile")
    return HttpResponse(status=204)


def _profile_words(request: HttpRequest, person: Person, form: ProfileForm) -> dict[str, Any]:
    return {
        "form": form,
        "zones": sorted(available_timezones()),
        "assignments": assignments_today()
        .filter(person=person)
        .select_related("role", "department", "person__department"),
        "deputies": deputies_today().filter(person=person).select_related("deputy"),
        "deputy_for": deputies_today().filter(deputy=person).select_related("person"),
        "factors": _factors(person),
        "session_count": len(sessions_of(person, request.session.session_key)),
    }


def _factors(person: Person) -> Factors:
    rows = list(Authenticator.objects.filter(user=person))
    codes = [row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES]
    return Factors(
        totp=any(row.type == Authenticator.Type.TOTP for row in rows),
        passkeys=sum(row.type == Authenticator.Type.WEBAUTHN for row in rows),
        recovery_codes=sum(len(row.wrap().get_unused_codes()) for row in codes),
    )

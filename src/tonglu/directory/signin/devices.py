"""Browsers on which a person has signed in before, known by a signed cookie that names a random mark per person."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from tonglu.directory.models import Person

AGE = 365 * 24 * 3600
KEPT = 5
"""How many people one browser remembers: a shared desk has a few."""
_SALT = "tonglu.device"


def device_of(request: HttpRequest, email: str) -> str:
    """The mark of this browser for the person with that address; empty when they never signed in here."""
    marks = _marks(request)
    if not marks:
        return ""
    person_id = Person.objects.filter(email=email).values_list("pk", flat=True).first()
    return marks.get(str(person_id), "")


def device_mark(request: HttpRequest, response: HttpResponseBase, person: Person) -> None:
    """Remember that the person signed in on this browser."""
    marks = _marks(request)
    mark = marks.pop(str(person.pk), "") or secrets.token_urlsafe(16)
    kept = dict(list(marks.items())[-(KEPT - 1) :])
    response.set_cookie(
        cookie_name(),
        signing.dumps({**kept, str(person.pk): mark}, salt=_SALT),
        max_age=AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def cookie_name() -> str:
    """The cookie, with the prefix that browsers guard where the site is served by TLS."""
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def _marks(request: HttpRequest) -> dict[str, str]:
    try:
        found = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=_SALT, max_age=AGE)
    except signing.BadSignature:
        return {}
    return {str(key): str(value) for key, value in found.items()}

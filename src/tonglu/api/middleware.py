"""Who calls the API: the person of a bearer token, or the person of the session, who must prove that the page is ours.

Runs for addresses below /api/ only. A call with a token needs no cookie; a call with the session's cookie that writes must carry
the CSRF token. Retried posts with an Idempotency-Key get the first answer again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone, translation

from tonglu import policy
from tonglu.directory.networks import require_allowed
from tonglu.entities.api.http import Unauthenticated, problem
from tonglu.kernel.errors import Denied, DomainError
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now, zone_of

from .idempotency import answered_once
from .limits import require_within_limits
from .tokens import token_find, token_touch

Answer = Callable[[HttpRequest], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ApiMiddleware:
    """Gives API requests their actor, language and time zone."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        try:
            person = _person(request)
            require_within_limits(request, person)
        except DomainError as error:
            return problem(error)
        if person is None:
            return self.get_response(request)
        with (
            translation.override(_language(request, person)),
            timezone.override(zone_of(person.timezone)),
        ):
            response = answered_once(request, self.get_response)
            response["Content-Language"] = translation.get_language() or ""
            return response


def _person(request: HttpRequest) -> Any:
    given = request.headers.get("Authorization", "")
    if given.lower().startswith("bearer "):
        return _token_person(request, given[7:].strip())
    person = request.user if request.user.is_authenticated else None
    if person is not None:
        _require_csrf(request)
    _act(request, person)
    return person


def _token_person(request: HttpRequest, secret: str) -> Any:
    token = token_find(secret, now())
    if token is None:
        raise Unauthenticated(N_("This token is not valid, has expired or was revoked."))
    _act(request, token.person)
    token_touch(token, now())
    request.token_scopes = frozenset(token.scopes)  # type: ignore[attr-defined]
    return token.person


def _act(request: HttpRequest, person: Any) -> None:
    """Act as the person, if they may come in from where the call comes from."""
    actor = policy.actor_of(person, door="api")
    if person is not None:
        require_allowed(roles=actor.roles, address=request.META.get("REMOTE_ADDR", ""))
    request.actor = actor  # type: ignore[attr-defined]


def _require_csrf(request: HttpRequest) -> None:
    if request.method in SAFE:
        return
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    check.process_request(request)
    if check.process_view(request, lambda _request: HttpResponse(), (), {}) is not None:
        raise Denied(N_("The CSRF token is missing or wrong."), code="csrf")


def _language(request: HttpRequest, person: Any) -> str:
    asked = request.headers.get("Accept-Language", "")
    if asked:
        return translation.get_language_from_request(request)
    return str(person.language)

"""What every request gets around it: an id that its log lines and errors share, and the person's own language and time.

The id comes back in the `X-Request-ID` header, stands in every log line of the request and on every error page, so that a
person can name the moment and an operator can find it.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from http import HTTPStatus

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from . import traffic
from .clock import zone_of

Answer = Callable[[HttpRequest], HttpResponse]

log = structlog.get_logger("tonglu.request")
_GIVEN_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")
_NUL = re.compile(r"%00|\x00")
"""No text of the database holds it, and asking for one is an error; nobody types it."""
PROBES = frozenset({"/healthz", "/health/live", "/health/ready", "/metrics"})
_current: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The id of the request being answered, or of the job being done; empty outside both."""
    return _current.get()


def request_id_set(value: str) -> None:
    """Continue under the id of the request that asked for this work."""
    _current.set(value)
    structlog.contextvars.bind_contextvars(request=value)


class RequestMiddleware:
    """Gives the request its id and the address it came from, logs one line about it and sends the id back."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        request_id_set(_given_id(request) or secrets.token_hex(8))
        request.META["REMOTE_ADDR"] = _address(request)
        while _NUL.search(
            request.META.get("QUERY_STRING", "")
        ):  # what is left may join into another
            request.META["QUERY_STRING"] = _NUL.sub("", request.META["QUERY_STRING"])
        if request.path in PROBES:
            request.META["HTTP_HOST"] = _own_host()
        response = self.get_response(request)
        if request.path.startswith(settings.STATIC_URL) and _never_changes(response):
            _lighten(response)
        else:
            response["X-Request-ID"] = request_id()
            response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        took = time.perf_counter() - started
        log.info(
            "answered",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round(took * 1000, 1),
        )
        traffic.observe(response.status_code, took, _route(request))
        return response


def _never_changes(response: HttpResponse) -> bool:
    return response.status_code == HTTPStatus.OK and "immutable" in response.get(
        "Cache-Control", ""
    )


def _lighten(response: HttpResponse) -> None:
    """Leave out of a file named by its content what says when it changed, for it never does, and what only documents obey."""
    for name in ("ETag", "Last-Modified", "Cross-Origin-Opener-Policy"):
        del response[name]


class PersonalMiddleware:
    """Speaks the language and shows the times of the person who is signed in; before that, those of the browser."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language() or language
        with timezone.override(zone_of(getattr(request.user, "timezone", ""))):
            response = self.get_response(request)
        response.setdefault("Content-Language", translation.get_language() or "")
        return response


def _route(request: HttpRequest) -> str:
    """The pattern that was met, such as `<slug:slug>/<int:pk>/`: it names the page and no record."""
    match = request.resolver_match
    return match.route if match is not None else ""


def _given_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    return given if _GIVEN_ID.fullmatch(given) else ""


def _own_host() -> str:
    """A name this installation answers to: proxies ask for its health by its number."""
    names = settings.ALLOWED_HOSTS or ["localhost"]
    return names[0].replace("*", "localhost").lstrip(".")


def _address(request: HttpRequest) -> str:
    """Who asks: behind our proxy, the last address it added; what stands before that anybody may have written."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rsplit(",", 1)[-1].strip() or str(request.META.get("REMOTE_ADDR", ""))

"""What every API view shares: reading the body, answering JSON, entity tags, and errors as problem+json (RFC 9457)."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from tonglu import policy
from tonglu.entities.verbs import NotNow
from tonglu.kernel.errors import Denied, DomainError, Invalid, TooMany
from tonglu.kernel.text import N_
from tonglu.toolkit.requests import request_id

View = Callable[..., HttpResponse]
_ETAG = re.compile(r'^(?:W/)?"v(\d+)"$')


class BadRequest(DomainError):
    """The request itself cannot be read."""

    code = "bad_request"
    status = 400


class Unauthenticated(DomainError):
    """Nobody is signed in, and no valid token was sent."""

    code = "unauthenticated"
    status = 401


class PreconditionRequired(DomainError):
    """The write must say which version it is based on."""

    code = "precondition_required"
    status = 428


def endpoint(takes: Callable[..., bool] | None = None, /, **methods: View) -> View:
    """One address: a view per method, signed-in callers only, every error as a problem.

    `takes(method, **where)` tells which methods the address names as its own, when it is not always all of them.
    """

    @csrf_exempt
    @functools.wraps(next(iter(methods.values())))
    def answer(request: HttpRequest, **where: Any) -> HttpResponse:
        try:
            return _dispatch(request, methods, where, takes or _always)
        except DomainError as error:
            return problem(error)

    return answer


def actor_of_request(request: HttpRequest) -> policy.Actor:
    """The actor that the API's middleware found in the token or the session."""
    actor: policy.Actor | None = getattr(request, "actor", None)
    if actor is None or (actor.person_id is None and not actor.is_system):
        raise Unauthenticated(
            N_("Sign in, or send a token in the Authorization header."),
            next_step=N_("Create a token with “tonglu token create”."),
        )
    return actor


def require_scope(request: HttpRequest, scope: str) -> None:
    """Refuse a token that was not given `read` or `write`, for everything or for this kind."""
    scopes: frozenset[str] | None = getattr(request, "token_scopes", None)
    if scopes is None:
        return
    act, _, kind = scope.partition(":")
    if not scopes & {act, scope, "all"} and not (
        act == "read" and scopes & {"write", f"write:{kind}"}
    ):
        raise Denied(
            N_("This token lacks the scope “%(scope)s”."), code="scope", params={"scope": scope}
        )


def body_of(request: HttpRequest) -> Any:
    """The JSON body."""
    if not request.body:
        return {}
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(
            N_("The body is not valid JSON: %(error)s."), params={"error": error}
        ) from error


def object_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON body, which must be an object; `custom: {key: value}` is unfolded to `custom.key`."""
    body = body_of(request)
    if not isinstance(body, dict):
        raise BadRequest(N_("The body must be a JSON object."))
    return unfolded(body)


def unfolded(body: dict[str, Any]) -> dict[str, Any]:
    """A body whose custom fields stand beside the others."""
    custom = body.pop("custom", None) or {}
    if not isinstance(custom, dict):
        raise Invalid({"custom": [gettext("Custom fields are an object of key and value.")]})
    return {**body, **{f"custom.{key}": value for key, value in custom.items()}}


def answer_json(data: Any, *, status: int = 200, version: int | None = None) -> HttpResponse:
    """A JSON answer, with the row's version as its entity tag."""
    response = HttpResponse(
        orjson.dumps(data, default=_plain), status=status, content_type="application/json"
    )
    if version is not None:
        response["ETag"] = f'"v{version}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _plain(value: Any) -> str:
    """What JSON has no form for, as text: amounts without an exponent."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def version_of(request: HttpRequest, *, required: bool = False) -> int | None:
    """The version that If-Match names; None for `*` or when the header is missing."""
    given = request.headers.get("If-Match", "")
    if not given and required:
        raise PreconditionRequired(N_("Send If-Match with the version you read."))
    if not given or given == "*":
        return None
    found = _ETAG.match(given)
    if found is None:
        raise BadRequest(N_('If-Match must look like "v3".'))
    return int(found.group(1))


def not_modified(request: HttpRequest, version: int) -> bool:
    """Whether the caller already has this version."""
    return request.headers.get("If-None-Match", "") == f'"v{version}"'


def problem(error: DomainError) -> HttpResponse:
    """The error as problem+json: type, title, status, detail, and the errors by field."""
    body: dict[str, Any] = {
        "type": f"urn:tonglu:{error.code}",
        "title": error.text(gettext),
        "status": error.status,
        "code": error.code,
        "request_id": request_id(),
    }
    if error.next_step:
        body["next_step"] = gettext(str(error.next_step))
    if isinstance(error, Invalid):
        body["errors"] = [
            {"field": name, "message": message}
            for name, messages in error.sentences(gettext).items()
            for message in messages
        ]
    elif isinstance(error, NotNow) and error.missing:
        body["errors"] = [{"field": name, "message": said} for name, said in error.missing]
    elif error.field:
        body["errors"] = [{"field": error.field, "message": error.text(gettext)}]
    response = HttpResponse(
        orjson.dumps(body, default=str),
        status=error.status,
        content_type="application/problem+json",
    )
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="tonglu"'
    return response


def _always(_method: str, **_where: Any) -> bool:
    return True


def _dispatch(
    request: HttpRequest,
    methods: dict[str, View],
    where: dict[str, Any],
    takes: Callable[..., bool],
) -> HttpResponse:
    actor_of_request(request)
    method = "get" if request.method == "HEAD" else (request.method or "").lower()
    view = methods.get(method)
    if view is None:
        refused = problem(_MethodRefused(N_("This address does not take that method.")))
        refused["Allow"] = ", ".join(name.upper() for name in methods if takes(name, **where))
        return refused
    return view(request, **where)


class _MethodRefused(DomainError):
    code = "method_not_allowed"
    status = 405

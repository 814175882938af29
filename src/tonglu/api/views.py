"""The few views of the API that are not about one kind of record."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from tonglu import __version__
from tonglu.entities.api.describe import describe, operation
from tonglu.entities.api.http import actor_of_request, answer_json
from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_

_OBJECT = {"description": "Done", "content": {"application/json": {"schema": {"type": "object"}}}}
_YAML: dict[str, Any] = {
    "description": "Done",
    "content": {"application/yaml": {"schema": {"type": "string"}}},
}
_LATER = {
    "description": "It will take a while: read the answer at the address in Location",
    "content": {"application/json": {"schema": {"type": "object"}}},
}


def _also(made: dict[str, Any], status: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The operation with another answer that it may give."""
    return {**made, "responses": {status: answer, **made["responses"]}}


MORE_PATHS = {
    "/me": {"get": operation("me", "Who I am and what roles I act in", _OBJECT, tag="me")},
    "/openapi.json": {"get": operation("openapi", "This document", _OBJECT, tag="me")},
    "/pay/run": {
        "post": _also(
            operation(
                "pay_run",
                "Compute pay from a plan and facts that are sent along (write:plan-versions)",
                _OBJECT,
                tag="pay",
                body={"type": "object", "required": ["plan", "facts"]},
            ),
            "202",
            _LATER,
        )
    },
    "/pay/run/{id}": {
        "get": _also(
            operation("pay_run_read", "The answer of a big pay run", _OBJECT, tag="pay", row=True),
            "202",
            _LATER,
        )
    },
    "/plan-versions/{id}/plan": {
        "get": operation(
            "plan_read", "The plan of a version as YAML", _YAML, tag="plan-versions", row=True
        ),
        "put": {
            **operation(
                "plan_write",
                "Replace the plan of a draft by YAML; needs If-Match",
                _YAML,
                tag="plan-versions",
                row=True,
            ),
            "requestBody": {"content": _YAML["content"]},
        },
    },
    "/changesets/{id}/undo": {
        "post": operation(
            "changeset_undo", "Take back a bulk act", _OBJECT, tag="changesets", row=True
        )
    },
}


def api_document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return answer_json(describe("Tonglu", __version__, MORE_PATHS))


def api_me(request: HttpRequest) -> HttpResponse:
    """The caller."""
    actor = actor_of_request(request)
    return answer_json(
        {
            "id": actor.person_id,
            "name": actor.name,
            "roles": sorted(actor.roles),
            "language": actor.language,
            "timezone": actor.timezone,
        }
    )


def api_unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """No such address."""
    raise NotFound(N_("There is no such address."), params={"path": rest})

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


_FILE: dict[str, Any] = {
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "contentMediaType": "*/*"}},
            }
        }
    }
}
HANGERS = (
    "leads", "accounts", "contacts", "opportunities", "quotes", "contracts", "orders", "invoices",
    "tickets", "campaigns",
)  # fmt: skip
"""The kinds for which the document tells how follow-ups, tasks and files are hung on a record."""


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _row_of(name: str) -> dict[str, Any]:
    return {"description": "Done", "content": {"application/json": {"schema": _ref(name)}}}


def _hung(slug: str) -> dict[str, Any]:
    """What may be hung on a record of a kind."""
    paths: dict[str, Any] = {}
    for part, name, said in (
        ("follow-ups", "FollowUp", "Log a follow-up on a record"),
        ("tasks", "Task", "Put a task on a record"),
        ("files", "Document", "File a document on a record"),
    ):
        made = operation(
            f"{slug}_{part}_add",
            said,
            _row_of(name),
            tag=slug,
            row=True,
            status="201",
            body=_ref(f"{name}Write"),
        )
        paths[f"/{slug}/{{id}}/{part}"] = {"post": made}
    paths[f"/{slug}/{{id}}/files"]["post"]["requestBody"] = _FILE
    return paths


_DOWNLOAD: dict[str, Any] = {
    "description": "Done",
    "content": {"*/*": {"schema": {}}},
}
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
    **{path: told for slug in HANGERS for path, told in _hung(slug).items()},
    "/documents/{id}/file": {
        "get": operation(
            "document_file",
            "The latest version of a document",
            _DOWNLOAD,
            tag="documents",
            row=True,
        ),
        "post": {
            **operation(
                "document_revise",
                "File the next version of a document",
                _row_of("Document"),
                tag="documents",
                row=True,
                status="201",
            ),
            "requestBody": _FILE,
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

"""GET and PUT /api/v1/plan-versions/{id}/plan: a version's plan as YAML, in the form that the form shows and `tonglu pay run` reads.

PUT replaces the plan of a draft and needs If-Match. A plan that the engine cannot read is refused with a sentence for each line; one that
it can read and the check finds fault with is kept, as a draft with faults is, and its faults are told in the header `X-Plan-Faults`.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tonglu import policy
from tonglu.entities import selectors as entities
from tonglu.entities.api.http import (
    BadRequest,
    actor_of_request,
    endpoint,
    not_modified,
    require_scope,
    version_of,
)
from tonglu.kernel.text import N_

from .models import PlanVersion
from .services.composing import draft_of, version_write

SCOPE, KIND = "plan-versions", PlanVersion._meta.label_lower


def plan_read(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan as YAML, with the version of the record as its entity tag."""
    actor = actor_of_request(request)
    require_scope(request, f"read:{SCOPE}")
    row: PlanVersion = entities.row(actor, PlanVersion, pk)
    if not_modified(request, row.version):
        return HttpResponse(status=304)
    return _answer(row)


def plan_write(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace the plan of a draft."""
    actor = actor_of_request(request)
    require_scope(request, f"write:{SCOPE}")
    row: PlanVersion = entities.row(actor, PlanVersion, pk)
    policy.require(actor, "update", KIND, row)
    version = version_of(request, required=True)
    try:
        text = request.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(N_("The body must be text in UTF-8.")) from error
    return _answer(version_write(actor=actor, row=row, text=text, version=version))


def _answer(row: PlanVersion) -> HttpResponse:
    draft = draft_of(row)
    faults = sum(one.is_error for one in draft.findings)
    return HttpResponse(
        draft.text,
        content_type="application/yaml; charset=utf-8",
        headers={
            "ETag": f'"v{row.version}"',
            "Cache-Control": "private, no-store",
            "X-Plan-Faults": str(faults),
        },
    )


urlpatterns = [
    path(
        "plan-versions/<int:pk>/plan",
        endpoint(get=plan_read, put=plan_write),
        name="plan-text",
    ),
]

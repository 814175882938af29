"""POST /api/v1/pay/run: the engine over HTTP, on what the caller sends and nothing else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from tonglu import policy
from tonglu.entities.api.http import actor_of_request, answer_json, endpoint, require_scope

from .run.documents import document_read, document_run
from .services.pay_runs import SUBJECT, pay_run_answer, pay_run_at_once, pay_run_start

SCOPE = "plan-versions"


def pay_run(request: HttpRequest) -> HttpResponse:
    """Compute at once, or answer 202 with the address of the answer to come."""
    actor = actor_of_request(request)
    require_scope(request, f"write:{SCOPE}")
    policy.require(actor, "create", SUBJECT)
    document = document_read(request.body)
    document.setdefault("language", actor.language)
    if pay_run_at_once(document):
        return answer_json(document_run(document))
    work = pay_run_start(actor=actor, body=request.body, facts=len(document["facts"]))
    response = answer_json({"run": work.pk, "state": work.state}, status=202)
    response["Location"] = reverse("api:pay-run", args=[work.pk])
    return response


def pay_run_read(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer of a big run, or how far it is."""
    actor = actor_of_request(request)
    require_scope(request, f"read:{SCOPE}")
    work, answer = pay_run_answer(actor=actor, work_id=pk)
    if not answer:
        told = {"run": work.pk, "state": work.state, "error": work.error}
        return answer_json(told, status=200 if work.state == work.State.FAILED else 202)
    return HttpResponse(answer, content_type="application/json")


urlpatterns = [
    path("pay/run", endpoint(post=pay_run), name="pay-runs"),
    path("pay/run/<int:pk>", endpoint(get=pay_run_read), name="pay-run"),
]

"""Retried posts have one effect: the answer to an Idempotency-Key is kept and given again (see `toolkit.idempotency`)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tonglu.entities.api.http import BadRequest, problem
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_
from tonglu.toolkit.idempotency import Answer, answer_once, request_hash

KEPT_HEADERS = ("Content-Type", "ETag", "Location")
MOST_LETTERS = 255


class _Refused(Exception):
    """Carries a refusal out of the transaction, so that nothing of it, the key included, is kept."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


def answered_once(
    request: HttpRequest, view: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    """The view's answer, or the kept one when this key was used before."""
    key = request.headers.get("Idempotency-Key", "")
    if request.method != "POST" or not key:
        return view(request)
    if len(key) > MOST_LETTERS:
        return problem(BadRequest(N_("The Idempotency-Key is longer than 255 characters.")))
    try:
        answer = answer_once(
            actor=f"person:{request.actor.person_id}",  # type: ignore[attr-defined]
            key=key,
            request=request_hash(request.method, request.path, request.body),
            run=lambda: _answer(view(request)),
        )
    except _Refused as refused:
        return refused.response
    except DomainError as error:
        return problem(error)
    return _response(answer)


def _answer(response: HttpResponse) -> Answer:
    if response.status_code >= 400:
        raise _Refused(response)
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    return Answer(status=response.status_code, body=response.content.decode(), headers=headers)


def _response(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status)
    for name, value in answer.headers.items():
        response[name] = value
    if answer.replayed:
        response["Idempotency-Replayed"] = "true"
    return response

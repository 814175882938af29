"""Retried posts have one effect: the first answer to a key is kept and given again.

The row that holds the key is written in the transaction of the effect, so that both exist or neither does. Kept for 48 hours;
the same key with another body is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from tonglu.entities.api.http import BadRequest, problem
from tonglu.kernel.errors import DomainError, Invalid, Stale
from tonglu.kernel.text import N_
from tonglu.toolkit.models import IdempotencyKey

KEPT_HEADERS = ("Content-Type", "ETag", "Location")
MOST_LETTERS = 255


class _Failed(Exception):
    """Carries an answer that must not leave anything behind."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


def answered_once(
    request: HttpRequest, answer: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    """The answer to the request, or the kept one when its Idempotency-Key was used before."""
    key = request.headers.get("Idempotency-Key", "")
    if request.method != "POST" or not key:
        return answer(request)
    if len(key) > MOST_LETTERS:
        return problem(BadRequest(N_("The Idempotency-Key is longer than 255 characters.")))
    actor = str(request.actor.person_id)  # type: ignore[attr-defined]
    digest = hashlib.sha256(f"{request.path}\n".encode() + request.body).hexdigest()
    try:
        return _kept(actor, key, digest) or _first(request, answer, actor, key, digest)
    except _Failed as failed:
        return failed.response
    except IntegrityError:
        return problem(
            Stale(
                N_("The same request is being answered right now; try again."), code="in_progress"
            )
        )
    except DomainError as error:
        return problem(error)


def _kept(actor: str, key: str, digest: str) -> HttpResponse | None:
    found = IdempotencyKey.objects.filter(actor=actor, key=key).first()
    if found is None:
        return None
    if found.request_hash != digest:
        raise Invalid(
            {"Idempotency-Key": [N_("This key was used for another request.")]}, code="key_reused"
        )
    response = HttpResponse(found.body, status=found.status)
    for name, value in found.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _first(
    request: HttpRequest,
    answer: Callable[[HttpRequest], HttpResponse],
    actor: str,
    key: str,
    digest: str,
) -> HttpResponse:
    with transaction.atomic():
        row = IdempotencyKey.objects.create(actor=actor, key=key, request_hash=digest)
        response = answer(request)
        if response.status_code >= 400:
            raise _Failed(response)
        row.status = response.status_code
        row.body = response.content.decode()
        row.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
        row.save(update_fields=["status", "body", "headers"])
    return response

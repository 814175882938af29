"""A request that is sent twice is carried out once: the second time its first answer is given again.

The client names the request with a key of its own. Key and answer are kept for 48 hours in the transaction of the effect, so
there is no moment at which one exists without the other. A second request that arrives while the first still runs waits for
it. The same key with another request is a mistake, and is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction

from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

from . import clock
from .jobs import task
from .models import IdempotencyKey

KEPT = timedelta(hours=48)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was, or will be, sent back."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    replayed: bool = False


def request_hash(method: str, path: str, body: bytes) -> str:
    """Tells whether two requests are the same."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()


def answer_once(*, actor: str, key: str, request: str, run: Callable[[], Answer]) -> Answer:
    """Carry the request out and keep its answer; or give the answer that was kept.

    An error raised by `run` undoes everything, the key included, so that the request may be sent again.
    """
    with transaction.atomic():
        kept, is_new = IdempotencyKey.objects.get_or_create(
            actor=actor, key=key, defaults={"request_hash": request}
        )
        if not is_new:
            return _replay(kept, request)
        answer = run()
        kept.status, kept.body, kept.headers = answer.status, answer.body, answer.headers
        kept.save(update_fields=("status", "body", "headers"))
        return answer


@task(name="toolkit.idempotency.forget", cron="17 * * * *")
def forget_old_keys() -> None:
    """Delete keys after 48 hours."""
    IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT).delete()


def _replay(kept: IdempotencyKey, request: str) -> Answer:
    if kept.request_hash != request:
        raise DomainError(
            N_("This idempotency key was used for another request. Use a new key."),
            code="idempotency_key_reused",
        )
    return Answer(status=kept.status, body=kept.body, headers=kept.headers, replayed=True)

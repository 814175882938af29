"""Runs of the engine that a program asks for: small ones at once, big ones as background work with a file."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

from tonglu import policy
from tonglu.compensation.run.documents import document_read, document_run
from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now
from tonglu.toolkit.files import file_open, file_store
from tonglu.toolkit.jobs import defer, task, work_finish, work_start, working
from tonglu.toolkit.models import StoredFile, Work

KIND = "compensation.pay_run"
SUBJECT = "compensation.planversion"
AT_ONCE = 2_000
KEPT = timedelta(days=7)


def pay_run_at_once(document: dict[str, Any]) -> bool:
    """Whether the caller may wait for the answer."""
    return len(document["facts"]) <= AT_ONCE


def pay_run_start(*, actor: policy.Actor, body: bytes, facts: int) -> Work:
    """Keep the document and ask for the work; the same call again is the caller's Idempotency-Key."""
    policy.require(actor, "create", SUBJECT)
    work = work_start(actor=actor, kind=KIND, title=N_("Pay run"), total=facts)
    file = file_store(actor, "pay-run.json", io.BytesIO(body), expires_at=now() + KEPT)
    defer(KIND, work_id=work.pk, file_id=file.pk, language=actor.language)
    return work


def pay_run_answer(*, actor: policy.Actor, work_id: int) -> tuple[Work, bytes]:
    """How far the caller's own run is, and its answer when it is done."""
    work = Work.objects.filter(pk=work_id, kind=KIND, person_id=actor.person_id).first()
    if work is None:
        raise NotFound(N_("There is no such run."))
    if work.file is None:
        return work, b""
    with file_open(work.file) as file:
        return work, file.read()


@task(name=KIND, retries=1)
def pay_run_job(*, work_id: int, file_id: int, language: str) -> None:
    """Compute a kept document and keep its answer."""
    system = policy.Actor.system()
    with working(work_id), file_open(StoredFile.objects.get(pk=file_id)) as body:
        answer = document_run({"language": language, **document_read(body.read())})
        content = io.BytesIO(json.dumps(answer, ensure_ascii=False).encode())
        file = file_store(
            system, "pay-run-answer.json", content, limit=2**31, expires_at=now() + KEPT
        )
        work_finish(work_id, result={"rows": answer["rows"], "total": answer["total"]}, file=file)

"""One request of one person, and the answer to it; whatever it did is taken back afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tests.permissions.conftest import Company
from tonglu.entities.testing import JSON


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is asked, by whom; `body` is JSON for the API and a form for a page."""

    person: str
    method: str
    url: str
    body: Any = None

    def __str__(self) -> str:
        return f"{self.person}: {self.method.upper()} {self.url} {json.dumps(self.body, default=str)[:200]}"


def answer(company: Company, ask: Ask, **headers: str) -> Any:
    """Send it; an error of the server is an answer with 500, as it is outside of tests."""
    client = company.client(ask.person)
    client.raise_request_exception = False
    send: Any = getattr(client, ask.method)
    if ask.method == "get":
        return send(ask.url, headers=headers)
    if ask.url.startswith("/api/"):
        body = ask.body if isinstance(ask.body, str) else json.dumps(ask.body or {})
        return send(ask.url, data=body, content_type=JSON, headers=headers)
    return send(ask.url, ask.body or {}, headers=headers)


def tried(company: Company, ask: Ask, look: Callable[[Any], Any], **headers: str) -> Any:
    """Ask, look at the answer and at the database as it then is, and take everything back."""
    with transaction.atomic():
        found = look(answer(company, ask, **headers))
        transaction.set_rollback(True)
    return found

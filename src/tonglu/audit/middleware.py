"""Who changes their own account is named in the trail, though the pages for it stand below the trail in the house."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from .services import context

OWN = ("/me/", "/account/")
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class OwnAccountMiddleware:
    """What a person changes under /me/ and /account/ is theirs in the trail, and all of it or nothing is done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        own = request.path.startswith(OWN) and request.method not in READING
        if not own or actor.person_id is None:
            return self.get_response(request)
        with context(actor):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response

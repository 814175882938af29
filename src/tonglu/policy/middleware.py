"""Gives every request its actor, and a memory in which each thing is looked up once."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tonglu.directory.memory import memory

from .actors import Actor, actor_of


class ActorMiddleware:
    """Sets `request.actor`: the signed-in person, or nobody; a session whose person lost rights is already gone here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with memory(reading=request.method in {"GET", "HEAD"}):
            signed_in = request.user.is_authenticated
            request.actor = actor_of(request.user) if signed_in else Actor.anonymous()  # type: ignore[attr-defined]
            return self.get_response(request)

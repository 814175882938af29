"""Pages are for people who signed in, and who come from a network they may come in from.

The few open pages are named in OPEN_PATHS or marked `login_not_required`. A session that moves to another network is not ended: it
is refused there, and goes on where it is allowed. The API refuses in its own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from tonglu.kernel.errors import Denied
from tonglu.kernel.text import N_

from .networks import require_allowed

ENDED = N_(
    "Your session has ended: it was too old, or your roles or password changed. Please sign in again."
)
ANSWER_THEMSELVES = ("/api/", "/open/", "/i18n/", "/static/", "/health")


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Sends everybody else to the sign-in page; a fragment sends the whole page there."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> Any:
        """Let open paths through; the API and the open pages answer for themselves."""
        if request.path.startswith(tuple(settings.OPEN_PATHS)):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """Ask to sign in, and come back to where the person wanted to go; whoever was signed in learns why they are not."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.session.session_key:
            messages.info(request, gettext(ENDED))
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": _way_back(request)})
        return super().handle_no_permission(request, view_func)


def _way_back(request: HttpRequest) -> str:
    """The sign-in page that leads back to the page on which the fragment stood; htmx names it."""
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    if not page.path.startswith("/") or page.path.startswith("//"):
        return reverse("account_login")
    address = f"{page.path}?{page.query}" if page.query else page.path
    return f"{reverse('account_login')}?{urlencode({'next': address})}"


class NetworkMiddleware:
    """Refuses people who are signed in and come from a network they may not come in from; signing out is always open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask about the roles of the actor of this request."""
        if request.user.is_authenticated and not _is_open(request.path):
            refused = network_refusal(request, request.actor.roles)  # type: ignore[attr-defined]
            if refused is not None:
                return refused
        return self.get_response(request)


def network_refusal(request: HttpRequest, roles: Iterable[str]) -> HttpResponse | None:
    """The page that says why somebody in these roles may not come in from here; a fragment loads it as a whole."""
    try:
        require_allowed(roles=roles, address=request.META.get("REMOTE_ADDR", ""))
    except Denied as refusal:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=403, headers={"HX-Refresh": "true"})
        words = {"text": refusal.text(gettext), "next_step": gettext(str(refusal.next_step))}
        return render(request, "403.html", words, status=403)
    return None


def _is_open(path: str) -> bool:
    return path.startswith(ANSWER_THEMSELVES) or path == reverse("account_logout")

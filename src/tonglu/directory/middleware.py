"""Pages are for people who signed in; the few open ones are named in OPEN_PATHS or marked `login_not_required`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.urls import reverse


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
        """Ask to sign in, and come back to where the person wanted to go."""
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": reverse("account_login")})
        return super().handle_no_permission(request, view_func)

"""Refusals on pages: each DomainError becomes its status, said in words, once and here.

A full page gets the error page of that status, a fragment gets a dialog, and a script that asks for JSON gets `message`,
`next_step` and `errors`. The API answers its own errors before they come here. What is no
refusal but an error of the server's own is a page for people and a problem for programs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy
from django.views.defaults import bad_request, page_not_found, server_error

from tonglu.entities.api.http import BadRequest, problem
from tonglu.kernel.errors import DomainError, Invalid, NotFound, TooMany
from tonglu.kernel.text import N_

PAGES = {403: "403.html", 404: "404.html", 409: "409.html", 429: "429.html"}
TITLES = {
    403: gettext_lazy("You may not do this"),
    404: gettext_lazy("There is nothing here"),
    409: gettext_lazy("Someone else was faster"),
    429: gettext_lazy("Too many at once"),
}
OTHER_TITLE = gettext_lazy("That is not possible")


class TooLarge(DomainError):
    """A body larger than the server takes, as a program is told of it."""

    code = "too_large"
    status = 413


class Broken(DomainError):
    """An error of the server's own, as a program is told of it."""

    code = "server_error"
    status = 500


def broken(request: HttpRequest) -> HttpResponse:
    """The answer where the server itself failed; its reference leads to the log."""
    if not _is_program(request):
        return server_error(request)
    step = N_("Send the call again; if it stays, give your administrator the request_id.")
    return problem(Broken(N_("Something went wrong on our side"), next_step=step))


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to an address that no route takes."""
    if not _is_program(request):
        return page_not_found(request, exception)
    return problem(NotFound(N_("There is no such address.")))


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to a request that is too large, or that nobody sends by accident."""
    if not _is_program(request):
        return bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
        step = N_("Send the rows in several calls, or a file as multipart/form-data without a key.")
        return problem(
            TooLarge(N_("A call holds %(most)s MB at most."), params={"most": most}, next_step=step)
        )
    return problem(BadRequest(N_("This request cannot be read.")))


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


class RefusalMiddleware:
    """Answers a refusal that a page did not answer itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer for a DomainError; other errors are not refusals."""
        if not isinstance(error, DomainError):
            return None
        response = _answer(request, error)
        if isinstance(error, TooMany):
            response["Retry-After"] = str(error.retry_after)
        return response


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is not the browser's any more, most often since its person signed in anew in another tab."""
    words = {
        "title": gettext("This form has expired"),
        "text": gettext(
            "You signed in anew since this page was loaded, or cookies are switched off. Nothing was saved: load the page again, then do it once more."
        ),
        "url": _stood_on(request),
        "action": gettext("Load the page again"),
    }
    if request.headers.get("HX-Request"):
        return _in_dialog(render(request, "web/components/dialog.html", words, status=403))
    if "json" in request.headers.get("Accept", ""):
        return JsonResponse({"message": words["text"]}, status=403)
    return render(request, "403_csrf.html", words, status=403)


def _stood_on(request: HttpRequest) -> str:
    """The page of ours on which a form or a fragment stood, or nothing when the browser does not tell."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if page and ours else ""


def _in_dialog(response: HttpResponse) -> HttpResponse:
    response["HX-Retarget"], response["HX-Reswap"] = "#modal-2", "innerHTML"
    return response


def _answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    words = _words(error)
    if request.headers.get("HX-Request"):
        return _in_dialog(render(request, "web/components/dialog.html", words, status=error.status))
    if "json" in request.headers.get("Accept", ""):
        return JsonResponse(
            {"message": words["text"], "next_step": words["next_step"], "errors": words["errors"]},
            status=error.status,
        )
    return render(request, PAGES.get(error.status, "400.html"), words, status=error.status)


def _words(error: DomainError) -> dict[str, Any]:
    said = error.sentences(gettext) if isinstance(error, Invalid) else {}
    return {
        "title": str(TITLES.get(error.status, OTHER_TITLE)),
        "text": error.text(gettext),
        "next_step": gettext(str(error.next_step)) if error.next_step else "",
        "missing": [text for texts in list(said.values())[1:] for text in texts],
        "errors": said,
    }

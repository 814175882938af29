"""A real browser for tests: Chromium of the system or Playwright's own, and pages that forgive nothing.

A page fails its test when the console shows an error, a script throws, the content security policy is broken or an answer is a
server error, unless the test says that it expects it: `page.expected.append("409")`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
)
_SECONDS = 15

OpenPage = Callable[..., Page]


_LEFT = "console: htmx:afterRequest"
"""Comes before the word that a request was dropped; of a real failure tells `htmx:sendError`, which is kept."""


class Watch:
    """Collects what goes wrong on the pages of one test; `expected` holds parts of messages that may appear."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.expected: list[str] = []

    def over(self, page: Page) -> Page:
        """Watch one page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("response", self._response)
        page.set_default_timeout(_SECONDS * 1000)
        return page

    @property
    def unexpected(self) -> list[str]:
        """The problems no test asked for."""
        return [one for one in self.problems if not any(part in one for part in self.expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        if message.text.startswith("htmx:sendAbort"):  # a page that is left drops what it asked for
            self.problems = [one for one in self.problems if not one.startswith(_LEFT)]
            return
        self.problems.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status}: {response.url}")


def chromium() -> str | None:
    """The path of an installed Chromium (`CHROMIUM` overrides); None leaves the choice to Playwright."""
    given = os.environ.get("CHROMIUM")
    return given or next(filter(None, map(shutil.which, _NAMES)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium of this machine."""
    found = {"executable_path": path} if (path := chromium()) else {}
    return {**browser_type_launch_args, **found, "args": list(_FLAGS)}


@pytest.fixture
def watch() -> Iterator[Watch]:
    """The problems of all pages of this test; the test fails on any that it did not expect."""
    watch = Watch()
    yield watch
    assert not watch.unexpected, "\n".join(watch.unexpected)


@pytest.fixture
def page(live_server: Any, new_context: Callable[..., BrowserContext], watch: Watch) -> Page:
    """A page of a visitor who is not signed in."""
    context = new_context(base_url=live_server.url, viewport=SIZES["desktop"])
    return watch.over(context.new_page())


@pytest.fixture
def open_page(
    live_server: Any, new_context: Callable[..., BrowserContext], watch: Watch
) -> OpenPage:
    """`open_page(cast.ana, size="phone", scheme="dark")`: a page in which that person is signed in."""

    def open_for(person: Any, *, size: str = "desktop", scheme: str = "light", **more: Any) -> Page:
        context = new_context(
            base_url=live_server.url, viewport=SIZES[size], color_scheme=scheme, **more
        )
        context.add_cookies([_session_cookie(person, live_server.url)])  # type: ignore[list-item]
        return watch.over(context.new_page())

    return open_for


def _session_cookie(person: Any, url: str) -> dict[str, Any]:
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}

"""Every answer of every address carries what keeps a browser safe, whoever asks and whatever is answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.permissions.conftest import Company
from tests.permissions.test_routes import ROUTES, _filled
from tools.drills.fixture import Drill

from .asking import Ask, answer, tried

TELLTALES = ("Traceback (most recent call last)", "psycopg.errors", "SECRET_KEY", 'File "/')
Header = Callable[[str], bool]
WANTED: dict[str, Header] = {
    "X-Content-Type-Options": lambda value: value == "nosniff",
    "Referrer-Policy": lambda value: value == "same-origin",
    "Cross-Origin-Opener-Policy": lambda value: value == "same-origin",
    "Permissions-Policy": lambda value: "camera=()" in value,
    "X-Frame-Options": lambda value: value == "DENY",
    "Content-Security-Policy": lambda value: _is_strict(value),
}


def _is_strict(policy: str) -> bool:
    """No script without a nonce, no frames around us; or, for a file, a sandbox."""
    if policy.startswith("sandbox"):
        return True
    parts = dict(re.findall(r"([a-z-]+) ([^;]*)", policy))
    scripts = parts.get("script-src", parts.get("default-src", "*"))
    loose = ("unsafe-inline", "unsafe-eval", "*", "http:", "https:", "data:")
    return "frame-ancestors 'none'" in policy and not any(one in scripts for one in loose)


def faults_of(given: Any, what: object) -> list[str]:
    """What is missing from an answer, or in it and should not be."""
    faults = [
        f"{what}: {name} is {given.get(name, '')!r}"
        for name, is_good in WANTED.items()
        if not is_good(given.get(name, ""))
    ]
    if "cookie" in given.get("Set-Cookie", "") or any(
        not cookie["httponly"] and "session" in name for name, cookie in given.cookies.items()
    ):
        faults.append(f"{what}: a session cookie that scripts can read")
    if not getattr(given, "streaming", False):
        text = given.content.decode(errors="replace")
        faults += [f"{what}: says {word}" for word in TELLTALES if word in text]
    return faults


def headers_missing(company: Company, people: tuple[str, ...]) -> tuple[list[str], int]:
    """All addresses, with GET and with POST, by these people and by a stranger."""
    faults, asked = [], 0
    company.clients["stranger"] = Client()
    for route in sorted(ROUTES):
        for person in (*people, "stranger"):
            for method in ("get", "post"):
                url = "/" + _filled(route, company, "ana")
                ask = Ask(person=person, method=method, url=url)
                faults += tried(company, ask, lambda given, ask=ask: faults_of(given, ask))
                asked += 1
    return faults, asked


def test_every_answer_carries_its_headers(company: Company, drill: Drill) -> None:
    people = ("ana", "hue", "ada", "cam") if drill.long else ()

    faults, asked = headers_missing(company, people)

    drill.holds("headers missing or loose, secrets told", faults, of=asked)


def test_planted_an_address_without_its_policy_is_found(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from csp.middleware import CSPMiddleware

    monkeypatch.setattr(
        CSPMiddleware, "process_response", lambda _self, _request, response: response
    )
    ask = Ask(person="ana", method="get", url="/accounts/")

    assert "Content-Security-Policy is ''" in faults_of(answer(company, ask), ask)[0]

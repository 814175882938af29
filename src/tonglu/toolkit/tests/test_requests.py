"""Requests carry an id, and are answered in the person's language and time zone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from tonglu.toolkit.requests import PersonalMiddleware, RequestMiddleware, request_id


def answer(request: HttpRequest, user: Any = None) -> HttpResponse:
    request.user = user or SimpleNamespace()
    body = f"{translation.get_language()} {timezone.get_current_timezone_name()} {request_id()}"
    return HttpResponse(body)


def test_the_id_of_a_request_comes_back() -> None:
    ask = RequestMiddleware(answer)

    made = ask(RequestFactory().get("/"))["X-Request-ID"]
    given = ask(RequestFactory().get("/", headers={"X-Request-ID": "trace-12345678"}))

    assert len(made) == 16
    assert given["X-Request-ID"] == "trace-12345678"
    assert given.content.endswith(b"trace-12345678")


def test_a_file_that_never_changes_travels_light_and_a_document_does_not() -> None:
    def file(_request: HttpRequest) -> HttpResponse:
        told = {"Cache-Control": "max-age=315360000, public, immutable", "ETag": '"a"'}
        safe = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin"}
        return HttpResponse("x", headers={**told, **safe})

    light = RequestMiddleware(file)(RequestFactory().get("/static/dist/app-1.css"))
    whole = RequestMiddleware(file)(RequestFactory().get("/files/1/"))

    assert set(light.headers) == {"Content-Type", "Cache-Control", "X-Content-Type-Options"}
    assert {"ETag", "X-Request-ID", "Permissions-Policy", "Cross-Origin-Opener-Policy"} <= set(
        whole.headers
    )


@pytest.mark.parametrize(
    "forged", ["short", "a b", "x" * 65, "line%0abreak", "<script>alert</script>"]
)
def test_an_id_that_could_hide_something_is_replaced(forged: str) -> None:
    response = RequestMiddleware(answer)(
        RequestFactory().get("/", headers={"X-Request-ID": forged})
    )

    assert response["X-Request-ID"] != forged


@pytest.mark.parametrize(("behind_proxy", "address"), [(False, "127.0.0.1"), (True, "203.0.113.9")])
def test_only_our_proxy_is_believed_about_addresses(
    behind_proxy: bool, address: str, settings: Settings
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "10.0.0.1, 203.0.113.9"})

    RequestMiddleware(answer)(request)

    assert request.META["REMOTE_ADDR"] == address


@pytest.mark.parametrize("allowed", [["crm.example.com"], [".example.com"], ["*"]])
def test_a_proxy_may_ask_for_our_health_by_our_number(
    client: Client, settings: Settings, allowed: list[str]
) -> None:
    settings.ALLOWED_HOSTS = allowed

    assert client.get("/health/live", headers={"Host": "10.1.2.3:8000"}).status_code == 200
    if allowed != ["*"]:
        other = client.get("/account/login/", headers={"Host": "10.1.2.3:8000"})
        assert other.status_code == 400


def test_a_person_is_answered_in_their_language_and_time() -> None:
    request = RequestFactory().get("/")
    person = SimpleNamespace(language="zh-hans", timezone="Asia/Shanghai")
    request.user = person  # type: ignore[assignment]

    with translation.override("en"):
        response = PersonalMiddleware(lambda asked: answer(asked, person))(request)

    assert response.content.startswith(b"zh-hans Asia/Shanghai")
    assert response["Content-Language"] == "zh-hans"


def test_a_person_with_an_unknown_time_zone_gets_the_companys() -> None:
    request = RequestFactory().get("/")
    person = SimpleNamespace(language="en", timezone="Mars/Olympus")
    request.user = person  # type: ignore[assignment]

    response = PersonalMiddleware(lambda asked: answer(asked, person))(request)

    assert response.content.startswith(b"en UTC")


@pytest.mark.django_db
def test_every_answer_is_guarded(client: Client) -> None:
    response = client.get("/healthz")

    policy = response["Content-Security-Policy"]
    assert response.json() == {"database": "up"}
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"

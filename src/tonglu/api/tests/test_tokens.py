"""Tokens: what they may do, and when they stop.

Planted mutants: `require_scope` returning at once; `token_find` without the epoch; without `revoked_at=None`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tonglu.api.tokens import token_create, token_revoke
from tonglu.customers.models import Account
from tonglu.directory import services as directory
from tonglu.directory.models import Person
from tonglu.entities.testing import Untouched, api
from tonglu.kernel.errors import Invalid
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import now

Call = Callable[..., Any]


@pytest.fixture
def account(cast: Cast) -> Account:
    """Ana's account."""
    return Account.objects.create(name="Acme", owner=cast.ana, department=cast.east)


@pytest.fixture
def call(cast: Cast) -> Call:
    """`call(["read"], "get", "accounts")`: a call with a fresh token of Ana's with these scopes."""

    def make(scopes: list[str], method: str, path: str, body: Any = None) -> Any:
        made = token_create(person=cast.ana, name="test", scopes=scopes)
        return api(Client(), method, path, body, Authorization=f"Bearer {made.secret}")

    return make


READ, WRITE = ("get", "accounts", None), ("post", "accounts", {"name": "New"})


@pytest.mark.parametrize(
    ("scopes", "request_", "status"),
    [
        (["read"], READ, 200),
        (["read:accounts"], READ, 200),
        (["write"], READ, 200),
        (["all"], READ, 200),
        (["all"], WRITE, 201),
        (["write:accounts"], WRITE, 201),
        (["read"], WRITE, 403),
        (["read:accounts"], WRITE, 403),
        (["read:contacts"], READ, 403),
        (["write:contacts"], WRITE, 403),
        ([], READ, 403),
    ],
)
def test_a_token_does_what_its_scopes_say(
    call: Call, account: Account, scopes: list[str], request_: Any, status: int
) -> None:
    answer = call(scopes, *request_)

    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "scope"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("patch", "accounts/{pk}", {"city": "Suzhou"}),
        ("delete", "accounts/{pk}", None),
        ("post", "accounts/{pk}/restore", {}),
        ("post", "accounts/{pk}/archive", {}),
        ("post", "accounts/bulk", {"rows": []}),
        ("post", "changesets/1/undo", {}),
    ],
)
def test_a_reading_token_writes_at_no_address(
    call: Call, account: Account, method: str, path: str, body: Any
) -> None:
    untouched = Untouched.now(exact=True)

    answer = call(["read"], method, path.format(pk=account.pk), body)

    assert answer.status_code == 403
    untouched.check("a reading token")


def test_a_token_never_does_more_than_its_person(cast: Cast, account: Account) -> None:
    made = token_create(person=cast.cy, name="test", scopes=["all"])

    answer = api(Client(), "get", f"accounts/{account.pk}", Authorization=f"Bearer {made.secret}")

    assert answer.status_code == 404


def _revoked(cast: Cast, pk: int) -> None:
    token_revoke(person=cast.ana, pk=pk)


def _left(cast: Cast, pk: int) -> None:
    directory.person_deactivate(person=Person.objects.get(pk=cast.ana.pk))


def _lost_a_role(cast: Cast, pk: int) -> None:
    ana = Person.objects.get(pk=cast.ana.pk)
    directory.role_assign(person=ana, role="team_leader")


@pytest.mark.parametrize("happened", [_revoked, _left, _lost_a_role])
def test_a_token_dies_at_once(cast: Cast, account: Account, happened: Any) -> None:
    made = token_create(person=Person.objects.get(pk=cast.ana.pk), name="test", scopes=["all"])
    header = {"Authorization": f"Bearer {made.secret}"}
    assert api(Client(), "get", "accounts", **header).status_code == 200

    happened(cast, made.token.pk)
    answer = api(Client(), "get", "accounts", **header)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_ends_with_its_days(cast: Cast) -> None:
    made = token_create(person=cast.ana, name="test", scopes=["all"], days=3)

    with time_machine.travel(now() + timedelta(days=4)):
        answer = api(Client(), "get", "accounts", Authorization=f"Bearer {made.secret}")

    assert answer.status_code == 401


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Basic YTpi", "bearer tgl_x"])
def test_no_other_secret_opens(cast: Cast, header: str) -> None:
    assert api(Client(), "get", "accounts", Authorization=header).status_code == 401


def test_a_person_who_left_is_out_of_every_open_session(cast: Cast, browse: Any) -> None:
    browser = browse(cast.ana)
    assert browser.get("/accounts/").status_code == 200

    directory.person_deactivate(person=Person.objects.get(pk=cast.ana.pk))

    assert browser.get("/accounts/").status_code == 302
    assert api(browser, "get", "accounts").status_code == 401


def test_a_scope_that_does_not_exist_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        token_create(person=cast.ana, name="test", scopes=["everything"])


def test_a_session_must_prove_that_the_page_is_ours(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(Person.objects.get(pk=cast.ana.pk))

    answer = api(browser, "post", "accounts", {"name": "Forged"})

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert not Account.objects.filter(name="Forged").exists()


def test_too_many_calls_are_told_when_to_come_back(cast: Cast, browse: Any, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 3
    browser = browse(cast.hue)

    answers = [api(browser, "get", "me") for _ in range(5)]

    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_answer_names_the_language_it_is_in(cast: Cast, call: Call, language: str) -> None:
    Person.objects.filter(pk=cast.ana.pk).update(language=language)

    refused = call(["read"], "get", "accounts/999999")

    assert refused["Content-Language"] == language
    assert ("没有" in refused.json()["title"]) is (language == "zh-hans")

"""No call breaks the server, and each answer keeps to the OpenAPI document.

Calls are made up from the document: bodies, queries, headers and numbers of records, good ones mixed with senseless ones, by a
director, a salesperson, finance and the compensation administrator. Calls come in chains that see what the ones before them did;
each chain is taken back. Pages get the same treatment without a document: any address of the house, any query, any form. What is
refused must not have changed a row either.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction

from tests.permissions.conftest import MADE, Company
from tests.permissions.test_routes import ROUTES
from tonglu.customers.models import Account
from tonglu.entities.api import http, rows
from tonglu.entities.registry import all_entities, entity_of
from tonglu.entities.testing import JSON, digest, write_count
from tonglu.kernel.errors import DomainError
from tools.drills.fixture import Drill

from .asking import Ask, answer
from .openapi import WILD, Caller

ROLES = ("dee", "ana", "fay", "cam")
CHAIN = 12
KEYS_KEPT = "idempotency"
"""The answers kept for keys: of a refusal too, by design."""
KEYS = (
    "q",
    "sort",
    "columns",
    "condition",
    "f.owner",
    "f.name",
    "after",
    "before",
    "size",
    "view",
    "as",
    "by",
    "month",
)
FIELDS = ("name", "owner", "version", "amount", "rows", "reason", "file", "columns", "value", "to")
WORDS = ("name", "owner", "stage", "archive", "all", "mine", "next", "won", "x", "buttons")


def caller_of(company: Company, dice: random.Random) -> Caller:
    """Makes calls up about the company's records."""
    document = company.client("ada").get("/api/v1/openapi.json").json()
    known = {entity_of(kind).slug: [row.pk for row in company.rows[kind].values()] for kind in MADE}
    return Caller(document, dice, lambda slug: known.get(slug, []))


def breaches_of_calls(company: Company, caller: Caller, calls: int) -> list[str]:
    """The calls whose answers are not as they should be, in chains that are each taken back."""
    faults: dict[str, str] = {}
    for _chain in range(-(-calls // CHAIN)):
        with transaction.atomic():
            for _call in range(CHAIN):
                operation, url, body, headers = caller.call()
                person = caller.dice.choice(ROLES)
                given, said = _asked(
                    partial(_sent, company, person, operation.method, url, body, headers),
                    partial(caller.breach, operation),
                )
                if said:
                    words = f"{person}: {operation.method.upper()} {url[:300]} {body!r:.600} {headers}: {said}"
                    faults.setdefault(f"{operation.told['operationId']} {said[:40]}", words)
                if given.status_code >= 500 and connection.needs_rollback:
                    break
            transaction.set_rollback(True)
    return list(faults.values())


def _asked(ask: Callable[[], Any], judged: Callable[[Any], str]) -> tuple[Any, str]:
    """The answer, and what is wrong with it; a refused request is taken back and compared wherever a row was written."""
    before, written = transaction.savepoint(), write_count()
    given = ask()
    said = judged(given)
    if said or not 400 <= given.status_code < 500 or write_count() == written:
        return given, said
    after = digest()
    transaction.savepoint_rollback(before)
    whole = digest()
    changed = [name for name in whole if whole[name] != after[name] and KEYS_KEPT not in name]
    return given, f"refused with {given.status_code}, and changed {changed}" if changed else ""


def _sent(
    company: Company,
    person: str,
    method: str,
    url: str,
    body: bytes | None,
    headers: dict[str, str],
) -> Any:
    client = company.client(person)
    client.raise_request_exception = False
    if body is None:
        return getattr(client, method)(url, headers=headers)
    return client.generic(method.upper(), url, body, content_type=JSON, headers=headers)


def test_every_answer_of_the_api_keeps_to_the_document(company: Company, drill: Drill) -> None:
    calls = drill.size(240, 200_000)

    faults = breaches_of_calls(company, caller_of(company, drill.dice()), calls)

    drill.holds("calls answered 5xx, unlike the document, or refused and marked", faults, of=calls)


def test_no_page_breaks(company: Company, drill: Drill) -> None:
    asked, faults, dice = drill.size(80, 50_000), {}, drill.dice()
    for number in range(asked):
        ask = page_ask(company, dice, number)
        with transaction.atomic():
            _given, said = _asked(partial(answer, company, ask), _broken)
            transaction.set_rollback(True)
        if said:
            faults.setdefault(f"{ask.url.split('?')[0]} {said}", f"{ask}: {said}")

    drill.holds("pages answered 5xx, or refused and marked", list(faults.values()), of=asked)


def _broken(given: Any) -> str:
    return f"answered {given.status_code}" if given.status_code >= 500 else ""


def page_ask(company: Company, dice: random.Random, number: int) -> Ask:
    """Any address of the house in turn, its holes filled with what may and what may not be there."""
    addresses = sorted(route for route in ROUTES if not route.startswith(("api/", "account/")))
    route = _filled(company, dice, addresses[number % len(addresses)])
    asked = {key: _text(dice) for key in KEYS if dice.random() < 0.2}
    form = {name: _text(dice) for name in FIELDS if dice.random() < 0.5}
    url = f"/{route}?{urlencode(asked)}" if asked else f"/{route}"
    method = "post" if dice.random() < 0.4 else "get"
    return Ask(person=dice.choice(ROLES), method=method, url=url, body=form)


def _filled(company: Company, dice: random.Random, route: str) -> str:
    kind = dice.choice(list(MADE))
    slug = entity_of(kind).slug if dice.random() < 0.7 else dice.choice(all_entities()).slug
    pks = [str(row.pk) for row in company.rows[kind].values()]
    holes = {
        "<slug:slug>": slug,
        "<int:pk>": dice.choice([*pks, "0", "99999999999999999999"]),
        "<int:other>": dice.choice(pks),
        "<int:number>": dice.choice(("1", "0", "99999999999999999999")),
        "<int:task_pk>": "1",
        "<str:kind>": dice.choice((kind, "directory.person", "x.y", "x")),
        "<path:rest>": "a/b",
    }
    for hole, value in holes.items():
        route = route.replace(hole, value)
    while "<" in route:
        before, _, after = route.partition("<")
        route = before + dice.choice(WORDS) + after.partition(">")[2]
    return route


def _text(dice: random.Random) -> str:
    value = dice.choice(WILD)
    return value if isinstance(value, str) else str(value)


SENSELESS = (b"null", b"[1]", b"1")


def senseless(company: Company, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """Writes of nothing but bodies that no call can mean, so that all are refused, whatever the company's rows are numbered."""
    caller = caller_of(company, random.Random(3))
    caller.operations = [one for one in caller.operations if one.method in {"post", "patch"}]
    monkeypatch.setattr(caller, "_body", lambda _operation: caller.dice.choice(SENSELESS))
    return caller


def test_planted_a_view_that_trusts_its_body_is_found(
    company: Company, drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trusting(request: Any) -> Any:
        return {str(key): value for key, value in http.body_of(request).items()}

    monkeypatch.setattr(rows, "object_of", trusting)
    caller = senseless(company, monkeypatch)
    faults = breaches_of_calls(company, caller, 96)

    assert any(f" {body!r} " in fault for body in SENSELESS for fault in faults)


def test_planted_a_call_that_writes_before_it_refuses_is_found(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each refusal leaves another city, so that not the first of them alone could be noticed."""
    told, cities = http.problem, count()

    def careless(error: DomainError) -> Any:
        hers = Account.objects.filter(pk=company.rows["customers.account"]["ana"].pk)
        hers.update(city=f"Wuxi {next(cities)}")
        return told(error)

    monkeypatch.setattr(http, "problem", careless)
    faults = breaches_of_calls(company, senseless(company, monkeypatch), CHAIN)

    assert any("customers_account" in fault.rpartition(" and changed ")[2] for fault in faults)


def test_planted_an_error_in_words_of_its_own_is_found(
    company: Company, drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = http.problem

    def careless(error: DomainError) -> Any:
        response = told(error)
        response.content = b'{"error": "no"}'
        return response

    monkeypatch.setattr(http, "problem", careless)
    faults = breaches_of_calls(company, caller_of(company, random.Random(3)), 60)

    assert any("is a required property" in fault for fault in faults)

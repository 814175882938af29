"""The permission matrix: every role, every main kind, every route of its records, held against the table in `expected.py`.

For each cell the person asks for a record of their own, of a teammate or subordinate (Ana's), of another team (Cy's) and for one
in the trash. What is refused must also leave the database as it was. Planted mutants that these tests catch: `policy.visible`
returning all rows; `require` passing when a verb is unknown; `trash_row` without its check; `restore_page` reading all trashed rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tonglu.entities.registry import all_entities, entity_of
from tonglu.entities.testing import JSON, Untouched

from .conftest import TRASHED, Company
from .expected import PEOPLE, reaches, rights
from .expected_acts import VERBS
from .expected_lists import listed

RIGHTS = rights()
LISTED = listed()
PAGED = ("customers.account", "sales.opportunity", "finance.expense", "support.ticket")
"""The kinds whose pages are walked for every role; the pages are the same code for all kinds."""

Cell = tuple[str, str, int, frozenset[int]]
"""Method, address, the answer, and the answers that were allowed."""


def test_every_kind_stands_in_the_table() -> None:
    kinds = {entity.kind for entity in all_entities()}

    assert kinds == set(LISTED)
    assert set(RIGHTS) == set(VERBS)
    for kind, verbs in VERBS.items():
        assert {verb.name for verb in entity_of(kind).verbs} == set(verbs)


@pytest.mark.parametrize("kind", sorted(LISTED))
def test_only_the_named_roles_find_the_list(company: Company, kind: str) -> None:
    slug = entity_of(kind).slug
    wrong = []
    for role, person in PEOPLE.items():
        page = company.client(person).get(f"/{slug}/count/").status_code
        call = company.client(person).get(f"/api/v1/{slug}?limit=1").status_code
        expected = (200, 200) if role in LISTED[kind] else (403, 404)
        if (page, call) != expected:
            wrong.append((role, page, call))

    assert not wrong


@pytest.mark.parametrize("kind", sorted(RIGHTS))
def test_the_api_answers_as_the_table_says(company: Company, kind: str) -> None:
    untouched = Untouched.now(exact=True)

    wrong = [
        (role, method, url, status, sorted(allowed))
        for role, person in PEOPLE.items()
        for method, url, status, allowed in _api_cells(company, kind, role, person)
        if status not in allowed
    ]

    assert wrong == []
    untouched.check(f"a refusal about {kind}")


@pytest.mark.parametrize("kind", sorted(RIGHTS))
def test_the_list_holds_exactly_what_may_be_read(company: Company, kind: str) -> None:
    """The wrong refusals and the leaks of reading, in one comparison of sets."""
    slug, rows = entity_of(kind).slug, company.rows[kind]
    wrong = {}
    for role, person in PEOPLE.items():
        expected = {
            row.pk
            for owner, row in rows.items()
            if owner != TRASHED and _reads(RIGHTS[kind][role], person, owner)
        }
        answer = company.client(person).get(f"/api/v1/{slug}?limit=200&fields=id")
        found = {row["id"] for row in answer.json().get("data", [])}
        if found != expected:
            wrong[role] = {"leaked": found - expected, "missing": expected - found}

    assert wrong == {}


@pytest.mark.parametrize("kind", PAGED)
def test_the_pages_answer_as_the_table_says(company: Company, kind: str) -> None:
    untouched = Untouched.now(exact=True)

    wrong = [
        (role, method, url, status, sorted(allowed))
        for role, person in PEOPLE.items()
        for method, url, status, allowed in _page_cells(company, kind, role, person)
        if status not in allowed
    ]

    assert wrong == []
    untouched.check(f"a refusal about {kind}")


def _reads(acts: dict[str, str], person: str, owner: str) -> bool:
    """Own records, those within reach, and those of owners that are the other roles' people, who work where they work."""
    reach = acts["read"]
    if owner in {person, "ana", "cy"} or reach in {"-", "all"}:
        return reaches(reach, person, owner)
    return reach != "own" and owner in NEAR[reach].get(person, set())


EAST = {"ben", "lee"}
SALES = {"dee", "tess", "pia"}
OFFICE = {"mia", "oli", "fay", "cam", "pat", "eng"}
TOP = {"ada", "max", "sid", "ali", "hue"}
NEAR: dict[str, dict[str, set[str]]] = {
    "team": {**dict.fromkeys(EAST, EAST), **dict.fromkeys(SALES, SALES)}
    | {**dict.fromkeys(OFFICE, OFFICE), **dict.fromkeys(TOP, TOP)},
    "below": {**dict.fromkeys(EAST, EAST), **dict.fromkeys(SALES, SALES | EAST)}
    | {**dict.fromkeys(OFFICE, OFFICE), **dict.fromkeys(TOP, TOP | SALES | EAST | OFFICE)},
}
"""Who else's records the reaches `team` and `below` include, by where people work."""


def _api_cells(company: Company, kind: str, role: str, person: str) -> Iterator[Cell]:
    acts, slug = RIGHTS[kind][role], entity_of(kind).slug
    yield _cell(company, person, "post", f"/api/v1/{slug}", _made(acts))
    yield _cell(company, person, "post", f"/api/v1/{slug}/bulk", _bulk(acts), '{"rows": []}')
    for owner in (person, "ana", "cy", TRASHED):
        url = f"/api/v1/{slug}/{company.rows[kind][owner].pk}"
        sees = owner != TRASHED and reaches(acts["read"], person, owner)
        yield _cell(company, person, "get", url, {200} if sees else {404})
        yield _cell(company, person, "get", f"{url}/history", {200} if sees else {404})
        changed = _written(acts, "update", person, owner, sees)
        body = '{"external_id": "made-by-the-matrix"}'
        yield _cell(company, person, "patch", url, changed, body)
        gone = _written(acts, "delete", person, owner, sees, done=204)
        yield _cell(company, person, "delete", url, gone)
        back = owner == TRASHED and acts["read"] != "-" and _may(acts, "delete", person, "ana")
        yield _cell(company, person, "post", f"{url}/restore", {200} if back else {404})
        if owner != "cy":
            for verb, act in VERBS[kind].items():
                yield _verb_cell(company, person, f"{url}/{verb}", acts, act, owner, sees)


def _page_cells(company: Company, kind: str, role: str, person: str) -> Iterator[Cell]:
    acts, slug = RIGHTS[kind][role], entity_of(kind).slug
    closed = acts["read"] == "-"
    yield _cell(
        company, person, "get", f"/{slug}/new/", {200} if acts["create"] == "yes" else {403}
    )
    yield _cell(
        company, person, "get", f"/{slug}/import/", {200} if acts["create"] == "yes" else {403}
    )
    yield _cell(
        company, person, "get", f"/{slug}/export/", {200} if acts["export"] == "yes" else {403}
    )
    for owner in (person, "ana", "cy", TRASHED):
        url = f"/{slug}/{company.rows[kind][owner].pk}"
        sees = owner != TRASHED and reaches(acts["read"], person, owner)
        missing = 403 if closed else 404
        back = owner == TRASHED and not closed and _may(acts, "delete", person, "ana")
        for part in ("", "timeline/"):
            yield _cell(
                company, person, "get", f"{url}/{part}", {200} if sees or back else {missing}
            )
        for part, act in (("edit/", "update"), ("delete/", "delete")):
            answers = (
                {200} if sees and _may(acts, act, person, owner) else {403 if sees else missing}
            )
            yield _cell(company, person, "get", f"{url}/{part}", answers)
            if answers != {200}:
                yield _cell(company, person, "post", f"{url}/{part}", answers)
        yield _cell(company, person, "post", f"{url}/restore/", {302} if back else {missing})
        for verb, act in VERBS[kind].items():
            if not (sees and _may(acts, act, person, owner)):
                refused = {403} if sees else {missing}
                yield _cell(company, person, "post", f"{url}/verbs/{verb}/", refused)


def _may(acts: dict[str, str], act: str, person: str, owner: str) -> bool:
    return reaches(acts.get(act, "-"), person, owner)


def _made(acts: dict[str, str]) -> set[int]:
    if acts["read"] == "-":
        return {404}
    return {201, 422} if acts["create"] == "yes" else {403}


def _bulk(acts: dict[str, str]) -> set[int]:
    return {200} if acts["create"] == "yes" else {403, 404}


def _written(
    acts: dict[str, str], act: str, person: str, owner: str, sees: bool, done: int = 200
) -> set[int]:
    if not sees:
        return {404}
    return {done} if _may(acts, act, person, owner) else {403}


def _verb_cell(
    company: Company,
    person: str,
    url: str,
    acts: dict[str, str],
    act: str,
    owner: str,
    sees: bool,
) -> Cell:
    if not sees:
        return _cell(company, person, "post", url, {404})
    if not _may(acts, act, person, owner):
        return _cell(company, person, "post", url, {403})
    return _cell(company, person, "post", url, {200, 400, 409, 422})


def _cell(
    company: Company, person: str, method: str, url: str, allowed: set[int], body: str = "{}"
) -> Cell:
    """Ask; what is expected to succeed is rolled back, what is expected to be refused must not need it."""
    if min(allowed) < 400 and method != "get":
        with transaction.atomic():
            status = _asked(company, person, method, url, body)
            transaction.set_rollback(True)
    else:
        status = _asked(company, person, method, url, body)
    return method, url, status, frozenset(allowed)


def _asked(company: Company, person: str, method: str, url: str, body: str) -> int:
    send: Any = getattr(company.client(person), method)
    if url.startswith("/api/") and method != "get":
        json.loads(body)
        return int(send(url, data=body, content_type=JSON).status_code)
    return int(send(url).status_code)

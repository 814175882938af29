"""The OpenAPI document is valid, tells the truth about which routes exist, and none of them breaks on odd input.

Planted mutants: a route that is described but not served answers 404; a view that trusts its body's shape answers 500.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from openapi_spec_validator import validate

from tonglu.entities.registry import all_entities
from tonglu.entities.testing import JSON

from .conftest import TRASHED, Company

Operation = tuple[str, str, Any]
"""Method, path and operation of the document."""

BODIES = (
    "",
    "{}",
    "[]",
    "null",
    "1",
    '"text"',
    "{",
    '{"name": null}',
    '{"name": {"a": 1}, "owner": [1], "amount": {}}',
    '{"owner": 99999999999999999999, "account": -1, "amount": "1e999"}',
    '{"name": "\\u0000", "custom": {"x": 1}}',
    '{"rows": [{}], "match": "id"}',
    '{"rows": [{"external_id": {"a": 1}}], "match": "external_id"}',
    '{"rows": {}}',
    '{"to": [], "reason": {}, "account": {"external_id": {}}}',
)
QUERIES = (
    "q=%00",
    "q=%25%27",
    "sort=-nonsense",
    "sort=owner.password",
    "limit=0",
    "limit=x",
    "cursor=AAAA",
    "cursor=%00",
    "fields=password",
    'filter={"field":"password","op":"=","value":"x"}',
    'filter={"field":"owner.password","op":"starts","value":"x"}',
    'filter={"field":"id","op":"=","value":[]}',
    'filter={"field":"created_at","op":">","value":"yesterday-ish"}',
    'filter={"all":1}',
    "filter=[]",
    "f.owner=x",
    "f.nonsense=1",
    "f.created_at=~nonsense",
)


@pytest.fixture
def document(company: Company) -> Any:
    """The document an administrator reads."""
    return company.client("ada").get("/api/v1/openapi.json").json()


def operations(document: Any) -> list[Operation]:
    """All operations of the document."""
    return [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def test_the_document_is_valid_openapi(document: Any) -> None:
    validate(document)

    assert document["openapi"] == "3.1.0"
    names = [operation["operationId"] for _m, _p, operation in operations(document)]
    assert len(names) == len(set(names))


def test_every_kind_and_verb_is_described(document: Any) -> None:
    wanted = {f"/{e.slug}" for e in all_entities()}
    wanted |= {f"/{e.slug}/{{id}}/{v.name}" for e in all_entities() for v in e.verbs}

    assert wanted <= set(document["paths"])


def test_what_nobody_can_do_is_not_described(document: Any) -> None:
    """Planted mutant: without the questions, records that only acts make are offered to be made and are refused to everybody."""
    paths = document["paths"]
    for entity in all_entities():
        assert ("post" in paths[f"/{entity.slug}"]) == entity.creatable
        assert ("patch" in paths[f"/{entity.slug}/{{id}}"]) == entity.editable
        assert (f"/{entity.slug}/bulk" in paths) == (entity.creatable and entity.editable)
    assert "post" not in paths["/pay-movements"]
    assert "post" in paths["/accounts"]


def test_a_parameter_that_must_be_given_may_not_be_nothing(document: Any) -> None:
    for _method, _path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        for name in schema.get("required", ()):
            assert "null" not in schema.get("properties", {}).get(name, {}).get("type", ""), (
                operation,
                name,
            )


def test_what_a_new_record_must_name_is_told(document: Any) -> None:
    body = document["paths"]["/tickets"]["post"]["requestBody"]["content"]["application/json"]

    assert body["schema"]["allOf"][1] == {"required": ["subject"]}
    assert "required" not in document["components"]["schemas"]["TicketWrite"]


def test_the_session_is_described_by_the_name_of_its_cookie(document: Any, settings: Any) -> None:
    name = document["components"]["securitySchemes"]["session"]["name"]

    assert name == settings.SESSION_COOKIE_NAME


def test_every_documented_operation_is_served(company: Company, document: Any) -> None:
    """A caller with rights meets neither 404 nor 5xx where a record exists."""
    missing = []
    for method, path, _operation in operations(document):
        person, url = _caller(company, path)
        status = _call(company, person, method, url, "{}")
        if status >= 500 or (status in {404, 405} and not _may_be_missing(company, path)):
            missing.append((person, method, url, status))

    assert missing == []


@pytest.mark.parametrize("body", BODIES)
def test_no_body_breaks_an_operation(company: Company, document: Any, body: str) -> None:
    """Each body goes to every fourth operation, each operation so gets a quarter of the bodies."""
    turn = BODIES.index(body)
    writes = [(m, p) for m, p, _operation in operations(document) if m in {"post", "patch"}]

    broken = [
        (method, path, status)
        for method, path in writes[turn % 4 :: 4]
        if (status := _call(company, *_asked(company, method, path), body)) >= 500
    ]

    assert broken == []


@pytest.mark.parametrize("query", QUERIES)
def test_no_query_breaks_a_list(company: Company, query: str) -> None:
    """The API of every kind, and the page of every eighth."""
    slugs = [entity.slug for entity in all_entities()]
    urls = [f"/api/v1/{slug}?{query}" for slug in slugs]
    urls += [f"/{slug}/?{_as_page(query)}" for slug in slugs[QUERIES.index(query) % 8 :: 8]]

    broken = [
        (url, status) for url in urls if (status := _call(company, "max", "get", url, "")) >= 500
    ]

    assert broken == []


def _asked(company: Company, method: str, path: str) -> tuple[str, str, str]:
    person, url = _caller(company, path)
    return person, method, url


def _caller(company: Company, path: str) -> tuple[str, str]:
    """Who may use the path, and the path with the number of a record."""
    slug = path.split("/")[1]
    person, pk = _found(company, slug)
    if path.endswith("/restore") and slug == "accounts":
        pk = company.rows["customers.account"][TRASHED].pk
    return person, f"/api/v1{path}".replace("{id}", str(pk))


def _found(company: Company, slug: str) -> tuple[str, int]:
    if slug not in company.found:
        company.found[slug] = _find(company, slug)
    return company.found[slug]


def _find(company: Company, slug: str) -> tuple[str, int]:
    """Somebody who may read the kind, and a record of it; 1 when there is none."""
    entity = next((e for e in all_entities() if e.slug == slug), None)
    person, pk = "ada", 1
    if entity is not None:
        if not _opens(company, "ada", slug):
            person = next(
                p for p in ("cam", "pat", "eng", "fay", "max") if _opens(company, p, slug)
            )
        rows = company.client(person).get(f"/api/v1/{slug}?limit=1&fields=id").json()["data"]
        pk = rows[0]["id"] if rows else 1
    return person, pk


def _may_be_missing(company: Company, path: str) -> bool:
    """Whether there is no record to ask about: the kind has none yet, or none in the trash."""
    if path.startswith(("/changesets/", "/pay/run/")):
        return True
    _person, url = _caller(company, path)
    if path.endswith("/restore"):
        return not path.startswith("/accounts/")
    return "{id}" in path and url.split("/")[4] == "1"


def _opens(company: Company, person: str, slug: str) -> bool:
    return company.client(person).get(f"/api/v1/{slug}?limit=1").status_code == 200


def _call(company: Company, person: str, method: str, url: str, body: str) -> int:
    send: Any = getattr(company.client(person), method)
    send.__self__.raise_request_exception = False
    with transaction.atomic():
        if method == "get":
            status = send(url).status_code
        else:
            status = send(url, data=body, content_type=JSON).status_code
        transaction.set_rollback(True)
    return int(status)


def _as_page(query: str) -> str:
    return (
        query.replace("filter=", "condition=")
        .replace("cursor=", "after=")
        .replace("limit=", "size=")
    )

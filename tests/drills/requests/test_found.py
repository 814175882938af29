"""What the drills found once, kept as calls of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import get_resolver

from tests.permissions.conftest import Company
from tonglu.directory.models import Person
from tonglu.entities.models import ListPreference
from tonglu.entities.registry import all_entities
from tonglu.entities.testing import JSON

PROBLEM = "application/problem+json"


@pytest.mark.parametrize("given", [r'"a\u0000b"', r'{"external_id": "a\u0000b"}'])
def test_a_name_that_no_text_can_be_names_no_record(company: Company, given: str) -> None:
    body = f'{{"name": "Li Wei", "account": {given}}}'
    answer = company.client("ana").post("/api/v1/contacts", body, content_type=JSON)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "account"


@pytest.mark.parametrize(("person", "found"), [("ana", 0), ("ada", 1)])
def test_people_are_not_found_by_a_number_that_may_not_be_read(
    company: Company, person: str, found: int
) -> None:
    Person.objects.filter(pk=company.cast.cy.pk).update(employee_number="E-7719")
    client = company.client(person)
    body = '{"name": "Acme of seven", "owner": "E-7719"}'

    looked = client.get("/people/lookup/", {"q": "E-7719"}).json()["results"]
    called = client.get("/api/v1/people", {"q": "E-7719", "count": "1"}).json()["count"]
    listed = client.get("/people/", {"view": "all", "q": "E-7719"}).content.decode()
    made = client.post("/api/v1/accounts", body, content_type=JSON)

    assert (len(looked), called, f"/people/{company.cast.cy.pk}/" in listed) == (
        found,
        found,
        bool(found),
    )
    assert person == "ada" or made.status_code == 422


def test_a_day_that_is_a_number_is_refused_by_the_field(company: Company) -> None:
    contract = company.rows["orders.contract"]["ana"].pk
    dee = company.client("dee")

    made = company.client("fay").post("/api/v1/expenses", '{"spent_on": 5}', content_type=JSON)
    body = '{"signed_on": 5}'
    signed = dee.post(f"/api/v1/contracts/{contract}/sign", body, content_type=JSON)

    assert (made.status_code, signed.status_code) == (422, 422)
    assert "spent_on" in {error["field"] for error in made.json()["errors"]}
    assert "signed_on" in {error["field"] for error in signed.json()["errors"]}


def test_the_rest_of_a_lane_opened_by_itself_leads_to_the_board(company: Company) -> None:
    answer = company.client("ana").get("/tickets/board/owner/", {"by": "\ud7ff"})

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/tickets/board/?")


def test_columns_of_a_list_that_cannot_be_shown_are_not_kept(company: Company) -> None:
    answer = company.client("fay").post(
        "/quotes/columns/save/?month=%7B%27a%27&sort=true", {"columns": "name"}
    )

    assert (answer.status_code, ListPreference.objects.count()) == (422, 0)


@pytest.mark.parametrize("address", ["/plan-people/", "/audit/people/", "/policy/people/", "/tokens/", "/search/", "/people/"])  # fmt: skip
def test_a_nul_in_an_address_is_passed_over(company: Company, address: str) -> None:
    who = "cam" if address == "/plan-people/" else "ada"
    for query in ("q=an%00a", "q=an%0%000a"):
        answer = company.client(who).get(f"{address}?{query}")
        assert answer.status_code == 200, query


@pytest.mark.parametrize("body", ['{"tags": ["a\\u0000b"]}', '{"tags": [["a"]]}', '{"name_en": {"a": 1}}', '{"name_en": true}'])  # fmt: skip
def test_a_value_of_no_column_is_refused_by_its_field(company: Company, body: str) -> None:
    """A NUL in a list answered 500; a list, an object and `true` became the text that Python writes for them."""
    account = company.rows["customers.account"]["ana"].pk

    answer = company.client("ana").patch(f"/api/v1/accounts/{account}", body, content_type=JSON)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in body


FAR = ("0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00")


@pytest.mark.parametrize("far", FAR)
def test_a_moment_outside_the_years_is_refused_by_its_field_and_its_filter(
    company: Company, far: str
) -> None:
    body = {"title": "Visit", "starts_at": far, "ends_at": far}
    asked = {"filter": json.dumps({"field": "starts_at", "op": ">=", "value": far})}

    made = company.client("ana").post("/api/v1/events", body, content_type=JSON)
    found = company.client("ana").get("/api/v1/events", asked)

    assert (made.status_code, found.status_code) == (422, 422)
    assert {error["field"] for error in made.json()["errors"]} == {"starts_at", "ends_at"}


def test_a_moment_may_be_told_by_any_offset(company: Company) -> None:
    """The database takes none of sixteen hours and more."""
    body = {"title": "Visit", "starts_at": "2026-01-31T20:11+20:11", "ends_at": "2026-01-31T01:00Z"}

    made = company.client("ana").post("/api/v1/events", body, content_type=JSON)

    assert made.status_code == 201
    assert made.json()["starts_at"] == "2026-01-31T00:00:00+00:00"


def test_a_reason_that_is_no_text_is_refused(company: Company) -> None:
    account = company.rows["customers.account"]["ana"].pk
    path, body = f"/api/v1/accounts/{account}/archive", '{"reason": [null, {}]}'

    answer = company.client("ana").post(path, body, content_type=JSON)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")


@pytest.mark.parametrize("query", ["count=null", "count=0", "count=2"])
def test_a_count_that_is_not_described_is_refused(company: Company, query: str) -> None:
    answer = company.client("ana").get(f"/api/v1/accounts?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("path", ["/api/v1/accounts/%0A.", "/api/v2"])
def test_an_address_of_the_api_that_no_route_takes_is_a_problem(
    company: Company, path: str
) -> None:
    answer = company.client("ana").get(path)

    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
    assert company.client("ana").get("/no-such\n").headers["Content-Type"].startswith("text/html")


def test_a_body_that_is_too_large_names_the_limit(company: Company, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
    body = b'{"name": "' + b"a" * 1024**2 + b'"}'

    answer = company.client("ana").post("/api/v1/accounts", body, content_type="application/json")

    said = json.loads(answer.content)
    assert (answer.status_code, said["code"], said["status"]) == (413, "too_large", 413)
    assert "1 MB" in said["title"]
    assert said["next_step"]


@pytest.mark.parametrize("status", [400, 404, 500])
def test_what_no_view_answers_is_a_problem_for_programs_and_a_page_for_people(status: int) -> None:
    handler, browser = get_resolver().resolve_error_handler(status), RequestFactory()
    told = () if status == 500 else (ValueError("why"),)

    program, person = (
        handler(browser.get(path), *told) for path in ("/api/v1/accounts", "/accounts/")
    )

    assert (program.status_code, program["Content-Type"]) == (status, PROBLEM)
    assert {"type", "title", "status", "code"} <= set(json.loads(program.content))
    assert (person.status_code, person["Content-Type"].partition(";")[0]) == (status, "text/html")


def test_what_an_act_needs_is_told_once_and_a_body_where_there_is_one(company: Company) -> None:
    document = company.client("ada").get("/api/v1/openapi.json").json()
    acts = [one for path in document["paths"].values() for one in path.values()]
    bodies = [one["requestBody"]["content"] for one in acts if "requestBody" in one]
    needed = [kind["schema"].get("required", []) for one in bodies for kind in one.values()]

    assert [names for names in needed if len(names) != len(set(names))] == []
    assert "application/yaml" in document["paths"]["/plan-versions/{id}/plan"]["put"]["requestBody"]["content"]  # fmt: skip
    assert "202" in document["paths"]["/pay/run"]["post"]["responses"]


def test_an_address_allows_what_the_document_says_of_it(company: Company) -> None:
    ada = company.client("ada")
    paths = ada.get("/api/v1/openapi.json").json()["paths"]
    unlike = []
    for entity in all_entities():
        for path in (f"/{entity.slug}", f"/{entity.slug}/{{id}}"):
            answer = ada.options(f"/api/v1{path}".format(id=1))
            if set(answer["Allow"].lower().split(", ")) != set(paths[path]):
                unlike.append((path, answer["Allow"]))

    assert unlike == []

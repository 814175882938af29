"""What the drills found once, kept as calls of their own."""

from __future__ import annotations

import pytest

from tests.permissions.conftest import Company
from tonglu.directory.models import Person
from tonglu.entities.models import ListPreference
from tonglu.entities.testing import JSON


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

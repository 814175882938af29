"""What the drills found once, kept as calls of their own."""

from __future__ import annotations

import pytest

from tests.permissions.conftest import Company
from tonglu.entities.testing import JSON


@pytest.mark.parametrize("given", [r'"a\u0000b"', r'{"external_id": "a\u0000b"}'])
def test_a_name_that_no_text_can_be_names_no_record(company: Company, given: str) -> None:
    body = f'{{"name": "Li Wei", "account": {given}}}'
    answer = company.client("ana").post("/api/v1/contacts", body, content_type=JSON)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "account"

"""An empty form proposes what is meant most often; what is typed, or named in the address, stands."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tonglu.entities.registry import all_entities
from tonglu.policy.testing import Cast

EVENING = datetime(2035, 3, 4, 16, 40, tzinfo=UTC)
"""Past midnight in Shanghai."""


def filled(page: str, name: str) -> str:
    """The value of a control."""
    (tag,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    found = re.search(r'value="([^"]*)"', tag)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("who", "path", "expected"),
    [
        ("fay", "/collections/new/", {"received_on": "2035-03-05"}),
        ("fay", "/collections/new/?received_on=2026-02-01", {"received_on": "2026-02-01"}),
        ("ana", "/expenses/new/", {"spent_on": "2035-03-05"}),
        ("fay", "/exchange-rates/new/", {"valid_from": "2035-03-05"}),
        ("ana", "/follow-ups/new/", {"at": "2035-03-05T00:40"}),
        ("ana", "/events/new/", {"starts_at": "2035-03-05T01:00", "ends_at": "2035-03-05T02:00"}),
    ],
)  # fmt: skip
def test_a_day_is_proposed_where_the_person_is(
    cast: Cast, browse: Any, who: str, path: str, expected: dict[str, str]
) -> None:
    person = getattr(cast, who)
    person.timezone = "Asia/Shanghai"
    person.save(update_fields=["timezone"])

    with time_machine.travel(EVENING, tick=False):
        page = browse(person).get(path).content.decode()

    assert {name: filled(page, name) for name in expected} == expected


def test_only_fields_of_the_form_are_proposed(db: None) -> None:
    for entity in all_entities():
        assert set(entity.proposed) <= set(entity.form_fields), entity.slug

"""A changed structure is told by its leaves."""

from __future__ import annotations

import pytest

from tonglu.entities.differences import leaf_text, leaves_changed
from tonglu.entities.fieldtypes import Field, Type
from tonglu.entities.related import Names
from tonglu.entities.timeline import Changed
from tonglu.entities.web.changes import MOST_LEAVES, told
from tonglu.entities.web.tones import pill_class

PLAN = {
    "components": [{"id": "base", "rate": "0.05", "tiers": [[0, 100], [100, None]]}],
    "note": "x",
}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (PLAN, PLAN, []),
        ({"a": 1}, {"a": 2}, [(("a",), 1, 2)]),
        ({"a": 1}, {"b": 1}, [(("b",), None, 1), (("a",), 1, None)]),
        ({"a": [1, 2]}, {"a": [1, 3, 4]}, [(("a", "2"), 2, 3), (("a", "3"), None, 4)]),
        ({"a": {"b": 1}}, {"a": 5}, [(("a",), {"b": 1}, 5)]),
        ({}, {"a": {"b": True}}, [(("a", "b"), None, True)]),
        ({"a": [[1]]}, {}, [(("a", "1", "1"), 1, None)]),
        ({"a": None}, {}, []),
        ({"a": "1"}, {"a": 1}, [(("a",), "1", 1)]),
    ],
)
def test_the_leaves_that_changed(old, new, told):
    assert list(leaves_changed(old, new)) == told


def test_a_rule_that_changed_is_read_by_its_place():
    field = Field(name="definition", label="The plan", type=Type.JSON, path="definition")
    dearer = {**PLAN, "components": [{**PLAN["components"][0], "rate": "0.06"}]}

    assert told([Changed(field=field, old=PLAN, new=dearer)], Names()) == [
        ("The plan › components › 1 › rate", "0.05", "0.06")
    ]
    many = told([Changed(field=field, old=None, new={str(n): n for n in range(1, 31)})], Names())
    assert len(many) == MOST_LEAVES + 1
    assert many[-1][2] == "18 more changes"
    assert leaf_text(False) == "false"
    assert leaf_text([]) == "–"


def test_a_structure_that_has_words_is_told_in_them():
    field = Field(
        name="plans", label="Plans", type=Type.JSON, path="plans", told=lambda v: f"{len(v)} plans"
    )

    assert told([Changed(field=field, old=[], new=[{"id": 1}, {"id": 2}])], Names()) == [
        ("Plans", "–", "2 plans")
    ]


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("state", "paid", "pill pill-success"),
        ("invoice.state", "overdue", "pill pill-danger"),
        ("state", "draft", "pill"),
        ("kind", "paid", "pill"),
    ],
)
def test_only_a_state_has_a_tone(field, value, shown):
    assert pill_class(field, value) == shown

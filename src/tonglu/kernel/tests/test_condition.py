"""Conditions are read strictly, told in both languages, and judged by plain rules about empty fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tonglu.kernel.condition import (
    EVERYTHING,
    OPERATORS,
    Moment,
    condition_fields,
    condition_holds,
    condition_json,
    condition_parse,
    condition_sentence,
    operators_json,
)
from tonglu.kernel.errors import Invalid


@dataclass(frozen=True)
class Described:
    name: str
    type: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    related: str = ""


FIELDS = {
    field.name: field
    for field in (
        Described("name", "text", "Name"),
        Described("amount", "money", "Amount"),
        Described("rate", "percent", "Discount"),
        Described("count", "integer", "Visits"),
        Described("closes", "date", "Close date"),
        Described("touched", "datetime", "Last contact"),
        Described("won", "bool", "Won"),
        Described("stage", "choice", "Stage", (("new", "New"), ("won", "Won"))),
        Described("tags", "multi", "Tags"),
        Described("owner", "fk", "Owner", related="directory.person"),
        Described("account", "fk", "Account", related="customers.account"),
        Described("account.industry", "text", "Account · Industry"),
        Described("custom.size", "decimal", "Size"),
    )
}
NOW = Moment(today=date(2026, 11, 22), zone=ZoneInfo("Asia/Shanghai"), me=7)
EMPTY: dict[str, Any] = {}


def holds(rule: dict[str, Any], row: dict[str, Any], moment: Moment = NOW) -> bool:
    return condition_holds(condition_parse(rule, FIELDS.get), row, moment, lambda r, n: r.get(n))


def rule(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, **({"value": value[0]} if value else {})}


@pytest.mark.parametrize(
    ("asked", "row", "answer"),
    [
        (rule("amount", ">=", "10000"), {"amount": Decimal(10000)}, True),
        (rule("amount", ">", "1万"), {"amount": Decimal("10000.00")}, False),
        (rule("amount", "between", ["5", "10"]), {"amount": Decimal(10)}, True),
        (rule("rate", "<=", "12.5%"), {"rate": Decimal("0.125")}, True),
        (rule("count", "=", 3), {"count": 3}, True),
        (rule("name", "contains", "ACME"), {"name": "The acme firm"}, True),
        (rule("name", "=", "acme"), {"name": "Acme"}, False),
        (rule("name", "starts", "张"), {"name": "张军"}, True),
        (rule("name", "in", ["a", "b"]), {"name": "b"}, True),
        (rule("closes", "within", "this_month"), {"closes": date(2026, 11, 30)}, True),
        (rule("closes", "within", "2026-Q3"), {"closes": date(2026, 11, 30)}, False),
        (rule("closes", "<", "today"), {"closes": date(2026, 11, 21)}, True),
        (rule("closes", ">=", "today-7"), {"closes": date(2026, 11, 15)}, True),
        (rule("won", "=", True), {"won": True}, True),
        (rule("stage", "in", ["new", "won"]), {"stage": "won"}, True),
        (rule("tags", "contains", "vip"), {"tags": ["vip", "old"]}, True),
        (rule("tags", "not_in", ["vip"]), {"tags": ["old"]}, True),
        (rule("owner", "=", "me"), {"owner": 7}, True),
        (rule("owner", "me"), {"owner": 7}, True),
        (rule("owner", "me"), {"owner": 8}, False),
        (rule("owner", "in", ["me", 3]), {"owner": 3}, True),
        (rule("account", "=", 4), {"account": 4}, True),
        (rule("custom.size", ">", "2"), {"custom.size": "2.50"}, True),
        (rule("custom.size", ">", "2"), {"custom.size": "many"}, False),
    ],
)
def test_a_rule_is_judged_for_one_record(
    asked: dict[str, Any], row: dict[str, Any], answer: bool
) -> None:
    assert holds(asked, row) is answer
    assert holds({"not": asked}, row) is not answer


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_every_question_about_an_empty_field_is_answered_no_except_whether_it_is_empty(
    field: str,
) -> None:
    asked = [rule(field, "is_empty"), rule(field, "is_set")]

    assert [holds(one, EMPTY) for one in asked] == [True, False]


@pytest.mark.parametrize(
    "asked",
    [
        rule("name", "!=", "a"),
        rule("amount", "!=", 1),
        rule("stage", "not_in", ["new"]),
        rule("tags", "not_in", ["a"]),
    ],
)
def test_an_empty_field_is_neither_equal_nor_different_and_not_is_plain_negation(
    asked: dict[str, Any],
) -> None:
    assert holds(asked, EMPTY) is False
    assert holds({"not": asked}, EMPTY) is True


def test_a_day_asked_of_a_point_in_time_is_the_whole_day_where_the_person_lives() -> None:
    late = {"touched": datetime(2026, 11, 21, 16, 0, tzinfo=UTC)}

    assert holds(rule("touched", "=", "today"), late)
    assert holds(rule("touched", "<", "2026-11-22T00:00:01+08:00"), late)
    assert not holds(rule("touched", "=", "today"), late, Moment(today=date(2026, 11, 22)))


def test_nobody_is_me_when_the_system_asks() -> None:
    system = Moment(today=date(2026, 11, 22))

    assert not holds(rule("owner", "=", "me"), {"owner": 7}, system)
    assert holds(rule("owner", "!=", "me"), {"owner": 7}, system)


def test_a_field_over_many_rows_passes_when_one_of_them_does() -> None:
    assert holds(rule("account.industry", "=", "retail"), {"account.industry": ("it", "retail")})
    assert holds(rule("account.industry", "is_empty"), {"account.industry": (None, "")})


def test_without_rules_every_record_meets_the_condition() -> None:
    assert condition_parse({}, FIELDS.get) == condition_parse(None, FIELDS.get) == EVERYTHING
    assert holds({}, EMPTY)
    assert condition_sentence(EVERYTHING, FIELDS.get, "zh-hans") == "所有记录"


NESTED = {
    "all": [
        rule("amount", ">=", "10000"),
        {"any": [rule("stage", "=", "won"), rule("owner", "=", "me")]},
        {"not": rule("closes", "within", "last_30_days")},
    ]
}


def test_a_condition_is_read_aloud_in_both_languages() -> None:
    condition = condition_parse(NESTED, FIELDS.get)

    assert condition_sentence(condition, FIELDS.get) == (
        "Amount is at least 10,000 and (Stage is Won or Owner is me) and not (Close date is within last 30 days)"
    )
    assert condition_sentence(condition, FIELDS.get, "zh-hans") == (
        "Amount 大于或等于 10,000，且（Stage 为 Won，或Owner 为 我），且并非（Close date 在期间 最近 30 天）"
    )
    assert condition_fields(condition) == {"amount", "stage", "owner", "closes"}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (rule("rate", "between", ["0.05", "12.5%"]), "Discount is between 5% and 12.5%"),
        (rule("account", "in", [3, "4"]), "Account is one of Firm 3, Firm 4"),
        (rule("closes", ">=", "today-7"), "Close date is on or after 7 days ago"),
        (rule("closes", "=", "2026-03-05"), "Close date is on 5 Mar 2026"),
        (rule("won", "=", False), "Won is no"),
        (rule("name", "is_empty"), "Name is empty"),
        (rule("amount", "<", "-0.5"), "Amount is less than -0.5"),
        (rule("closes", "within", "2026-Q1"), "Close date is within Q1 2026"),
    ],
)
def test_values_are_named_in_the_sentence(asked: dict[str, Any], sentence: str) -> None:
    condition = condition_parse(asked, FIELDS.get)

    told = condition_sentence(condition, FIELDS.get, name_of=lambda _, pk: f"Firm {pk}")

    assert told == sentence


def test_what_is_written_is_read_back_the_same() -> None:
    condition = condition_parse(NESTED, FIELDS.get)

    assert condition_parse(condition_json(condition), FIELDS.get) == condition
    assert condition_json(condition) == NESTED


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ([], ""),
        ("amount > 1", ""),
        ({"field": "password", "op": "=", "value": "x"}, "field"),
        ({"field": "owner__password", "op": "=", "value": "x"}, "field"),
        ({"field": ["name"], "op": "=", "value": "x"}, "field"),
        ({"field": "name", "op": "regex", "value": "x"}, "op"),
        ({"field": "name", "op": ["="], "value": "x"}, "op"),
        ({"field": "name", "op": "=", "value": ""}, "value"),
        ({"field": "name", "op": "=", "value": "a\0b"}, "value"),
        ({"field": "name", "op": "=", "value": "\ud800"}, "value"),
        ({"field": "name", "op": "=", "value": "x" * 501}, "value"),
        ({"field": "name", "op": "=", "value": {"a": 1}}, "value"),
        ({"field": "name", "op": "=", "value": "x", "or": 1}, ""),
        ({"field": "name", "op": "is_empty", "value": "x"}, "value"),
        ({"field": "amount", "op": "=", "value": "1e9"}, "value"),
        ({"field": "amount", "op": "=", "value": True}, "value"),
        ({"field": "amount", "op": "=", "value": float("nan")}, "value"),
        ({"field": "amount", "op": "=", "value": "9" * 20}, "value"),
        ({"field": "amount", "op": "between", "value": ["1"]}, "value"),
        ({"field": "count", "op": "=", "value": "1.5"}, "value"),
        ({"field": "closes", "op": "=", "value": "2026-02-30"}, "value"),
        ({"field": "closes", "op": "=", "value": "9999-12-31"}, "value"),
        ({"field": "closes", "op": "within", "value": "someday"}, "value"),
        ({"field": "closes", "op": "within", "value": 7}, "value"),
        ({"field": "touched", "op": "<", "value": "2026-01-01T10:00:00"}, "value"),
        ({"field": "won", "op": "=", "value": "true"}, "value"),
        ({"field": "stage", "op": "=", "value": "lost"}, "value"),
        ({"field": "account", "op": "=", "value": "me"}, "value"),
        ({"field": "account", "op": "=", "value": "1 OR 1=1"}, "value"),
        ({"field": "name", "op": "in", "value": ["x"] * 201}, "value"),
        ({"field": "name", "op": "in", "value": []}, "value"),
        ({"any": []}, "any"),
        ({"all": {"field": "name"}}, "all"),
        ({"all": [{"not": {"field": "nope", "op": "="}}]}, "all[0].not.field"),
        ({"all": [rule("name", "is_set")] * 101}, "all"),
        ({"all": [{"all": [rule("name", "is_set")] * 60}] * 2}, ""),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_way_out(data: Any, place: str) -> None:
    with pytest.raises(Invalid) as refusal:
        condition_parse(data, FIELDS.get)

    assert list(refusal.value.errors) == [place]
    assert refusal.value.errors[place][0].next_step
    assert "%(" not in refusal.value.sentences()[place][0]


def test_all_mistakes_are_reported_at_once() -> None:
    data = {"all": [rule("nope", "="), rule("amount", "=", "x"), rule("name", "=", "ok")]}

    with pytest.raises(Invalid) as refusal:
        condition_parse(data, FIELDS.get)

    assert list(refusal.value.errors) == ["all[0].field", "all[1].value"]
    assert str(refusal.value) == "There is no field “nope” to ask about."


def test_groups_may_only_be_nested_so_deep() -> None:
    deep: Any = rule("name", "is_set")
    for _ in range(5000):
        deep = {"not": deep}

    with pytest.raises(Invalid, match="too deeply"):
        condition_parse(deep, FIELDS.get)


def test_the_builder_gets_every_operator_in_both_languages() -> None:
    table = operators_json()

    assert table.keys() == OPERATORS.keys()
    assert table["date"][0] == {
        "op": "within",
        "value": "period",
        "label": {"en": "is within", "zh-hans": "在期间"},
    }
    assert all(not op["label"]["zh-hans"].isascii() for ops in table.values() for op in ops)

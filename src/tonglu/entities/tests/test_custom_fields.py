"""A field of every type, added by an administrator, works in every door: API, form, list, filter, file, trail, in both languages.

Planted mutants: `stored` keeping a date as it came; a custom field missing from the filter's columns.
"""

from __future__ import annotations

import json
from re import fullmatch
from typing import Any

import pytest

from tonglu.audit.selectors import history
from tonglu.customers.models import Account
from tonglu.entities.custom import custom_fields
from tonglu.entities.fields import fields_of
from tonglu.entities.models import CustomField
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_create
from tonglu.entities.testing import api
from tonglu.entities.testing.files import csv_bytes
from tonglu.entities.transfer.exporting import ExportRows
from tonglu.entities.transfer.plans import ColumnPlan, ImportPlan
from tonglu.entities.transfer.reading import table_read
from tonglu.entities.transfer.run import import_run
from tonglu.entities.web.controls import controls_of
from tonglu.policy import actor_of
from tonglu.policy.testing import Cast

KIND = "customers.account"
OPTIONS = "red = Red = 红\nblue = Blue = 蓝"

TYPES: tuple[tuple[str, Any, Any, Any], ...] = (
    ("text", "Hall 4", "Hall 4", ""),
    ("longtext", "Two\nlines", "Two\nlines", ""),
    ("integer", 7, 7, "seven"),
    ("decimal", "2.5", "2.5", "x"),
    ("money", "1200.50", "1200.50", "1.234"),
    ("percent", "0.125", "0.125", "many"),
    ("date", "2031-01-31", "2031-01-31", "2031-02-31"),
    ("datetime", "2031-01-31T09:00:00Z", None, "soon"),
    ("bool", True, True, ""),
    ("choice", "red", "red", "green"),
    ("multi", ["red", "blue"], ["red", "blue"], ["green"]),
    ("email", "li@acme.example", "li@acme.example", "li"),
    ("phone", "021 5555", "021 5555", ""),
    ("url", "https://acme.example", "https://acme.example", "not a url"),
)
"""Type, what is sent, what is read back (None: some form of it), and what is refused ("" when anything is text)."""


@pytest.fixture
def defined(cast: Cast, actor: Any) -> dict[str, str]:
    """One field of each type on accounts, by type, and one that points at a product category."""
    for type_, *_rest in TYPES:
        _field(actor(cast.ada), type_)
    _field(actor(cast.ada), "fk", related="customers.industry")
    return {type_: f"x_{type_}" for type_ in [*(t for t, *_ in TYPES), "fk"]}


def _field(admin: Any, type_: str, **more: Any) -> None:
    options = OPTIONS if type_ in {"choice", "multi"} else ""
    values = {
        "kind": KIND,
        "key": f"x_{type_}",
        "label": f"Extra {type_}",
        "label_zh": f"附加 {type_}",
        "type": type_,
        "options": options,
        **more,
    }
    record_create(actor=admin, model=CustomField, values=values)


@pytest.fixture
def filled(cast: Cast, browse: Any, defined: dict[str, str]) -> Any:
    """An account of Ana's, made by the API, with a value in each field."""
    custom = {defined[type_]: sent for type_, sent, _read, _bad in TYPES}
    answer = api(
        browse(cast.ana),
        "post",
        "accounts",
        {"name": "Acme", "external_id": "A-1", "custom": custom},
    )
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_what_was_sent_is_read_back(filled: Any, defined: dict[str, str]) -> None:
    for type_, _sent, read, _bad in TYPES:
        value = filled["custom"][defined[type_]]
        assert value == read or (read is None and value), type_


@pytest.mark.parametrize("type_", [type_ for type_, *_rest, bad in TYPES if bad])
def test_nonsense_is_refused_at_its_field(
    cast: Cast, browse: Any, defined: dict[str, str], type_: str
) -> None:
    bad = next(bad for name, _s, _r, bad in TYPES if name == type_)

    answer = api(
        browse(cast.ana), "post", "accounts", {"name": "Bad", "custom": {defined[type_]: bad}}
    )

    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == [f"custom.{defined[type_]}"]
    assert not Account.objects.filter(name="Bad").exists()


@pytest.mark.parametrize("type_", [type_ for type_, *_rest in TYPES])
def test_a_list_shows_and_filters_it(
    cast: Cast, browse: Any, filled: Any, defined: dict[str, str], type_: str
) -> None:
    Account.objects.create(name="Empty", owner=cast.ana, department=cast.east)
    browser, name = browse(cast.ana), f"custom.{defined[type_]}"
    asked = {"filter": json.dumps({"field": name, "op": "is_set"}), "fields": "name"}

    shown = browser.get("/accounts/", {"view": "all", "columns": f"name,{name}"})
    found = browser.get("/api/v1/accounts", asked)
    page = browser.get(f"/accounts/{filled['id']}/edit/")

    assert f"Extra {type_}" in shown.content.decode()
    assert f"Extra {type_}" in page.content.decode()
    assert [row["name"] for row in found.json()["data"]] == ["Acme"], found.content


@pytest.mark.parametrize(
    ("type_", "op", "value", "hits"),
    [
        ("text", "contains", "all", 1),
        ("text", "=", "Hall 5", 0),
        ("integer", ">", 6, 1),
        ("integer", ">", 7, 0),
        ("decimal", "between", ["2.4", "2.6"], 1),
        ("money", ">=", "1200.50", 1),
        ("money", "<", "1200.50", 0),
        ("percent", "<", "0.2", 1),
        ("date", "<", "2031-02-01", 1),
        ("date", ">", "2031-02-01", 0),
        ("bool", "=", True, 1),
        ("bool", "=", False, 0),
        ("choice", "in", ["red", "blue"], 1),
        ("choice", "=", "blue", 0),
        ("multi", "contains", "blue", 1),
        ("email", "contains", "acme", 1),
    ],
)
def test_it_is_compared_by_its_type(
    cast: Cast,
    browse: Any,
    filled: Any,
    defined: dict[str, str],
    type_: str,
    op: str,
    value: Any,
    hits: int,
) -> None:
    condition = json.dumps({"field": f"custom.{defined[type_]}", "op": op, "value": value})

    answer = browse(cast.ana).get("/api/v1/accounts", {"filter": condition})

    assert answer.status_code == 200, answer.content
    assert len(answer.json()["data"]) == hits


def test_a_file_takes_it_out_and_brings_it_back(
    cast: Cast, filled: Any, defined: dict[str, str]
) -> None:
    ana = actor_of(cast.ana)
    names = ["external_id", *(f"custom.{key}" for type_, key in defined.items() if type_ != "fk")]
    rows = ExportRows(ana, entity_of(KIND), f"columns={','.join(names)}", "list")
    content = csv_bytes(rows)
    before = Account.objects.get().custom
    plan = _plan(rows.headers, names)

    unchanged = import_run(actor=ana, plan=plan, table=table_read(content, "a.csv"))
    assert (unchanged.problems, unchanged.updated, unchanged.unchanged) == ([], 0, 1)

    Account.objects.update(custom={})
    brought = import_run(actor=ana, plan=plan, table=table_read(content, "a.csv"))

    assert (brought.problems, brought.updated) == ([], 1)
    assert Account.objects.get().custom == before


def test_a_form_saved_as_it_was_opened_changes_none_of_them(
    cast: Cast, browse: Any, filled: Any, defined: dict[str, str]
) -> None:
    browser, row = browse(cast.ana), Account.objects.get()
    fields = [f for f in fields_of(entity_of(KIND)).values() if f.is_custom]
    held = controls_of(actor_of(cast.ana), entity_of(KIND), fields, row=row)
    posted = {one.field.name: list(one.values) for one in held if one.values}

    for name in posted:
        address = f"/accounts/{row.pk}/fields/{name}/"
        saved = browser.post(address, {"version": row.version, name: posted[name]})
        assert saved.status_code == 200, (name, saved.content)

    assert len(posted) == len(TYPES)
    (moment,) = posted[f"custom.{defined['datetime']}"]
    assert fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", moment), "a browser leaves any other form out"
    assert Account.objects.get().custom == row.custom


def _plan(headers: list[str], names: list[str]) -> ImportPlan:
    columns = tuple(ColumnPlan(field=n, header=h) for n, h in zip(names, headers, strict=True))
    return ImportPlan(kind=KIND, columns=columns)


def test_its_changes_stand_in_the_trail_by_field(
    cast: Cast, browse: Any, filled: Any, defined: dict[str, str]
) -> None:
    browser, key = browse(cast.ana), defined["text"]

    api(browser, "patch", f"accounts/{filled['id']}", {"custom": {key: "Hall 5"}})

    told = api(browser, "get", f"accounts/{filled['id']}/history").json()["data"][0]["changes"]
    assert told == {f"custom.{key}": ["Hall 4", "Hall 5"]}
    assert "Hall 5" in browser.get(f"/accounts/{filled['id']}/timeline/").content.decode()
    assert history(KIND, filled["id"])[0].door == "api"


def test_it_speaks_the_readers_language(cast: Cast, browse: Any, defined: dict[str, str]) -> None:
    browser = browse(cast.ana)

    chinese = browser.get("/accounts/new/", headers={"Accept-Language": "zh-hans"})
    fields = fields_of(entity_of(KIND))

    assert f"custom.{defined['text']}" in fields
    assert "Extra text" in chinese.content.decode() or "附加 text" in chinese.content.decode()


def test_a_field_that_is_required_is_asked_for(cast: Cast, actor: Any, browse: Any) -> None:
    _field(actor(cast.ada), "text", required=True)

    answer = api(browse(cast.ana), "post", "accounts", {"name": "Acme"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "custom.x_text"


def test_a_field_that_points_at_a_record_takes_only_one_that_is_seen(
    cast: Cast, browse: Any, defined: dict[str, str]
) -> None:
    from tonglu.customers.models import Industry

    industry = Industry.objects.create(name="Chemicals")
    browser = browse(cast.ana)

    good = api(browser, "post", "accounts", {"name": "A", "custom": {defined["fk"]: industry.pk}})
    bad = api(browser, "post", "accounts", {"name": "B", "custom": {defined["fk"]: 999_999}})

    assert good.json()["custom"][defined["fk"]] == industry.pk
    assert bad.status_code == 422


def test_only_who_may_define_fields_defines_them(cast: Cast, browse: Any) -> None:
    body = {"kind": KIND, "key": "mine", "label": "Mine", "type": "text"}

    answer = api(browse(cast.ana), "post", "custom-fields", body)

    assert answer.status_code == 404
    assert CustomField.objects.count() == 0


def test_definitions_are_read_once_until_somebody_writes_one_in_whatever_way(
    db: None, django_assert_num_queries: Any
) -> None:
    assert custom_fields(KIND) == {}
    with django_assert_num_queries(1):  # the epochs; nobody has defined a field yet
        assert custom_fields(KIND) == {}

    CustomField.objects.create(kind=KIND, key="hall", label="Hall", type="text")

    assert list(custom_fields(KIND)) == ["custom.hall"]

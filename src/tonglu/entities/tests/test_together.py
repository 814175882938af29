"""Acts on many rows cost a few statements for all of them, and refuse row by row.

Planted mutants: `one_by_one` passed over (main contacts of one account take the place from each other); a new owner not told.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tonglu.customers.models import Account, Contact
from tonglu.entities.bulk import NewRow, records_create
from tonglu.entities.changesets import bulk_trash, bulk_update
from tonglu.entities.registry import entity_of
from tonglu.entities.testing import api
from tonglu.entities.testing.together import left_by
from tonglu.kernel.errors import Denied
from tonglu.marketing.models import Lead
from tonglu.policy import Actor, actor_of
from tonglu.policy.testing import Cast


def _accounts(cast: Cast, count: int) -> list[int]:
    """Accounts of Ana's and Ben's in turn."""
    made = [
        Account.objects.create(
            name=f"Base {n}", owner=(cast.ana, cast.ben)[n % 2], department=cast.east
        )
        for n in range(count)
    ]
    return [row.pk for row in made]


def _bench(person: Any, kind: str) -> Any:
    return SimpleNamespace(actor=actor_of(person, door="page"), entity=entity_of(kind))


@pytest.mark.parametrize("who", ["ana", "lee", "dee", "cy"])
@pytest.mark.parametrize("to", ["ben", "cy"])
def test_rows_are_given_away_the_same_one_by_one_and_together(
    cast: Cast, who: str, to: str
) -> None:
    ids = _accounts(cast, 6)
    ids.append(Account.objects.create(name="Far", owner=cast.cy, department=cast.west).pk)
    bench, given = _bench(getattr(cast, who), "customers.account"), getattr(cast, to)

    single, together = (left_by(bench, ids, {"owner": given.pk}, size) for size in (1, 1000))

    assert together == single
    assert (single["done"] > 0) == (who in {"lee", "dee"} or (who, to) == ("cy", "cy"))


def test_one_of_several_main_contacts_of_an_account_is_left(cast: Cast) -> None:
    (account,) = _accounts(cast, 1)
    made = [
        Contact.objects.create(
            name=f"Li {n}", account_id=account, owner=cast.ana, department=cast.east
        )
        for n in range(3)
    ]
    bench = _bench(cast.ana, "customers.contact")
    ids = [row.pk for row in made]

    single, together = (left_by(bench, ids, {"is_primary": True}, size) for size in (1, 1000))

    assert together == single
    assert [row["is_primary"] for row in together["rows"]] == ["false", "false", "true"]


def _edited(actor: Actor, ids: list[int]) -> int:
    values = {"city": "Wuxi"}
    return bulk_update(actor=actor, model=Account, ids=ids, values=values, title="Edit").done


def _given(actor: Actor, ids: list[int]) -> int:
    values = {"owner": Account.objects.get(pk=ids[1]).owner}
    return bulk_update(actor=actor, model=Account, ids=ids, values=values, title="Give").done


def _trashed(actor: Actor, ids: list[int]) -> int:
    return bulk_trash(actor=actor, model=Account, ids=ids, title="Trash").done


def _called(browser: Any, cast: Cast, count: int) -> int:
    rows = [{"external_id": f"k-{count}-{n}", "name": f"Called {n}"} for n in range(count)]
    sent = {"rows": rows, "match": "external_id"}
    assert api(browser, "post", "accounts/bulk", sent).json()["created"] == count
    for row in rows:
        row["city"] = "Wuxi"
    with CaptureQueriesContext(connection) as asked:
        assert api(browser, "post", "accounts/bulk", sent).json()["updated"] == count
    return len(asked)


@pytest.mark.parametrize("act", [_edited, _given, _trashed])
def test_more_rows_cost_no_more_statements(
    cast: Cast, act: Callable[[Actor, list[int]], int]
) -> None:
    lee, ids = actor_of(cast.lee), _accounts(cast, 44)
    costs = []
    for some in (ids[:4], ids[4:]):
        with CaptureQueriesContext(connection) as asked:
            assert act(lee, some) == len(some)
        costs.append(len(asked))

    assert costs[1] <= costs[0] + 1
    assert costs[1] < 60


def test_a_bulk_call_of_more_rows_costs_no_more_statements(cast: Cast, browse: Any) -> None:
    few, many = (_called(browse(person), cast, n) for person, n in ((cast.ana, 3), (cast.cy, 30)))

    assert many <= few + 1


def test_the_row_that_the_database_refuses_is_named_among_many(cast: Cast, browse: Any) -> None:
    Account.objects.create(name="Unseen", external_id="taken", owner=cast.cy, department=cast.west)
    rows = [{"name": f"New {n}", "external_id": f"k-{n}"} for n in range(20)]
    rows[13]["external_id"] = "taken"
    rows[17]["employees"] = "many"

    answer = api(browse(cast.ana), "post", "accounts/bulk", {"rows": rows})

    assert answer.status_code == 422
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {"rows.13.external_id", "rows.17.employees"}
    assert not Account.objects.filter(external_id="k-0").exists()


def test_a_call_that_makes_nothing_needs_no_right_to_make(cast: Cast) -> None:
    """Who may change records of a kind and make none changes them by the hundred as well."""
    cam = actor_of(cast.cam)

    records_create(actor=cam, model=Account, news=[])

    with pytest.raises(Denied):
        records_create(actor=cam, model=Account, news=[NewRow(place=0, values={"name": "New"})])


@pytest.mark.parametrize("twice", [False, True])
def test_a_bulk_call_changes_none_of_two_with_the_same_key(
    cast: Cast, browse: Any, twice: bool
) -> None:
    """Planted mutant: the last of the namesakes is taken."""
    for city in ("Wuxi", "Suzhou"):
        Account.objects.create(name="Twin", city=city, owner=cast.ana, department=cast.east)
    rows = [{"name": "Twin", "city": "Hefei"}] * (2 if twice else 1)

    sent = {"match": "name", "rows": rows}
    answer = api(browse(cast.ana), "post", "accounts/bulk", sent)

    assert answer.status_code == 422
    assert answer.json()["errors"][0] == {
        "field": "rows.0.name",
        "message": "2 records have this key; make it unique first.",
    }
    assert not Account.objects.filter(city="Hefei").exists()


def test_an_act_that_a_kind_does_not_have_is_answered_with_those_it_has(
    cast: Cast, browse: Any
) -> None:
    (account,) = _accounts(cast, 1)

    refused = api(browse(cast.ana), "post", f"accounts/{account}/close", {}).json()

    assert refused["title"] == "There is no act named close."
    assert refused["next_step"].startswith("Its acts are: ")


def test_what_an_act_asks_from_a_list_is_told_with_the_list(cast: Cast, browse: Any) -> None:
    document = api(browse(cast.ana), "get", "openapi.json").json()

    body = document["paths"]["/leads/{id}/mark_dead"]["post"]["requestBody"]["content"]
    cause = body["application/json"]["schema"]["properties"]["cause"]
    assert cause["title"] == "Cause of death"
    assert set(cause["enum"]) == set(Lead.DeadCause.values)


def test_a_row_that_somebody_saved_meanwhile_is_not_thrown_away(cast: Cast, browse: Any) -> None:
    (account,) = _accounts(cast, 1)
    ana, url = browse(cast.ana), f"/api/v1/accounts/{account}"
    read = ana.get(url).headers["ETag"]
    assert api(ana, "patch", f"accounts/{account}", {"city": "Wuxi"}).status_code == 200

    late = ana.delete(url, headers={"If-Match": read})

    assert (late.status_code, late.json()["code"]) == (409, "stale")
    assert Account.objects.get(pk=account).deleted_at is None
    fresh = ana.get(url).headers["ETag"]
    assert ana.delete(url, headers={"If-Match": fresh}).status_code == 204


def test_the_document_tells_which_calls_take_a_version_or_a_key(cast: Cast, browse: Any) -> None:
    paths = api(browse(cast.ana), "get", "openapi.json").json()["paths"]

    def headers(path: str, method: str) -> set[str]:
        return {p["name"] for p in paths[path][method]["parameters"] if p["in"] == "header"}

    assert headers("/accounts", "post") == {"Idempotency-Key"}
    assert headers("/accounts/{id}", "patch") == headers("/accounts/{id}", "delete") == {"If-Match"}
    assert headers("/leads/{id}/convert", "post") == {"Idempotency-Key", "If-Match"}


def test_a_late_change_is_told_in_the_language_of_the_caller(cast: Cast, browse: Any) -> None:
    (account,) = _accounts(cast, 1)
    ana, late = browse(cast.ana), {"If_Match": '"v9"', "Accept_Language": "zh-hans"}

    refused = api(ana, "patch", f"accounts/{account}", {"city": "Wuxi"}, **late).json()

    assert refused["next_step"] == "请对比两个版本后再保存。"

"""Bulk acts are one thing: bulk edit, import and a bulk call are each taken back as a whole, and only by who may.

Planted mutants: undo walking forwards; `_same` always true (overwrites what somebody changed since).
"""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from tonglu.audit.selectors import history
from tonglu.customers.models import Account
from tonglu.entities.changesets import changeset_undo
from tonglu.entities.models import ChangeSet, SavedView
from tonglu.entities.testing import Untouched, api
from tonglu.entities.transfer.plans import ColumnPlan, ImportPlan
from tonglu.entities.transfer.reading import table_read
from tonglu.entities.transfer.run import import_run
from tonglu.policy import actor_of
from tonglu.policy.testing import Cast

KIND = "customers.account"


@pytest.fixture
def accounts(cast: Cast) -> list[Account]:
    """Three accounts of Ana's in different cities, and one of Cy's."""
    cities = ("Shanghai", "Suzhou", "Wuxi")
    mine = [
        Account.objects.create(
            name=f"Acme {city}", external_id=city, city=city, owner=cast.ana, department=cast.east
        )
        for city in cities
    ]
    Account.objects.create(name="Acme of Cy", city="Ningbo", owner=cast.cy, department=cast.west)
    return mine


def cities() -> dict[str, str]:
    """The city of each account by name."""
    return dict(Account.objects.values_list("name", "city"))


def by_bulk_edit(cast: Cast, browser: Any, rows: list[Account]) -> ChangeSet:
    ids = [str(row.pk) for row in [*rows, Account.objects.get(name="Acme of Cy")]]
    sent = {"ids": ids, "field": "city", "city": "Beijing", "step": "apply", "count": "3"}
    answer = browser.post("/accounts/bulk/edit/", sent)
    assert answer.status_code < 400, answer.content
    return ChangeSet.objects.latest("pk")


def by_import(cast: Cast, browser: Any, rows: list[Account]) -> ChangeSet:
    columns = tuple(ColumnPlan(field=name, header=name) for name in ("external_id", "city", "name"))
    content = "external_id,city,name\n" + "".join(
        f"{r.external_id},Beijing,{r.name}\n" for r in rows
    )
    table = table_read(f"{content}NEW,Beijing,Made by the file\n".encode(), "a.csv")
    report = import_run(
        actor=actor_of(cast.ana), plan=ImportPlan(kind=KIND, columns=columns), table=table
    )
    assert (report.created, report.updated, report.problems) == (1, 3, [])
    assert report.changeset is not None
    return report.changeset


def by_api(cast: Cast, browser: Any, rows: list[Account]) -> ChangeSet:
    sent = [{"external_id": row.external_id, "city": "Beijing"} for row in rows]
    sent.append({"external_id": "NEW", "name": "Made by the call", "city": "Beijing"})
    answer = api(browser, "post", "accounts/bulk", {"rows": sent, "match": "external_id"})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["created"], answer.json()["updated"]) == (1, 3)
    return ChangeSet.objects.get(pk=answer.json()["changeset"])


WAYS = (by_bulk_edit, by_import, by_api)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("door", ["page", "api"])
def test_what_was_done_together_is_undone_together(
    cast: Cast, browse: Any, accounts: list[Account], way: Any, door: str
) -> None:
    before, browser = cities(), browse(cast.ana)
    changeset = way(cast, browser, accounts)
    changed = {name for name, city in cities().items() if city == "Beijing"}
    assert {row.name for row in accounts} <= changed
    assert "Acme of Cy" not in changed

    if door == "page":
        answer = browser.post(f"/accounts/changes/{changeset.pk}/undo/")
    else:
        answer = api(browser, "post", f"changesets/{changeset.pk}/undo", {})

    assert answer.status_code < 400, answer.content
    assert cities() == before
    assert history(KIND, accounts[0].pk)[0].verb == f"{KIND}.undone"


@pytest.mark.parametrize("way", WAYS)
def test_what_somebody_changed_since_is_kept_and_named(
    cast: Cast, browse: Any, accounts: list[Account], way: Any
) -> None:
    browser = browse(cast.ana)
    changeset = way(cast, browser, accounts)
    api(browser, "patch", f"accounts/{accounts[0].pk}", {"city": "Harbin"})

    undone = api(browser, "post", f"changesets/{changeset.pk}/undo", {}).json()

    assert cities()["Acme Shanghai"] == "Harbin"
    assert cities()["Acme Suzhou"] == "Suzhou"
    assert any("Acme Shanghai" in kept for kept in undone["kept"])


def test_what_is_kept_is_named_in_the_language_of_whoever_undoes(
    cast: Cast, actor: Any, browse: Any, accounts: list[Account]
) -> None:
    browser = browse(cast.ana)
    changeset = by_bulk_edit(cast, browser, accounts)
    api(browser, "patch", f"accounts/{accounts[0].pk}", {"city": "Harbin"})

    with translation.override("zh-hans"):
        undone = changeset_undo(actor=actor(cast.ana), changeset=changeset)

    assert undone.kept == ["Acme Shanghai：城市之后被改动过"]


def test_only_its_author_or_an_administrator_undoes_it_and_only_once(
    cast: Cast, browse: Any, accounts: list[Account]
) -> None:
    changeset = by_api(cast, browse(cast.ana), accounts)
    others = [browse(person) for person in (cast.ben, cast.cy, cast.lee, cast.max)]
    untouched = Untouched.now(exact=True)

    for other in others:
        assert api(other, "post", f"changesets/{changeset.pk}/undo", {}).status_code == 404
    untouched.check("somebody else")

    first = api(browse(cast.ada), "post", f"changesets/{changeset.pk}/undo", {})
    again = api(browse(cast.ana), "post", f"changesets/{changeset.pk}/undo", {})
    assert (first.status_code, again.status_code) == (200, 422)


def test_one_bad_row_refuses_a_bulk_call_and_names_its_place(
    cast: Cast, browse: Any, accounts: list[Account]
) -> None:
    rows = [{"name": "Good"}, {"name": "", "city": "X"}, {"name": "Good too", "nonsense": 1}]
    browser = browse(cast.ana)
    untouched = Untouched.now(exact=True)

    answer = api(browser, "post", "accounts/bulk", {"rows": rows})

    assert answer.status_code == 422
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {"rows.1.name", "rows.2.nonsense"}
    untouched.check("a refused bulk call")


def test_two_browsers_save_one_record_and_the_second_sees_both_versions(
    cast: Cast, browse: Any, accounts: list[Account]
) -> None:
    url, first, second = f"/accounts/{accounts[0].pk}/edit/", browse(cast.ana), browse(cast.lee)
    sent = {"name": "Acme Shanghai", "city": "Beijing", "version": "1"}
    assert first.post(url, sent).status_code == 302
    untouched = Untouched.now(exact=True)

    stale = second.post(url, {**sent, "city": "Harbin"})

    assert stale.status_code == 409
    text = stale.content.decode()
    assert "Harbin" in text
    assert "Beijing" in text
    untouched.check("a stale save")


def test_a_private_view_is_its_owners_and_a_shared_one_everybodys(
    cast: Cast, browse: Any, accounts: list[Account]
) -> None:
    ana, ben = browse(cast.ana), browse(cast.ben)
    ana.post("/accounts/views/new/?f.city=Suzhou", {"title": "Suzhou only"})
    mine = SavedView.objects.get()
    assert "Suzhou only" in ana.get("/accounts/").content.decode()
    assert "Suzhou only" not in ben.get("/accounts/").content.decode()
    shown = ana.get(f"/accounts/?view=s{mine.pk}").content.decode()
    assert "Acme Suzhou" in shown
    assert "Acme Wuxi" not in shown

    for url in (f"/accounts/views/{mine.pk}/", f"/accounts/views/{mine.pk}/delete/"):
        assert ben.post(url, {"title": "Taken"}).status_code in {403, 404}
    assert SavedView.objects.get().title == "Suzhou only"

    SavedView.objects.update(shared=True)
    assert "Suzhou only" in ben.get("/accounts/").content.decode()
    assert "Acme Suzhou" not in ben.get(f"/accounts/?view=s{mine.pk}").content.decode()

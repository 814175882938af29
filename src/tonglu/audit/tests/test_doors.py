"""Every door leaves its entry: page, API, import, job and plain SQL. Planted mutant: dropping an audit trigger fails all."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tonglu.audit.selectors import history
from tonglu.customers.models import Account
from tonglu.entities.services import record_create, record_update
from tonglu.entities.testing import api
from tonglu.entities.transfer.plans import ColumnPlan, ImportPlan
from tonglu.entities.transfer.reading import table_read
from tonglu.entities.transfer.run import import_run
from tonglu.policy import Actor
from tonglu.policy.testing import Cast

KIND = "customers.account"


@pytest.fixture
def account(cast: Cast) -> Account:
    """Ana's account."""
    values = {"name": "Acme", "external_id": "A-1", "city": "Shanghai", "owner": cast.ana}
    made: Account = record_create(actor=Actor.system("cli"), model=Account, values=values)
    return made


def by_page(cast: Cast, account: Account, browser: Client) -> None:
    browser.post(f"/accounts/{account.pk}/fields/city/", {"city": "Suzhou", "version": "1"})


def by_api(cast: Cast, account: Account, browser: Client) -> None:
    api(browser, "patch", f"accounts/{account.pk}", {"city": "Suzhou"})


def by_import(cast: Cast, account: Account, browser: Client) -> None:
    from tonglu.policy import actor_of

    plan = ImportPlan(
        kind=KIND,
        columns=(
            ColumnPlan(field="external_id", header="id"),
            ColumnPlan(field="city", header="city"),
        ),
    )
    import_run(
        actor=actor_of(cast.ana), plan=plan, table=table_read(b"id,city\nA-1,Suzhou\n", "a.csv")
    )


def by_job(cast: Cast, account: Account, browser: Client) -> None:
    record_update(actor=Actor.system("job"), row=account, values={"city": "Suzhou"})


def by_sql(cast: Cast, account: Account, browser: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_account SET city = 'Suzhou' WHERE id = %s", [account.pk])


def by_queryset(cast: Cast, account: Account, browser: Client) -> None:
    Account.objects.filter(pk=account.pk).update(city="Suzhou")


@pytest.mark.parametrize(
    ("change", "door", "person"),
    [
        (by_page, "page", "ana"),
        (by_api, "api", "ana"),
        (by_import, "import", "ana"),
        (by_job, "job", None),
        (by_sql, "sql", None),
        (by_queryset, "sql", None),
    ],
)
def test_a_change_is_recorded_under_its_door(
    cast: Cast, browse: Any, account: Account, change: Any, door: str, person: str | None
) -> None:
    before = len(history(KIND, account.pk))

    change(cast, account, browse(cast.ana))

    entries = history(KIND, account.pk)
    assert len(entries) == before + 1
    assert entries[0].changes == {"city": ("Shanghai", "Suzhou")}
    assert (entries[0].door, entries[0].act) == (door, "U")
    assert entries[0].actor_id == (getattr(cast, person).pk if person else None)


def test_a_row_removed_in_sql_leaves_what_it_held(cast: Cast, account: Account) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_account WHERE id = %s", [account.pk])

    entry = history(KIND, account.pk)[0]
    assert (entry.act, entry.door, entry.changes["name"]) == ("D", "sql", ("Acme", None))


@pytest.mark.parametrize(
    ("path", "sent", "change"),
    [
        ("/me/preferences", {"theme": "dark"}, {"theme": ("auto", "dark")}),
        ("/me/preferences", {"density": "compact"}, {"density": ("comfortable", "compact")}),
    ],
)
def test_what_a_person_sets_for_themselves_is_theirs(
    cast: Cast, browse: Any, path: str, sent: dict[str, str], change: dict[str, tuple[str, str]]
) -> None:
    """Planted mutant: without `OwnAccountMiddleware` it is somebody's SQL."""
    browse(cast.ana).post(path, sent)

    entry = history("directory.person", cast.ana.pk)[0]
    assert (entry.actor_id, entry.door) == (cast.ana.pk, "page")
    assert change.items() <= entry.changes.items()


def test_who_signs_in_is_named(cast: Cast, browse: Any) -> None:
    before = len(history("directory.person", cast.ana.pk))

    browse(cast.ana)

    entries = history("directory.person", cast.ana.pk)
    assert len(entries) == before + 1
    assert (entries[0].actor_id, list(entries[0].changes)) == (cast.ana.pk, ["last_login"])


def test_a_change_of_oneself_that_fails_leaves_nothing(
    cast: Cast, browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        cast.ana.theme = "dark"
        cast.ana.save(update_fields=["theme"])
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("tonglu.directory.services.person_preferences_set", broken)
    client = browse(cast.ana)
    client.raise_request_exception = False

    client.post("/me/preferences", {"theme": "dark"})

    cast.ana.refresh_from_db()
    assert cast.ana.theme == "auto"

"""The trail: found by who, what, how and when; a page at a time; never more of a record than its reader may see."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection

from tonglu.administration.trail import TrailQuery, trail_page, trail_rows
from tonglu.audit.models import Check, Entry
from tonglu.audit.services import audit_seal
from tonglu.customers.models import Account
from tonglu.entities.services import record_create, record_update
from tonglu.policy import Actor, presets
from tonglu.policy.presets import policy_load_sample
from tonglu.toolkit.files import file_open
from tonglu.toolkit.models import Work

CANARY = "Canary Foundry 9431"


@pytest.fixture
def trail(cast: Any, actor: Any) -> Any:
    """Ana made an account and renamed it through the API; the system made one of Cy's."""
    row = record_create(actor=actor(cast.ana), model=Account, values={"name": "Acme"})
    record_update(actor=actor(cast.ana, "api"), row=row, values={"name": "Acme Pumps"})
    values = {"name": CANARY, "owner": cast.cy}
    record_create(actor=Actor.system("job"), model=Account, values=values)
    return row


@pytest.mark.parametrize("name", ["ana", "lee", "max", "fay", "sid", "hue"])
def test_the_trail_is_for_whoever_was_given_it(trail, cast, browse, name):
    client = browse(getattr(cast, name))
    newest = Entry.objects.first().pk

    pages = ("/audit/", f"/audit/{newest}/", "/audit/people/")
    assert [client.get(page).status_code for page in pages] == [403] * 3
    assert client.post("/audit/verify/").status_code == 403
    assert client.post("/audit/export/").status_code == 403
    assert not Work.objects.exists()


def test_an_analyst_reads_it_once_the_policy_says_so_but_may_not_verify(trail, cast, browse):
    presets.grant("analyst", "audit", "read", "all")
    policy_load_sample()
    client = browse(cast.ali)

    page = client.get("/audit/?kind=customers.account")

    assert page.status_code == 200
    assert b"audit/verify/" not in page.content
    assert client.post("/audit/verify/").status_code == 403


def test_it_is_searched_by_person_kind_record_verb_door_and_day(trail, cast):
    kind = "customers.account"
    verb = f"{kind}.changed"
    found = {
        "person": {"person": str(cast.ana.pk)},
        "record": {"kind": kind, "row": str(trail.pk)},
        "verb": {"kind": kind, "verb": verb},
        "door": {"kind": kind, "door": "job"},
        "tomorrow": {"kind": kind, "since": "2999-01-01"},
        "nonsense": {"kind": kind, "row": "x", "since": "x", "person": "9" * 30},
    }

    counts = {name: len(trail_page(TrailQuery.of(given)).entries) for name, given in found.items()}

    assert counts["person"] == counts["record"] >= 2
    assert (counts["verb"], counts["door"], counts["tomorrow"]) == (1, 1, 0)
    assert counts["nonsense"] == Entry.objects.filter(kind=kind).count()


def test_pages_follow_each_other_without_gap_or_repetition(trail, cast):
    everything = list(Entry.objects.order_by("-at", "-id").values_list("pk", flat=True))

    walked, cursor = [], ""
    while True:
        page = trail_page(TrailQuery(), cursor, most=3)
        walked += [entry.pk for entry in page.entries]
        cursor = page.next
        if not cursor:
            break

    assert walked == everything


@pytest.mark.parametrize(
    "query",
    [{}, {"person": "1"}, {"kind": "a.b"}, {"verb": "a.b.changed"}, {"door": "api"}, {"since": "2026-01-01", "until": "2026-01-31"}],
)  # fmt: skip
def test_every_search_walks_an_index_and_sorts_no_table(cast, query):
    """As a million rows would show it: no plan reads the table from end to end."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        sql, values = _rows(query)
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "Index Scan" in plan
    assert "Seq Scan" not in plan
    assert "Sort Key" not in plan or "Presorted Key" in plan


def _rows(query: dict[str, str]) -> tuple[str, Any]:
    return trail_rows(TrailQuery.of(query))[:51].query.sql_with_params()


def test_an_opened_entry_tells_old_and_new(trail, cast, browse):
    changed = Entry.objects.get(verb="customers.account.changed")

    text = browse(cast.ada).get(f"/audit/{changed.pk}/").content.decode()

    assert "Acme Pumps" in text
    assert "<del>Acme</del>" in text
    assert "API" in text


def test_a_record_out_of_reach_stays_closed_though_its_entry_shows(trail, cast, browse):
    """The managing director may read the trail here, but suppliers stand behind the wall of procurement."""
    from tonglu.supply.models import Supplier

    values = {"name": CANARY, "owner": cast.pat}
    record_create(actor=Actor.system("job"), model=Supplier, values=values)
    entry = Entry.objects.filter(kind="supply.supplier").latest("id")
    client = browse(cast.ada)

    listed = client.get("/audit/?kind=supply.supplier").content.decode()
    opened = client.get(f"/audit/{entry.pk}/").content.decode()

    assert "out of your reach" in listed
    assert "out of your reach" in opened
    assert CANARY not in listed + opened


def test_a_hidden_field_is_not_in_the_entry(trail, cast, browse):
    presets.field("administrator", "customers.account", "name", "hidden")
    policy_load_sample()
    changed = Entry.objects.get(verb="customers.account.changed")

    text = browse(cast.ada).get(f"/audit/{changed.pk}/").content.decode()

    assert "No field you may read was changed." in text
    assert "<del>Acme</del>" not in text


def test_the_list_costs_the_same_for_any_number_of_entries(
    trail, cast, browse, actor, django_assert_max_num_queries
):
    for number in range(60):
        record_create(actor=actor(cast.ana), model=Account, values={"name": f"A{number}"})
    client = browse(cast.ada)

    with django_assert_max_num_queries(15):
        assert client.get("/audit/?kind=customers.account").status_code == 200


def test_verifying_the_chain_shows_whether_it_is_whole(trail, cast, browse, worker):
    client = browse(cast.ada)

    client.post("/audit/verify/")
    worker()

    check = Check.objects.get()
    assert (check.actor_name, check.broken_at) == ("Ada", None)
    assert check.seq == Entry.objects.exclude(seq=None).count() > 0
    assert "whole" in client.get("/audit/").content.decode()


def test_a_tampered_entry_shows_on_the_page(trail, cast, browse, worker):
    audit_seal()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_entry SET actor_name = 'Nobody' WHERE seq = 3")
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
    client = browse(cast.ada)

    client.post("/audit/verify/")
    worker()

    assert "broken at entry 3" in client.get("/audit/").content.decode()


def test_the_export_holds_what_its_reader_may_see_and_is_noted(trail, cast, browse, worker):
    client = browse(cast.ada)

    client.post("/audit/export/", {"kind": "customers.account"})
    worker()

    work = Work.objects.get()
    with file_open(work.file) as file:
        rows = list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))
    renamed = [(r["Field"], r["Before"], r["After"]) for r in rows if r["Before"]]
    assert ("Name", "Acme", "Acme Pumps") in renamed
    assert {r["Kind of record"] for r in rows} == {"account"}
    assert Entry.objects.get(verb="audit.exported").actor_id == cast.ada.pk

"""The pages of the policy: who may open them, what they change, and what the answer page gives away."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from tonglu.directory.models import Territory
from tonglu.policy import presets
from tonglu.policy.compiled import policy_in_force
from tonglu.policy.models import PolicyVersion, State
from tonglu.policy.presets import policy_load_sample

from .conftest import KIND

PAGES = ("/policy/", "/policy/walls/", "/policy/versions/", "/policy/preview/", "/policy/people/")
WRITES = ("/policy/rules/", "/policy/fields/set/", "/policy/walls/", "/policy/issue/", "/policy/discard/")  # fmt: skip


@pytest.fixture
def issued(rows):
    """Salespeople see their own; directors may read the policy, administrators manage it."""
    presets.grant("salesperson", KIND, ("read", "update"), "own", fields={"code": "hidden"})
    presets.grant("team_leader", KIND, "read", "team")
    presets.grant("managing_director", "policy", "read", "all")
    presets.wall("people", ["directory.person"], ["hr"])
    return policy_load_sample()


@pytest.mark.parametrize("path", PAGES)
def test_only_who_may_read_the_policy_opens_its_pages(issued, cast, browse, path):
    assert browse(cast.ada).get(path).status_code == 200
    assert browse(cast.max).get(path).status_code == 200
    assert browse(cast.ana).get(path).status_code == 403


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("name", ["ana", "max"])
def test_reading_the_policy_is_not_managing_it(issued, cast, browse, path, name):
    before = list(PolicyVersion.objects.values())
    form = {
        "role": "salesperson", "kind": KIND, "act": "read", "reach": "all", "field": "code",
        "level": "write", "name": "people", "kinds": [KIND], "roles": [], "note": "mine",
    }  # fmt: skip

    response = browse(getattr(cast, name)).post(path, form)

    assert response.status_code == 403
    assert list(PolicyVersion.objects.values()) == before


def test_a_changed_cell_begins_a_draft_and_holds_once_it_is_issued(issued, cast, browse, seen):
    ada = browse(cast.ada)
    cell = {"role": "salesperson", "kind": KIND, "act": "read", "reach": "team"}

    answer = ada.post("/policy/rules/", cell, headers={"HX-Request": "true"})
    assert "Draft of version" in answer.content.decode()
    assert seen(cast.ana) == "ana"
    ada.post("/policy/issue/", {"note": "Teams share"})

    assert seen(cast.ana) == "ana ben lee"
    version = PolicyVersion.objects.first()
    assert (version.note, version.issued_by) == ("Teams share", cast.ada)


def test_a_version_may_be_issued_for_a_later_day_but_not_an_earlier_one(issued, cast, browse):
    ada, today = browse(cast.ada), timezone.localdate()
    ada.post("/policy/rules/", {"role": "analyst", "kind": KIND, "act": "read", "reach": "all"})

    past = ada.post("/policy/issue/", {"note": "x", "effective_on": today - dt.timedelta(days=1)})
    assert past.status_code == 422
    ada.post("/policy/issue/", {"note": "x", "effective_on": today + dt.timedelta(days=7)})

    assert PolicyVersion.objects.first().state == State.ISSUED
    assert policy_in_force().number == issued.number


def test_issuing_shows_what_changes_in_words(issued, cast, browse):
    ada = browse(cast.ada)
    ada.post("/policy/rules/", {"role": "salesperson", "kind": KIND, "act": "read", "reach": "all"})
    ada.post(
        "/policy/fields/set/",
        {"role": "salesperson", "kind": KIND, "field": "code", "level": "read"},
    )
    ada.post("/policy/walls/", {"name": "people", "kinds": [], "roles": []})

    page = ada.get("/policy/issue/").content.decode()

    for words in ("Territories: read", "Territories: Code", "Wall around people", "Salesperson"):
        assert words in page


def test_the_preview_shows_what_somebody_would_see_but_names_only_what_the_viewer_may_see(
    issued, cast, browse
):
    ada = browse(cast.ada)
    ada.post("/policy/rules/", {"role": "salesperson", "kind": KIND, "act": "read", "reach": "all"})

    page = ada.get("/policy/preview/", {"person": cast.ana.pk})
    sight = next(s for s in page.context["sights"] if s.kind == KIND)

    assert (sight.now, sight.then, sight.gained, sight.changed) == (1, 6, (), True)


def test_the_matrix_takes_a_bounded_number_of_queries(issued, cast, browse, django_assert_max_num_queries):  # fmt: skip
    client = browse(cast.ada)
    client.get("/policy/")

    with django_assert_max_num_queries(12):
        client.get("/policy/")


def test_the_answer_page_tells_the_owner_why(issued, cast, rows, browse):
    page = browse(cast.ana).get(f"/why/{KIND}/{rows['ana'].pk}/")

    text = page.content.decode()
    assert page.status_code == 200
    assert "with reach “own”, which includes this record" in text
    assert "Lee" in text
    assert re.search(
        r"May be changed</strong>(?:<span[^>]*>[^<]*</span>\s*)*<span[^>]*>Name</span>", text
    )
    assert re.search(r"Filled in by Tonglu itself</strong>[^\n]*>Created</span>", text)
    assert not re.search(r">Code</span>", text)


def test_an_invisible_record_and_a_missing_one_are_answered_alike(issued, cast, rows, browse):
    ana = browse(cast.ana)
    Territory.objects.filter(pk=rows["cy"].pk).update(name="Secret Bay")

    hidden = ana.get(f"/why/{KIND}/{rows['cy'].pk}/")
    missing = ana.get(f"/why/{KIND}/987654321/")

    assert (hidden.status_code, missing.status_code) == (404, 404)
    texts = [
        page.content.decode().replace(str(rows["cy"].pk), "").replace("987654321", "")
        for page in (hidden, missing)
    ]
    assert "Secret Bay" not in texts[0]
    assert not re.search(r"\bCy\b", texts[0])
    assert _without_nonces(texts[0]) == _without_nonces(texts[1])


def test_only_who_reads_the_policy_asks_for_another(issued, cast, rows, browse):
    address = f"/why/{KIND}/{rows['ana'].pk}/?person={cast.cy.pk}"

    assert browse(cast.ana).get(address).context["person"] is None
    answer = browse(cast.max).get(address)
    assert answer.context["person"] == cast.cy


@pytest.mark.parametrize("kind", ["policy", "no.such", "auth.user", "directory.role"])
def test_an_unknown_kind_is_not_found(issued, cast, browse, kind):
    assert browse(cast.ada).get(f"/why/{kind}/1/").status_code == 404


def test_people_are_found_by_a_part_of_their_name(issued, cast, browse):
    found = browse(cast.ada).get("/policy/people/", {"q": "an"}).json()["results"]

    assert [one["label"] for one in found] == ["Ana"]


def _without_nonces(text):
    return re.sub(r'(X-CSRFToken": "|value="|nonce="|<code>)[^"<]*', "", text)


def test_rules_of_one_department_are_told_in_words(issued, cast, browse):
    page = browse(cast.ada)
    page.post(
        "/policy/rules/",
        {"role": "hr", "kind": KIND, "act": "read", "department": cast.east.pk, "reach": "team"},
    )

    text = page.get("/policy/?role=hr").content.decode()

    listed = text.partition('id="limited-title"')[2].partition("</ul>")[0]
    assert cast.east.label in listed
    assert "Territories: read" in listed
    assert "· team" not in listed
    assert KIND not in re.sub(r'value="[^"]*"', "", listed)


def test_the_note_of_the_sample_is_told_in_the_readers_language(issued, cast, browse):
    client = browse(cast.ada)
    type(cast.ada).objects.filter(pk=cast.ada.pk).update(language="zh-hans")

    text = client.get("/policy/versions/").content.decode()

    assert "系统自带的示例权限" in text
    assert "Sample policy" not in text

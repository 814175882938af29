"""Two contacts that are one person: values chosen side by side, everything moved, and taken back as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from tonglu.collaboration.models import FollowUp
from tonglu.customers.models import Contact
from tonglu.customers.tests.made import account_of
from tonglu.entities.models import ChangeSet
from tonglu.entities.services import record_create


@pytest.fixture
def people(cast: Any, actor: Any) -> tuple[Contact, Contact]:
    """Li Wei, once with a mobile and a boss, once with an e-mail and a follow-up."""
    ana, account = actor(cast.ana), account_of(cast)
    first = record_create(
        actor=ana,
        model=Contact,
        values={"name": "Li Wei", "account": account, "mobile": "13800138000", "title": "Buyer"},
    )
    second = record_create(
        actor=ana,
        model=Contact,
        values={
            "name": "Li Wei",
            "account": account,
            "email": "li@acme.example",
            "title": "Head buyer",
            "reports_to": first,
        },
    )
    return first, second


def test_the_record_shows_its_near_duplicate_with_the_way_to_merge(
    people: Any, cast: Any, browse: Any
) -> None:
    first, second = people
    url = f"/contacts/{first.pk}/panels/similar/"

    mine = browse(cast.ana).get(url).content.decode()
    reader = browse(cast.fay).get(url).content.decode()

    assert f"/contacts/{first.pk}/merge/{second.pk}/" in mine
    assert "Li Wei" in reader
    assert "/merge/" not in reader


def test_values_are_chosen_side_by_side_and_the_merge_is_undone_as_a_whole(
    people: Any, cast: Any, actor: Any, browse: Any
) -> None:
    first, second = people
    ana, url = browse(cast.ana), f"/contacts/{first.pk}/merge/{second.pk}/"
    ana.post(f"/on/contacts/{second.pk}/log/", {"kind": "call", "text": "Asked for a price"})
    page = ana.get(url).content.decode()

    answer = ana.post(
        url, {"take-title": "mine", "take-email": "theirs", "take-reports_to": "theirs"}
    )

    first.refresh_from_db()
    second.refresh_from_db()
    assert 'name="take-email" value="theirs" checked' in page
    assert 'name="take-title" value="mine" checked' in page
    assert (first.title, first.email, first.mobile) == ("Buyer", "li@acme.example", "13800138000")
    assert (first.reports_to, second.deleted_at is None) == (None, False)
    assert FollowUp.objects.get().target_id == first.pk
    assert answer.url.startswith(f"/contacts/changes/{ChangeSet.objects.get().pk}/")
    ana.post(f"/contacts/changes/{ChangeSet.objects.get().pk}/undo/")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.email, second.deleted_at, second.reports_to) == ("", None, first)
    assert FollowUp.objects.get().target_id == second.pk


def test_a_stranger_merges_nothing_and_the_api_fills_the_gaps(
    people: Any, cast: Any, browse: Any
) -> None:
    first, second = people
    url = f"/contacts/{first.pk}/merge/{second.pk}/"
    api = f"/api/v1/contacts/{second.pk}/merge"
    body = {"content_type": "application/json", "data": {"into": first.pk}}

    refused = [browse(cast.cy).post(url).status_code, browse(cast.fay).post(url).status_code]
    foreign = browse(cast.cy).post(api, **body).status_code
    untouched = Contact.objects.filter(deleted_at__isnull=True).count()
    done = browse(cast.ana).post(api, **body)

    first.refresh_from_db()
    assert (refused, foreign, untouched) == ([404, 403], 404, 2)
    assert done.status_code == 200
    assert (first.email, first.title) == ("li@acme.example", "Buyer")

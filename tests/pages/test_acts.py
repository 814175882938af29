"""Verbs, bulk acts, boards and lookups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tonglu.customers.models import Account, Contact
from tonglu.entities.models import ChangeSet
from tonglu.entities.registry import all_entities, entity_of
from tonglu.entities.transfer.exporting import ExportRows
from tonglu.sales.models import Opportunity

HTMX = {"HX-Request": "true", "HX-Target": "modal"}
DEALS = "/opportunities/"


def test_an_act_that_lacks_something_keeps_what_was_typed(
    selling: Any, browse: Any, deal: Any
) -> None:
    answer = browse(selling.ana).post(
        f"{DEALS}{deal.pk}/verbs/lose/", {"note": "Too dear"}, headers=HTMX
    )

    assert answer.status_code == 422
    assert "Too dear" in answer.content.decode()
    assert Opportunity.objects.get().is_open


def test_an_act_is_done_and_leads_back_to_the_record(selling: Any, browse: Any, deal: Any) -> None:
    from tonglu.sales.models import WinLossReason

    reason = WinLossReason.objects.filter(outcome="lost").first()

    answer = browse(selling.ana).post(f"{DEALS}{deal.pk}/verbs/lose/", {"reason": reason.pk})

    assert answer.url == f"{DEALS}{deal.pk}/"
    assert not Opportunity.objects.get().is_open


def test_a_button_that_may_not_be_pressed_says_why(selling: Any, browse: Any, deal: Any) -> None:
    page = browse(selling.ana).get(f"{DEALS}{deal.pk}/").content.decode()

    assert 'data-reason="The deal is open.' in page


def test_an_act_on_an_older_version_is_refused(selling: Any, browse: Any, deal: Any) -> None:
    url = f"{DEALS}{deal.pk}/"
    ana = browse(selling.ana)
    ana.post(f"{url}fields/amount/", {"amount": "1"})

    answer = ana.post(f"{url}verbs/lose/", {"reason": "1", "version": deal.version})

    assert answer.status_code in {409, 422}
    assert Opportunity.objects.get().is_open


def test_a_bulk_change_is_previewed_done_and_undone_as_a_whole(
    selling: Any, browse: Any, make_deal: Callable[..., Any]
) -> None:
    ids = [make_deal(f"D{number}", next_step="Call").pk for number in range(3)]
    ana = browse(selling.ana)
    given = {"ids": ids, "field": "next_step", "next_step": "Visit"}

    preview = ana.post(f"{DEALS}bulk/edit/", {**given, "step": "preview"}, headers=HTMX)
    untouched = set(Opportunity.objects.values_list("next_step", flat=True))
    done = ana.post(f"{DEALS}bulk/edit/", {**given, "step": "apply", "count": "3"}, headers=HTMX)
    changed = set(Opportunity.objects.values_list("next_step", flat=True))
    ana.post(f"{DEALS}changes/{ChangeSet.objects.get().pk}/undo/")

    assert "3 records will change" in preview.content.decode()
    assert untouched == {"Call"}
    assert "3 records were changed" in done.content.decode()
    assert changed == {"Visit"}
    assert set(Opportunity.objects.values_list("next_step", flat=True)) == {"Call"}


def test_a_selection_that_changed_meanwhile_is_previewed_again(
    selling: Any, browse: Any, make_deal: Callable[..., Any]
) -> None:
    for number in range(3):
        make_deal(f"D{number}", next_step="Call")
    given = {"everything": "1", "field": "next_step", "next_step": "Visit"}

    answer = browse(selling.ana).post(
        f"{DEALS}bulk/edit/", {**given, "step": "apply", "count": "2"}, headers=HTMX
    )

    assert "3 records will change" in answer.content.decode()
    assert set(Opportunity.objects.values_list("next_step", flat=True)) == {"Call"}


def test_a_bulk_change_reaches_only_what_the_person_sees(
    selling: Any, browse: Any, deal: Any
) -> None:
    given = {"ids": [deal.pk], "field": "next_step", "next_step": "Visit", "step": "apply"}

    answer = browse(selling.cy).post(f"{DEALS}bulk/edit/", {**given, "count": "1"})

    assert answer.status_code == 422
    assert Opportunity.objects.get().next_step == ""


def test_a_card_is_moved_and_a_refused_move_asks_for_what_is_missing(
    selling: Any, browse: Any, deal: Any, stage: Any
) -> None:
    ana, url = browse(selling.ana), f"{DEALS}{deal.pk}/move/"
    engaging = stage("field.engaging")
    contact = Contact.objects.create(
        name="Li Wei", account=deal.account, owner=selling.ana, department=selling.east
    )

    refused = ana.post(url, {"to": engaging.pk}, headers={"HX-Request": "true"})
    page = refused.content.decode()
    moved = ana.post(url, {"to": engaging.pk, "fill": "contact", "contact": contact.pk})

    assert refused.status_code == 422
    assert 'name="fill" value="contact"' in page
    assert moved.status_code == 204
    assert Opportunity.objects.get().stage == engaging
    assert Opportunity.objects.get().contact == contact


def test_a_board_counts_and_sums_its_lanes(
    selling: Any, browse: Any, make_deal: Callable[..., Any]
) -> None:
    for number in range(20):
        make_deal(f"D{number}", amount=Decimal(1000))

    page = browse(selling.ana).get(f"{DEALS}board/").content.decode()

    assert "data-lane-count>20<" in page
    assert "20,000.00" in page
    assert page.count("data-card=") == 15
    assert "Show more" in page


def test_a_lookup_offers_only_what_belongs_to_the_form(
    selling: Any, browse: Any, account: Any
) -> None:
    other = Account.objects.create(name="Other", owner=selling.ana, department=selling.east)
    for name, place in (("Li Wei", account), ("Li Na", other)):
        Contact.objects.create(name=name, account=place, owner=selling.ana, department=selling.east)

    answer = browse(selling.ana).get(f"/contacts/lookup/?q=Li&account={account.pk}")

    assert [one["label"] for one in answer.json()["results"]] == ["Li Wei"]


def test_a_lookup_offers_first_what_is_called_just_that(selling: Any, browse: Any) -> None:
    """Also where a dozen others hold the text and were changed since. Planted mutant: only the latest dozen is sorted."""
    here = {"owner": selling.ana, "department": selling.east}
    for name in ("Ann", "Annex", *(f"Joanna {number}" for number in range(14))):
        Account.objects.create(name=name, **here)

    answer = browse(selling.ana).get("/accounts/lookup/?q=ann").json()["results"]

    assert [one["label"] for one in answer][:1] == ["Ann"]
    assert len(answer) == 12


def test_a_lookup_shows_a_stranger_nothing(selling: Any, browse: Any, account: Any) -> None:
    answer = browse(selling.cy).get("/accounts/lookup/?q=Acme")

    assert answer.json()["results"] == []


def test_duplicates_out_of_sight_are_counted_but_not_described(
    selling: Any, browse: Any, account: Any
) -> None:
    mine = browse(selling.ana).get("/accounts/duplicates/?name=acme pumps").content.decode()
    theirs = browse(selling.cy).get("/accounts/duplicates/?name=acme pumps").content.decode()

    assert "Acme Pumps" in mine
    assert "Acme Pumps" not in theirs
    assert "1 similar record exists that you may not see." in theirs


def test_an_export_holds_the_rows_of_the_view_it_was_asked_from(
    selling: Any, actor: Any, make_deal: Callable[..., Any]
) -> None:
    make_deal("Late", close_date=date(2020, 1, 1))
    make_deal("Undated")

    rows = ExportRows(actor(selling.ana), entity_of(Opportunity), "view=overdue", "list")

    assert [row[0] for portion in rows.portions() for row in portion] == ["Late"]


def test_too_many_to_wait_for_are_changed_by_a_job(
    selling: Any, browse: Any, make_deal: Callable[..., Any], worker: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tonglu.entities.web.bulk.AT_ONCE", 2)
    for number in range(3):
        make_deal(f"D{number}", next_step="Call")
    given = {"everything": "1", "field": "next_step", "next_step": "Visit", "step": "apply"}
    ana = browse(selling.ana)

    answer = ana.post(f"{DEALS}bulk/edit/", {**given, "count": "3"})
    waiting = set(Opportunity.objects.values_list("next_step", flat=True))
    worker()
    done = ana.get(answer.url).content.decode()

    assert waiting == {"Call"}
    assert set(Opportunity.objects.values_list("next_step", flat=True)) == {"Visit"}
    assert f"{DEALS}changes/{ChangeSet.objects.get().pk}/" in done


def test_every_dialog_says_what_will_happen() -> None:
    """An act that asks for nothing tells what it does; its name with a question mark says nothing."""
    silent = [
        f"{entity.kind}.{verb.name}"
        for entity in all_entities()
        for verb in entity.verbs
        if not (verb.params or verb.parts or verb.help or verb.asks)
    ]

    # A lead is never deleted: its dialog is the refusal, with the way to mark it dead.
    assert silent == ["marketing.lead.discard"]

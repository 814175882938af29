"""Making, showing, changing and trashing a record on its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tonglu.catalog.models import Product
from tonglu.directory.models import Person
from tonglu.policy.services import draft_issue, draft_open, field_rule_set
from tonglu.sales.models import Opportunity, OpportunityLine, WinLossReason
from tonglu.sales.services import opportunity_lose

HTMX = {"HX-Request": "true", "HX-Target": "modal"}


def test_a_form_makes_a_record_with_its_lines(
    selling: Any, browse: Any, account: Any, make_product: Callable[..., Any]
) -> None:
    pump = make_product("P-1")
    given = {
        "name": "Ten pumps",
        "account": account.pk,
        "amount": "100,000",
        "currency": "CNY",
        "lines-opportunityline-TOTAL_FORMS": "2",
        "lines-opportunityline-0-product": pump.pk,
        "lines-opportunityline-0-quantity": "10",
        "lines-opportunityline-0-price": "90",
        "lines-opportunityline-1-quantity": "1",
    }

    answer = browse(selling.ana).post("/opportunities/new/", given)

    deal = Opportunity.objects.get()
    assert answer.url == f"/opportunities/{deal.pk}/"
    assert [(line.product, line.quantity) for line in OpportunityLine.objects.all()] == [(pump, 10)]


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong(
    selling: Any, browse: Any
) -> None:
    given = {"name": "Ten pumps", "amount": "lots", "currency": "CNY"}

    answer = browse(selling.ana).post("/opportunities/new/", given)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Ten pumps"' in page
    assert 'value="lots"' in page
    assert 'id="field-amount-errors"' in page
    assert 'id="field-account-errors"' in page
    assert not Opportunity.objects.exists()


def test_a_stale_form_shows_both_versions_and_overwrites_nothing(
    selling: Any, browse: Any, deal: Any
) -> None:
    ana = browse(selling.ana)
    given = {"name": "Ten pumps", "account": deal.account_id, "amount": "1", "currency": "CNY"}
    ana.post(
        f"/opportunities/{deal.pk}/edit/", {**given, "name": "Theirs", "version": deal.version}
    )

    answer = ana.post(
        f"/opportunities/{deal.pk}/edit/", {**given, "name": "Mine", "version": deal.version}
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in page
    assert 'value="Mine"' in page
    assert Opportunity.objects.get().name == "Theirs"


def test_a_stale_form_keeps_what_only_the_other_person_changed(
    selling: Any, browse: Any, deal: Any
) -> None:
    ana, url = browse(selling.ana), f"/opportunities/{deal.pk}/edit/"
    page = ana.get(url).content.decode()
    [opened] = re.findall(r'name="opened" value="([^"]*)"', page)
    form = {
        "name": deal.name,
        "account": deal.account_id,
        "amount": "1",
        "currency": "CNY",
        "note": "",
        "version": deal.version,
        "opened": opened,
    }
    theirs = {"amount": "250000", "note": "Theirs", "version": deal.version}
    ana.post(f"/opportunities/{deal.pk}/fields/amount/", theirs)
    Opportunity.objects.filter(pk=deal.pk).update(name="Renamed")

    mine = {**form, "amount": "3"}
    answer = ana.post(url, mine)
    page = answer.content.decode()
    [table] = re.findall(r"<tbody>(.*?)</tbody>", page.split("callout-warning")[1], re.S)[:1]
    for odd in ("", "yesterday", "2026-01-01", "9999-12-31T00:00:00+00:00"):
        assert (
            "Kept as they saved it" not in ana.post(url, {**mine, "opened": odd}).content.decode()
        )

    assert answer.status_code == 409
    assert 'value="Renamed"' in page
    assert "Kept as they saved it, since you did not touch it: Name." in page
    assert "Renamed" not in table
    assert ("250,000" in table, 'name="amount"' in page, 'value="3"' in page) == (True, True, True)


def test_the_page_of_a_leaver_tells_what_is_still_theirs_and_leads_there(
    selling: Any, browse: Any, deal: Any
) -> None:
    url, lee = f"/people/{selling.ana.pk}/panels/owned/", browse(selling.lee)

    here = lee.get(url, headers=HTMX).content.decode()
    Person.objects.filter(pk=selling.ana.pk).update(is_active=False)
    gone = lee.get(url, headers=HTMX).content.decode()
    [deals] = re.findall(r'href="(/opportunities/[^"]*)"', gone)
    listed = lee.get(deals.replace("&amp;", "&")).content.decode()
    stranger = browse(selling.cy).get(url, headers=HTMX).content.decode()

    assert "They have left" in gone
    assert "They have left" not in here
    assert "Ten pumps" in listed
    assert 'href="/opportunities/' not in stranger


def test_what_a_leaver_has_closed_stands_apart_from_what_is_open(
    selling: Any, browse: Any, deal: Any, actor: Callable[..., Any]
) -> None:
    url, lee = f"/people/{selling.ana.pk}/panels/owned/", browse(selling.lee)
    opportunity_lose(
        actor=actor(selling.ana),
        row=deal,
        reason=WinLossReason.objects.filter(outcome="lost")[0],
    )
    Person.objects.filter(pk=selling.ana.pk).update(is_active=False)

    told = lee.get(url, headers=HTMX).content.decode()
    still, _, over = told.partition("<details")
    [deals] = re.findall(r'href="(/opportunities/[^"]*)"', over)
    stranger = browse(selling.cy).get(url, headers=HTMX).content.decode()

    assert 'href="/opportunities/' not in still
    assert "Ten pumps" in lee.get(deals.replace("&amp;", "&")).content.decode()
    assert "You may see none of the records they own." in stranger


def test_a_record_made_inside_a_lookup_comes_back_to_it(selling: Any, browse: Any) -> None:
    answer = browse(selling.ana).post(
        "/accounts/new/?pick=1", {"name": "New Corp", "pick": "1"}, headers=HTMX
    )

    assert answer.content == b""
    assert '"label": "New Corp"' in answer.headers["HX-Trigger"]


def test_the_page_of_a_record_out_of_reach_is_not_found(
    selling: Any, browse: Any, deal: Any
) -> None:
    cy = browse(selling.cy)
    pages = (
        "",
        "edit/",
        "delete/",
        "timeline/",
        "fields/name/",
        "verbs/win/",
        "walk/next/",
        "lines/",
    )

    found = {page: cy.get(f"/opportunities/{deal.pk}/{page}").status_code for page in pages}

    assert set(found.values()) == {404}, found


def test_one_field_is_changed_in_place(selling: Any, browse: Any, deal: Any) -> None:
    ana, url = browse(selling.ana), f"/opportunities/{deal.pk}/fields/amount/"

    control = ana.get(url, headers={"HX-Request": "true"}).content.decode()
    answer = ana.post(url, {"amount": "250000", "version": deal.version}, headers=HTMX)

    assert f'name="version" value="{deal.version}"' in control
    assert "250,000.00" in answer.content.decode()
    assert Opportunity.objects.get().amount == Decimal(250_000)


def test_a_wrong_value_in_place_is_refused_beside_it(selling: Any, browse: Any, deal: Any) -> None:
    url = f"/opportunities/{deal.pk}/fields/amount/"

    answer = browse(selling.ana).post(url, {"amount": "x", "version": deal.version}, headers=HTMX)

    assert answer.status_code == 422
    assert 'value="x"' in answer.content.decode()


def test_a_stale_value_in_place_shows_both(selling: Any, browse: Any, deal: Any) -> None:
    ana, url = browse(selling.ana), f"/opportunities/{deal.pk}/fields/amount/"
    ana.post(url, {"amount": "250000", "version": deal.version})

    answer = ana.post(url, {"amount": "300000", "version": deal.version}, headers=HTMX)

    assert answer.status_code == 409
    assert "250,000" in answer.content.decode()
    assert "300,000" in answer.content.decode()
    assert Opportunity.objects.get().amount == Decimal(250_000)


def in_place(browse: Any, person: Person, url: str) -> dict[str, str]:
    """What the control of a field in place sends beside its value."""
    page = browse(person).get(url, headers={"HX-Request": "true"}).content.decode()
    return dict(re.findall(r'name="(version|was)" value="([^"]*)"', page))


def test_a_value_in_place_is_saved_though_another_field_changed_meanwhile(
    selling: Any, browse: Any, deal: Any
) -> None:
    ana, url = browse(selling.ana), f"/opportunities/{deal.pk}/fields/amount/"
    seen = in_place(browse, selling.ana, url)
    ana.post(
        f"/opportunities/{deal.pk}/fields/name/", {"name": "Line three", "version": deal.version}
    )

    answer = ana.post(url, {"amount": "300000", **seen}, headers=HTMX)

    assert answer.status_code == 200
    kept = Opportunity.objects.get()
    assert (kept.name, kept.amount) == ("Line three", Decimal(300_000))


def test_a_value_in_place_asks_when_the_same_field_changed_even_after_a_refused_value(
    selling: Any, browse: Any, deal: Any
) -> None:
    ana, url = browse(selling.ana), f"/opportunities/{deal.pk}/fields/amount/"
    seen = in_place(browse, selling.ana, url)
    ana.post(url, {"amount": "250000", "version": deal.version})

    refused = ana.post(url, {"amount": "x", **seen}, headers=HTMX).content.decode()
    held = dict(re.findall(r'name="(version|was)" value="([^"]*)"', refused))
    answer = ana.post(url, {"amount": "300000", **held}, headers=HTMX)

    assert answer.status_code == 409
    assert Opportunity.objects.get().amount == Decimal(250_000)


def test_whoever_may_not_read_the_owner_of_deals_cannot_count_them_by_it(
    selling: Any, browse: Any, actor: Callable[..., Any], deal: Any
) -> None:
    url = f"/people/{selling.ana.pk}/panels/owned/"
    seen = browse(selling.lee).get(url, headers=HTMX).content.decode()
    draft_open(actor=actor(selling.ada))
    hidden = {"role": "team_leader", "kind": "sales.opportunity", "field": "owner"}
    field_rule_set(actor=actor(selling.ada), level="hidden", **hidden)
    draft_issue(actor=actor(selling.ada), note="Owners of deals are hidden")

    told = browse(selling.lee).get(url, headers=HTMX).content.decode()

    assert 'href="/opportunities/' in seen
    assert 'href="/opportunities/' not in told


def test_a_hidden_field_cannot_be_asked_for_nor_written(
    cast: Any, browse: Any, make_product: Callable[..., Any]
) -> None:
    product = make_product("P-1", cost=Decimal("61.37"))
    ana, url = browse(cast.ana), f"/products/{product.pk}/"

    assert "61.37" not in ana.get(url).content.decode()
    assert "61.37" not in ana.get(f"{url}timeline/").content.decode()
    assert ana.get(f"{url}fields/cost/").status_code == 404
    assert ana.post(f"{url}fields/cost/", {"cost": "1"}).status_code == 404
    assert Product.objects.get().cost == Decimal("61.37")


def test_a_record_goes_to_the_trash_and_comes_back(selling: Any, browse: Any, deal: Any) -> None:
    lee, url = browse(selling.dee), f"/opportunities/{deal.pk}/"

    lee.post(f"{url}delete/")
    gone = lee.get("/opportunities/").content.decode()
    trash = lee.get("/opportunities/trash/").content.decode()
    banner = lee.get(url).content.decode()
    lee.post(f"{url}restore/")

    assert "data-href" not in gone
    assert "Ten pumps" in trash
    assert 'role="status"' in banner
    assert Opportunity.objects.get().deleted_at is None


def test_the_timeline_tells_what_changed(selling: Any, browse: Any, deal: Any) -> None:
    ana = browse(selling.ana)
    ana.post(f"/opportunities/{deal.pk}/fields/amount/", {"amount": "250000"})

    page = ana.get(f"/opportunities/{deal.pk}/timeline/").content.decode()

    assert "created this" in page
    assert "<ins>250,000.00</ins>" in page


def test_what_people_wrote_is_escaped_in_rows_cards_and_fields(
    selling: Any, browse: Any, deal: Any
) -> None:
    wicked = "<img src=x onerror=alert(1)>\"'"
    Opportunity.objects.filter(pk=deal.pk).update(name=wicked, next_step=wicked)
    deal.account.__class__.objects.filter(pk=deal.account_id).update(name=wicked)
    client = browse(selling.ana)

    for place in ("?columns=name,account,next_step", "board/", f"{deal.pk}/"):
        shown = client.get(f"/opportunities/{place}").content.decode()
        assert "<img src=x" not in shown, place
        assert shown.count("&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;") >= 3, place


def test_names_in_a_sentence_are_joined_as_the_reader_writes(
    selling: Any, browse: Any, deal: Any
) -> None:
    people = type(selling.ana).objects.filter(pk=selling.ana.pk)
    people.update(language="en")
    english = browse(selling.ana).get(f"/opportunities/{deal.pk}/lines/").content.decode()
    people.update(language="zh-hans")
    chinese = browse(selling.ana).get(f"/opportunities/{deal.pk}/lines/").content.decode()

    assert english.partition("Still empty: ")[2].partition("<")[0].count(", ") >= 1
    assert chinese.partition("尚未填写：")[2].partition("<")[0].count("、") >= 1
    assert "," not in chinese.partition("尚未填写：")[2].partition("<")[0]


def test_a_dialog_asks_for_a_few_fields_and_folds_the_rest_until_it_is_wrong(
    selling: Any, browse: Any
) -> None:
    ana = browse(selling.ana)

    first, folded = _parts(ana.get("/opportunities/new/?next_step=Call", headers=HTMX))
    assert _named(first) == {"name", "account", "amount", "close_date", "next_step"}
    assert {"currency", "pipeline", "lines-opportunityline-TOTAL_FORMS"} <= _named(folded)

    given = {"name": "Ten pumps", "currency": "CNY", "next_step_on": "soon"}
    wrong, _folded = _parts(ana.post("/opportunities/new/", given, headers=HTMX))
    assert "next_step_on" in _named(wrong)

    whole = ana.get("/opportunities/new/").content.decode()
    assert _named(whole) >= _named(first) | _named(folded)


def _parts(answer: Any) -> tuple[str, str]:
    """What a dialog shows, and what it folds away."""
    shown, _, folded = answer.content.decode().partition("<details")
    return shown, folded


def _named(html: str) -> set[str]:
    """The names of its fields, but for those that are never seen."""
    names = set(re.findall(r'name="([\w.-]+)"', html))
    return names - {"csrfmiddlewaretoken", "viewport", "pick", "next"}

"""What a list shows, to whom, and in which order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tonglu.customers.models import Account
from tonglu.entities import selectors
from tonglu.entities.keyset import keyset_page
from tonglu.entities.listing import listing, listing_answer, listing_order, query_of
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_create
from tonglu.entities.views import view_create, views_of
from tonglu.kernel.errors import Denied, Invalid
from tonglu.sales.models import Opportunity

DEALS = "/opportunities/"


def names_on(answer: Any) -> list[str]:
    """The titles of the rows of a list page, from the top."""
    return re.findall(r'class="cell-title" href="[^"]*">([^<]*)<', answer.content.decode())


def walked(actor: Any, sort: str, *, size: int, back: bool = False) -> list[str]:
    """The names of all deals, page by page."""
    entity = entity_of(Opportunity)
    found: list[str] = []
    query = query_of(_params(sort=sort, size=str(size)))
    page = listing(actor, entity, query)
    found += [row.name for row in page.rows]
    while page.next:
        page = listing(actor, entity, query_of(_params(sort=sort, size=str(size), after=page.next)))
        found += [row.name for row in page.rows]
    if not back:
        return found
    seen = [row.name for row in page.rows]
    while page.previous:
        before = _params(sort=sort, size=str(size), before=page.previous)
        page = listing(actor, entity, query_of(before))
        seen = [row.name for row in page.rows] + seen
    return seen


def _params(**values: str) -> Any:
    from django.http import QueryDict

    params = QueryDict(mutable=True)
    params.update(values)
    return params


def test_a_list_links_to_its_records(selling: Any, browse: Any, deal: Any) -> None:
    answer = browse(selling.ana).get(DEALS)

    assert names_on(answer) == ["Ten pumps"]
    assert f'href="/opportunities/{deal.pk}/' in answer.content.decode()


def test_a_stranger_sees_an_empty_list_that_says_how_to_begin(
    selling: Any, browse: Any, deal: Any
) -> None:
    answer = browse(selling.cy).get(DEALS)

    assert names_on(answer) == []
    assert 'class="empty-title"' in answer.content.decode()


def test_a_visitor_is_asked_to_sign_in(client: Any) -> None:
    assert client.get(DEALS).status_code == 302


def test_an_unknown_kind_is_not_found(selling: Any, browse: Any) -> None:
    assert browse(selling.ana).get("/unicorns/").status_code == 404


def test_htmx_gets_the_table_alone(selling: Any, browse: Any, deal: Any) -> None:
    answer = browse(selling.ana).get(DEALS, headers={"HX-Request": "true"})

    assert names_on(answer) == ["Ten pumps"]
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("sort", ["close_date", "-close_date", "name", "-amount", "account"])
def test_pages_follow_each_other_without_gap_or_repetition(
    selling: Any, actor: Any, make_deal: Callable[..., Any], sort: str
) -> None:
    days = [
        None,
        date(2026, 3, 1),
        None,
        date(2026, 1, 1),
        date(2026, 3, 1),
        None,
        date(2026, 2, 1),
    ]
    for number, day in enumerate(days):
        make_deal(f"D{number}", close_date=day, amount=Decimal(number % 3 * 100))
    ana = actor(selling.ana)

    whole = walked(ana, sort, size=100)

    assert sorted(whole) == [f"D{number}" for number in range(7)]
    assert walked(ana, sort, size=2) == whole
    assert walked(ana, sort, size=2, back=True) == whole


@pytest.mark.parametrize("sort", ["close_date", "-close_date"])
def test_rows_without_a_value_come_last_in_both_directions(
    selling: Any, actor: Any, make_deal: Callable[..., Any], sort: str
) -> None:
    make_deal("Undated", close_date=None)
    make_deal("Dated", close_date=date(2026, 3, 1))

    assert walked(actor(selling.ana), sort, size=10) == ["Dated", "Undated"]


def test_money_is_summed_by_currency_and_never_across(
    cast: Any, browse: Any, make_product: Callable[..., Any]
) -> None:
    make_product("P-1", list_price=Decimal(100))
    make_product("P-2", list_price=Decimal(50))
    make_product("P-3", list_price=Decimal(7), currency="USD")

    page = browse(cast.ana).get("/products/").content.decode()

    foot = page[page.index("<tfoot") : page.index("</tfoot>")]
    assert "150.00" in foot
    assert "7.00" in foot
    assert "157" not in foot


def test_a_hidden_field_is_no_column_no_filter_and_no_sort(
    cast: Any, browse: Any, actor: Any, make_product: Callable[..., Any]
) -> None:
    make_product("P-1", cost=Decimal("61.37"))
    ana = browse(cast.ana)

    assert "61.37" not in ana.get("/products/?columns=sku,cost").content.decode()
    assert ana.get("/products/?sort=cost").status_code == 422
    condition = '{"all":[{"field":"cost","op":">","value":"1"}]}'
    assert ana.get("/products/", {"condition": condition}).status_code == 422
    assert ana.get("/products/", {"f.cost": "61.37"}).status_code == 422
    assert "61.37" in browse(cast.fay).get("/products/?columns=sku,cost").content.decode()


def test_a_filter_by_a_related_field_passes_over_records_out_of_sight(
    selling: Any, browse: Any, deal: Any
) -> None:
    condition = '{"all":[{"field":"account.name","op":"=","value":"Acme Pumps"}]}'

    assert names_on(browse(selling.ana).get(DEALS, {"condition": condition})) == ["Ten pumps"]
    assert names_on(browse(selling.cy).get(DEALS, {"condition": condition})) == []


def test_a_search_and_a_quick_filter_narrow_the_list(
    selling: Any, browse: Any, make_deal: Callable[..., Any]
) -> None:
    make_deal("Ten pumps")
    make_deal("Two valves")
    ana = browse(selling.ana)

    assert names_on(ana.get(DEALS, {"q": "valv"})) == ["Two valves"]
    assert names_on(ana.get(DEALS, {"f.is_open": "false"})) == []
    assert len(names_on(ana.get(DEALS, {"f.owner": "me"}))) == 2


def test_a_shared_view_is_offered_to_others_and_changed_by_its_owner_alone(
    selling: Any, browse: Any, actor: Any, make_deal: Callable[..., Any]
) -> None:
    make_deal("Ten pumps")
    make_deal("Two valves")
    ana = browse(selling.ana)

    saved = ana.post(f"{DEALS}views/new/?q=valv", {"title": "Valves", "shared": "1", "pinned": "1"})
    view = next(v for v in views_of(actor(selling.ana), entity_of(Opportunity)).views if v.saved)

    assert saved.status_code == 302
    assert names_on(ana.get(DEALS, {"view": view.key})) == ["Two valves"]
    assert "Valves" in browse(selling.ben).get(DEALS).content.decode()
    assert browse(selling.ben).post(f"{DEALS}views/{view.pk}/delete/").status_code == 403
    assert ana.post(f"{DEALS}views/{view.pk}/delete/").status_code == 302


def test_a_default_view_opens_first_for_this_person_only(
    selling: Any, browse: Any, make_deal: Callable[..., Any]
) -> None:
    make_deal("Ten pumps")
    browse(selling.ana).post(f"{DEALS}views/overdue/default/")

    assert names_on(browse(selling.ana).get(DEALS)) == []
    assert names_on(browse(selling.lee).get(DEALS)) == ["Ten pumps"]


def test_a_view_cannot_ask_for_what_its_maker_may_not_see(cast: Any, actor: Any) -> None:
    from tonglu.catalog.models import Product

    query = query_of(_params(condition='{"all":[{"field":"cost","op":">","value":"1"}]}'))

    with pytest.raises(Invalid):
        view_create(actor=actor(cast.ana), entity=entity_of(Product), title="Cheap", query=query)


def test_the_system_keeps_no_views(cast: Any) -> None:
    from tonglu.policy import Actor

    with pytest.raises(Denied):
        view_create(
            actor=Actor.system(),
            entity=entity_of(Opportunity),
            title="Mine",
            query=query_of(_params()),
        )


def test_columns_and_widths_are_each_persons_own(
    selling: Any, browse: Any, make_deal: Callable[..., Any]
) -> None:
    make_deal("Ten pumps")
    ana = browse(selling.ana)

    ana.post(f"{DEALS}columns/save/?view=all", {"columns": "name,amount"})
    ana.post(f"{DEALS}widths/", {"column": "name", "width": "333"})

    assert 'style="width:333px"' in ana.get(DEALS).content.decode()
    assert 'data-column="account"' not in ana.get(DEALS).content.decode()
    assert 'data-column="account"' in browse(selling.lee).get(DEALS).content.decode()


def test_records_are_walked_in_the_order_of_the_list(
    selling: Any, browse: Any, make_deal: Callable[..., Any]
) -> None:
    first, second = make_deal("A"), make_deal("B")
    ana = browse(selling.ana)

    onward = ana.get(f"{DEALS}{first.pk}/walk/next/?sort=name")
    at_the_end = ana.get(f"{DEALS}{second.pk}/walk/next/?sort=name")

    assert onward.url.startswith(f"{DEALS}{second.pk}/")
    assert at_the_end.url.startswith(f"{DEALS}{second.pk}/")


def test_departments_read_as_a_tree_as_long_as_all_stand_in_its_order(
    cast: Any, browse: Any
) -> None:
    admin = browse(cast.ada)

    def depths(tail: str) -> dict[str, int]:
        page = admin.get(f"/departments/{tail}").content.decode()
        found = re.findall(
            r'class="cell-lead"(?: style="--depth:(\d)")?><a class="cell-title"[^>]*>([^<]*)<', page
        )
        return {name: int(depth or 0) for depth, name in found}

    tree = depths("")
    east = cast.east.name
    assert (tree[cast.company.name], tree[cast.sales.name], tree[east]) == (0, 1, 2)
    assert set(depths("?sort=name").values()) == {0}
    assert depths(f"?q={east}") == {east: 0}


@pytest.mark.parametrize("who", ["ana", "lee", "dee"])
@pytest.mark.parametrize(
    "sort", ["-updated_at", "amount", "budget", "-budget", "account", "-stage"]
)
def test_pages_put_together_by_reasons_hold_every_visible_deal_once_and_in_order(
    selling: Any, make_deal: Callable[..., Any], actor: Any, account: Any, who: str, sort: str
) -> None:
    theirs = record_create(actor=actor(selling.ben), model=Account, values={"name": "Beta Valves"})
    for number in range(24):
        budget = None if number % 5 == 0 else Decimal(number % 4 * 100)
        values = {"budget": budget, "amount": Decimal(number % 3), "account": (account, theirs)[number % 3 % 2]}  # fmt: skip
        kept = make_deal(f"Deal {number}", by=(selling.ana, selling.ben)[number % 2], **values)
        if number % 7 == 0:  # with somebody else than its account
            Opportunity.objects.filter(pk=kept.pk).update(owner=selling.cy, department=selling.cy.department)  # fmt: skip
    person, entity = actor(getattr(selling, who)), entity_of(Opportunity)
    order = listing_order(person, entity, sort)
    whole = keyset_page(selectors.rows(person, entity.kind), order, size=200)
    expected = [row.name for row in whole.rows]

    assert len(set(expected)) == len(expected) > 10
    assert listing_answer(person, entity, query_of(_params())).apart or who == "dee"
    for size in (5, 50):
        assert walked(person, sort, size=size) == expected
        assert walked(person, sort, size=size, back=True) == expected


def test_a_page_put_together_by_reasons_keeps_to_its_filters(
    selling: Any, make_deal: Callable[..., Any], actor: Any
) -> None:
    for number in range(6):
        make_deal(f"Deal {number}", amount=Decimal(number))
    lee, entity = actor(selling.lee), entity_of(Opportunity)
    condition = json.dumps({"field": "amount", "op": ">=", "value": "2"})

    page = listing(lee, entity, query_of(_params(condition=condition, **{"f.name": "Deal"}, sort="amount")))  # fmt: skip

    assert [row.name for row in page.rows] == ["Deal 2", "Deal 3", "Deal 4", "Deal 5"]
    assert page.counted.count == 4


def test_a_long_list_is_counted_after_its_page(
    selling: Any, make_deal: Callable[..., Any], browse: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tonglu.entities.listing.AT_ONCE", 2)
    for number in range(4):
        make_deal(f"Deal {number}", amount=Decimal(100))
    client = browse(selling.ana)

    page = client.get(DEALS).content.decode()
    late = re.search(r'hx-get="([^"]*/count/[^"]*)" hx-trigger="load"', page)
    assert late is not None
    assert "More than 2 records" in page
    assert "400.00" not in page
    counted = client.get(late[1].replace("&amp;", "&")).content.decode()

    assert "4 records" in counted
    assert 'hx-swap-oob="true"' in counted
    assert "400.00" in counted


def test_a_very_long_list_is_counted_to_the_end_for_whoever_asks(
    selling: Any, make_deal: Callable[..., Any], browse: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tonglu.entities.listing.BOUND", 2)
    for number in range(4):
        make_deal(f"Deal {number}", amount=Decimal(100))
    client = browse(selling.ana)

    counted = client.get(f"{DEALS}count/").content.decode()
    exactly = re.search(r'hx-get="([^"]*exactly[^"]*)"', counted)

    assert exactly is not None
    assert "More than 2 records" in counted
    assert "4 records" in client.get(exactly[1].replace("&amp;", "&")).content.decode()

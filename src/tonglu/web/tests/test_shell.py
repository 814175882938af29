"""The frame: who sees which navigation, and how it remembers itself."""

import pytest
from django.test import RequestFactory

from tonglu.policy import Actor
from tonglu.toolkit.ui import navigation
from tonglu.toolkit.ui.navigation import Page
from tonglu.web.shell import nav_state, shell_of, workplace_of


@pytest.fixture
def pages(monkeypatch):
    """A navigation without pages, which the test fills."""
    listed: list[Page] = []
    monkeypatch.setattr(navigation, "_pages", listed)
    return listed


def frame(person, path="/", cookie=""):
    request = RequestFactory().get(path)
    request.user = person
    if cookie:
        request.COOKIES["tonglu_nav"] = cookie
    return shell_of(request)


def entries(frame):
    return [item.title for area in frame.areas for item in area.items]


def test_a_visitor_who_is_not_signed_in_sees_no_navigation():
    from django.contrib.auth.models import AnonymousUser

    shown = frame(AnonymousUser())

    assert shown.areas == ()
    assert shown.person is None
    assert [language.name for language in shown.languages] == ["English", "简体中文"]


def test_kinds_of_record_a_person_may_not_read_are_absent_from_the_navigation(cast):
    assert "Accounts" in entries(frame(cast.ana))
    assert "Suppliers" not in entries(frame(cast.ana))
    assert "Suppliers" in entries(frame(cast.pat))


def test_tables_of_the_set_up_stand_in_the_navigation_of_those_who_may_change_them(cast):
    seen = entries(frame(cast.ana))

    assert {"People", "Departments", "Holidays"} <= set(seen)
    assert not {"Pipelines", "Roles", "Currencies", "Exchange rates"} & set(seen)
    assert {"Pipelines", "Currencies"} <= set(entries(frame(cast.ada)))


def test_quick_create_offers_only_what_a_person_may_create(cast):
    created = [item.title for item in frame(cast.ana).creations]

    assert created[:3] == ["Follow-up", "Lead", "Account"]
    assert "Purchase" not in created


def test_quick_create_offers_a_receipt_and_an_invoice_to_those_who_keep_the_money(cast):
    created = [item.title for item in frame(cast.fay).creations]

    assert created[:3] == ["Follow-up", "Collection", "Invoice"]
    assert "Collection" not in [item.title for item in frame(cast.ana).creations]


def test_the_page_one_is_on_is_marked_with_its_area(cast):
    shown = frame(cast.ana, "/accounts/17/")

    active = [item.title for area in shown.areas for item in area.items if item.active]

    assert active == ["Accounts"]
    assert [area.name for area in shown.areas if area.active] == ["customers"]


def test_a_page_of_a_module_stands_in_its_area_for_those_it_allows(cast, pages):
    only_ana = Page(
        area="insights",
        title="Funnel",
        icon="filter",
        url_name="healthz",
        allowed=lambda actor: actor.name == "Ana",
        count=lambda actor: 4,
    )

    pages.append(only_ana)

    (item,) = [i for a in frame(cast.ana).areas for i in a.items if i.title == "Funnel"]
    assert item.count == 4
    assert "Funnel" not in entries(frame(cast.ben))


def test_a_page_that_is_not_installed_is_left_out(cast, pages):
    pages.append(Page(area="sales", title="Gone", icon="x", url_name="no:such"))

    assert "Gone" not in entries(frame(cast.ana))


@pytest.mark.parametrize(
    ("cookie", "width", "opened"),
    [
        ("", "wide", {"customers", "sales"}),
        ("wide:sales.finance", "wide", {"sales", "finance"}),
        ("folded:", "folded", {""}),
        ("nonsense", "wide", {"customers", "sales"}),
    ],
)
def test_the_navigation_stays_as_it_was_left(cookie, width, opened):
    assert nav_state(cookie) == (width, opened)


def test_the_bell_adds_up_what_waits(cast, monkeypatch):
    monkeypatch.setattr(navigation, "_unread", [lambda actor: 2, lambda actor: 3])

    assert frame(cast.ana).unread == 5


def test_notices_are_counted_for_the_actor_who_asks(monkeypatch):
    asked = []
    monkeypatch.setattr(navigation, "_unread", [lambda actor: asked.append(actor) or 1])
    actor = Actor.system()

    assert navigation.unread(actor) == 1
    assert asked == [actor]


@pytest.mark.parametrize(
    ("roles", "area"),
    [
        ({"salesperson"}, "sales"),
        ({"order_operations"}, "orders"),
        ({"finance", "team_leader"}, "sales"),
        ({"analyst"}, "sales"),
    ],
)
def test_the_area_in_which_somebody_works_is_at_the_thumb(roles, area):
    assert workplace_of(frozenset(roles)) == area

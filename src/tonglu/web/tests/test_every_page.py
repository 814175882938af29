"""Whatever the navigation leads to answers, throws nothing and fits a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tonglu.entities.registry import all_entities
from tonglu.policy import actor_of, may

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

NARROWEST = {"width": 380, "height": 800}


def listed(page):
    links = page.locator("#nav a.nav-link").evaluate_all("links => links.map(l => l.pathname)")
    return list(dict.fromkeys(links))


def too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def visited(page, paths):
    """Path -> what is wrong with it."""
    for path in paths:
        answer = page.goto(path)
        if answer.status != 200:
            yield path, answer.status
        elif (wide := too_wide(page)) > 0:
            yield path, f"{wide} px too wide"


@pytest.mark.parametrize("who", ["max", "ada"])
def test_every_page_of_the_navigation_fits_a_phone(cast, open_page, who):
    page = open_page(getattr(cast, who), size="phone")
    page.set_viewport_size(NARROWEST)
    page.goto("/me/")
    paths = listed(page)

    assert len(paths) > 10
    assert dict(visited(page, paths)) == {}


def test_every_form_fits_a_phone(cast, open_page):
    actor = actor_of(cast.ana)
    paths = [
        entity.url("new")
        for entity in all_entities()
        if entity.creatable and entity.menu and may(actor, "create", entity.kind)
    ]
    page = open_page(cast.ana, size="phone")
    page.set_viewport_size(NARROWEST)

    assert "/accounts/new/" in paths
    assert dict(visited(page, paths)) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/me/", "/accounts/", "/accounts/new/", "/opportunities/"])
def test_pages_people_use_all_day_are_accessible(cast, open_page, path, scheme):
    page = open_page(cast.ana, scheme=scheme, bypass_csp=True)
    page.goto(path)
    expect(page.locator("main")).to_be_visible()

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]

    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []


def test_a_page_can_be_left_and_reached_by_keyboard_alone(cast, open_page):
    page = open_page(cast.ana)
    page.goto("/accounts/")

    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("n")

    expect(page.locator("#modal, h1").filter(has_text="New account").first).to_be_visible()

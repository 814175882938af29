"""The policy edited as an administrator does, in a real browser, wide and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tonglu.policy import presets
from tonglu.policy.compiled import policy_in_force
from tonglu.policy.models import PolicyVersion
from tonglu.policy.presets import policy_load_sample

from .conftest import KIND

pytestmark = pytest.mark.browser


@pytest.fixture
def issued(live_server, rows):
    """Salespeople see their own."""
    presets.grant("salesperson", KIND, ("read", "update"), "own")
    return policy_load_sample()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_rule_is_changed_looked_at_and_issued(issued, cast, open_page, seen, size):
    page = open_page(cast.ada, size=size)
    page.goto("/policy/?role=salesperson")

    page.get_by_label("territories: read", exact=True).select_option("team")
    page.get_by_text("Draft of version").wait_for()
    assert seen(cast.ana) == "ana"
    page.get_by_role("link", name="Issue").click()
    page.get_by_label("What changes, and why").fill("Teams share")
    page.get_by_role("button", name="Issue").click()
    page.wait_for_url("**/policy/versions/")

    assert seen(cast.ana) == "ana ben lee"
    assert PolicyVersion.objects.first().note == "Teams share"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_field_is_hidden_from_the_panel_beside_the_matrix(issued, cast, open_page):
    page = open_page(cast.ada)
    page.goto("/policy/?role=salesperson")

    page.get_by_label("territories: Fields").click()
    with page.expect_response("**/policy/fields/set/"):
        page.get_by_label("Code", exact=True).select_option("hidden")
    page.locator("#panel").get_by_label("Close").click()

    draft = PolicyVersion.objects.get(state="draft")
    assert draft.field_rules.get(role="salesperson", field="code").level == "hidden"
    assert policy_in_force().number == issued.number


def test_a_person_is_chosen_by_typing_and_their_rights_explained(issued, cast, rows, open_page):
    presets.grant("administrator", KIND, "read", "all")
    policy_load_sample()
    page = open_page(cast.ada)
    page.goto(f"/why/{KIND}/{rows['ben'].pk}/")

    page.locator("#person").fill("an")
    page.get_by_role("option", name="Ana").click()
    page.get_by_role("button", name="Show").click()

    page.get_by_role("heading", name="What may Ana do here, and why?").wait_for()
    expect(page.get_by_text("but this record lies beyond it").first).to_be_visible()

"""An administrator composes a plan in a real browser: a preset, a step, a holdback, the example, and the issue."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tonglu.compensation.models import PlanVersion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_tiered_plan_on_collection_with_a_holdback_is_composed_and_issued(
    cast: Any, open_page: Any
) -> None:
    page = open_page(cast.cam)
    page.goto("/pay-plans/gallery/")
    page.locator("section", has_text="Commission on collection").get_by_role(
        "button", name="Use this"
    ).click()
    paid = page.locator(".composer-paid")
    expect(paid).to_contain_text("4,000.00")

    edge = page.locator("[name='plan.components.0.table.tiers.0.to']")
    edge.fill("80,000")
    edge.press("Tab")
    expect(page.locator("[name='plan.components.0.table.tiers.1.from']")).to_have_value("80,000")
    expect(paid).to_contain_text("4,400.00")
    page.get_by_role("button", name="Add a payment rule").click()
    expect(page.locator("[name='plan.payment.0.pct']")).to_have_value("10%")
    expect(page.locator("#result")).to_contain_text("396.00")
    page.get_by_role("button", name="Let the examples expect what it pays now").click()
    expect(page.locator("#result")).to_contain_text("No faults")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("no faults")
    page.get_by_role("button", name="Issue", exact=True).click()
    dialog = page.locator("#modal")
    dialog.locator("[name=effective_from]").fill("2026-01-01")
    dialog.locator("[name=note]").fill("Agreed with the team")
    dialog.get_by_role("button", name="Issue").click()

    expect(page.locator("body")).to_contain_text("Issued")
    version = PlanVersion.objects.get()
    tiers = version.definition["components"][0]["table"]["tiers"]
    assert (version.state, version.note) == ("issued", "Agreed with the team")
    assert [tier[:2] for tier in tiers] == [[0, 80000], [80000, 300000], [300000, None]]
    assert version.definition["payment"][0]["type"] == "holdback"


def test_the_composer_fits_a_phone(cast: Any, open_page: Any) -> None:
    page = open_page(cast.cam, size="phone", scheme="dark")
    page.goto("/pay-plans/gallery/")
    page.get_by_role("button", name="Use this").first.click()
    expect(page.locator(".composer-paid")).to_contain_text("617.28")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390

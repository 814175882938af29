"""Pages people live in have no accessibility violation, no sideways scrolling, no jump and no console error; `make faces` sees all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Response

from tonglu.collaboration.models import CalendarEvent
from tonglu.entities.registry import all_entities
from tonglu.marketing.models import Segment
from tonglu.toolkit.clock import now
from tonglu.toolkit.compression import compressed
from tonglu.toolkit.ui import assets, navigation
from tools.faces.trial import MOST_BYTES, Watcher, layout, settle, try_page, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADERS = 560
DESK = ("/", "/opportunities/", "/opportunities/board/", "{deal}", "{deal}edit/", "/calendar/")
PHONE = (
    "/",
    "/accounts/",
    "{deal}",
    "/leads/new/",
    "/leads/import/",
    "/my-pay/",
    "/my-approvals/",
    "/calendar/",
)


@pytest.mark.parametrize(
    ("language", "size", "theme", "paths"),
    [("en", "desktop", "light", DESK), ("zh-hans", "phone", "dark", PHONE)],
)
def test_pages_people_live_in_have_nothing_wrong(
    selling: Any, open_page: Any, deal: Any, language: str, size: str, theme: str, paths: Any
) -> None:
    type(selling.ana).objects.filter(pk=selling.ana.pk).update(language=language)
    for n in (1, 2):
        day = {"starts_at": now(), "ends_at": now() + timedelta(minutes=n)}
        CalendarEvent.objects.create(title=f"Visit {n}", owner=selling.ana, **day)
    watcher = Watcher(open_page(selling.ana, size=size, reduced_motion="reduce"))
    addresses = [path.format(deal=f"/opportunities/{deal.pk}/") for path in paths]

    found = [str(one) for path in addresses for one in try_page(watcher, path, "", theme=theme)]

    assert found == []


@pytest.mark.parametrize(
    ("path", "most"),
    [("/", MOST_BYTES), ("/my-approvals/", MOST_BYTES), ("/opportunities/", 75 * 1024)],
)
def test_a_first_load_is_small(selling: Any, open_page: Any, path: str, most: int) -> None:
    page = open_page(selling.ana, size="phone")
    received: dict[str, Response] = {}
    page.on("response", lambda response: received.setdefault(response.url, response))

    page.goto(path)
    settle(page)

    weights = {url: on_the_wire(response) for url, response in received.items()}
    assert any("/dist/app-" in url and url.endswith(".css") for url in weights)
    assert sum(weights.values()) < most, weights


def on_the_wire(response: Response) -> int:
    """What the production server sends for this: the twin that the build compressed, or the page compressed at once."""
    if "/static/dist/" not in response.url:
        return HEADERS + len(compressed(response.body()))
    file = assets.MANIFEST.parent / response.url.rpartition("/")[2]
    twin = file.with_name(f"{file.name}.br")
    return HEADERS + (twin if twin.exists() else file).stat().st_size


def test_what_every_page_shows_is_in_the_first_sprite() -> None:
    shown = {entity.icon for entity in all_entities()} | {
        one.icon for one in navigation.registered()
    }

    first = assets.sprite()

    assert {icon for icon in shown if icon and assets.sprite(icon) != first} == set()


def test_a_dialog_has_nothing_wrong(selling: Any, open_page: Any, deal: Any) -> None:
    page = open_page(selling.ana)
    page.goto(f"/opportunities/{deal.pk}/")
    page.locator(".stage-step").nth(1).click()
    page.wait_for_selector("dialog[open]")

    assert list(violations(page, "", "", within="dialog[open]")) == []


def test_conditions_take_the_room_that_was_kept_for_them(selling: Any, open_page: Any) -> None:
    big = {"all": [{"field": "city", "op": "=", "value": one} for one in ("Suzhou", "Wuxi")]}
    found = Segment.objects.create(
        name="Near", of="customers.account", condition=big, owner=selling.ada
    )
    watcher = Watcher(open_page(selling.ada, size="phone", reduced_motion="reduce"))

    for path in ("/segments/new/", f"/segments/{found.pk}/edit/"):
        assert list(try_page(watcher, path, "")) == []
        builder = watcher.page.locator(".condition-builder")
        kept = builder.evaluate("e => parseFloat(getComputedStyle(e).minHeight)")
        assert kept == pytest.approx(builder.evaluate("e => e.scrollHeight"), abs=6)


def test_the_trial_sees_what_is_wrong(page: Any) -> None:
    Watcher(page)
    page.goto("/account/login/")
    settle(page)
    page.evaluate(
        """() => {
          const wrong = document.createElement('div');
          wrong.innerHTML = '<button></button><p style="color:#ccc;background:#fff">pale</p>';
          wrong.style.cssText = 'width: 4000px; height: 400px';
          document.querySelector('main').prepend(wrong);
        }"""
    )
    page.wait_for_function("window.facesShift > 0")

    rules = {one.rule for one in [*violations(page, "", ""), *layout(page, "", "")]}

    assert {"button-name", "color-contrast", "too-wide", "layout-shift"} <= rules

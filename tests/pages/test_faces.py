"""Pages people live in have no accessibility violation, no sideways scrolling, no jump and no console error; `make faces` sees all."""

from __future__ import annotations

from typing import Any

import pytest

from tools.faces.trial import Watcher, layout, settle, try_page, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = ("/", "/opportunities/", "/opportunities/board/", "{deal}", "{deal}edit/", "/calendar/")
PHONE = ("/", "/accounts/", "{deal}", "/leads/new/", "/leads/import/", "/my-pay/", "/my-approvals/")


@pytest.mark.parametrize(
    ("language", "size", "theme", "paths"),
    [("en", "desktop", "light", DESK), ("zh-hans", "phone", "dark", PHONE)],
)
def test_pages_people_live_in_have_nothing_wrong(
    selling: Any, open_page: Any, deal: Any, language: str, size: str, theme: str, paths: Any
) -> None:
    type(selling.ana).objects.filter(pk=selling.ana.pk).update(language=language)
    watcher = Watcher(open_page(selling.ana, size=size, reduced_motion="reduce"))
    addresses = [path.format(deal=f"/opportunities/{deal.pk}/") for path in paths]

    found = [str(one) for path in addresses for one in try_page(watcher, path, "", theme=theme)]

    assert found == []


def test_a_dialog_has_nothing_wrong(selling: Any, open_page: Any, deal: Any) -> None:
    page = open_page(selling.ana)
    page.goto(f"/opportunities/{deal.pk}/")
    page.locator(".stage-step").nth(1).click()
    page.wait_for_selector("dialog[open]")

    assert list(violations(page, "", "", within="dialog[open]")) == []


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

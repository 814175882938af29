"""On a touch screen every control answers to a finger: 40 px, whether or not it looks that large."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tonglu.customers.models import Account
from tonglu.entities.services import record_create

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FINGER = 40
ROW = 30
"""The values of a record stand in rows of this height, each of which answers over its whole height."""

TOO_SMALL = """([finger, row]) => {
  const asked = "button, summary, select, textarea, [role=button], [role=tab], input:not([type=hidden]), a.btn, a.tab, .segmented > a, nav a, .filter-chip > a";
  const small = [];
  for (const one of document.querySelectorAll(asked)) {
    const box = one.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || !one.checkVisibility({ visibilityProperty: true })) continue;
    one.scrollIntoView({ block: "center", inline: "center" });
    const at = one.getBoundingClientRect(), [x, y] = [at.left + at.width / 2, at.top + at.height / 2];
    const label = one.labels?.[0];
    const answers = (x, y) => {
      const hit = document.elementFromPoint(x, y);
      return !!hit && (one.contains(hit) || !!label?.contains(hit));
    };
    if (!answers(x, y)) continue;
    const reach = (dx, dy) => { let n = 0; while (n < finger && answers(x + dx * (n + 1), y + dy * (n + 1))) n += 1; return n; };
    const high = Math.max(at.height, reach(0, -1) + reach(0, 1) + 1), wide = Math.max(at.width, reach(-1, 0) + reach(1, 0) + 1);
    const least = one.closest(".fact") ? row : finger;
    if (Math.round(high) < least || Math.round(wide) < row) small.push(`${one.outerHTML.slice(0, 120)}: ${Math.round(wide)} x ${Math.round(high)}`);
  }
  return small;
}"""


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/opportunities/?f.owner={owner}&q=Ten",
        "{deal}",
        "{deal}edit/",
        "/accounts/new/",
        "/my-approvals/",
    ],
)
def test_every_control_is_large_enough_for_a_finger(
    selling: Any, open_page: Any, deal: Any, actor: Callable[..., Any], path: str
) -> None:
    record_create(actor=actor(selling.ana), model=Account, values={"name": "Second Ltd"})
    page = open_page(selling.ana, size="phone", has_touch=True, is_mobile=True)

    page.goto(path.format(deal=f"/opportunities/{deal.pk}/", owner=selling.ana.pk))
    page.wait_for_load_state("networkidle")

    assert page.evaluate("matchMedia('(pointer: coarse)').matches")
    assert page.evaluate(TOO_SMALL, [FINGER, ROW]) == []

"""Issuing a later version: proposed for the next window, and not within one without a word of what that leaves behind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tonglu.compensation.services.plans import plan_from_preset, version_next
from tonglu.entities.testing import signed_in
from tonglu.policy import actor_of
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today

from .months import deal, plan_issued

pytestmark = pytest.mark.django_db


def dialog(cast: Cast, version: Any) -> str:
    """The dialog that asks from when a version holds."""
    made = version_next(actor=actor_of(cast.cam), row=version)
    answer = signed_in(cast.cam).get(
        f"/plan-versions/{made.pk}/verbs/issue/", headers={"HX-Request": "true"}
    )
    return str(answer.content.decode())


@pytest.mark.parametrize("window", ["month", "year"])
def test_a_later_version_is_proposed_for_the_next_window(cast: Cast, window: str) -> None:
    components = [{"id": "commission", "window": window, "base_rate": "0.1"}]
    version = plan_issued([cast.ana, cast.ben], components=components)
    day = today()
    first = date(day.year + 1, 1, 1)
    if window == "month":
        first = date(day.year + day.month // 12, day.month % 12 + 1, 1)

    asked = dialog(cast, version)

    assert f'value="{first.isoformat()}"' in asked
    assert "still running" not in asked


@pytest.mark.parametrize(
    ("continuity", "becomes"),
    [
        ("carry", "counts on towards the steps and caps of this version"),
        ("reset", "counts towards no step and no cap of this version"),
    ],
)
def test_who_has_sold_in_the_running_window_is_counted(
    continuity: str, becomes: str, cast: Cast
) -> None:
    body = {
        "components": [{"id": "commission", "window": "year", "base_rate": "0.1"}],
        "version_select": {"continuity": continuity},
    }
    version = plan_issued([cast.ana, cast.ben, cast.cy], **body)
    deal(version, cast.ana, today(), "100")
    deal(version, cast.ana, today(), "200")
    deal(version, cast.ben, today(), "300")
    deal(version, cast.cy, date(today().year - 1, 12, 31), "300")

    asked = dialog(cast, version)
    assert "2 people have sold in a window that is still running." in asked
    assert becomes in asked


def test_the_first_version_holds_from_whatever_day(cast: Cast) -> None:
    version = plan_from_preset(actor=actor_of(cast.cam), key="on_collection")

    asked = signed_in(cast.cam).get(
        f"/plan-versions/{version.pk}/verbs/issue/", headers={"HX-Request": "true"}
    )

    assert "still running" not in asked.content.decode()

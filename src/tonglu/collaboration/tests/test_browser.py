"""The calendar in a browser: its hours and its day are those of the person, wherever the device stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tonglu.collaboration.models import CalendarEvent
from tonglu.entities.services import record_create
from tonglu.policy.testing import Cast

FAR_AWAY = "Pacific/Kiritimati"


@pytest.mark.browser
def test_a_calendar_keeps_the_hours_of_its_person(
    cast: Cast, actor: Any, open_page: Any, live_server: Any
) -> None:
    cast.ana.timezone = FAR_AWAY
    cast.ana.save()
    today = datetime.now(ZoneInfo(FAR_AWAY)).date()
    starts = datetime(today.year, today.month, today.day, 10, tzinfo=ZoneInfo(FAR_AWAY))
    values = {"title": "Visit", "starts_at": starts, "ends_at": starts + timedelta(hours=1)}
    event = record_create(actor=actor(cast.ana), model=CalendarEvent, values=values)

    page = open_page(cast.ana, timezone_id="Pacific/Pago_Pago")
    page.goto("/calendar/")
    shown = page.locator("[data-calendar][data-ready] [data-date]", has=page.get_by_text("Visit"))

    assert event.starts_at == starts.astimezone(UTC)
    assert shown.first.get_attribute("data-date") == today.isoformat()
    assert "10:00" in page.locator("[data-calendar]").get_by_role("link", name="Visit").inner_text()

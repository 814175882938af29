"""What the record of a month of pay and its dialogs say before it is closed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tonglu.compensation.models import PayPeriod, PlanVersion
from tonglu.compensation.services.plans import plan_begin
from tonglu.compensation.tests.months import deal, month_closed, plan_issued
from tonglu.entities.testing import signed_in
from tonglu.policy import actor_of

pytestmark = pytest.mark.django_db


def test_the_record_of_a_month_leads_to_the_page_on_which_it_is_closed(cast: Any) -> None:
    deal(plan_issued([cast.ana]), cast.ana, date(2026, 1, 9), 1000)
    period = month_closed(date(2026, 1, 1), until="calculated")

    page = signed_in(cast.cam).get(f"/pay-periods/{period.pk}/").content.decode()

    assert f'href="/pay-calendar/{period.pk}/"' in page


def test_what_is_still_open_is_said_before_approving_and_the_sum_before_paying(cast: Any) -> None:
    deal(plan_issued([cast.ana]), cast.ana, date(2026, 1, 9), 1000)
    period = month_closed(date(2026, 1, 1), until="calculated")
    url = f"/pay-periods/{period.pk}/verbs"

    before = signed_in(cast.fay).get(f"{url}/approve/").content.decode()
    month_closed(date(2026, 1, 1), until="approved")
    paying = signed_in(cast.cam).get(f"{url}/pay/").content.decode()

    assert "things to look at are still open in this month." in before
    assert "1 person is paid CN¥100.00." in paying
    assert PayPeriod.objects.get().state == "approved"


def test_a_new_version_begins_as_a_copy_of_the_latest(cast: Any) -> None:
    plan = plan_begin(actor=actor_of(cast.cam), key="flat").plan
    cam = signed_in(cast.cam)

    made = cam.post("/plan-versions/new/", {"plan": plan.pk, "note": "More", "definition": "{}"})

    first, second = PlanVersion.objects.filter(plan=plan).order_by("number")
    assert (made.status_code, second.number, second.state) == (302, 2, "draft")
    assert second.definition == first.definition


def test_a_part_of_a_form_that_is_folded_opens_where_something_in_it_is_wrong(cast: Any) -> None:
    plan = plan_begin(actor=actor_of(cast.cam), key="flat").plan
    cam = signed_in(cast.cam)

    fine = cam.get("/plan-versions/new/").content.decode()
    wrong = cam.post("/plan-versions/new/", {"plan": plan.pk, "definition": "{"})

    folded = "<summary>The plan as data</summary>"
    assert folded in fine
    assert (wrong.status_code, folded in wrong.content.decode()) == (422, False)

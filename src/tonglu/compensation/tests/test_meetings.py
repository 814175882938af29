"""Meetings that were held as facts of pay, and deals that somebody sourced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tonglu.collaboration.services import followup_log
from tonglu.compensation.core.presets.catalogue import preset
from tonglu.compensation.models import Earning, PayFact
from tonglu.compensation.services.meetings import meeting_earn
from tonglu.entities.services import record_create, record_trash
from tonglu.entities.testing import signed_in
from tonglu.policy.testing import Cast
from tonglu.sales.models import CreditSplit, Opportunity
from tonglu.toolkit.clock import now, today

from .faces import conftest
from .months import SYSTEM, month_closed, plan_issued

D = Decimal
selling, pump, account, sign = conftest.selling, conftest.pump, conftest.account, conftest.sign
COUNTED = {"id": "each", "kind": "per_event", "amount": 5, "window": "month"}


@pytest.fixture
def meetings(cast: Cast) -> Any:
    """Tess is paid for meetings; Ana for every deal of hers, whatever it is."""
    plan_issued([cast.ana], "counted", components=[COUNTED])
    body = preset("meetings").plan_dict()
    return plan_issued([cast.tess], "meetings", components=body["components"])


def test_a_meeting_that_was_held_pays_whoever_arranged_it_once(
    meetings: Any, account: Any, cast: Cast, actor: Any, worker: Any
) -> None:
    ana = actor(cast.ana)
    followup_log(actor=ana, target=account, text="We met", kind="meeting", sourced_by=cast.tess)
    followup_log(actor=ana, target=account, text="My own", kind="meeting")
    followup_log(actor=ana, target=account, text="A call", kind="call", sourced_by=cast.tess)
    later = now() + timedelta(days=2)
    followup_log(
        actor=ana, target=account, text="Soon", kind="meeting", at=later, sourced_by=cast.tess
    )
    worker()

    paid = Earning.objects.get()
    assert (paid.owner, paid.component, paid.amount) == (cast.tess, "meeting", D(80))
    assert (paid.account_id, paid.released_amount) == (account.pk, D(80))
    assert str(paid).startswith("We met")
    fact = PayFact.objects.get()
    from tonglu.collaboration.events import FollowUpLogged

    again = FollowUpLogged(followup_id=fact.source_id, kind="meeting", at=now(), target_id=1,
                           subject="We met", sourced_by_id=cast.tess.pk)  # fmt: skip
    meeting_earn(again)
    assert Earning.objects.count() == 1


def test_a_meeting_that_is_deleted_is_flagged_and_its_pay_stands(
    meetings: Any, account: Any, cast: Cast, actor: Any, worker: Any
) -> None:
    made = followup_log(
        actor=SYSTEM, target=account, text="We met", kind="meeting", sourced_by=cast.tess
    )
    worker()
    record_trash(actor=SYSTEM, row=made)
    month = month_closed(today().replace(day=1), "calculated")

    page = signed_in(cast.cam).get(f"/pay-calendar/{month.pk}/").content.decode()

    assert "We met was deleted" in page
    assert Earning.objects.get().amount == D(80)


def test_whoever_sourced_a_deal_is_paid_beside_the_seller(
    meetings: Any, sign: Callable[..., Any], account: Any, selling: Cast, actor: Any
) -> None:
    deal = record_create(
        actor=actor(selling.ana),
        model=Opportunity,
        values={"name": "Pumps", "account": account, "currency": "CNY", "close_date": today()},
        lines={
            CreditSplit: [
                {"person": selling.ana, "percent": D(1), "kind": "direct"},
                {"person": selling.tess, "percent": D(1), "kind": "sourcer"},
            ]
        },
    )
    sign(quantity=2, opportunity=deal)

    paid = Earning.objects.get(owner=selling.tess)
    assert (paid.component, paid.amount) == ("sourced", D(1000))
    assert paid.contract.credits.get(person=selling.tess).sourced

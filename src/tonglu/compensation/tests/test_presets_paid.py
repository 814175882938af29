"""Presets in the product: begun in the gallery, issued, and paid out to the cent that their own examples say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tonglu.compensation.core.presets.catalogue import preset
from tonglu.compensation.models import Earning, PlanMember, Statement
from tonglu.compensation.services.earning import Deal, deal_record
from tonglu.compensation.services.meetings import meeting_record
from tonglu.compensation.services.plans import plan_begin, version_issue
from tonglu.compensation.tests.months import SYSTEM, month_closed
from tonglu.policy.testing import Cast

D = Decimal
JANUARY = date(2026, 1, 1)
PAID = {
    "flat": {"Ana": "617.28"},
    "on_collection": {"Ana": "4000"},
    "marginal_steps": {"Ana": "8000"},
    "margin": {"Ana": "18000"},
    "premium": {"Ana": "5240"},
    "special_price": {"Ana": "850"},
    "holdback": {"Ana": "2000"},
    "accelerators": {"Ana": "73750"},
    "overlay": {"Ana": "5000", "Eng": "1000"},
    "team_pool": {"Lee": "400", "Ana": "350", "Ben": "250"},
    "meetings": {"Tess": "580"},
    "override": {"Ana": "5000", "Lee": "1000", "Dee": "500"},
}
HELD_BACK = {"holdback": "0.15"}


@pytest.fixture
def people(cast: Cast) -> dict[str, Any]:
    """Ana under Lee under Dee, as the examples have it."""
    for below, above in ((cast.ana, cast.lee), (cast.lee, cast.dee)):
        type(below).objects.filter(pk=below.pk).update(manager=above)
    return {one.name: one for one in (cast.ana, cast.ben, cast.lee, cast.dee, cast.eng, cast.tess)}


@pytest.mark.parametrize("key", PAID)
def test_a_preset_is_issued_and_pays_what_its_example_says(
    key: str, people: dict[str, Any], cast: Cast, actor: Any
) -> None:
    version = version_issue(
        actor=actor(cast.cam),
        row=plan_begin(actor=actor(cast.cam), key=key),
        effective_from=JANUARY,
    )
    example = preset(key).plan_dict()["examples"][0]
    sellers = {c["payee"] for t in example["transactions"] for c in t.get("credits", [t])}
    for name in sellers:
        PlanMember.objects.create(plan=version.plan, person=people[name], valid_from=JANUARY)
    for number, sold in enumerate(example["transactions"], start=1):
        deal = deal_of(sold, people)
        if sold.get("kind") == "meeting":
            meeting_record(SYSTEM, version, deal, number, "Visit")
        else:
            deal_record(SYSTEM, version, deal, {one[0] for one in deal.credits}, source_id=number)
    month = month_closed(JANUARY)

    earned: dict[str, Decimal] = {}
    for one in Earning.objects.select_related("owner"):
        earned[one.owner.name] = earned.get(one.owner.name, D(0)) + one.amount
    assert earned == {name: D(amount) for name, amount in PAID[key].items()}
    waits = preset(key).plan_dict().get("release")
    kept = D(HELD_BACK.get(key, "0"))
    for row in Statement.objects.filter(period=month).select_related("owner"):
        own = earned.get(row.owner.name, D(0))
        assert (row.earned, row.paid) == (own, D(0) if waits else own * (1 - kept))


def deal_of(sold: dict[str, Any], people: dict[str, Any]) -> Deal:
    """A sale of an example as a contract of the product."""

    def number(name: str) -> Decimal | None:
        return D(str(sold[name])) if name in sold else None

    credits = tuple(
        (people[one["payee"]].pk, D(str(one.get("pct", 100))), one.get("role", "direct"))
        for one in sold.get("credits", [sold])
    )
    return Deal(
        contract_id=None,
        account_id=None,
        day=date.fromisoformat(sold["date"]),
        amount=D(str(sold["amount"])),
        cost=number("cost"),
        discount=number("discount"),
        credits=credits,
    )

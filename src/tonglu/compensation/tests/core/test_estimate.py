"""What a deal pays me before it is won, and how far the next step is."""

from __future__ import annotations

import datetime as dt

from tonglu.compensation.core.estimate import estimate
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.facts import facts_from
from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.outlook import outlooks
from tonglu.compensation.core.presets.catalogue import preset
from tonglu.compensation.core.release import event_from, release, schedule_from

WHOLE = plan_from_dict(
    {
        "components": [
            {
                "id": "c",
                "window": "quarter",
                "table": {"mode": "whole", "tiers": [[0, 100, "0.1"], [100, None, "0.2"]]},
            }
        ]
    }
)


def sold(name, amount, day="2026-02-01"):
    return facts_from([{"id": name, "date": day, "payee": "Ana", "amount": amount}])[0]


def test_a_deal_that_crosses_a_retroactive_step_shows_its_own_pay_and_the_catch_up():
    told = estimate(WHOLE, [sold("a", 90)], [sold("deal", 20)], "Ana")

    assert (told.own, told.catch_up, told.adds) == (4, 9, 13)
    assert told.by_component == {"c": 13}


def test_the_same_deal_next_quarter_pays_less():
    told = estimate(WHOLE, [sold("a", 90)], [sold("deal", 20, day="2026-04-01")], "Ana")

    assert told.adds == 2


def test_the_outlook_tells_the_price_of_the_next_unit_and_the_way_to_the_next_step():
    (now,) = outlooks(WHOLE.versions[0], "Ana", evaluate(WHOLE, [sold("a", 90)]).trace)

    assert now.rate * 10 == 1
    assert (now.position, now.next_edge, now.distance) == (90, 100, 10)
    assert now.next_rate * 5 == 1
    assert now.catch_up == 9


def test_beyond_the_last_step_there_is_no_next():
    (now,) = outlooks(WHOLE.versions[0], "Ana", evaluate(WHOLE, [sold("a", 500)]).trace)

    assert (now.next_edge, now.distance) == (None, None)


def test_somebody_without_a_position_has_no_outlook():
    assert outlooks(WHOLE.versions[0], "Ben", evaluate(WHOLE, [sold("a", 500)]).trace) == ()


def test_a_contract_is_earned_at_signing_and_released_as_the_customer_pays():
    plan = preset("on_collection").plan()
    contract = sold("contract", 120000)
    earned = evaluate(plan, [contract], as_of=dt.date(2026, 2, 1)).rows(fact="contract")[0].amount

    found = release(
        schedule_from(plan.versions[0].release),
        earned,
        contract.number("amount"),
        [
            event_from({"id": "r1", "type": "cash", "amount": 40000, "days_late": 0}),
            event_from({"id": "r2", "type": "cash", "amount": 80000, "days_late": 3}),
        ],
    )

    assert earned == 4000
    assert [str(item.payment.limit_denominator(100)) for item in found.releases] == [
        "133333/100", "266667/100",
    ]  # fmt: skip
    assert found.unpaid == 0

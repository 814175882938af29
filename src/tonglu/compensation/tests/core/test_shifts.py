"""Payment rules as movements: whatever the rules and the months, nothing is lost and nothing made up."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from tonglu.compensation.core.payment.pay import pay_in_turn
from tonglu.compensation.core.payment.rule import Earning, PaymentRule, rule_from
from tonglu.compensation.core.payment.shifts import Shifted, Stretch, held, shifted

RULES: list[dict[str, Any]] = [
    {"type": "cap", "amount": 600, "excess": "carry_forward"},
    {"type": "cap", "amount": 600, "excess": "forfeit"},
    {"type": "draw_recoverable", "amount": 500},
    {"type": "draw_recoverable", "amount": 300, "recover_pct": "0.5"},
    {"type": "draw_recoverable_forgiven", "amount": 400, "term": 3},
    {"type": "guarantee", "amount": 450, "term": 2},
    {"type": "draw_delayed", "amount": 350},
    {"type": "negative_carry"},
    {"type": "true_up"},
    {"type": "true_up", "never_negative": True},
]


def months(rng: random.Random, count: int) -> tuple[Earning, ...]:
    return tuple(
        Earning(
            period=f"2026-{n + 1:02}",
            amount=Fraction(rng.randrange(-30000, 120000), 100),
            settle=n % 3 == 2,
        )
        for n in range(count)
    )


def rules(rng: random.Random) -> tuple[PaymentRule, ...]:
    return tuple(rule_from(raw) for raw in rng.sample(RULES, rng.randrange(0, 3)))


@pytest.mark.parametrize("seed", range(60))
def test_what_is_paid_is_what_came_in_and_the_effects(seed: int) -> None:
    rng = random.Random(seed)
    own, given = rules(rng), months(rng, 6)

    last = shifted([Stretch(version="1", rules=own, earnings=given)])

    assert last.payment == last.came_in + sum(shift.effect for shift in last.shifts)
    if all(rule.type != "true_up" for rule in own):
        assert last.payment == pay_in_turn(own, given)[-1].payment


@pytest.mark.parametrize("seed", range(60))
def test_what_is_carried_or_advanced_is_settled_over_the_months(seed: int) -> None:
    """Month by month, over two versions: what came in is paid, stands on an account, was forfeited or was given."""
    rng = random.Random(seed)
    first, second, given = rules(rng), rules(rng), months(rng, 8)

    found = [_month(first, second, given[: n + 1]) for n in range(len(given))]

    stands = {
        kind: sum(s.amount for month in found for s in month.shifts if s.kind == kind)
        for kind in ("carried", "drawn", "draw_recovered", "forgiven", "guaranteed", "forfeited")
    }
    paid = sum(month.payment for month in found)
    owed = stands["drawn"] - stands["draw_recovered"]
    assert paid + stands["carried"] + stands["forfeited"] - owed == (
        sum(one.amount for one in given) + stands["guaranteed"]
    )
    assert owed - stands["forgiven"] >= 0


def test_a_later_version_takes_over_what_stands() -> None:
    draw = rule_from({"type": "draw_recoverable", "amount": 500})
    before = Stretch(version="1", rules=(draw,), earnings=(_pay("1", 200),))

    without_draw = shifted([before, Stretch(version="2", rules=(), earnings=(_pay("2", 900),))])
    with_draw = shifted([before, Stretch(version="2", rules=(draw,), earnings=(_pay("2", 900),))])

    assert (without_draw.payment, with_draw.payment) == (600, 600)


def test_a_hold_lets_go_in_its_own_version() -> None:
    hold = rule_from({"type": "holdback", "pct": "0.1", "release_after": 1})

    left, holds = held((hold,), (_pay("1", 1000), _pay("2", 0)))

    assert [one.amount for one in left] == [900, 100]
    assert [(one.kind, one.amount) for one in holds] == [("let_go", 100)]


def _month(
    first: tuple[PaymentRule, ...], second: tuple[PaymentRule, ...], given: tuple[Earning, ...]
) -> Shifted:
    stretches = [Stretch(version="1", rules=first, earnings=given[:4])]
    if len(given) > 4:
        stretches.append(Stretch(version="2", rules=second, earnings=given[4:]))
    return shifted(stretches)


def _pay(period: str, amount: int) -> Earning:
    return Earning(period=period, amount=Fraction(amount))

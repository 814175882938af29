"""The laws of draws, holds, releases and clawbacks: money is never lost and never made."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tonglu.compensation.core.clawback import clawback_amount, clawback_from
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.payment.pay import pay_in_turn, pay_periods
from tonglu.compensation.core.payment.rule import Earning, PaymentRule, Tranche
from tonglu.compensation.core.release import ReleaseEvent, ReleaseStep, Schedule, release

laws = settings(max_examples=200, deadline=None)
CENTS = st.integers(-500_000, 900_000).map(lambda cents: Fraction(cents, 100))
POSITIVE = st.integers(0, 900_000).map(lambda cents: Fraction(cents, 100))
EARNINGS = st.lists(CENTS, max_size=10)
SHARES = st.integers(0, 100).map(lambda pct: Fraction(pct, 100))


def periods(amounts):
    return [Earning(period=f"M{i}", amount=amount) for i, amount in enumerate(amounts, start=1)]


@laws
@given(EARNINGS, POSITIVE, SHARES)
def test_a_draw_pays_the_minimum_and_remembers_exactly_the_difference(amounts, least, share):
    rule = PaymentRule(type="draw_recoverable", amount=least, recover_pct=share)

    pays = pay_periods(rule, periods(amounts))

    paid = ZERO
    for pay, earned in zip(pays, amounts, strict=True):
        paid += pay.payment - earned
        assert pay.payment >= min(least, max(least, earned))
        assert paid == pay.values["balance"]


@laws
@given(EARNINGS, POSITIVE)
def test_full_recovery_keeps_paid_less_earned_equal_to_the_balance(amounts, least):
    pays = pay_periods(PaymentRule(type="draw_recoverable", amount=least), periods(amounts))

    assert sum(p.payment for p in pays) - sum(amounts) == (
        pays[-1].values["balance"] if pays else 0
    )
    assert all(pay.payment >= least for pay in pays)


@laws
@given(EARNINGS, POSITIVE)
def test_a_carried_cap_pays_everything_in_the_end(amounts, cap):
    pays = pay_periods(PaymentRule(type="cap", amount=cap, carries=True), periods(amounts))

    assert all(pay.payment <= cap for pay in pays)
    assert sum(p.payment for p in pays) + (pays[-1].values["carry"] if pays else 0) == sum(amounts)


@laws
@given(EARNINGS)
def test_negative_carry_never_pays_below_zero_and_forgets_nothing(amounts):
    pays = pay_periods(PaymentRule(type="negative_carry"), periods(amounts))

    assert all(pay.payment >= 0 for pay in pays)
    assert sum(p.payment for p in pays) + (pays[-1].values["carry"] if pays else 0) == sum(amounts)


@laws
@given(EARNINGS, st.integers(1, 4), st.integers(1, 4))
def test_a_hold_is_not_a_deduction(amounts, first, second):
    parts = (Tranche(pct=Fraction(1, 10), after=first), Tranche(pct=Fraction(1, 20), after=second))
    pays = pay_periods(PaymentRule(type="holdback", tranches=parts), periods(amounts))

    waiting = pays[-1].values["held_balance"] if pays else ZERO
    assert sum(pay.payment for pay in pays) + waiting == sum(amounts)


@laws
@given(POSITIVE, SHARES, st.lists(POSITIVE, max_size=8))
def test_what_is_owed_is_recovered_or_outstanding_and_never_more_than_a_share(owed, share, amounts):
    rule = PaymentRule(type="offset", amount=owed, pct=share)

    pays = pay_periods(rule, periods(amounts))

    recovered = sum((pay.values["recovered"] for pay in pays), ZERO)
    outstanding = pays[-1].values["outstanding"] if pays else owed
    assert recovered + outstanding == owed
    most = share or 1
    assert all(p.values["recovered"] <= p.earned * most + Fraction(1, 100) for p in pays)


@laws
@given(EARNINGS)
def test_no_rule_pays_what_was_earned(amounts):
    assert [pay.payment for pay in pay_in_turn([], periods(amounts))] == amounts


@laws
@given(POSITIVE, st.lists(st.integers(1, 5000), min_size=1, max_size=8))
def test_partial_collections_release_everything_and_never_more(earned, cash):
    schedule = Schedule(steps=(ReleaseStep(event="cash", prorata=True),))
    events = [
        ReleaseEvent(id=str(i), type="cash", amount=Fraction(amount))
        for i, amount in enumerate(cash)
    ]

    found = release(schedule, earned, Fraction(sum(cash)), events)

    assert found.paid == earned
    assert found.unpaid == 0
    assert all(item.payment >= 0 for item in found.releases)


@laws
@given(POSITIVE, st.lists(st.integers(1, 5000), min_size=1, max_size=6), st.data())
def test_cash_that_all_goes_back_takes_all_pay_back(earned, cash, data):
    schedule = Schedule(steps=(ReleaseStep(event="cash", prorata=True),))
    total = Fraction(sum(cash))
    received = [
        ReleaseEvent(id=f"c{i}", type="cash", amount=Fraction(amount))
        for i, amount in enumerate(cash)
    ]
    back = ReleaseEvent(id="back", type="refund", amount=total)

    found = release(schedule, earned, total, [*received, back])

    assert found.paid == 0


@laws
@given(POSITIVE, POSITIVE, st.integers(1, 36), st.integers(0, 40))
def test_a_clawback_never_exceeds_what_was_paid(earned, paid, term, served):
    for kind in ("full", "percent", "prorata_time", "window"):
        claw = clawback_from(
            {"type": kind, "earned": earned, "paid": paid, "term_months": term,
             "served_months": served, "window_months": term}
        )  # fmt: skip

        assert -paid <= clawback_amount(claw) <= 0

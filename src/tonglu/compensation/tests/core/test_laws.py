"""The laws of the engine, on random books: they hold for every plan or they are not laws."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tonglu.compensation.core.context import Context
from tonglu.compensation.core.estimate import estimate
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.facts import Credit, Fact
from tonglu.compensation.core.model.plan import Plan, plan_from_dict
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.rounding import Rounding, allocate

from .books import CENTS, ORDER_FREE, PAYEES, SALES, facts, plans, tiers

laws = settings(max_examples=150, deadline=None)


def totals(result):
    return {payee: result.payout(payee) for payee in result.payees() if result.payout(payee)}


def exact_totals(result):
    sums = {}
    for row in result.trace:
        sums[row.payee] = sums.get(row.payee, ZERO) + row.unrounded
    return sums


@laws
@given(plans(), facts())
def test_every_row_is_the_sum_of_its_slices_steps_and_rounding(plan, book):
    for row in evaluate(plan, book).trace:
        pieces = sum((piece.amount for piece in row.slices), ZERO)
        changes = sum((step.delta for step in row.steps), ZERO)

        assert pieces + changes + row.rounding == row.amount


@laws
@given(plans(), facts())
def test_the_same_run_gives_the_same_bytes(plan, book):
    assert repr(evaluate(plan, book)) == repr(evaluate(plan, book))


@laws
@given(plans(), facts(), st.randoms())
def test_totals_do_not_depend_on_the_order_of_the_facts(plan, book, random):
    shuffled = list(book)
    random.shuffle(shuffled)

    assert exact_totals(evaluate(plan, shuffled)) == exact_totals(evaluate(plan, book))


@laws
@given(plans(stage="telescoping"), facts())
def test_telescoping_rows_add_up_to_the_rounded_total(plan, book):
    result = evaluate(plan, book)
    for payout in result.payouts:
        rows = sum((row.amount for row in result.rows(payee=payout.payee)), ZERO)

        assert rows == payout.amount == result.rounding.money(payout.exact)


@laws
@given(tiers(), st.integers(0, 8_000_000), st.integers(0, 8_000_000))
def test_marginal_pay_begins_at_zero_never_jumps_and_never_falls(steps, one, two):
    low, high = sorted((one, two))
    least, most = (paid_for(steps, cents) for cents in (low, high))
    top = max(Fraction(value) for _, _, value in steps)

    assert paid_for(steps, 0) == 0
    assert 0 <= most - least <= top * Fraction(high - low, 100)


def paid_for(steps, cents):
    plan = plan_from_dict({"components": [{"id": "c", "table": {"mode": "slab", "tiers": steps}}]})
    return exact_totals(evaluate(plan, [sold("t", cents)])).get("Ana", ZERO)


def sold(name, cents, payee="Ana", day=dt.date(2026, 3, 1), **more):
    amount = {"amount": Fraction(cents, 100), **more}
    return Fact(id=name, date=day, values=amount, credits=(Credit(payee=payee),))


@laws
@given(plans(), facts(payees=("Ana",)), SALES)
def test_a_sale_and_its_full_refund_in_one_open_window_cancel_out(plan, book, cents):
    day = dt.date(2026, 12, 31)
    both = (*book, sold("sale", cents, day=day), sold("refund", -cents, day=day))

    before, after = exact_totals(evaluate(plan, book)), exact_totals(evaluate(plan, both))

    assert after.get("Ana", ZERO) == before.get("Ana", ZERO)


@laws
@given(plans(), facts())
def test_a_sale_of_nothing_changes_nothing(plan, book):
    nothing = sold("zero", 0, day=dt.date(2026, 6, 1))

    assert totals(evaluate(plan, (*book, nothing))) == totals(evaluate(plan, book))


@laws
@given(plans(), facts(payees=("Ana", "Ben")), facts(payees=("Cy",)))
def test_an_unrelated_payee_changes_nothing_for_the_others(plan, book, others):
    renamed = tuple(dataclasses.replace(fact, id=f"x{fact.id}") for fact in others)
    alone, together = evaluate(plan, book), evaluate(plan, (*book, *renamed))

    for payee in ("Ana", "Ben"):
        assert together.payout(payee) == alone.payout(payee)


@laws
@given(plans(), facts(), st.integers(0, 12))
def test_any_partition_of_the_feed_gives_the_same_rows(plan, book, cut):
    """Facts are given in two batches, the later one first: the run is a function of the set."""
    whole, turned = evaluate(plan, book), evaluate(plan, (*book[cut:], *book[:cut]))

    assert exact_totals(whole) == exact_totals(turned)


@laws
@given(tiers(), facts(amounts=SALES))
def test_a_thousand_times_the_money_and_the_bounds_pays_a_thousand_times(steps, book):
    big_steps = [[lo * 1000, None if hi is None else hi * 1000, v] for lo, hi, v in steps]
    big_book = [
        dataclasses.replace(fact, values={"amount": fact.values["amount"] * 1000}) for fact in book
    ]
    for mode in ("slab", "whole"):
        small, big = (
            plan_from_dict({"components": [{"id": "c", "table": {"mode": mode, "tiers": rows}}]})
            for rows in (steps, big_steps)
        )
        paid = exact_totals(evaluate(small, book))
        expected = {payee: amount * 1000 for payee, amount in paid.items()}

        assert exact_totals(evaluate(big, big_book)) == expected


@laws
@given(plans(), facts(), SALES)
def test_the_estimate_is_what_booking_the_deal_would_add(plan, book, cents):
    deal = sold("deal", cents, day=dt.date(2026, 12, 31))

    told = estimate(plan, book, [deal], "Ana")

    booked = evaluate(plan, (*book, deal)).payout("Ana")
    assert told.adds == booked - evaluate(plan, book).payout("Ana")


@laws
@given(facts(amounts=SALES), st.integers(0, 500_000), st.integers(0, 500_000))
def test_a_cap_is_never_passed_and_a_floor_is_always_reached(book, one, two):
    floor, cap = sorted((one, two))
    limits = {"cap": {"scope": "plan", "amount": cap}, "floor": {"scope": "plan", "amount": floor}}
    plan = plan_from_dict({"components": [{"id": "c", "base_rate": 1, **limits}]})

    for payout in evaluate(plan, book).payouts:
        assert floor <= payout.exact <= cap


@laws
@given(facts())
def test_a_closed_gate_pays_nothing_at_all(book):
    gate = {"metric": "signed", "op": "==", "value": True, "on_fail": "zero"}
    plan = plan_from_dict({"components": [{"id": "c", "base_rate": "0.1", "gates": [gate]}]})
    context = Context(metrics={"*": {"signed": False}})

    assert all(row.amount == 0 for row in evaluate(plan, book, context).trace)


@laws
@given(CENTS, st.lists(st.integers(1, 1000), min_size=1, max_size=9))
def test_shares_add_up_to_the_cent(cents, weights):
    total = Fraction(cents, 100)

    shares = allocate(total, [Fraction(weight) for weight in weights], 2)

    assert sum(shares) == total
    exact = [total * weight / sum(weights) for weight in weights]
    assert all(
        abs(share - want) < Fraction(1, 100) for share, want in zip(shares, exact, strict=True)
    )


@laws
@given(SALES, st.lists(st.integers(1, 60), min_size=1, max_size=6))
def test_the_shares_of_a_split_are_the_whole_transaction(cents, parts):
    whole = sum(parts)
    credits = tuple(
        Credit(payee=f"p{index}", pct=Fraction(100 * part, whole))
        for index, part in enumerate(parts)
    )
    fact = dataclasses.replace(sold("t", cents), credits=credits)
    plan = plan_from_dict(
        {"components": [{"id": "c", "base_rate": 1}], "rounding": {"scale": None}}
    )

    result = evaluate(plan, [fact])

    assert sum(row.credit for row in result.trace) == Fraction(cents, 100)
    assert result.problems == ()


def versioned(plan: Plan, later: Plan, start: dt.date) -> Plan:
    first = dataclasses.replace(plan.versions[0], id="v1", effective_from=dt.date(2026, 1, 1))
    second = dataclasses.replace(later.versions[0], id="v2", effective_from=start)
    return Plan(versions=(first, second), anchor="date", continuity="carry")


@laws
@given(plans(), plans(), facts(), st.dates(dt.date(2026, 1, 2), dt.date(2026, 12, 31)))
def test_a_later_version_never_changes_what_was_anchored_before_it(plan, later, book, start):
    alone = dataclasses.replace(plan.versions[0], id="v1", effective_from=dt.date(2026, 1, 1))
    old = {row.fact: row.unrounded for row in evaluate(alone, book).trace if row.date < start}

    both = evaluate(versioned(plan, later, start), book)

    new = {row.fact: row.unrounded for row in both.trace if row.date < start}
    assert new == old
    assert {both.version_of[fact] for fact in old} <= {"v1"}


@laws
@given(plans(), facts(), st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
def test_what_was_not_known_on_a_day_does_not_count_on_that_day(plan, book, day):
    known = tuple(fact for fact in book if fact.date <= day)

    assert totals(evaluate(plan, book, as_of=day)) == totals(evaluate(plan, known))


@laws
@given(
    st.integers(-(10**9), 10**9),
    st.sampled_from(["half_up", "half_even", "half_down", "up", "down"]),
)
def test_rounding_mirrors_for_returns_and_stays_within_a_cent(milli, mode):
    rounding = Rounding(mode=mode)
    value = Fraction(milli, 1000)

    assert rounding.money(-value) == -rounding.money(value)
    assert abs(rounding.money(value) - value) < Fraction(1, 100)


def test_the_books_reach_every_mode_that_claims_to_be_free_of_order():
    assert set(ORDER_FREE) == {"slab", "whole", "overage_at_top", "interp_sum", "milestone"}
    assert len(PAYEES) == 3

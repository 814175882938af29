"""After any changes to a computed book, what is computed again and what is kept equal a full run, row by row."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("polars", reason="the extra `volume` is not installed")

from tonglu.compensation.core.facts import Credit, Fact
from tonglu.compensation.core.volume.book import book_of
from tonglu.compensation.core.volume.live import LiveBook
from tonglu.compensation.core.volume.run import evaluate_volume
from tonglu.kernel.errors import DomainError

from .books import CENTS, DAYS, PAYEES
from .test_volume import PARTS, TEAM, books, version_of, whole_plans

FINE = (Fraction(1), Fraction(1, 2), Fraction(12, 10))


@st.composite
def changes(draw):
    """New facts, facts with other amounts, days and people, and facts that go."""
    found = []
    for _ in range(draw(st.integers(1, 5))):
        payees = draw(st.sets(st.sampled_from([*PAYEES, "Lee"]), max_size=2))
        credits = tuple(Credit(payee=payee, pct=draw(PARTS)) for payee in sorted(payees))
        values = {"amount": Fraction(draw(CENTS), 100), "cost": Fraction(0)}
        number = draw(st.integers(0, 15))
        found.append(Fact(id=f"f{number}", date=draw(DAYS), values=values, credits=credits))
    return found


def anchored(facts):
    """A book in which every part is known from the start, so that no change is finer than it."""
    shares = [(pct, factor) for pct in (Fraction(100, 8), Fraction(111, 10)) for factor in FINE]
    ends = [
        Fact(
            id=f"z{index}",
            date=dt.date(2026, 6, 1),
            values={"amount": Fraction(1, 100), "cost": Fraction(0)},
            credits=(Credit(payee="Zoe", pct=pct, factor=factor),),
        )
        for index, (pct, factor) in enumerate(shares)
    ]
    return [*facts, *ends]


@settings(max_examples=60, deadline=None)
@given(plan=whole_plans(), facts=books(), moved=changes())
def test_a_changed_book_equals_a_full_run(plan, facts, moved):
    version, now = plan.versions[0], {fact.id: fact for fact in anchored(facts)}
    live = LiveBook(version, book_of(list(now.values())), TEAM)

    for fact in moved:
        now[fact.id] = replace(fact)
        live.change(fact.id, book_of([fact]))

    full = evaluate_volume(version, book_of(list(now.values())), TEAM)
    paid = {(row[0], row[1]): row[2] for row in full.payouts.rows()}
    assert {key: cents for key, cents in live.payouts.items() if cents} == {
        key: cents for key, cents in paid.items() if cents
    }
    for component, payee in live.payouts:
        wanted = full.rows.filter(component=component, payee=payee)
        got = live.rows(component, payee)
        assert placed(got, live.units[component]) == placed(wanted, full.units[component])


def placed(rows, unit):
    """What each row paid, and from where to where it moved."""
    columns = rows.select("fact", "window", "before", "after", "amount").rows()
    return sorted(
        (fact, window, Fraction(before, unit), Fraction(after, unit), amount)
        for fact, window, before, after, amount in columns
    )


def test_a_change_answers_only_what_it_moved():
    version = version_of({"base_rate": "0.1", "window": "month"}, rounding={"stage": "transaction"})
    sales = [sale("a", "Ana", 100), sale("b", "Ben", 200)]
    live = LiveBook(version, book_of(sales))

    change = live.change("a", book_of([sale("a", "Ana", 150)]))

    assert change.payouts == {("c", "Ana"): 1500}
    assert change.rows["amount"].to_list() == [1500]
    assert live.payouts == {("c", "Ana"): 1500, ("c", "Ben"): 2000}


def test_a_share_finer_than_the_book_counts_is_refused():
    version = version_of({"base_rate": "0.1"})
    live = LiveBook(version, book_of([sale("a", "Ana", 100)]))

    with pytest.raises(DomainError) as refusal:
        live.change("b", book_of([sale("b", "Ana", 1, pct="33.3")]))

    assert refusal.value.code == "finer_units"


def sale(name, payee, amount, pct=100):
    return Fact(
        id=name,
        date=dt.date(2026, 3, 1),
        values={"amount": amount},
        credits=(Credit(payee=payee, pct=Fraction(pct)),),
    )

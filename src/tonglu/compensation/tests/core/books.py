"""Random books for the laws: plans of every table mode, and facts that reach every tier."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import pairwise

from hypothesis import strategies as st

from tonglu.compensation.core.facts import Credit, Fact
from tonglu.compensation.core.model.plan import plan_from_dict

CENTS = st.integers(min_value=-2_000_000, max_value=6_000_000)
SALES = st.integers(min_value=1, max_value=6_000_000)
DAYS = st.dates(min_value=dt.date(2026, 1, 1), max_value=dt.date(2026, 12, 31))
PAYEES = ("Ana", "Ben", "Cy")
WINDOWS = ("all", "month", "quarter", "year")
ORDER_FREE = ("slab", "whole", "overage_at_top", "interp_sum", "milestone")


def money(cents: int) -> str:
    return f"{Fraction(cents, 100).numerator}/{Fraction(cents, 100).denominator}"


@st.composite
def tiers(draw, values=None):
    """Contiguous steps from zero with an open top."""
    edges = sorted(draw(st.sets(st.integers(1, 60_000), min_size=1, max_size=4)))
    value = (
        values
        if values is not None
        else st.integers(0, 300).map(lambda mille: Fraction(mille, 1000))
    )
    bounds = [0, *edges, None]
    return [[lo, hi, str(draw(value))] for lo, hi in pairwise(bounds)]


@st.composite
def facts(draw, amounts=CENTS, most=12, payees=PAYEES):
    count = draw(st.integers(0, most))
    found = []
    for index in range(count):
        payee = draw(st.sampled_from(payees))
        found.append(
            Fact(
                id=f"f{index}",
                date=draw(DAYS),
                values={"amount": Fraction(draw(amounts), 100)},
                credits=(Credit(payee=payee),),
            )
        )
    return tuple(found)


@st.composite
def plans(draw, modes=ORDER_FREE, stage=None):
    mode = draw(st.sampled_from(modes))
    stage = stage or draw(st.sampled_from(["payout", "transaction", "telescoping"]))
    amounts = st.integers(0, 5000)
    table = {
        "mode": mode,
        "boundary": draw(st.sampled_from(["lower_inclusive", "upper_inclusive"])),
        "tiers": draw(tiers(amounts if mode in ("milestone", "interp_sum") else None)),
    }
    component = {"id": "c", "window": draw(st.sampled_from(WINDOWS)), "table": table}
    if mode == "overage_at_top":
        table["axis"] = "amount"
        component["quota"] = draw(st.integers(1, 50_000))
    return plan_from_dict({"components": [component], "rounding": {"stage": stage}})

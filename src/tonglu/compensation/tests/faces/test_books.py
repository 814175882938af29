"""A condensed book, a book of the window and the whole book pay a deal alike, to the cent, under every preset."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tonglu.compensation.core.condensing import Stand, condensed, may_condense, stand_of
from tonglu.compensation.core.context import Context
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.model.amounts import amounts_from
from tonglu.compensation.core.presets.catalogue import PRESETS
from tonglu.compensation.core.spans import span_of
from tonglu.compensation.faces.books import Book
from tonglu.compensation.neutral import fact_read, trace_json

DAY = date(2026, 11, 20)
CONDENSED = [preset for preset in PRESETS if may_condense(preset.plan().versions[0])]


def facts(seed: int, count: int) -> list[Any]:
    pick = random.Random(seed)
    raw = [
        {
            "id": f"c{n}",
            "date": (date(2025, 6, 1) + timedelta(days=pick.randrange(530))).isoformat(),
            "amount": f"{pick.randrange(100, 90_000)}.{pick.randrange(100):02}",
            "cost": str(pick.randrange(0, 60_000)),
            "discount": f"0.{pick.randrange(40):02}",
            "credits": [{"payee": "p1", "pct": str(pick.choice((100, 60, 33)))}],
        }
        for n in range(count)
    ]
    return [fact_read(one) for one in sorted(raw, key=lambda one: str(one["date"]))]


def books(preset: Any, seed: int) -> list[Book]:
    plan, found = preset.plan(), facts(seed, 40)
    version = plan.versions[0]
    quotas = {c.id: {"p1": "300000"} for c in version.components}
    common = {"payee": "p1", "day": DAY, "around": Context(quotas=amounts_from(quotas))}
    trace = [trace_json(row) for row in evaluate(plan, found, common["around"]).trace]
    stand = stand_of(trace)
    short = condensed(version, {"p1": stand})
    span = span_of(version, DAY) or (date.min, date.max)
    inside = [fact for fact in found if span[0] <= (fact.date or DAY) <= span[1]]
    names = {fact.id for fact in inside}
    rest = stand_of([row for row in trace if row["fact"] not in names])
    return [
        Book(plan=plan, version=version, facts=tuple(found), outside=Stand(), **common),
        Book(plan=plan, version=version, facts=tuple(inside), outside=rest, **common),
        Book(
            plan=replace(plan, versions=(short,)),
            version=short,
            facts=(),
            outside=stand,
            **common,
        ),
    ]


@pytest.mark.parametrize("preset", CONDENSED, ids=lambda preset: preset.key)
def test_every_way_to_the_price_gives_the_same_cent(preset: Any) -> None:
    for seed in range(12):
        deal = fact_read(
            {
                "id": "deal",
                "date": DAY.isoformat(),
                "amount": "123456.78",
                "cost": "70000",
                "discount": "0.07",
                "credits": [{"payee": "p1", "pct": "60"}],
            }
        )
        whole, windowed, short = (book.add([deal], "en") for book in books(preset, seed))

        for other in (windowed, short):
            assert other.adds == whole.adds
            assert [row.amount for row in other.rows] == [row.amount for row in whole.rows]
            assert other.steps == whole.steps


def test_most_presets_need_no_more_than_the_position() -> None:
    assert {"flat", "on_collection", "marginal_steps", "margin"} <= {p.key for p in CONDENSED}
    assert "team_pool" not in {p.key for p in CONDENSED}
    assert Decimal(len(CONDENSED)) / len(PRESETS) > Decimal("0.4")

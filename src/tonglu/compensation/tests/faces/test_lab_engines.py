"""A big book in the laboratory is computed by columns, and pays what the exact engine pays."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tonglu.compensation.core.facts import Fact, fact_from
from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.presets.catalogue import PRESETS
from tonglu.compensation.laboratory import trial
from tonglu.compensation.laboratory.books import LabBook, book_between
from tonglu.compensation.services.earning import Deal, deal_record
from tonglu.compensation.tests.months import SYSTEM, plan_issued
from tonglu.directory.models import Person
from tonglu.policy.testing import Cast

pytest.importorskip("polars", reason="the extra `volume` is not installed")


def sales(seed: int) -> tuple[Fact, ...]:
    rng = random.Random(seed)
    return tuple(
        fact_from(
            {
                "id": f"orders.contract:{number}",
                "date": date(2026, 1, 1) + timedelta(days=rng.randrange(365)),
                "amount": f"{rng.randrange(-5_000_00, 90_000_00)}/100",
                "cost": f"{rng.randrange(50_000_00)}/100",
                "discount": f"{rng.randrange(40)}/100",
                "credits": [
                    {"payee": f"p{1 + rng.randrange(4)}", "pct": "70", "role": "direct"},
                    {"payee": f"p{5 + rng.randrange(2)}", "pct": "30", "role": "direct"},
                ],
            }
        )
        for number in range(120)
    )


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.key)
def test_both_engines_pay_the_same_in_the_laboratory(one: Any, monkeypatch: Any) -> None:
    plan = plan_from_dict(one.plan_dict())
    quotas = {f"p{n}": "400000" for n in range(1, 7)}
    book = LabBook(facts=sales(len(one.key)), quotas=quotas)
    exact = trial.pay_of(book, plan)
    monkeypatch.setattr(trial, "MANY", 1)
    called: list[int] = []
    by_volume = trial._by_volume
    monkeypatch.setattr(trial, "_by_volume", lambda *a: called.append(1) or by_volume(*a))

    volume = trial.pay_of(book, plan)

    assert called == [1]
    assert {k: v for k, v in volume.items() if v} == {k: v for k, v in exact.items() if v}
    assert sum(exact.values(), Fraction(0)) == sum(volume.values(), Fraction(0))


def test_a_sale_kept_under_two_plans_is_tried_once(cast: Cast, actor: Any) -> None:
    """One plan keeps the sale without a tree, the other with it; the laboratory sees one sale of Ana's, below Lee."""
    Person.objects.filter(pk=cast.ana.pk).update(manager=cast.lee)
    levels = {"id": "override", "kind": "rollup", "window": "month", "levels": ["0.01"]}
    versions = plan_issued([cast.ana]), plan_issued([cast.ana], code="up", components=[levels])
    one = Deal(contract_id=None, account_id=None, day=date(2026, 3, 2), amount=Decimal(1000), cost=None,
               discount=None, credits=((cast.ana.pk, Decimal(100), "direct"),))  # fmt: skip
    for version in versions:
        deal_record(SYSTEM, version, one, {cast.ana.pk}, source_id=7)

    book = book_between(actor(cast.cam), date(2026, 1, 1), date(2026, 12, 31))

    (fact,) = book.facts
    assert [(c.payee, c.pct, c.path) for c in fact.credits] == [
        (f"p{cast.ana.pk}", 100, (f"p{cast.lee.pk}",))
    ]
    assert book.paid == {f"p{cast.ana.pk}": 100, f"p{cast.lee.pk}": 10}

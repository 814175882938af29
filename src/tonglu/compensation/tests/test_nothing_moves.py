"""No silent retroaction: after a month is closed, a thousand edits of rules, rates and people change no statement."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from tonglu.compensation.core.storing import row_from_dict
from tonglu.compensation.models import (
    Earning,
    LedgerEntry,
    PayFact,
    PayPeriod,
    PayPlan,
    PlanMember,
    PlanPayment,
    PlanVersion,
    Statement,
)
from tonglu.compensation.neutral import money_of
from tonglu.compensation.paper import problems_of
from tonglu.compensation.services import periods
from tonglu.compensation.services.corrections import repriced
from tonglu.compensation.services.statements import digest_of, statement_body
from tonglu.directory.models import Person
from tonglu.entities.services import record_update
from tonglu.kernel.errors import DomainError
from tonglu.policy.testing import Cast

from .months import FLAT, SYSTEM, D, deal, month_closed, plan_issued

EDITS = 1000
JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 1)
STEPS = {
    "components": [
        {
            "id": "steps",
            "clause": "3.2",
            "window": "year",
            "table": {"mode": "slab", "tiers": [[0, 20000, "0.03"], [20000, None, "0.0555"]]},
            "caps": [{"amount": 4000, "scope": "transaction"}],
        }
    ],
    "payment": [
        {"type": "holdback", "pct": "0.15", "release_after": 2},
        {"type": "draw_recoverable", "amount": 300},
    ],
}
Edit = Callable[[random.Random, Any], None]


@pytest.fixture
def book(cast: Cast) -> PlanVersion:
    """Three closed months of three people on a plan with steps, a cap, a hold and a draw."""
    people = [cast.ana, cast.ben, cast.cy]
    version = plan_issued(people, **deepcopy(STEPS))
    rng = random.Random(7)
    for month in (1, 2, 3):
        for person in people:
            for _ in range(2):
                amount = Decimal(rng.randrange(-200_00, 9000_00)) / 100
                deal(version, person, date(2026, month, rng.randrange(1, 28)), amount)
        month_closed(date(2026, month, 1))
    return version


def test_a_thousand_edits_after_closing_change_no_statement(book: PlanVersion, cast: Cast) -> None:
    rng, before = random.Random(11), everything()
    computed = {one.pk: _computed(one) for one in Earning.objects.all()}

    chosen = rng.choices(list(EDIT), weights=list(EDIT.values()), k=EDITS)
    done = [edit(rng, cast) for edit in chosen]
    for period in PayPeriod.objects.filter(state="paid"):
        with pytest.raises(DomainError):
            periods.period_calculate(actor=SYSTEM, row=period)

    assert len(done) == EDITS
    assert everything() == before
    assert [one.pk for one in Statement.objects.all() if not _is_as_issued(one)] == []
    assert {one.pk: _computed(one) for one in Earning.objects.filter(pk__in=computed)} == computed
    assert set(
        LedgerEntry.objects.exclude(key__in=before[1]).values_list("period__state", flat=True)
    ) <= {"open"}


def test_all_traces_add_up_to_the_ledger(book: PlanVersion) -> None:
    """Slices, steps and rounding make each earning; lines make each statement; statements make the ledger."""
    for earning in Earning.objects.all():
        rows = [row_from_dict(raw) for raw in earning.trace]
        parts = [piece.amount for row in rows for piece in row.slices]
        parts += [step.delta for row in rows for step in row.steps]
        assert sum(parts) + sum(row.rounding for row in rows) == earning.amount
    ledger: dict[tuple[Any, str], Decimal] = {}
    for one in LedgerEntry.objects.exclude(kind="paid"):
        key = (one.owner_id, one.kind)
        ledger[key] = ledger.get(key, D(0)) + one.amount
    told: dict[tuple[Any, str], Decimal] = {}
    for statement in Statement.objects.order_by("period__first_day"):
        assert problems_of(statement) == []
        for line in statement.lines:
            key = (statement.owner_id, line["kind"])
            told[key] = told.get(key, D(0)) + D(line["amount"])
        after = {name: D(one["after"]) for name, one in statement.accounts.items()}
        assert statement.payable == max(after.get("payable", D(0)), D(0)) == statement.paid
    assert told == ledger
    assert problems_of(_with_a_wrong_slice()) != []
    earned = sum(D(a) for (_, kind), a in ledger.items() if kind == "earned")
    assert earned == sum(Earning.objects.values_list("amount", flat=True))


def _with_a_wrong_slice() -> Statement:
    statement = Statement.objects.filter(earned__gt=0).order_by("pk")[0]
    line = next(one for one in statement.lines if one["kind"] == "earned")
    line["trace"][0]["slices"][0]["amount"] = "1"
    return statement


def everything() -> tuple[Any, ...]:
    """All that was closed, as it stands in the tables."""
    closed = PayPeriod.objects.exclude(state="open")
    return (
        list(closed.order_by("pk").values_list("pk", "state", "total_earned", "total_paid")),
        list(
            LedgerEntry.objects.filter(period__in=closed)
            .order_by("key")
            .values_list("key", flat=True)
        ),
        list(Statement.objects.filter(period__in=closed).order_by("pk").values()),
        list(PlanPayment.objects.filter(period__in=closed).order_by("pk").values()),
    )


def _is_as_issued(one: Statement) -> bool:
    return one.digest == digest_of(statement_body(one))


def _computed(earning: Earning) -> Decimal:
    """What the engine says of it today, under the version it carries."""
    version = PlanVersion.objects.get(pk=earning.plan_version_id)
    return sum((money_of(row.amount) for row in repriced(earning, version)), D(0))


def _new_version(rng: random.Random, _cast: Cast) -> None:
    """The next version of the plan, with other rates and other rules of payment."""
    plan = PayPlan.objects.get()
    rate = f"0.{rng.randrange(1, 99):02}"
    number = plan.versions.count() + 1
    PlanVersion.objects.create(
        plan=plan,
        number=number,
        state="issued",
        effective_from=date.fromordinal(date(2026, 4, 1).toordinal() + number),
        digest=f"d{number}",
        definition={
            "components": [{**FLAT["components"][0], "base_rate": rate}],
            "payment": [{"type": "cap", "amount": rng.randrange(1, 500)}],
        },
    )


def _edited_table(rng: random.Random, _cast: Cast) -> None:
    """Somebody edits the issued version by hand; the database refuses."""
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanVersion.objects.filter(number=1).update(
            definition={"components": [], "n": rng.random()}
        )


def _edited_money(rng: random.Random, _cast: Cast) -> None:
    """Somebody edits what was earned, paid or said by hand; the database refuses."""
    closed = {"period__first_day__lte": MARCH}
    change: Callable[[], Any] = rng.choice(
        [
            lambda: Earning.objects.filter(earned_on__lt=date(2026, 4, 1)).update(amount=1),
            lambda: LedgerEntry.objects.filter(**closed).update(amount=F("amount") + 1),
            lambda: Statement.objects.filter(**closed).update(payable=0),
            lambda: PlanPayment.objects.filter(**closed).update(payment=0),
            lambda: PayFact.objects.update(neutral={}),
            lambda: LedgerEntry.objects.filter(**closed).delete(),
        ]
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def _new_quota(rng: random.Random, _cast: Cast) -> None:
    PlanMember.objects.update(quota=rng.randrange(1, 10**6))


def _reorganised(rng: random.Random, cast: Cast) -> None:
    """A person moves to another department and manager, or leaves the plan."""
    person = rng.choice([cast.ana, cast.ben, cast.cy])
    place = rng.choice([cast.east, cast.west, cast.office])
    Person.objects.filter(pk=person.pk).update(department=place, manager=cast.lee)
    PlanMember.objects.filter(person=person).update(
        valid_until=rng.choice([None, date(2026, 1, 31), date(2026, 12, 31)])
    )


def _renamed(rng: random.Random, _cast: Cast) -> None:
    row = PayPlan.objects.get()
    record_update(actor=SYSTEM, row=row, values={"name": f"Plan {rng.random()}"}, act=None)


def _late_fact(rng: random.Random, cast: Cast) -> None:
    """A deal of a closed month comes late, sometimes with an internal charge in its cost."""
    version = PlanVersion.objects.get(number=1)
    person, day = rng.choice([cast.ana, cast.ben, cast.cy]), date(2026, rng.randrange(1, 4), 15)
    deal(version, person, day, rng.randrange(1, 9000), cost=Decimal(rng.randrange(1, 900)))


EDIT: dict[Edit, int] = {
    _new_version: 30,
    _edited_table: 15,
    _edited_money: 15,
    _new_quota: 15,
    _reorganised: 20,
    _renamed: 3,
    _late_fact: 2,
}
"""Each kind of edit, and how often it is made."""

"""A thousand later edits of rules, tables, people and targets against closed months: no statement says anything else, and all of it computes again.

Each edit goes through a door that people have, or past all doors to the tables, as a careless program would. What is refused counts as
tried. Afterwards every closed month is compared with what it was: its rows, its fingerprints, what people read, and each movement and
each trace made again from what is stored.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import orjson
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils.translation import override

from tonglu.compensation.models import (
    Correction,
    Earning,
    LedgerEntry,
    LedgerPosting,
    PayFact,
    PayPeriod,
    PayPlan,
    PlanMember,
    PlanPayment,
    PlanVersion,
    Statement,
)
from tonglu.compensation.neutral import trace_json
from tonglu.compensation.paper import paper_of
from tonglu.compensation.services import corrections, periods
from tonglu.compensation.services.corrections import correction_propose, repriced
from tonglu.compensation.services.ledger import period_for
from tonglu.compensation.services.plans import version_issue
from tonglu.compensation.services.statements import digest_of, entry_line, statement_body
from tonglu.compensation.tests.months import SYSTEM, deal, month_closed, plan_issued
from tonglu.directory.models import Person
from tonglu.entities.services import record_create, record_trash, record_update
from tonglu.kernel.errors import DomainError
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today
from tools.drills.fixture import Drill

MONTHS = [date(2026, month, 1) for month in (1, 2, 3)]
LAST = date(2026, 3, 31)
TIERS = [[0, "0.4", "0.03"], ["0.4", 1, "0.0555"], [1, None, "0.08"]]
PLAN: dict[str, Any] = {
    "components": [
        {
            "id": "steps",
            "clause": "3.2",
            "window": "year",
            "quota": "30000",
            "table": {"mode": "slab", "axis": "attainment", "tiers": TIERS},
            "caps": [{"amount": 700, "scope": "transaction"}, {"amount": 1500, "scope": "quarter"}],
        },
        {"id": "pool", "kind": "pool", "window": "month", "rate": "0.01"},
    ],
    "payment": [
        {"type": "holdback", "pct": "0.15", "release_after": 2},
        {"type": "draw_recoverable", "amount": 300},
    ],
}


@dataclass
class Months:
    """Three closed months of three people, the dice, and everything as it stood when they were closed."""

    cast: Cast
    dice: random.Random
    before: dict[str, Any]

    @property
    def people(self) -> list[Person]:
        return [self.cast.ana, self.cast.ben, self.cast.cy]


def closed(cast: Cast, dice: random.Random) -> Months:
    """A plan with steps of a quota, caps, a team pool, a hold and a draw, and its first quarter."""
    months = Months(cast=cast, dice=dice, before={})
    plan = deepcopy(PLAN)
    plan["components"][1]["weights"] = {f"p{one.pk}": 1 for one in months.people}
    version = plan_issued(months.people, **plan)
    for month in MONTHS:
        for person in months.people:
            for _ in range(2):
                amount = Decimal(dice.randrange(-200_00, 9000_00)) / 100
                deal(version, person, month + timedelta(days=dice.randrange(27)), amount)
        month_closed(month)
    months.before = everything()
    return months


def everything() -> dict[str, Any]:
    """All that is closed as it stands in the tables, and as people read it in both languages."""
    periods_ = PayPeriod.objects.filter(first_day__lte=LAST)
    entries = LedgerEntry.objects.filter(period__in=periods_)
    statements = Statement.objects.filter(period__in=periods_)
    payments = PlanPayment.objects.filter(period__in=periods_)
    found: dict[str, Any] = {
        "months": list(periods_.order_by("pk").values()),
        "movements": list(entries.order_by("pk").values()),
        "legs": list(LedgerPosting.objects.filter(entry__in=entries).order_by("pk").values()),
        "statements": list(statements.order_by("pk").values()),
        "payments": list(payments.order_by("pk").values()),
        "earnings": list(Earning.objects.filter(entries__in=entries).order_by("pk").values()),
    }
    for language in ("en", "zh-hans"):
        with override(language):
            read = [repr(paper_of(one)) for one in statements.order_by("pk")]
            found[f"what people read ({language})"] = read
    return found


def moved(months: Months) -> list[str]:
    """What is no longer as it was closed, and what computes otherwise than it was told."""
    now = everything()
    faults = [f"{name} changed" for name, told in months.before.items() if told != now[name]]
    for statement in Statement.objects.filter(period__first_day__lte=LAST):
        if digest_of(statement_body(statement)) != statement.digest:
            faults.append(f"statement {statement.pk} is not what its fingerprint was taken of")
        stored = {line["key"]: line for line in statement.lines}
        own = LedgerEntry.objects.filter(period=statement.period, owner=statement.owner)
        for entry in own.exclude(earning=None).filter(key__in=stored):
            if told(lasting(entry_line(entry))) != told(lasting(stored[entry.key])):
                faults.append(f"movement {entry.key} is told otherwise than in its statement")
    known = {row["id"] for row in months.before["earnings"]}
    for earning in Earning.objects.filter(pk__in=known).select_related("fact"):
        if not earning.fact.is_sale:
            continue
        if told(computed(earning)) != told(earning.trace):
            faults.append(f"earning {earning.pk} computes otherwise")
    closed_ = {row["id"] for row in months.before["movements"]}
    late = LedgerEntry.objects.exclude(pk__in=closed_).filter(period__first_day__lte=LAST)
    return faults + [f"{one.key} was booked into a closed month" for one in late]


def computed(earning: Earning) -> Any:
    """The trace of an earning, made again from what is stored; what keeps it from being made where something is gone."""
    version = PlanVersion.objects.get(pk=earning.plan_version_id)
    try:
        return [trace_json(row) for row in repriced(earning, version)]
    except (DomainError, KeyError) as gone:
        return repr(gone)


def lasting(line: dict[str, Any]) -> dict[str, Any]:
    """A line but for what others call themselves: it keeps the names that plan and customer had then."""
    return {name: one for name, one in line.items() if name not in ("version", "account")}


def told(value: Any) -> bytes:
    """A value as bytes, so that nothing about it can differ unseen."""
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)


def tried(edit: Callable[[], Any]) -> bool:
    """Whether an edit was let through."""
    try:
        with transaction.atomic():
            edit()
    except (DomainError, DatabaseError):
        return False
    return True


def _draft(months: Months) -> PlanVersion:
    body = deepcopy(PLAN)
    body["components"] = [{**body["components"][0], "quota": str(months.dice.randrange(1, 10**6))}]
    body["payment"] = [{"type": "cap", "amount": months.dice.randrange(1, 500)}]
    plan = PayPlan.objects.get()
    return record_create(actor=SYSTEM, model=PlanVersion, values={"plan": plan, "definition": body})


def version_follows(months: Months) -> None:
    """The next version, with other rates, quota and rules of payment."""
    day = today(SYSTEM) + timedelta(days=PlanVersion.objects.count())
    version_issue(actor=SYSTEM, row=_draft(months), effective_from=day)


def version_reaches_back(months: Months) -> None:
    """A version is issued as if it had held in a closed month."""
    version_issue(actor=SYSTEM, row=_draft(months), effective_from=months.dice.choice(MONTHS))


def version_edited(months: Months) -> None:
    """An issued version is edited or thrown away."""
    row = PlanVersion.objects.get(number=1)
    if months.dice.random() < 0.5:
        record_update(actor=SYSTEM, row=row, values={"definition": {**PLAN, "caps": [1]}})
    else:
        record_trash(actor=SYSTEM, row=row)


def tables_edited(months: Months) -> None:
    """A program writes past all doors, to one of the tables that money rests on."""
    of_closed = {"period__first_day__lte": LAST}
    change: Callable[[], Any] = months.dice.choice(
        [
            lambda: PlanVersion.objects.filter(number=1).update(definition={"components": []}),
            lambda: PlanVersion.objects.filter(number=1).update(effective_from=today(SYSTEM)),
            lambda: Earning.objects.filter(earned_on__lte=LAST).update(amount=1),
            lambda: Earning.objects.filter(earned_on__lte=LAST).update(trace=[]),
            lambda: LedgerEntry.objects.filter(**of_closed).update(amount=F("amount") + 1),
            lambda: LedgerEntry.objects.filter(**of_closed).delete(),
            lambda: Statement.objects.filter(**of_closed).update(payable=0, lines=[]),
            lambda: PlanPayment.objects.filter(**of_closed).update(payment=0),
            lambda: PayPeriod.objects.filter(first_day__lte=LAST).update(state="open"),
            lambda: PayFact.objects.update(neutral={}),
        ]
    )
    change()


def quota_moves(months: Months) -> None:
    member = months.dice.choice(list(PlanMember.objects.all()))
    values = {"quota": Decimal(months.dice.randrange(1, 10**6))}
    record_update(actor=SYSTEM, row=member, values=values, act=None)


def people_move(months: Months) -> None:
    """A person moves to another department and manager, changes their name, or leaves the plan."""
    person, cast = months.dice.choice(months.people), months.cast
    place = months.dice.choice([cast.east, cast.west, cast.office])
    Person.objects.filter(pk=person.pk).update(department=place, manager=cast.lee)
    until = months.dice.choice([None, date(2026, 1, 31), date(2026, 12, 31)])
    PlanMember.objects.filter(person=person).update(valid_until=until)


def plan_renamed(months: Months) -> None:
    name = f"Plan {months.dice.random()}"
    record_update(actor=SYSTEM, row=PayPlan.objects.get(), values={"name": name}, act=None)


def month_attacked(months: Months) -> None:
    """A paid month is reopened, or calculated once more."""
    row = PayPeriod.objects.get(first_day=months.dice.choice(MONTHS))
    if months.dice.random() < 0.5:
        periods.period_reopen(actor=SYSTEM, row=row, reason="Look again")
    else:
        periods.period_calculate(actor=SYSTEM, row=row)


def open_month_calculated(_months: Months) -> None:
    """The month after is calculated, windows that something late belongs to are worked out again, and it is opened once more."""
    row = period_for(SYSTEM, date(2026, 4, 1))
    periods.period_calculate(actor=SYSTEM, row=row)
    row.refresh_from_db()
    periods.period_reopen(actor=SYSTEM, row=row, reason="More came in")


def late_fact(months: Months) -> None:
    """A deal, or money back, of a closed month comes late, with an internal charge in its cost."""
    version, dice = PlanVersion.objects.get(number=1), months.dice
    day = dice.choice(MONTHS) + timedelta(days=dice.randrange(27))
    cost = Decimal(dice.randrange(1, 900))
    deal(version, dice.choice(months.people), day, dice.randrange(-3000, 9000), cost=cost)


def correction_proposed(months: Months) -> None:
    """Somebody wants an earning of a closed month to have paid less or more."""
    earning = months.dice.choice(list(Earning.objects.filter(earned_on__lte=LAST)))
    correction_propose(
        actor=SYSTEM,
        person=earning.owner,
        cause=Correction.Cause.TABLE,
        amount=Decimal(months.dice.randrange(1, 500)),
        reason="The table was wrong",
        earning=earning,
    )


EDITS: dict[Callable[[Months], None], int] = {
    version_follows: 20,
    version_reaches_back: 8,
    version_edited: 10,
    tables_edited: 16,
    quota_moves: 16,
    people_move: 14,
    plan_renamed: 4,
    month_attacked: 6,
    open_month_calculated: 1,
    late_fact: 2,
    correction_proposed: 3,
}
"""Each kind of edit, and how often it is made of a hundred."""


def edited(months: Months, count: int) -> int:
    """Make so many edits; how many were let through."""
    chosen = months.dice.choices(list(EDITS), weights=list(EDITS.values()), k=count)
    return sum(tried(partial(edit, months)) for edit in chosen)


@pytest.mark.usefixtures("db")
def test_later_edits_change_no_closed_statement(cast: Cast, drill: Drill) -> None:
    edits = drill.size(1_000, 20_000)
    months = closed(cast, drill.dice())
    assert moved(months) == []

    through = edited(months, edits)

    assert edits // 4 < through < edits
    drill.holds("closed statements that later edits of rules moved", moved(months), of=edits)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("plant", ["unguarded tables", "quotas as they are now"])
def test_planted_edits_that_reach_back_are_found(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, plant: str
) -> None:
    months = closed(cast, random.Random(5))
    if plant == "unguarded tables":
        edits = [tables_edited]
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('tonglu.wipe', 'on', true)")
    else:
        edits = [quota_moves]
        now = corrections.quotas_of
        monkeypatch.setattr(
            corrections, "quotas_of", lambda version, people, _then: now(version, people)
        )

    for edit in edits * 12:
        tried(partial(edit, months))

    assert moved(months) != []

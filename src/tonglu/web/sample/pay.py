"""How the sample company pays: two plans with issued versions, and months that are closed one after the other."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import Q

from tonglu.compensation.core.presets.catalogue import preset
from tonglu.compensation.models import PayPeriod, PayPlan, PlanMember, PlanVersion, Statement
from tonglu.compensation.services import periods
from tonglu.compensation.services.ledger import month_after
from tonglu.compensation.services.plans import version_issue, version_next
from tonglu.entities.services import record_create

from .world import World

FIRST: list[list[Any]] = [
    [0, 500_000, "0.008"],
    [500_000, 1_500_000, "0.012"],
    [1_500_000, None, "0.018"],
]
LATER: list[list[Any]] = [
    [0, 500_000, "0.008"],
    [500_000, 1_500_000, "0.013"],
    [1_500_000, None, "0.02"],
]
EDGE = 1_500_000
"""From here on a year's sales earn the highest rate."""


def plans_make(world: World) -> None:
    """The plan of field sales in two versions, each issued before it holds, and its members."""
    administrator = world.people.actor(world.people.first("compensation_administrator"))
    plan: PayPlan = record_create(
        actor=administrator,
        model=PayPlan,
        values={
            "code": "field-sales",
            "name": "Field sales: commission on collection",
            "name_zh": "直销团队回款提成方案",
            "description": "签约定比例，回款发提成。",
        },
    )
    draft: PlanVersion = record_create(
        actor=administrator,
        model=PlanVersion,
        values={"plan": plan, "definition": _definition(FIRST)},
    )
    first = version_issue(actor=administrator, row=draft, effective_from=world.start)
    for person in [*world.people.sellers, *world.people.leaders.values()]:
        values = {"plan": plan, "person": person, "valid_from": world.start}
        record_create(actor=administrator, model=PlanMember, values=values)
    turn = date(world.today.year, 1, 1)
    if turn - timedelta(days=20) > world.start:
        world.agenda.put(turn - timedelta(days=20), lambda _day: _next(world, first.pk, turn))


def months_close(world: World) -> None:
    """Each month is calculated, approved and paid on the eighth of the next; the last one is only calculated."""
    month = world.start.replace(day=1)
    while month_after(month) <= world.today:
        due = month_after(month) + timedelta(days=7)
        is_last = month_after(month_after(month)) > world.today
        world.agenda.put(due, partial(_close, world, month, not is_last))
        month = month_after(month)


def _next(world: World, pk: int, turn: date) -> None:
    administrator = world.people.actor(world.people.first("compensation_administrator"))
    draft = version_next(actor=administrator, row=PlanVersion.objects.get(pk=pk))
    PlanVersion.objects.filter(pk=draft.pk).update(definition=_definition(LATER))
    draft.refresh_from_db()
    version_issue(actor=administrator, row=draft, effective_from=turn)


def _close(world: World, month: date, pay: bool, _day: date) -> None:
    for period in PayPeriod.objects.filter(first_day__lte=month).exclude(state="paid")[::-1]:
        _close_one(world, period, pay or period.first_day < month)


def _close_one(world: World, period: PayPeriod, pay: bool) -> None:
    administrator = world.people.actor(world.people.first("compensation_administrator"))
    period = periods.period_calculate(actor=administrator, row=period)
    if not pay:
        return
    director = world.people.actor(world.people.first("managing_director"))
    period = periods.period_approve(actor=director, row=period)
    periods.period_pay(actor=administrator, row=period)
    _answers(world, period)


def _answers(world: World, period: Any) -> None:
    """Those who were paid read their statement; now and then one asks."""
    known = [world.people.sellers[0], *world.people.leaders.values()]
    answered = Statement.objects.filter(Q(paid__gt=0) | Q(owner__in=known), period=period)
    for statement in answered.select_related("owner").order_by("pk"):
        actor = world.people.actor(statement.owner)
        chance = world.random.random()
        if statement.owner == world.people.sellers[0] and period.first_day == _last_paid(world):
            chance = 1.0
        if chance < 0.7 or (statement.owner in known and chance < 1):
            periods.statement_acknowledge(actor=actor, row=statement)
        elif chance > 0.97:
            text = "这笔回款按 60 天折算，但客户实际是按期付款的，请核对。"
            periods.statement_dispute(actor=actor, row=statement, text=text)


def _last_paid(world: World) -> date:
    """The newest month that is paid: of its statement the first salesperson asks."""
    last = (world.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return (last - timedelta(days=1)).replace(day=1)


def _definition(tiers: list[list[Any]]) -> dict[str, Any]:
    """The preset of commission on collection with the company's own steps."""
    definition = deepcopy(preset("on_collection").plan_dict())
    definition["components"][0]["table"]["tiers"] = tiers
    definition.pop("examples", None)
    return definition

"""The sample company: Hengyuan Fluid Equipment, a maker of pumps, valves and compressors with 120 people.

`load` fills an empty installation. It does not write tables: it lets the people of the company do their work through the same
services as everybody, day by day over the past months, with the clock of the process set back (`clock`) and an agenda of what
comes next (`agenda`). So every rule holds, every deal has its history, every cent of pay its reason. The same seed gives the same
company. `tonglu wipe-demo` takes it away again.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from random import Random

from tonglu.audit.services import context
from tonglu.customers.models import Industry, Source
from tonglu.customers.services import lists_load_standard
from tonglu.directory.memory import forget, memory
from tonglu.orders.sample import orders_load_sample
from tonglu.policy.presets import policy_load_sample
from tonglu.sales.models import Stage, WinLossReason
from tonglu.sales.sample import sales_load_sample
from tonglu.toolkit.clock import today
from tonglu.toolkit.events import Gathered

from . import care, deals, market, office, pay, stories, turns
from .agenda import Agenda
from .clock import Past
from .goods import goods_make, restock
from .guard import brought_in, inhabitants
from .names import Names
from .people import people_make
from .settling import history
from .world import SIZES, SYSTEM, World

__all__ = ["brought_in", "inhabitants", "load"]

TRUSTED = timedelta(days=60)
"""What happened before these days is written without asking the policy for each step, which takes half as long."""


def load(size: str = "company", seed: int = 20260101) -> None:
    """Fill an empty installation; `size` is small, company or large."""
    with Past() as past, memory(), history() as news, context(SYSTEM):
        world = _begun(size, seed, past)
        past.tables_look()
        _plan(world)
        world.agenda.run(partial(_dawn, world, news))
        news.tell()
        past.go(world.today)
        office.goals_make(world)
        office.calendar_make(world)
        office.contacts_note(world)
        past.trail_date()


def _begun(size: str, seed: int, past: Past) -> World:
    """The company on its first day: people, lists, products, plans."""
    random, scale, now = Random(seed), SIZES[size], today()
    start = now - timedelta(weeks=scale.weeks)
    past.go(start)
    policy_load_sample()
    sales_load_sample(actor=SYSTEM)
    orders_load_sample(actor=SYSTEM)
    lists_load_standard(actor=SYSTEM)
    names = Names(random)
    people = people_make(random, names, share=scale.people, start=start)
    world = World(
        size=scale,
        random=random,
        names=names,
        past=past,
        start=start,
        today=now,
        agenda=Agenda(until=now),
        people=people,
        products=goods_make(random, people, start=start),
    )
    world.agenda.put(now - TRUSTED, lambda _day: people.ask())
    world.begin = partial(deals.deal_begin, world)
    _lists(world)
    market.rules_make(world)
    deals.rivals_make(world)
    pay.plans_make(world)
    care.articles_make(world)
    return world


def _lists(world: World) -> None:
    world.lists = {
        "industries": {row.name: row for row in Industry.objects.order_by("pk")},
        "sources": {row.name: row for row in Source.objects.order_by("pk")},
        "lost": {"all": list(WinLossReason.objects.filter(outcome="lost").order_by("pk"))},
    }
    stages = Stage.objects.select_related("pipeline").exclude(external_id=None)
    world.stages = {str(stage.external_id): stage for stage in stages}


def _plan(world: World) -> None:
    """What happens every week and month, the months of pay, and the stories."""
    agenda, start = world.agenda, world.start
    agenda.put(start, lambda _day: market.accounts_make(world, 6))
    agenda.put_weekly(start + timedelta(days=1), lambda day: market.leads_make(world, day))
    agenda.put_weekly(start + timedelta(days=2), lambda day: deals.deals_open(world, day))
    agenda.put_weekly(start + timedelta(days=3), lambda day: office.talk(world, day))
    agenda.put_weekly(start + timedelta(days=8), lambda day: care.ticket_make(world, day))
    agenda.put_weekly(start + timedelta(days=9), partial(restock, world))
    agenda.put_weekly(start + timedelta(days=4), lambda day: office.expense_make(world, day))
    for number, month in enumerate(_months(start, world.today)):
        agenda.put(month, partial(office.targets_make, world, month))
        agenda.put(month + timedelta(days=5), partial(deals.favourite_deal, world))
        if number % 3 == 0:
            agenda.put(month, lambda day: market.campaign_make(world, day))
        if number in (1, 3, 8):
            agenda.put(month, lambda _day: world.past.tables_look())
        agenda.put(month + timedelta(days=10), partial(office.news_make, world, number))
    pay.months_close(world)
    stories.stories_plan(world)
    turns.turns_plan(world)


def _dawn(world: World, news: Gathered, day: date) -> None:
    """Finish yesterday, and set the clock to the morning of the day."""
    if day != world.past.moment.date():
        news.tell()
        if day.month != world.past.moment.month:
            forget()
        world.past.go(day)


def _months(start: date, until: date) -> list[date]:
    """The first days of the months between two days."""
    month, found = start.replace(day=1), []
    while month <= until:
        if month >= start:
            found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return found

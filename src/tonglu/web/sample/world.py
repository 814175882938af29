"""What the parts of the sample company share while it is made: its size, its chance, its clock, its people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from tonglu.policy import Actor

from .agenda import Agenda
from .clock import Past
from .names import Names

if TYPE_CHECKING:
    from tonglu.catalog.models import Product
    from tonglu.customers.models import Account, Contact

    from .people import People

SYSTEM = Actor.system("cli")


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much the sample company has done."""

    people: float
    weeks: int
    leads: int
    deals: float
    """New leads and new deals in a week."""
    talk: int
    """Follow-ups in a week."""


SIZES = {
    "small": Size(people=0.1, weeks=30, leads=2, deals=1.0, talk=2),
    "company": Size(people=1, weeks=78, leads=5, deals=1.6, talk=10),
    "large": Size(people=1, weeks=104, leads=60, deals=18, talk=90),
}


@dataclass(kw_only=True)
class World:
    """Everything the acts work on."""

    size: Size
    random: Random
    names: Names
    past: Past
    start: date
    today: date
    agenda: Agenda
    people: People
    products: list[Product] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    contacts: dict[int, list[Contact]] = field(default_factory=dict)
    lists: dict[str, dict[str, Any]] = field(default_factory=dict)
    stages: dict[str, Any] = field(default_factory=dict)
    campaigns: list[Any] = field(default_factory=list)
    begin: Callable[[int], None] = lambda _pk: None
    """What sets a deal on its way, by its id."""
    rivals: list[Any] = field(default_factory=list)
    unpaid: set[int] = field(default_factory=set)
    """Contracts whose customers do not pay."""

    def grown(self, day: date) -> float:
        """How busy the company is on a day: it has grown to more than twice its business in the time."""
        return 0.6 + 0.8 * ((day - self.start).days / max((self.today - self.start).days, 1))

    def after(self, day: date, least: int, most: int) -> date:
        """Some days later."""
        return day + timedelta(days=self.random.randint(least, most))

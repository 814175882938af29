"""Where somebody stands in a component, for people: the price of the next unit, and how far the next step is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.measure import MONEY
from tonglu.compensation.core.outlook import Outlook

HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Step:
    """`before` is where a deal found the payee; without a deal it is `position`."""

    component: str
    title: str
    window: str
    in_money: bool
    rate: Decimal
    position: Decimal
    before: Decimal
    quota: Decimal | None
    next_edge: Decimal | None
    next_rate: Decimal | None
    catch_up: Decimal

    @property
    def distance(self) -> Decimal | None:
        """How much more it takes to the next step."""
        return None if self.next_edge is None else self.next_edge - self.position

    @property
    def attainment(self) -> Decimal | None:
        """The share of the quota that is reached."""
        return self.position / self.quota if self.quota else None

    @property
    def goal(self) -> Decimal:
        """Where the drawn bar ends: the next step, or where the payee stands beyond the last one."""
        return max(self.next_edge or self.quota or Decimal(0), self.position, Decimal(1))

    @property
    def was_percent(self) -> str:
        """How full the bar was, for drawing."""
        return _share(min(self.before, self.position), self.goal)

    @property
    def now_percent(self) -> str:
        """How much of the bar the deal fills, for drawing."""
        return _share(abs(self.position - self.before), self.goal)


def step_of(outlook: Outlook, component: Component, language: str, before: Fraction) -> Step:
    """An outlook in decimals and in the reader's words."""
    return Step(
        component=outlook.component,
        title=component_title(component, language),
        window=outlook.window,
        in_money=component.measure.name in MONEY,
        rate=decimal_of(outlook.rate),
        position=decimal_of(outlook.position),
        before=decimal_of(before),
        quota=None if outlook.quota is None else decimal_of(outlook.quota),
        next_edge=None if outlook.next_edge is None else decimal_of(outlook.next_edge),
        next_rate=None if outlook.next_rate is None else decimal_of(outlook.next_rate),
        catch_up=decimal_of(outlook.catch_up),
    )


def component_title(component: Component, language: str) -> str:
    """What a component is called, in the reader's language when the plan says it."""
    title: Any = component.title
    if isinstance(title, Mapping):
        found = title.get(language.split("-")[0]) or title.get("en")
        return str(found or component.id)
    return str(title or component.id)


def decimal_of(value: Fraction) -> Decimal:
    """An exact number as a decimal to show; 28 digits, never used to pay."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{max(Decimal(0), min(HUNDRED, part / whole * HUNDRED)):.2f}"

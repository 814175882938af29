"""From facts to entries: each credit a component reads, measured, in the order it counts.

Order within a window is the turn where facts have one, the business date, then the order in which the facts were given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tonglu.kernel.text import N_

from .context import Context
from .factors import factor_of
from .facts import HUNDRED, Credit, Fact
from .faults import PayFault, fault
from .model.component import Component
from .model.measure import FIELDS, MONEY, Measure
from .numbers import ONE, ZERO
from .selection import selected
from .windows import window_key


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A measured credit: `pays` is what earns, `counts` is what moves the position."""

    fact: Fact
    credit: Credit
    payee: str
    window: str
    pays: Fraction
    counts: Fraction


def entries(component: Component, facts: Sequence[Fact], context: Context) -> list[Entry]:
    """The component's entries in counting order."""
    return [
        _entry(component, fact, credit, context)
        for fact in in_order(facts)
        for credit in fact.credits
        if selected(component, fact, credit)
    ]


def in_order(facts: Sequence[Fact]) -> list[Fact]:
    """Facts by turn and business date; those without a date keep their place at the front of their turn."""
    return sorted(facts, key=lambda fact: (fact.turn, fact.date or dt.date.min))


def by_payee_window(found: Iterable[Entry]) -> dict[tuple[str, str], list[Entry]]:
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in found:
        groups.setdefault((entry.payee, entry.window), []).append(entry)
    return groups


def measured(measure: Measure, fact: Fact, context: Context) -> Fraction:
    """What the measure counts of the whole fact, before shares and factors."""
    value = counted(measure.name, fact)
    if measure.name in MONEY and (rate := context.rate(fact)) is not ONE:
        value *= rate
    if not measure.floor_zero:
        return value
    return min(value, ZERO) if _is_returned(measure, fact) else max(value, ZERO)


def _is_returned(measure: Measure, fact: Fact) -> bool:
    """Whether a margin is that of a return, which takes back what its sale was counted with and no more."""
    return measure.name == "margin" and _one(fact) < 0


def _entry(component: Component, fact: Fact, credit: Credit, context: Context) -> Entry:
    value = _value(component, fact, context)
    if credit.factor != ONE:
        value *= credit.factor
    paid = counts = value
    for factor in component.credit_factors:
        looked = fact.number(factor.field or factor.metric or "")
        by = factor_of(factor, looked, component.id)
        paid *= by if factor.moves != "attainment" else ONE
        counts *= by if factor.moves != "payout" else ONE
    pays = _part(paid, credit.pct)
    if credit.pay_factor != ONE:
        pays *= credit.pay_factor
    return Entry(
        fact=fact,
        credit=credit,
        payee=credit.payee,
        window=window_key(component.window, fact),
        pays=pays,
        counts=_part(counts, credit.pct if credit.quota_pct is None else credit.quota_pct),
    )


def _value(component: Component, fact: Fact, context: Context) -> Fraction:
    """What the component measures of the fact; an event needs no amount, nor does a rule that pays by quantity."""
    try:
        return measured(component.measure, fact, context)
    except PayFault as error:
        by_quantity = component.kind == "linear" and quantity_of(fact) is not None
        if error.code == "no_amount" and (by_quantity or component.kind == "per_event"):
            return ZERO
        raise


def quantity_of(fact: Fact) -> Fraction | None:
    """The quantity of a fact by its own name, else its units."""
    return _first(fact, _QUANTITIES)


def _part(value: Fraction, pct: Fraction) -> Fraction:
    return value if pct == HUNDRED else value * pct / HUNDRED


def counted(name: str, fact: Fact) -> Fraction:
    """What a measure counts of a fact, in its own currency; a field it does not carry is zero.

    A deal counts one and its refund takes the one back, so that a sale and its return come to nothing.
    """
    if name == "count":
        return _one(fact)
    if name == "new_customer":
        return _one(fact) if fact.values.get("new_customer") is True else ZERO
    for field in FIELDS.get(name, (name,)):
        value = fact.number(field)
        if value is not None:
            return value
    if name == "margin":
        return counted("amount", fact) - (_first(fact, FIELDS["cost"]) or ZERO)
    if name == "amount":
        raise fault("no_amount", N_("Transaction %(id)s has no amount."), id=fact.id)
    return ZERO


def _one(fact: Fact) -> Fraction:
    amount = fact.number("amount")
    return -ONE if amount is not None and amount < 0 else ONE


def _first(fact: Fact, names: Sequence[str]) -> Fraction | None:
    return next((value for name in names if (value := fact.number(name)) is not None), None)


_QUANTITIES = ("qty", "quantity", "units", "unit")

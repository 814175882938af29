"""What surrounds the facts: measures of people, the reporting tree, locked exchange rates, adjustments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from tonglu.kernel.text import N_

from .facts import Fact
from .faults import fault
from .hierarchy import NOBODY_ABOVE, Hierarchy, hierarchy_from
from .model.amounts import NO_AMOUNTS, Amounts, amounts_from
from .model.reading import Field, Spec, day, many, read, text
from .model.rules import EVERYBODY
from .numbers import ONE, exact


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """A line of its own, with a reason and an approver; it never edits a result."""

    payee: str
    amount: Fraction
    reason: str = ""
    approved_by: str = ""
    component: str = "adjustment"
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class LockedRates:
    """Exchange rates into the plan's currency, fixed for a span of days."""

    rates: Mapping[str, Fraction]
    effective_from: dt.date = dt.date.min
    effective_to: dt.date = dt.date.max

    def holds(self, on: dt.date | None) -> bool:
        return on is None or self.effective_from <= on <= self.effective_to


@dataclass(frozen=True, kw_only=True)
class Context:
    """`metrics` payee -> name -> value; `quotas` by component, payee and window, over the plan's; `currency`, in which pay is told."""

    metrics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    hierarchy: Hierarchy = NOBODY_ABOVE
    quotas: Amounts = NO_AMOUNTS
    rates: tuple[LockedRates, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    currency: str = ""
    mixed: bool = False

    def in_currency(self, currency: str, facts: Iterable[Fact]) -> Context:
        """The same around a plan in `currency`; where none is named, facts in several cannot be added up without rates."""
        own = currency or self.currency
        mixed = not (own or self.rates) and (self.mixed or len(_currencies(facts)) > 1)
        if (own, mixed) == (self.currency, self.mixed):
            return self
        return replace(self, currency=own, mixed=mixed)

    def metric(self, payee: str, name: str) -> Any:
        """A measure of a payee, or of everybody (`*`); None when nobody gave it."""
        own = self.metrics.get(payee, {})
        return own[name] if name in own else self.metrics.get(EVERYBODY, {}).get(name)

    def rate(self, fact: Fact) -> Fraction:
        """The locked rate into the plan's currency: on the fact itself, else from the tables."""
        for name in _RATES:
            if name in fact.values and (own := fact.number(name)) is not None:
                return own
        currency = fact.values.get("currency")
        if currency is None or str(currency) == self.currency:
            return ONE
        if not (self.rates or self.currency or self.mixed):
            return ONE
        for table in self.rates:
            if table.holds(fact.date) and str(currency) in table.rates:
                return table.rates[str(currency)]
        raise fault(
            "no_locked_rate",
            N_("No locked rate for %(currency)s on %(date)s."),
            currency=currency,
            date=fact.date,
        )


# A rate locked on the fact itself.
_RATES = ("fx", "fx_rate", "exchange_rate")


def _currencies(facts: Iterable[Fact]) -> set[str]:
    """The currencies of facts that carry no rate of their own."""
    return {
        str(fact.values["currency"])
        for fact in facts
        if fact.values.get("currency") is not None
        and all(fact.values.get(name) is None for name in _RATES)
    }


def adjustment_from(raw: Any) -> Adjustment:
    return Adjustment(**read(_ADJUSTMENT, raw, "Adjustment"))


def context_from(raw: Mapping[str, Any]) -> Context:
    """The context of a case or request: only its own keys are read."""
    known = read(_CONTEXT, {k: v for k, v in raw.items() if k in _CONTEXT_KEYS}, "Context")
    return Context(**known)


def _metrics(raw: Any) -> Mapping[str, Mapping[str, Any]]:
    """Measures by payee; one given without a payee is everybody's."""
    of_all = {str(name): value for name, value in raw.items() if not isinstance(value, Mapping)}
    named = {str(name): dict(value) for name, value in raw.items() if isinstance(value, Mapping)}
    return {**named, EVERYBODY: {**of_all, **named.get(EVERYBODY, {})}} if of_all else named


def _rates(raw: Any) -> tuple[LockedRates, ...]:
    items: Sequence[Any] = raw if isinstance(raw, (list, tuple)) else [{"rates": raw}]
    return tuple(LockedRates(**read(_LOCKED, item, "Exchange rates")) for item in items)


_LOCKED: Spec = {
    "rates": Field(lambda raw: {str(code): exact(rate) for code, rate in raw.items()}),
    "effective_from": Field(day, ("from",)),
    "effective_to": Field(day, ("to", "until")),
}
_ADJUSTMENT: Spec = {
    "payee": Field(text, ("person",)),
    "amount": Field(exact),
    "reason": Field(text, ("reason_code",)),
    "approved_by": Field(text, ("approver", "approval")),
    "component": Field(text),
    "link": Field(text, ("linked_result", "dispute", "transaction", "id", "date", "period")),
}
_CONTEXT: Spec = {
    "metrics": Field(_metrics, ("measures",)),
    "hierarchy": Field(hierarchy_from, ("hierarchies",)),
    "quotas": Field(amounts_from, ("quota",)),
    "rates": Field(_rates, ("fx", "fx_rates", "exchange_rates")),
    "adjustments": Field(many(adjustment_from)),
    "currency": Field(text, ("base_currency", "plan_currency")),
}
_CONTEXT_KEYS = frozenset(name for key, field in _CONTEXT.items() for name in (key, *field.also))

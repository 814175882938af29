"""Compute a run: payouts, what each window and period brought, and the fingerprints that prove it again."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.complete import require_complete
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.facts import Fact
from tonglu.compensation.core.model.measure import FIELDS
from tonglu.compensation.core.model.plan import Plan
from tonglu.compensation.core.model.writing import content_hash
from tonglu.compensation.core.numbers import ZERO, number_text
from tonglu.compensation.core.payment.pay import pay_in_turn
from tonglu.compensation.core.payment.rule import Earning, PeriodPay, rule_from
from tonglu.compensation.core.problems import Problem
from tonglu.compensation.core.release import ReleaseEvent
from tonglu.compensation.core.result import Result
from tonglu.compensation.core.windows import calendar_key
from tonglu.kernel.errors import DomainError

from .reading import Given
from .releasing import Due, releases_of
from .tables import Fault, RowsUnreadable

NO_PERIOD = "-"
# What needs no field of its own, or is asked for where it counts: a margin comes from amount and cost.
_COUNTED = frozenset({"amount", "margin", "count", "attainment"})
_COLUMNS = {"no_payee": "payee", "no_amount": "amount", "no_date": "date"}


@dataclass(frozen=True, kw_only=True)
class PayRun:
    """A result with what is needed to tell it: `releases` where pay waits for the customer, `payments` by payee where the plan has payment rules."""

    plan: Plan
    given: Given
    result: Result
    as_of: dt.date | None = None
    payments: dict[str, tuple[PeriodPay, ...]] = field(default_factory=dict)
    releases: list[Due] = field(default_factory=list)

    @property
    def places(self) -> int:
        scale = self.result.rounding.scale
        return 6 if scale is None else max(scale, 0)

    @property
    def waits(self) -> bool:
        """Whether any version holds pay until something happens."""
        return any(version.release or version.clawback for version in self.plan.versions)

    def fingerprint(self) -> dict[str, Any]:
        """Plan, facts and day of knowledge: the same three give the same bytes."""
        return {
            "plan": [content_hash(version) for version in self.plan.versions],
            "facts": _facts_hash(self.given.facts),
            **({"events": _events_hash(self.given.events)} if self.given.events else {}),
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
        }


def run_pay(plan: Plan, given: Given, file: str, as_of: dt.date | None = None) -> PayRun:
    """The run; a refusal that names a fact is told with the row the fact came from."""
    try:
        require_complete(plan, given.facts)
        result = evaluate(plan, given.facts, given.context, as_of)
        releases = releases_of(plan, given, result, as_of)
        payments = _payments(plan, result, releases)
    except DomainError as error:
        raise RowsUnreadable([_placed(error, given, file)]) from error
    result = replace(result, problems=(*result.problems, *_strangers(given), *_unread(plan, given)))
    return PayRun(
        plan=plan, given=given, result=result, as_of=as_of, payments=payments, releases=releases
    )


def _strangers(given: Given) -> Iterator[Problem]:
    """Who is paid but is not in the file of people that came along: most often a name written in two ways."""
    if not given.names:
        return
    told = set(given.names)
    for fact in given.facts:
        for payee in (credit.payee for credit in fact.credits if credit.payee not in told):
            told.add(payee)
            yield Problem("unknown_payee", {"fact": fact.id, "payee": payee})


def _unread(plan: Plan, given: Given) -> Iterator[Problem]:
    """Fields that a component counts or filters by and no fact has: most often a column headed otherwise."""
    have = {name for fact in given.facts for name in fact.values}
    told: set[tuple[str, str]] = set()
    for component in (one for version in plan.versions for one in version.components):
        wanted: list[tuple[str, tuple[str, ...]]] = [(n, (n,)) for n in _fields(component.filter)]
        measure = component.measure.name
        if measure not in _COUNTED and "." not in measure:
            wanted.append((measure, FIELDS.get(measure, (measure,))))
        for name, others in wanted:
            if have and have.isdisjoint(others) and (component.id, name) not in told:
                told.add((component.id, name))
                yield Problem("unread_field", {"component": component.id, "field": name})


def _fields(condition: Any) -> Iterator[str]:
    """The fields of a fact that a filter reads."""
    if isinstance(condition, (list, tuple)):
        for one in condition:
            yield from _fields(one)
    elif isinstance(condition, Mapping) and "field" in condition:
        yield str(condition["field"]).partition(".")[0]
    elif isinstance(condition, Mapping):
        for key, inner in condition.items():
            if key in ("all", "any", "not") and isinstance(inner, (list, tuple, Mapping)):
                yield from _fields(inner)
            else:
                yield str(key).partition(".")[0]


def _placed(error: DomainError, given: Given, file: str) -> Fault:
    named = (error.params.get(name) for name in ("fact", "id"))
    row = next((given.rows[str(name)] for name in named if str(name) in given.rows), None)
    return Fault(
        file=file if row is not None else "plan",
        row=row,
        column="" if row is None else str(_COLUMNS.get(error.code, error.params.get("field", ""))),
        message=str(error),
    )


def _payments(
    plan: Plan, result: Result, releases: Sequence[Due]
) -> dict[str, tuple[PeriodPay, ...]]:
    """What the payment rules of the newest version make of each month: of what was earned in it, or, where pay waits, of what fell due."""
    rules = [rule_from(rule) for rule in plan.versions[-1].payment]
    waits = any(version.release or version.clawback for version in plan.versions)
    if not rules and not waits:
        return {}
    moved = [(one.payee, one.day, one.amount) for one in releases]
    if not waits:
        moved = [(row.payee, row.date, row.amount) for row in result.trace]
    months: dict[str, dict[str, Fraction]] = {}
    for payee, day, amount in moved:
        month = NO_PERIOD if day is None else calendar_key("month", day)
        own = months.setdefault(payee, {})
        own[month] = own.get(month, ZERO) + amount
    return {payee: _paid(rules, own, result) for payee, own in months.items()}


def _paid(rules: Sequence[Any], own: dict[str, Fraction], result: Result) -> tuple[PeriodPay, ...]:
    earnings = [Earning(period=month, amount=own[month]) for month in sorted(own)]
    return pay_in_turn(rules, earnings, result.rounding)


def _facts_hash(facts: Sequence[Fact]) -> str:
    digest = hashlib.sha256()
    for fact in facts:
        plain = {name: _text(value) for name, value in fact.values.items()}
        digest.update(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()


def _events_hash(events: Mapping[str, Sequence[ReleaseEvent]]) -> str:
    told = [
        (name, one.id, one.type, str(one.amount), str(one.date), str(one.due))
        for name in sorted(events)
        for one in events[name]
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _text(value: Any) -> str:
    return number_text(value) if isinstance(value, Fraction) else str(value)

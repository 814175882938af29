"""Between the tables and the engine: contracts as neutral facts, traces as JSON, exact numbers as cents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import orjson

from .core.context import Context
from .core.facts import Fact, fact_from
from .core.model.amounts import amounts_from
from .core.model.plan import Plan, PlanVersion, plan_from_dict
from .core.rounding import PER_PAYOUT
from .core.storing import row_to_dict
from .core.trace import Row
from .receiving import apart, counts_money

CENT = Decimal("0.01")
Quota = Decimal | dict[str, Decimal]
"""One number, or numbers by window with a `default`."""


def payee_of(person_id: int) -> str:
    """How the engine calls a person."""
    return f"p{person_id}"


def person_of(payee: str) -> int:
    """The person an engine's payee stands for."""
    return int(payee[1:])


def fact_neutral(
    *,
    fact_id: str,
    day: date,
    amount: Decimal,
    cost: Decimal | None,
    discount: Decimal | None,
    credits: Iterable[tuple[int, Decimal, str]],
    above: Mapping[int, Sequence[int]] | None = None,
) -> dict[str, Any]:
    """A contract as the engine's neutral fact; amounts in base currency, shares in percent; `above`: the managers of each credit."""
    made: dict[str, Any] = {
        "id": fact_id,
        "kind": "deal",
        "date": day.isoformat(),
        "amount": str(amount),
        "credits": [
            {
                "payee": payee_of(person_id),
                "pct": str(percent),
                "role": role,
                **_path((above or {}).get(person_id, ())),
            }
            for person_id, percent, role in credits
        ],
    }
    if cost is not None:
        made["cost"] = str(cost)
    if discount is not None:
        made["discount"] = str(discount)
    return made


def _path(managers: Sequence[int]) -> dict[str, list[str]]:
    return {"path": [payee_of(one) for one in managers]} if managers else {}


def fact_read(neutral: dict[str, Any]) -> Fact:
    """The engine's fact."""
    raw = {**neutral, "date": date.fromisoformat(str(neutral["date"]))}
    return fact_from(raw)


def facts_recorded(neutrals: Iterable[dict[str, Any]]) -> list[Fact]:
    """Facts in the order in which they were recorded, whatever their dates: a late one is priced from where its payees stand."""
    return [replace(fact_read(one), turn=turn) for turn, one in enumerate(neutrals)]


def version_read(definition: dict[str, Any]) -> tuple[Plan, PlanVersion]:
    """The engine's plan and its one version; where it rounds sums only, rows become money too and add up to the rounded sum.

    In a plan that counts the customer's money payments are told apart from what was signed.
    """
    plan = _parsed(orjson.dumps(definition, default=str))
    return plan, plan.versions[-1]


def version_written(definition: dict[str, Any]) -> PlanVersion:
    """The version as its writer put it down, for what a filter asks for by name."""
    return _written(orjson.dumps(definition, default=str)).versions[-1]


@lru_cache(maxsize=256)
def _written(text: bytes) -> Plan:
    return plan_from_dict(orjson.loads(text))


@lru_cache(maxsize=256)
def _parsed(text: bytes) -> Plan:
    """Reading a plan takes a millisecond, and a month asks for the same few plans thousands of times."""
    plan = _written(text)
    if any(map(counts_money, plan.versions)):
        plan = replace(plan, versions=tuple(map(apart, plan.versions)))
    if any(one.rounding.stage == PER_PAYOUT.stage for one in plan.versions):
        plan = replace(plan, versions=tuple(_in_cents(one) for one in plan.versions))
    return plan


def version_named(definition: dict[str, Any], number: int) -> tuple[Plan, PlanVersion]:
    """The same, its version called as people call it: v2."""
    plan, version = version_read(definition)
    version = replace(version, id=f"v{number}")
    return replace(plan, versions=(*plan.versions[:-1], version)), version


def _in_cents(version: PlanVersion) -> PlanVersion:
    if version.rounding.stage != PER_PAYOUT.stage:
        return version
    return replace(version, rounding=replace(version.rounding, stage="telescoping"))


def context_of(version: PlanVersion, quotas: Mapping[str, Mapping[int, Quota]]) -> Context:
    """The quotas of people, by component, as the engine's context."""
    given = {
        component: {payee_of(person): _quota(quota) for person, quota in by_person.items()}
        for component, by_person in quotas.items()
        if by_person and version.component(component) is not None
    }
    return Context(quotas=amounts_from(given))


def _quota(quota: Quota) -> Any:
    if isinstance(quota, Decimal):
        return str(quota)
    return {window: str(amount) for window, amount in quota.items()}


def money_of(amount: Fraction) -> Decimal:
    """An exact amount that the engine has rounded already, as a decimal to the cent."""
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(CENT)


def trace_json(row: Row) -> dict[str, Any]:
    """A row of the trace as JSON keeps it: fractions as exact text."""
    return row_to_dict(row)

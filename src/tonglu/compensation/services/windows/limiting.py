"""A plan's own caps and floors over the pay of a window: it counts after all that its payee was booked before, whatever it was for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tonglu.compensation.carrying import carried_into
from tonglu.compensation.core.condensing import limits_begun
from tonglu.compensation.core.context import Context
from tonglu.compensation.core.limits import PLAN_CODES, Excess, plan_limited
from tonglu.compensation.core.model.plan import PlanVersion as EnginePlan
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.scene import Scene
from tonglu.compensation.core.storing import row_from_dict
from tonglu.compensation.core.trace import Row, Slice
from tonglu.compensation.neutral import money_of, person_of, version_read
from tonglu.compensation.stands import stands_of

from .chains import Chain


def under_limits(chain: Chain, payee: str, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows of what a payee is to get more or less of a window, after the limits of the plan; whole cents stay whole."""
    _, version = version_read(chain.version.definition)
    if not (version.caps or version.floors):
        return rows
    people, days = [person_of(payee)], (chain.span.first, chain.span.last)
    stands = stands_of(chain.version.pk, people, limits=True)
    carried = carried_into(chain.version, people, people, days)
    begun = carried.into(limits_begun(version, stands))
    bare = [_bare(row) for row in rows]
    after = _limited(bare, begun)
    return tuple(_cut(row, found, version) for row, found in zip(rows, after, strict=True))


def unlimited(trace: list[dict[str, Any]]) -> Decimal:
    """What the stored rows of a window would have paid without the limits of the plan."""
    rows = [row_from_dict(raw) for raw in trace]
    return sum((money_of(row.amount - _by_plan(row)) for row in rows), Decimal(0))


def is_cut(rows: tuple[Row, ...]) -> bool:
    """Whether a limit of the plan has changed what rows pay: nothing that is cut to nothing goes unsaid."""
    return any(_by_plan(row) for row in rows)


def _by_plan(row: Row) -> Fraction:
    return sum((step.delta for step in row.steps if step.code in PLAN_CODES), ZERO)


def _bare(row: Row) -> Row:
    """The row as one sum in whole cents, which is what a limit counts of it."""
    piece = Slice(kind="share", portion=ONE, rate=row.amount, amount=row.amount)
    return replace(row, slices=(piece,), steps=(), rounding=ZERO)


def _limited(rows: list[Row], version: EnginePlan) -> list[Row]:
    scene = Scene(version=version, facts=(), context=Context())
    rows = plan_limited(rows, version.caps, "plan_cap", scene, Excess())
    return plan_limited(rows, version.floors, "plan_floor", scene, Excess())


def _cut(row: Row, found: Row, version: EnginePlan) -> Row:
    money = version.rounding.money
    steps = tuple(replace(step, delta=money(step.delta)) for step in found.steps)
    changed = sum((step.delta for step in steps), ZERO)
    return replace(row, steps=(*row.steps, *steps), amount=row.amount + changed)

"""Caps and floors, per transaction, per window or over the whole plan.

Per transaction the magnitude is clamped and the sign kept, so a return mirrors its sale. Per window the
running total is clamped, so rows show the cap where it is reached. A cap of the plan per transaction counts
what all components pay a payee for it. Limits over several windows or components count in the order of the facts,
and what pays for a window after them, on its last day. What a refundable cap cuts off is remembered as excess.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from .model.component import Component
from .model.modifiers import Limit
from .numbers import ZERO
from .scene import Scene
from .trace import Row
from .windows import CALENDAR, calendar_key, last_day

Clamp = Callable[[Fraction, Fraction], Fraction]
Key = tuple[str, str]
OF_FACT = "fact"
PLAN_CODES = ("plan_cap", "plan_floor")
"""What a row's step is called that a limit of the whole plan made."""


@dataclass
class Excess:
    """Money cut off by refundable caps, per payee; and where each limit stands by payee and span, with the limit it stood under.

    A later version of a plan that goes on counting goes on from there.
    """

    by_payee: dict[str, Fraction] = field(default_factory=dict)
    stands: dict[tuple[str, ...], dict[Key, tuple[Fraction, Fraction]]] = field(
        default_factory=dict
    )

    def add(self, payee: str, amount: Fraction) -> None:
        self.by_payee[payee] = self.by_payee.get(payee, ZERO) + amount


def limited(rows: Sequence[Row], component: Component, scene: Scene, excess: Excess) -> list[Row]:
    """Rows of one component after its caps, then its floors."""
    found = list(rows)
    for code, limits, clamp in (
        ("cap", component.caps, CLAMPS["cap"]),
        ("floor", component.floors, CLAMPS["floor"]),
    ):
        for nth, limit in enumerate(limits):
            most = _amount_for(limit, component)
            known = excess.stands.setdefault((component.id, code, limit.scope, str(nth)), {})
            before, found = found, _apply(found, code, limit, clamp, most, scene, known)
            if code == "cap" and limit.refundable:
                _remember(before, found, excess)
    return found


def plan_limited(
    rows: Sequence[Row], limits: Sequence[Limit], code: str, scene: Scene, excess: Excess
) -> list[Row]:
    """Rows of all components of a plan under its own cap or floor, payee by payee."""
    found = list(rows)
    for nth, limit in enumerate(limits):
        clamp = CLAMPS[code]
        known = excess.stands.setdefault(("", code, limit.scope, str(nth)), {})
        of_plan = replace(limit, scope=OF_FACT) if limit.scope == "transaction" else limit
        amount = _always(limit.amount)
        before, found = found, _apply(found, code, of_plan, clamp, amount, scene, known)
        if code == "plan_cap" and limit.refundable:
            _remember(before, found, excess)
    return found


def _always(amount: Fraction | None) -> Callable[[Row], Fraction | None]:
    return lambda _row: amount


def _amount_for(limit: Limit, component: Component) -> Callable[[Row], Fraction | None]:
    """The limit in money: an amount, or a multiple of the target incentive."""

    return lambda row: most_of(limit, component, row.payee, row.window)


def most_of(limit: Limit, component: Component | None, payee: str, window: str) -> Fraction | None:
    """The limit of a payee in money; that of a whole plan has no target incentive."""
    if limit.target_multiple is None or component is None:
        return limit.amount
    target = component.target_incentive.find(payee, window)
    return None if target is None else target * limit.target_multiple


def _apply(
    rows: list[Row],
    code: str,
    limit: Limit,
    clamp: Clamp,
    amount: Callable[[Row], Fraction | None],
    scene: Scene,
    known: dict[Key, tuple[Fraction, Fraction]],
) -> list[Row]:
    running: dict[Key, Fraction] = {}
    done = list(rows)
    for place in _in_turn(rows, code, limit.scope, scene):
        row = rows[place]
        most = amount(row)
        if most is None or (limit.scope == OF_FACT and not row.fact):
            continue
        if limit.scope == "transaction":
            wanted = _mirrored(row.unrounded, most, clamp)
            done[place] = row.with_step(code, wanted - row.unrounded, limit=most, scope=limit.scope)
            continue
        on = row.date or last_day(row.window) or scene.until
        span = span_key(limit.scope, row.window, on)
        key = (row.payee, row.fact if limit.scope == OF_FACT else span)
        if key not in running and (start := _start(limit, key, known, most, clamp)) is not None:
            running[key] = start
        done[place] = _telescoped(row, running, key, (code, limit.scope, most, clamp))
        known[key] = (running[key], most)
    return done


def _start(
    limit: Limit,
    key: Key,
    known: Mapping[Key, tuple[Fraction, Fraction]],
    most: Fraction,
    clamp: Clamp,
) -> Fraction | None:
    """Where a limit begins: as told, else where an older version left it; under another limit, at what that one paid."""
    if key not in known:
        return limit.start.find(*key)
    return taken_over(known[key], most, clamp)


def taken_over(stand: tuple[Fraction, Fraction], most: Fraction, clamp: Clamp) -> Fraction:
    """Where a limit goes on after an older one: from what stood before it, or from what it paid where it was another limit."""
    has, before = stand
    return has if before == most else clamp(has, before)


def _in_turn(rows: Sequence[Row], code: str, scope: str, scene: Scene) -> Sequence[int]:
    """The places of rows in the order in which they reach a limit; rows of a component's window stand in it already."""
    of_window = scope == "period" and code not in PLAN_CODES
    if of_window or scope in ("transaction", OF_FACT):
        return range(len(rows))
    last = len(scene.turns)
    return sorted(range(len(rows)), key=lambda place: scene.turns.get(rows[place].fact, last))


def span_key(scope: str, window: str, on: dt.date | None) -> str:
    """The rows that share a limit: those of a window, of a calendar period, or of the plan."""
    if scope == "period":
        return window
    return calendar_key(scope, on) if scope in CALENDAR and on else ""


def _telescoped(
    row: Row,
    running: dict[tuple[str, str], Fraction],
    key: tuple[str, str],
    rule: tuple[str, str, Fraction, Clamp],
) -> Row:
    code, scope, most, clamp = rule
    if scope == OF_FACT:
        scope, clamp = "transaction", _both_ways(clamp)
    had = running.get(key)
    has = (had or ZERO) + row.unrounded
    running[key] = has
    paid = ZERO if had is None else clamp(had, most)
    return row.with_step(code, clamp(has, most) - paid - row.unrounded, limit=most, scope=scope)


def _mirrored(value: Fraction, limit: Fraction, clamp: Clamp) -> Fraction:
    if value == 0:
        return value
    size = clamp(abs(value), limit)
    return -size if value < 0 else size


def _most(value: Fraction, limit: Fraction) -> Fraction:
    return min(value, limit)


def _least(value: Fraction, limit: Fraction) -> Fraction:
    return max(value, limit)


CLAMPS: Mapping[str, Clamp] = {
    "cap": _most,
    "plan_cap": _most,
    "floor": _least,
    "plan_floor": _least,
}
"""How a limit changes what is paid, by the code of its step."""


def _both_ways(clamp: Clamp) -> Clamp:
    """The clamp on the magnitude, so that what is returned mirrors what was sold."""
    return lambda value, limit: _mirrored(value, limit, clamp)


def _remember(before: Sequence[Row], after: Sequence[Row], excess: Excess) -> None:
    for old, new in zip(before, after, strict=True):
        excess.add(old.payee, old.unrounded - new.unrounded)

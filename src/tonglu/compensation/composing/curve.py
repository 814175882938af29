"""What a component pays for more and more of what it counts, asked of the real engine point by point, and drawn.

Floats are right here: pixels need no cents. The figures of the table beside the drawing are the engine's own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil, floor, log10

from tonglu.compensation.core.context import Context
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.explaining.figures import money
from tonglu.compensation.core.facts import HUNDRED, Credit, Fact
from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.measure import MONEY
from tonglu.compensation.core.model.plan import PlanVersion
from tonglu.compensation.core.model.rules import Linear, PerEvent, Pool, Rate, Rollup
from tonglu.compensation.core.model.table import Table
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.order import reads
from tonglu.compensation.core.scene import Scene
from tonglu.compensation.core.selection import selected

from .numbers import number_shown, rate_shown

WIDTH, HEIGHT = 560, 230
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 14, 30
POINTS, MOST_EDGES, MOST_COUNTED, COUNTED_POINTS = 20, 12, 60, 12
MOST_KEPT = 128
JUST = Fraction(1, 1_000_000)
USUAL = Fraction(100_000)
_COUNTED = ("count", "new_customer")


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A place on an axis with its words."""

    at: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """One line of the table beside the drawing."""

    x: str
    attainment: str
    pay: str
    average: str


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A drawn curve of one component, and its table."""

    component: str
    title: str
    measure: str
    payee: str
    line: str
    area: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    edges: tuple[Tick, ...]
    dot: tuple[str, str] | None
    places: tuple[Place, ...]
    has_quota: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM


@dataclass(frozen=True, kw_only=True)
class _Probe:
    """How one component is asked: whose pay, and a deal of any size that it counts."""

    version: PlanVersion
    component: Component
    context: Context
    payee: str
    base: Fact
    credit: Credit
    quota: Fraction | None

    @cached_property
    def key(self) -> str:
        """Everything the answers depend on."""
        return repr(
            (self.version, self.component, self.context, self.payee, self.base, self.credit)
        )

    def pay(self, x: Fraction) -> Fraction:
        """What the payee gets from this component for x; asked of the engine once as long as nothing of it changes."""
        known = _answers(self.key)
        if x not in known:
            known[x] = self._asked(x)
        return known[x]

    def _asked(self, x: Fraction) -> Fraction:
        facts = [self._fact("x", x)]
        if _counts(self.component):
            facts = [self._fact(f"x{at}", ZERO) for at in range(int(x))]
        result = evaluate(self.version, facts, self.context)
        wanted = (self.payee, self.component.id)
        own = (one.exact for one in result.payouts if (one.payee, one.component) == wanted)
        return sum(own, ZERO)

    def _fact(self, name: str, x: Fraction) -> Fact:
        measure = self.component.measure.name
        sizes = {"amount": x, measure: x, "new_customer": True}
        return Fact(
            id=name,
            date=self.base.date or dt.date(2026, 1, 15),
            values={**self.base.values, "id": name, **sizes},
            credits=(self.credit,),
        )


@lru_cache(maxsize=MOST_KEPT)
def _answers(_key: str) -> dict[Fraction, Fraction]:
    """The points of a component as it stands: whoever types into one component does not wait for the curves of the others."""
    return {}


def curve_drawn(
    version: PlanVersion, facts: Sequence[Fact], context: Context, titles: Mapping[str, str]
) -> Iterator[Curve]:
    """The curve of every component that pays by size; one that cannot be worked out is left out."""
    for component in version.components:
        probe = _probe(version, component, facts, context)
        if probe is None:
            continue
        try:
            yield _curve(probe, facts, titles.get(component.id, component.id))
        except PayFault:
            continue


def _probe(
    version: PlanVersion, component: Component, facts: Sequence[Fact], context: Context
) -> _Probe | None:
    if not isinstance(component.rule, (Rate, PerEvent, Linear, Rollup, Pool)) or not facts:
        return None
    pairs = [(f, c) for f in facts for c in f.credits if selected(component, f, c)]
    base, credit = pairs[0] if pairs else (facts[0], facts[0].credits[0])
    if component.payees and credit.payee not in component.payees:
        credit = Credit(payee=component.payees[0])
    role = credit.role if credit.role in component.roles else component.roles[0]
    credit = Credit(payee=credit.payee, pct=HUNDRED, role=role)
    payee = _payee(component, credit, base, context)
    if payee is None:
        return None
    if not reads(component, version.components):
        version = replace(version, components=(component,))
    scene = Scene(version=version, facts=(), context=context)
    window = f"{base.date:%Y-%m}" if base.date is not None else "all"
    return _Probe(
        version=version,
        component=component,
        context=context,
        payee=payee,
        base=base,
        credit=credit,
        quota=scene.quota(component, payee, window),
    )


def _payee(component: Component, credit: Credit, base: Fact, context: Context) -> str | None:
    match component.rule:
        case Rollup():
            path = context.hierarchy.path(credit.payee, base.date)
            return path[0] if path else None
        case Pool(weights=weights):
            return weights[0][0] if weights else None
    return credit.payee


def _curve(probe: _Probe, facts: Sequence[Fact], title: str) -> Curve:
    edges = _edges(probe)
    here = _counted(probe, facts)
    top = _top(probe, edges, here)
    xs = _xs(top, edges, _counts(probe.component))
    pays = {x: probe.pay(x) for x in xs}
    highest = max([*pays.values(), ZERO]) or ONE
    lowest = min([*pays.values(), ZERO])
    scale = _Scale(top=top, lowest=lowest, highest=highest)
    line = " ".join(f"{scale.left(x)},{scale.down(pay)}" for x, pay in pays.items())
    dot = None if here is None or here > top else (scale.left(here), scale.down(probe.pay(here)))
    measure = probe.component.measure.name
    return Curve(
        component=probe.component.id,
        title=title,
        measure="count" if _counts(probe.component) else measure,
        payee=probe.payee,
        line=line,
        area=f"{scale.left(ZERO)},{scale.down(ZERO)} {line} {scale.left(top)},{scale.down(ZERO)}",
        x_ticks=tuple(Tick(at=scale.left(x), text=_short(x)) for x in _round_steps(ZERO, top)),
        y_ticks=tuple(
            Tick(at=scale.down(y), text=_short(y)) for y in _round_steps(lowest, highest)
        ),
        edges=tuple(Tick(at=scale.left(x), text=_short(x)) for x in edges if ZERO < x < top),
        dot=dot,
        places=tuple(_places(probe, edges, top, pays)),
        has_quota=bool(probe.quota),
    )


@dataclass(frozen=True, kw_only=True)
class _Scale:
    top: Fraction
    lowest: Fraction
    highest: Fraction

    def left(self, value: Fraction) -> str:
        """How far from the left a size stands, in pixels."""
        return f"{LEFT + float(value / self.top) * (WIDTH - LEFT - RIGHT):.1f}"

    def down(self, value: Fraction) -> str:
        """How far from the top a pay stands, in pixels."""
        share = float((value - self.lowest) / (self.highest - self.lowest))
        return f"{HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM):.1f}"


def _edges(probe: _Probe) -> list[Fraction]:
    """Where the price changes, in units of what is counted."""
    rule = probe.component.rule
    table = getattr(rule, "table", None)
    found: list[Fraction] = []
    if isinstance(table, Table):
        by_quota = table.axis == "attainment" or table.mode in (
            "overage_at_top", "interp_points", "proportional_ti",
        )  # fmt: skip
        unit = probe.quota if by_quota and probe.quota and table.axis != "amount" else ONE
        bounds = [tier.lo for tier in table.tiers] + [tier.hi for tier in table.tiers if tier.hi]
        bounds += [x for x, _y in table.points]
        found += [bound * unit for bound in bounds]
    if isinstance(rule, PerEvent) and rule.most:
        found.append(Fraction(rule.most))
    if isinstance(rule, Rate) and rule.threshold is not None:
        by_quota = rule.threshold.axis == "attainment"
        found.append(rule.threshold.value * (probe.quota or ONE if by_quota else ONE))
    return sorted({edge for edge in found if edge > 0})[:MOST_EDGES]


def _counts(component: Component) -> bool:
    return isinstance(component.rule, PerEvent) or component.measure.name in _COUNTED


def _counted(probe: _Probe, facts: Sequence[Fact]) -> Fraction | None:
    """Where the sample stands: what the component has counted for the payee in the end."""
    rows = evaluate(probe.version, facts, probe.context).rows(
        payee=probe.payee, component=probe.component.id
    )
    if isinstance(probe.component.rule, Pool):
        return None
    return rows[-1].after if rows and rows[-1].after > 0 else None


def _top(probe: _Probe, edges: Sequence[Fraction], here: Fraction | None) -> Fraction:
    wanted = max(
        [edge * Fraction(5, 4) for edge in edges]
        + [(here or ZERO) * Fraction(5, 4), (probe.quota or ZERO) * Fraction(3, 2)]
    )
    if _counts(probe.component):
        return Fraction(min(max(ceil(wanted), 10), MOST_COUNTED))
    return _rounded_up(wanted or USUAL)


def _rounded_up(value: Fraction) -> Fraction:
    """The next half of a power of ten: 375,000 becomes 400,000."""
    half = Fraction(10) ** floor(log10(value)) / 2
    return ceil(value / half) * half


def _xs(top: Fraction, edges: Sequence[Fraction], counted: bool) -> list[Fraction]:
    if counted:
        even = {Fraction(int(top) * at // COUNTED_POINTS) for at in range(COUNTED_POINTS + 1)}
        return sorted(even | {Fraction(ceil(edge)) for edge in edges if edge <= top})
    even = {top * at / POINTS for at in range(POINTS + 1)}
    around = {x for edge in edges for x in (edge - edge * JUST, edge, edge + edge * JUST)}
    return sorted(x for x in even | around if 0 <= x <= top)


def _places(
    probe: _Probe, edges: Sequence[Fraction], top: Fraction, pays: Mapping[Fraction, Fraction]
) -> Iterator[Place]:
    """The steps' edges and the end; a straight line needs only quarters."""
    chosen = [edge for edge in edges if edge < top] or [top * at / 4 for at in range(1, 4)]
    is_money = probe.component.measure.name in MONEY and not _counts(probe.component)
    for x in [*chosen, top]:
        x = Fraction(ceil(x)) if _counts(probe.component) else x
        pay = pays[x] if x in pays else probe.pay(x)
        average = pay / x if x else ZERO
        yield Place(
            x=number_shown(round(x, 2)),
            attainment=rate_shown(round(x / probe.quota, 4)) if probe.quota else "",
            pay=money(round(pay, 2)),
            average=rate_shown(round(average, 4)) if is_money else money(round(average, 2)),
        )


def _round_steps(low: Fraction, high: Fraction) -> list[Fraction]:
    """Four or five round numbers between two ends."""
    span = float(high - low) or 1.0
    power = 10 ** ceil(log10(span / 5) - 1e-9)
    step = next(s for s in (power / 5, power / 2, power) if span / s <= 5.5)
    exact_step = Fraction(step).limit_denominator(10_000)
    if exact_step == 0:
        return [low, high]
    first = ceil(low / exact_step)
    last = int(high // exact_step)
    return [exact_step * at for at in range(first, last + 1)]


def _short(value: Fraction) -> str:
    """20k, 1.5M: the words of an axis."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if abs(value) >= size:
            return f"{float(value / size):g}{unit}"
    return f"{float(value):g}"

"""What a later version of a plan takes over where it goes on counting: positions, limits, and fractions of a cent.

Positions move by the facts that older versions paid, measured as the later version measures (`evaluate(..., before=facts)`). A limit
goes on from where the older versions' stored pay has brought it; under another limit, from what the older one paid. Sums that are
rounded go on from the exact pay of all older versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from .condensing import NOTHING_PAID, Stands, far_limits, spans_paid
from .facts import Fact
from .limits import CLAMPS, most_of, taken_over
from .model.amounts import NO_AMOUNTS, Amounts
from .model.component import Component
from .model.modifiers import Limit
from .model.plan import PlanVersion
from .numbers import ZERO

Spans = Mapping[tuple[str, str], tuple[Fraction, Fraction]]
"""By payee and span: what was paid before a limit, and the limit."""
Left = Mapping[tuple[str, ...], Spans]
"""Where limits stand, by component, code, scope and place."""


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What is carried into a version: facts that count on, where limits were left, and what was paid to the fraction of a cent."""

    facts: tuple[Fact, ...] = ()
    left: Left = field(default_factory=dict)
    paid: Mapping[tuple[str, str], Fraction] = field(default_factory=lambda: NOTHING_PAID)

    def into(self, version: PlanVersion) -> PlanVersion:
        """The version with its limits where the older ones left them."""
        return limits_continued(version, self.left) if self.left else version


NOTHING = Carried()


def limits_left(version: PlanVersion, stands: Stands, left: Left) -> Left:
    """Where limits stand after what a version paid, which itself began where those before it had left them."""
    found = {key: dict(spans) for key, spans in left.items()}
    for far in far_limits(version):
        known = found.setdefault(far.key, {})
        of = far.component.id if far.component is not None else ""
        paid = spans_paid(far.limit, stands, far.after, of=of)
        for payee, spans in paid.items():
            for span, amount in spans.items():
                most = most_of(far.limit, far.component, payee, span)
                if most is not None:
                    before = known.get((payee, span))
                    start = ZERO if before is None else taken_over(before, most, CLAMPS[far.key[1]])
                    known[payee, span] = (start + amount, most)
    return found


def limits_continued(version: PlanVersion, left: Left) -> PlanVersion:
    """The version whose limits over several sales begin where older versions left them, with what was begun already on top."""

    def on(
        limits: Sequence[Limit], code: str, component: Component | None = None
    ) -> tuple[Limit, ...]:
        of = component.id if component is not None else ""
        return tuple(
            _continued(one, left.get((of, code, one.scope, str(nth)), {}), code, component)
            for nth, one in enumerate(limits)
        )

    components = tuple(
        replace(one, caps=on(one.caps, "cap", one), floors=on(one.floors, "floor", one))
        for one in version.components
    )
    caps, floors = on(version.caps, "plan_cap"), on(version.floors, "plan_floor")
    return replace(version, components=components, caps=caps, floors=floors)


def sums_paid(all_stands: Iterable[Stands]) -> dict[tuple[str, str], Fraction]:
    """The exact pay of several versions together, by payee and component."""
    sums: dict[tuple[str, str], Fraction] = {}
    for stands in all_stands:
        for payee, stand in stands.items():
            for component, paid in stand.paid.items():
                sums[payee, component] = sums.get((payee, component), ZERO) + paid
    return sums


def _continued(limit: Limit, known: Spans, code: str, component: Component | None) -> Limit:
    starts: dict[str, dict[str, Fraction]] = {}
    for (payee, span), stand in known.items():
        most = most_of(limit, component, payee, span)
        if most is not None:
            begun = limit.start.find(payee, span) or ZERO
            start = begun + taken_over(stand, most, CLAMPS[code])
            starts.setdefault(payee, {})[span] = start
    if not starts:
        return limit
    given = dict(limit.start.by_name)
    merged = tuple(
        (payee, _over(given.pop(payee, NO_AMOUNTS), spans)) for payee, spans in starts.items()
    )
    return replace(limit, start=replace(limit.start, by_name=(*merged, *given.items())))


def _over(given: Amounts, spans: Mapping[str, Fraction]) -> Amounts:
    """A payee's starts, those of some spans told anew; the span without a name is every other one."""
    named = tuple((span, Amounts(default=one)) for span, one in spans.items() if span)
    return Amounts(default=spans.get("", given.default), by_name=(*named, *given.by_name))

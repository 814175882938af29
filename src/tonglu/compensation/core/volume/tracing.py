"""A row of the twin opened: slices and sentence from the exact curve, on demand.

The twin stores where a row began and ended; that and the plan are enough to say again, to the cent, through
which tiers it went.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.context import Context
from tonglu.compensation.core.curves.build import curve_of
from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.kinds.rate import terms_of
from tonglu.compensation.core.model.plan import PlanVersion
from tonglu.compensation.core.model.rules import Rate
from tonglu.compensation.core.scene import Scene
from tonglu.compensation.core.trace import Row
from tonglu.kernel.text import N_

from .book import MINOR


def opened(
    version: PlanVersion,
    line: Mapping[str, Any],
    units: Mapping[str, int],
    context: Context | None = None,
) -> Row:
    """The row behind a line of `Volume.rows`; components with limits open in the exact engine."""
    component = version.component(str(line["component"]))
    rule = component.rule if component is not None else None
    if component is None or not isinstance(rule, Rate) or component.caps or component.floors:
        raise fault(
            "opens_exactly",
            N_("%(component)s opens in the exact engine only."),
            component=line["component"],
        )
    unit = units[component.id]
    before, after = Fraction(line["before"], unit), Fraction(line["after"], unit)
    scene = Scene(version=version, facts=(), context=context or Context())
    terms = terms_of(component, scene, str(line["payee"]), str(line["window"]))
    row = Row(
        payee=str(line["payee"]),
        component=component.id,
        kind=component.kind,
        fact=str(line["fact"]),
        window=str(line["window"]),
        measure=component.measure.name,
        credit=after - before,
        before=before,
        after=after,
        quota=terms.quota,
        slices=tuple(curve_of(rule, terms)(before, after)),
        version=version.id,
        clause=component.clause,
    )
    for multiplier in component.multipliers:
        factor = Fraction(1) if multiplier.value is None else multiplier.value
        row = row.with_step("multiplier", row.unrounded * (factor - 1), metric="", factor=factor)
    amount = Fraction(line["amount"], MINOR)
    return replace(row, amount=amount, rounding=amount - row.unrounded)

"""Plans back to the neutral form, in one canonical spelling, and the hash that proves what was signed.

`plan_from_dict(plan_to_dict(plan)) == plan` for every plan; two plans with the same meaning that were
written with different synonyms have the same hash.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.numbers import exact, number_text

from .amounts import Amounts
from .component import Component
from .measure import Measure
from .plan import Plan, PlanVersion
from .rules import Mbo, Pool
from .table import Tier


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """The plan as plain values; decimals are text, so that JSON and YAML keep them exact."""
    select = {"anchor": plan.anchor, "continuity": plan.continuity}
    versions = [version_to_dict(version) for version in plan.versions]
    if select == {"anchor": "date", "continuity": "carry"}:
        return versions[0] if len(versions) == 1 else {"versions": versions}
    return {"version_select": select, "versions": versions}


def version_to_dict(version: PlanVersion) -> dict[str, Any]:
    return {"id": version.id, **_declared(version)}


def component_to_dict(component: Component) -> dict[str, Any]:
    """A component as one flat set of fields; the rule's fields stand beside the common ones."""
    declared = _declared(component)
    rule = declared.pop("rule", {})
    kind = {} if component.kind == "rate" else {"kind": component.kind}
    return {"id": component.id, **kind, **declared, **rule}


def content_hash(version: PlanVersion) -> str:
    """The fingerprint of everything in a version; it goes into the record of its acceptance."""
    text = json.dumps(version_to_dict(version), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """Any value of a plan as text, numbers, lists and mappings."""
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    if is_dataclass(value) and not isinstance(value, type):
        return _declared(value)
    return value


def _declared(value: Any) -> dict[str, Any]:
    """The fields that differ from their default."""
    return {
        field.name: plain(getattr(value, field.name))
        for field in fields(value)
        if getattr(value, field.name) != field.default
    }


def _number(value: Fraction) -> int | str:
    return value.numerator if value.denominator == 1 else number_text(value)


def _amounts(amounts: Amounts) -> Any:
    named: dict[str, Any] = {name: _amounts(inner) for name, inner in amounts.by_name}
    if not named:
        return plain(amounts.default)
    return named if amounts.default is None else {**named, "default": plain(amounts.default)}


def _tier(tier: Tier) -> list[Any]:
    return [plain(tier.lo), plain(tier.hi), plain(tier.value)]


def _measure(measure: Measure) -> Any:
    return {"name": measure.name, "floor_zero": True} if measure.floor_zero else measure.name


def _pool(pool: Pool) -> dict[str, Any]:
    return {**_declared(pool), "weights": {payee: plain(weight) for payee, weight in pool.weights}}


def _mbo(mbo: Mbo) -> dict[str, Any]:
    goals = {payee: [_declared(goal) for goal in goals] for payee, goals in mbo.objectives}
    return {**_declared(mbo), "objectives": goals}


def _version(version: PlanVersion) -> dict[str, Any]:
    return version_to_dict(version)


# The first kind that fits writes the value; booleans and text fall through as they are.
_WRITERS: Mapping[type | tuple[type, ...], Callable[[Any], Any]] = {
    PlanVersion: _version,
    Component: component_to_dict,
    Amounts: _amounts,
    Tier: _tier,
    Measure: _measure,
    Pool: _pool,
    Mbo: _mbo,
    Fraction: _number,
    Decimal: lambda value: _number(exact(value)),
    dt.date: lambda value: value.isoformat()[:10],
    Mapping: lambda value: {str(key): plain(inner) for key, inner in value.items()},
    (tuple, list): lambda value: [plain(item) for item in value],
}

"""Plans: versions with dates, and the rule that ties a fact to the version in force for it.

anchor      the date of a fact that picks the version: signed_date, order_date, settled_date ...
continuity  what happens to the position when a new version begins inside a window:
            carry (credits go on counting), reset (start from zero), segment (own quota, from zero)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tonglu.compensation.core.faults import fault
from tonglu.compensation.core.rounding import MODES, PER_PAYOUT, STAGES, Rounding
from tonglu.kernel.text import N_

from .component import Component, component_from
from .modifiers import Limit, limit_from
from .reading import Field, Spec, day, many, one_of, read, text, texts, whole_within, words


@dataclass(frozen=True, kw_only=True)
class PlanVersion:
    components: tuple[Component, ...]
    id: str = "v1"
    title: Mapping[str, str] | str = ""
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    currency: str = ""
    caps: tuple[Limit, ...] = ()
    floors: tuple[Limit, ...] = ()
    rounding: Rounding = PER_PAYOUT
    release: Mapping[str, Any] | None = None
    payment: tuple[Mapping[str, Any], ...] = ()
    clawback: Mapping[str, Any] | None = None
    examples: tuple[Mapping[str, Any], ...] = ()

    def component(self, name: str) -> Component | None:
        return next((component for component in self.components if component.id == name), None)


@dataclass(frozen=True, kw_only=True)
class Plan:
    versions: tuple[PlanVersion, ...]
    anchor: str = "date"
    continuity: str = "carry"


def as_plan(plan: Plan | PlanVersion) -> Plan:
    return plan if isinstance(plan, Plan) else Plan(versions=(plan,))


def plan_from_dict(raw: Any) -> Plan:
    """A plan from the neutral form: one version's fields, or `versions` with `version_select`."""
    if not isinstance(raw, Mapping):
        raise fault("not_a_mapping", N_("%(where)s must be a set of named fields."), where="Plan")
    if "versions" not in raw:
        return Plan(versions=(version_from_dict(raw),), **_select(raw))
    shared = {k: v for k, v in raw.items() if k not in ("versions", "version_select")}
    shared = {k: v for k, v in shared.items() if k not in _CONTINUITY}
    versions = [version_from_dict({**shared, **_without_continuity(v)}) for v in raw["versions"]]
    if not versions:
        raise fault("no_versions", N_("A plan needs at least one version."))
    return Plan(versions=tuple(sorted(versions, key=_start)), **_select(raw))


def version_from_dict(raw: Any) -> PlanVersion:
    """One version; quota, window and the like given for the plan hold for its components."""
    shared = {key: raw[key] for key in _SHARED if key in raw}
    own = {k: v for k, v in raw.items() if k not in ("version_select", *_SHARED)}
    if shared and isinstance(own.get("components"), (list, tuple)):
        own["components"] = [{**shared, **component} for component in own["components"]]
    known = read(_VERSION, own, "Plan")
    known.setdefault("components", ())
    names = [component.id for component in known["components"]]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise fault("same_id_twice", N_("Two components are called %(id)s."), id=twice[0])
    return PlanVersion(**known)


def rounding_from(raw: Any) -> Rounding:
    if isinstance(raw, str):
        raw = {"stage": raw}
    return Rounding(**read(_ROUNDING, raw, "Rounding"))


def _select(raw: Mapping[str, Any]) -> dict[str, Any]:
    """How versions are picked; continuity may also stand on the plan, or on the version that begins."""
    known = read(_SELECT, raw.get("version_select") or {}, "version_select")
    for place in (raw, *(raw.get("versions") or ())):
        named = {key: place[key] for key in _CONTINUITY if key in place}
        known = {**read(_SELECT, named, "Plan"), **known}
    return known


def _without_continuity(version: Any) -> Any:
    if not isinstance(version, Mapping):
        return version
    return {key: value for key, value in version.items() if key not in _CONTINUITY}


def _start(version: PlanVersion) -> dt.date:
    return version.effective_from or dt.date.min


def _plan_limit(raw: Any) -> Limit:
    """A limit of the plan counts over the plan unless it says per period."""
    return limit_from({"scope": "plan", **(raw if isinstance(raw, Mapping) else {"amount": raw})})


def _title(raw: Any) -> Mapping[str, str] | str:
    return {str(k): str(v) for k, v in raw.items()} if isinstance(raw, Mapping) else str(raw)


def _scale(raw: Any) -> int | None:
    return (
        None
        if raw is None or str(raw).lower() in ("none", "exact")
        else whole_within(_MOST_PLACES)(raw)
    )


_MOST_PLACES = 30


def _anchor(raw: Any) -> str:
    """One date field, or several: the first that a fact carries decides."""
    return ",".join(texts(raw))


_SHARED = ("quota", "window", "target_incentive", "measure", "starting_value")
_CONTINUITY = ("continuity", "attainment_continuity", "attainment")
_SELECT: Spec = {
    "anchor": Field(_anchor, ("anchor_date", "field", "by", "date")),
    "continuity": Field(
        one_of(words(carry="continue", reset="restart", segment="split")),
        ("attainment", "attainment_continuity"),
    ),
}
_MODES = dict.fromkeys(MODES, "") | {
    "half_up": "round_half_up nearest commercial half_away_from_zero",
    "half_down": "round_half_down",
    "half_even": "bankers round_half_even banker",
    "up": "round_up away_from_zero",
    "down": "round_down truncate trunc toward_zero",
}
_STAGES = dict.fromkeys(STAGES, "") | {
    "transaction": "row line per_transaction per_row",
    "payout": "total component per_payout",
    "telescoping": "cumulative telescoped",
}
_ROUNDING: Spec = {
    "scale": Field(_scale, ("places", "decimals"), nothing=True),
    "mode": Field(one_of(words(**_MODES))),
    "stage": Field(one_of(words(**_STAGES))),
    "shares": Field(
        one_of(words(largest_remainder="remainder hamilton", independent="each")),
        ("split", "splits", "allocation", "allocate"),
    ),
}
_VERSION: Spec = {
    "id": Field(text, ("version", "code")),
    "title": Field(_title, ("name", "label")),
    "effective_from": Field(day, ("from", "valid_from", "start")),
    "effective_to": Field(day, ("to", "until", "valid_to", "end")),
    "currency": Field(text),
    "components": Field(many(component_from), ("rules", "elements")),
    "caps": Field(many(_plan_limit), ("cap", "plan_cap")),
    "floors": Field(many(_plan_limit), ("floor", "plan_floor")),
    "rounding": Field(rounding_from),
    "release": Field(dict, ("trigger",)),
    "payment": Field(many(dict), ("payments",)),
    "clawback": Field(dict),
    "examples": Field(many(dict), ("worked_examples",)),
}

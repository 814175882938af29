"""A component: whose credits of which facts, counted how and over which window, paid by which rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.faults import fault, in_words
from tonglu.compensation.core.numbers import ONE, exact
from tonglu.kernel.text import N_

from .amounts import NO_AMOUNTS, Amounts, amounts_from
from .measure import AMOUNT, MONEY, Measure, measure_from
from .modifiers import Gate, Limit, Multiplier, gate_from, limit_from, multiplier_from
from .reading import Field, Spec, day, flag, many, one_of, read, text, texts, words
from .rules import KIND_WORDS, KINDS, PerEvent, Pool, Rate, Rollup, Rule
from .table import MODE_WORDS

WINDOWS = words(
    all="itd to_date inception_to_date plan none total",
    transaction="deal row event per_transaction",
    month="monthly mtd",
    quarter="quarterly qtd",
    half="half_year semester",
    year="yearly annual ytd",
)
STEPS = ("multiplier", "gate", "cap")


@dataclass(frozen=True, kw_only=True)
class Component:
    id: str
    rule: Rule
    title: Mapping[str, str] | str = ""
    clause: str = ""
    filter: Mapping[str, Any] | None = None
    payees: tuple[str, ...] = ()
    roles: tuple[str, ...] = ("direct",)
    measure: Measure = AMOUNT
    window: str = "all"
    starting_value: Amounts = NO_AMOUNTS
    starting_pay: Amounts = NO_AMOUNTS
    quota: Amounts = NO_AMOUNTS
    target_incentive: Amounts = NO_AMOUNTS
    gates: tuple[Gate, ...] = ()
    multipliers: tuple[Multiplier, ...] = ()
    credit_factors: tuple[Multiplier, ...] = ()
    caps: tuple[Limit, ...] = ()
    floors: tuple[Limit, ...] = ()
    order: tuple[str, ...] = STEPS

    @property
    def kind(self) -> str:
        return _KIND_OF[type(self.rule)]


def component_from(raw: Any) -> Component:
    """Read one component; its kind decides which further fields it may have."""
    if not isinstance(raw, Mapping) or "id" not in raw:
        raise fault("no_component_id", N_("Every component needs an id."))
    where = f"Component {raw['id']}"
    raw = _table_gathered(raw)
    kind = one_of(KIND_WORDS)(raw.get("kind", "rate"))
    rule, rule_spec = KINDS[kind]
    raw = _override_of_pay(raw) if rule is Rollup else raw
    common = {name: field for name, field in _COMMON.items() if not _taken(name, rule_spec)}
    known = read({**common, **rule_spec}, _without_icr(raw), where)
    known.pop("kind", None)
    of_rule = {name: known.pop(name) for name in tuple(known) if name in rule_spec}
    _linked_to_gates(known)
    _attainment_cap_into_rule(known, of_rule, rule_spec)
    _floor_into_measure(known)
    _dates_into_filter(known)
    _weighted_target(known)
    _shares_of_quota(known, of_rule)
    if rule is Pool and "weights" not in of_rule and "payees" in known:
        of_rule["weights"] = tuple((payee, ONE) for payee in known["payees"])
    try:
        built = rule(**of_rule)
    except TypeError as error:
        raise fault(
            "missing_field", N_("%(where)s: %(reason)s."), where=where, reason=in_words(error)
        ) from error
    component = Component(rule=built, **known)
    if not pays_something(component):
        raise fault(
            "no_rate", N_("%(where)s has neither a rate, a table nor a target."), where=where
        )
    return component


def _override_of_pay(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """An override whose measure is commission is one on what the seller earns, not on a field of that name."""
    name = next((key for key in ("measure", "metric") if str(raw.get(key)) in _PAY_MEASURES), None)
    if name is None:
        return raw
    return {**{key: value for key, value in raw.items() if key != name}, "basis": raw[name]}


def pays_something(component: Component) -> bool:
    """Whether the component says what it pays."""
    match component.rule:
        case Rate(base_rate=None, table=None):
            return component.target_incentive != NO_AMOUNTS
        case PerEvent(amount=amount, table=None):
            return amount != NO_AMOUNTS
    return True


def _taken(name: str, rule_spec: Spec) -> bool:
    """A rule's own field, or its synonym, comes before a common one of the same name."""
    return any(name == own or name in field.also for own, field in rule_spec.items())


def _table_gathered(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """A component that names a table's mode itself, with the steps beside it, has that table."""
    mode = raw.get("mode", raw.get("kind"))
    if "table" in raw or not isinstance(mode, str) or mode.lower() not in MODE_WORDS:
        return raw
    inside = {key: raw[key] for key in _OF_TABLE if key in raw}
    rest = {k: v for k, v in raw.items() if k not in (*_OF_TABLE, "mode")}
    if mode == raw.get("kind"):
        rest.pop("kind")
    return {**rest, "table": {"mode": mode, **inside}}


def _without_icr(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """`base_rate: icr`, or a ratio, is the individual commission rate: a fraction, never rounded."""
    rest = {key: value for key, value in raw.items() if key not in _RATES}
    for key, rate in ((key, raw[key]) for key in _RATES if key in raw):
        if (rate is True and key != "base_rate") or str(rate).lower() in _INDIVIDUAL:
            return {**rest, "individual_rate": True}
        ratio = _ratio(rate)
        if ratio is not None:
            return {**rest, "base_rate": exact(ratio[0]) / exact(ratio[1])}
    return raw


def _ratio(rate: Any) -> tuple[Any, Any] | None:
    """A rate written as two numbers: [80000, 150000] or {ti: 80000, quota: 150000}."""
    if isinstance(rate, (list, tuple)) and len(rate) == 2:
        return rate[0], rate[1]
    if isinstance(rate, Mapping):
        for over, under in _RATIO_NAMES:
            if set(rate) == {over, under}:
                return rate[over], rate[under]
    return None


def _linked_to_gates(known: dict[str, Any]) -> None:
    """A linked component is a gate on that component's attainment."""
    linked = known.pop("linked", ())
    known["gates"] = (*known.get("gates", ()), *linked)


def _attainment_cap_into_rule(
    known: dict[str, Any], of_rule: dict[str, Any], rule_spec: Spec
) -> None:
    """A cap on attainment stops credits, so it belongs to the curve and not to the money."""
    for cap in known.get("caps", ()):
        if cap.scope == "attainment" and "attainment_cap" in rule_spec:
            of_rule["attainment_cap"] = cap.amount
    if "caps" in known:
        known["caps"] = tuple(cap for cap in known["caps"] if cap.scope != "attainment")


def _floor_into_measure(known: dict[str, Any]) -> None:
    if known.pop("margin_floor_zero", False):
        known["measure"] = Measure(name=known.get("measure", AMOUNT).name, floor_zero=True)


def _shares_of_quota(known: Mapping[str, Any], of_rule: dict[str, Any]) -> None:
    """Undeclared bounds of at most three, beside a quota in money, are shares of that quota."""
    quotas = known.get("quota", NO_AMOUNTS).numbers()
    in_money = known.get("measure", AMOUNT).name in MONEY and bool(quotas)

    def axis_of(bounds: Sequence[Fraction]) -> str:
        small = bool(bounds) and max(map(abs, bounds)) <= _MOST_SHARE
        return "attainment" if in_money and small and min(quotas) >= _LEAST_QUOTA else "amount"

    threshold, table = of_rule.get("threshold"), of_rule.get("table")
    if threshold is not None and threshold.axis is None:
        of_rule["threshold"] = replace(threshold, axis=axis_of([threshold.value]))
    if table is not None and table.axis is None and table.mode in _BOUNDED:
        bounds = [bound for tier in table.tiers for bound in (tier.lo, tier.hi) if bound]
        if axis_of(bounds) == "attainment":
            of_rule["table"] = replace(table, axis="attainment")


def _filter(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise fault("not_a_mapping", N_("%(where)s must be a set of named fields."), where="Filter")
    return dict(raw)


def _dates_into_filter(known: dict[str, Any]) -> None:
    """A component that runs for some days reads the facts of these days."""
    ends = {">=": known.pop("effective_from", None), "<=": known.pop("effective_to", None)}
    days = {op: day.isoformat() for op, day in ends.items() if day is not None}
    if days:
        own = [known["filter"]] if known.get("filter") else []
        known["filter"] = {"all": [{"date": days}, *own]}


def _weighted_target(known: dict[str, Any]) -> None:
    """A component's weight is its share of the target incentive."""
    weight = known.pop("weight", ONE)
    if "target_incentive" in known and weight != ONE:
        known["target_incentive"] = known["target_incentive"].times(weight)


def _linked_from(raw: Any) -> Gate:
    known = read(
        _LINKED, raw if isinstance(raw, Mapping) else {"component": raw}, "Linked component"
    )
    return gate_from(
        {
            "metric": f"{known['component']}.attainment",
            "op": ">=",
            "value": known.get("value", 1),
            "on_fail": known.get("on_fail", "zero"),
        }
    )


def _title(raw: Any) -> Mapping[str, str] | str:
    return {str(k): str(v) for k, v in raw.items()} if isinstance(raw, Mapping) else str(raw)


_KIND_OF: Mapping[Any, str] = {rule: kind for kind, (rule, _) in KINDS.items()}
_OF_TABLE = (
    "tiers", "points", "boundary", "axis", "gap", "below", "above", "value", "reached",
)  # fmt: skip
_BOUNDED = frozenset({"slab", "whole", "running", "interp_sum", "milestone"})
_MOST_SHARE, _LEAST_QUOTA = 3, 100
_PAY_MEASURES = frozenset({"commission", "commissions", "earnings", "incentive", "payout"})
_RATES = ("base_rate", "icr", "individual_rate", "base_rate_fraction")
_INDIVIDUAL = frozenset({"icr", "individual", "individual_rate", "ti/quota"})
_RATIO_NAMES = (
    ("ti", "quota"), ("target_incentive", "quota"), ("numerator", "denominator"), ("num", "den"),
)  # fmt: skip
_LINKED: Spec = {
    "component": Field(text, ("id", "to")),
    "value": Field(lambda raw: raw, ("min_attainment", "attainment", "at_least")),
    "on_fail": Field(lambda raw: raw),
}
_COMMON: Spec = {
    "id": Field(text),
    "kind": Field(text),
    "title": Field(_title, ("name", "label")),
    "clause": Field(text),
    "filter": Field(_filter, ("where", "when", "condition")),
    "payees": Field(texts, ("payee", "participants")),
    "roles": Field(texts, ("role", "credit_types", "credit_type")),
    "effective_from": Field(day, ("valid_from",)),
    "effective_to": Field(day, ("valid_to",)),
    "weight": Field(exact),
    "measure": Field(measure_from, ("metric",)),
    "margin_floor_zero": Field(flag),
    "window": Field(one_of(WINDOWS), ("interval", "period")),
    "starting_value": Field(amounts_from, ("start", "start_value", "opening")),
    "quota": Field(amounts_from, ("goal", "quotas")),
    "target_incentive": Field(amounts_from, ("ti", "target", "target_pay", "on_target")),
    "gates": Field(many(gate_from), ("gate", "hurdle", "hurdles")),
    "linked": Field(many(_linked_from), ("linked_to", "depends_on", "requires")),
    "multipliers": Field(many(multiplier_from), ("multiplier", "modifiers", "modifier")),
    "credit_factors": Field(many(multiplier_from), ("credit_factor", "aging")),
    "caps": Field(many(limit_from), ("cap",)),
    "floors": Field(many(limit_from), ("floor", "minimum")),
    "order": Field(texts),
}

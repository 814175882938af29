"""The deals of the worked example: a few rows that a person edits, and the facts the engine reads from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from re import compile as pattern
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tonglu.compensation.core.context import Context, context_from
from tonglu.compensation.core.facts import Fact, facts_from
from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.model.plan import PlanVersion
from tonglu.compensation.core.numbers import exact
from tonglu.compensation.core.presets.preset import CHINESE_NAMES
from tonglu.compensation.core.release import ReleaseEvent, event_from

from . import vocabulary as v
from .needs import fields_needed, metrics_needed, needs_tree
from .numbers import number_shown
from .reading import raw_of
from .shapes import Item, choice, group, number, rows, text
from .showing import Typed, leaf_shown

DAY, SELLER, LEADER, HEAD = "2026-01-15", "Ana", "Lee", "Dee"
_WHO = pattern(r"(?P<payee>.+?)(?:\s+(?P<pct>\d+(?:\.\d+)?)\s*%?)?(?:\s*[(（](?P<role>\w+)[)）])?")
_KNOWN = frozenset({"id", "date", "amount", "payee", "credits", "note"})
EVENTS = (*v.EVENTS, ("refund", _("Money goes back")))


def sample_item(version: PlanVersion | None) -> Item:
    """The fields of the example, as far as the plan asks for them."""
    extra = [
        Item(key=name, label=v.FIELDS.get(name, name), kind="scalar")
        for name in fields_needed(version)
    ]
    parts = [
        rows(
            "deals",
            pgettext_lazy("pay", "Deals"),
            text("id", _("Deal")),
            Item(key="date", label=_("Day"), kind="day"),
            text("who", _("Credit"), placeholder=_("Ana 60, Ben 40, Eng (overlay)")),
            number("amount", _("Amount")),
            *extra,
            add=_("Add a deal"),
        )
    ]
    if version is not None and version.release is not None:
        parts.append(_events())
    if needs_tree(version):
        parts.append(
            rows(
                "people",
                _("Who reports to whom"),
                text("name", _("Person")),
                text("manager", _("Manager")),
                add=_("Add a person"),
            )
        )
    if metrics_needed(version):
        parts.append(
            rows(
                "measures",
                _("Measures of people"),
                text("who", _("Person, * for everybody"), placeholder="*"),
                text("name", _("Measure")),
                Item(key="value", label=_("Value"), kind="scalar"),
                add=_("Add a measure"),
            )
        )
    return group("sample", _("Worked example"), *parts)


def sample_begin(raw: Mapping[str, Any], version: PlanVersion | None) -> Typed:
    """The first sample of a plan: its own first example, or one deal."""
    examples = raw.get("examples") or ()
    calc = (one for one in examples if isinstance(one, Mapping) and one.get("transactions"))
    example: Mapping[str, Any] = next(calc, {})
    deals = [_deal(one) for one in example.get("transactions") or ()]
    deals = deals or [{"id": "A", "date": DAY, "who": called(SELLER), "amount": "120,000"}]
    sample: Typed = {
        "deals": deals,
        "events": [event for deal in deals for event in _collected(deal)],
        "people": _tree(example.get("hierarchy")),
        "measures": _measures(example.get("metrics")),
    }
    return sample_fill(sample, version)


def sample_fill(sample: Typed, version: PlanVersion | None) -> Typed:
    """The sample with a row for every measure the plan asks for and nobody has given."""
    measures = [one for one in sample.get("measures") or () if isinstance(one, Mapping)]
    given = {str(one.get("name")) for one in measures}
    missing = [name for name in metrics_needed(version) if name not in given]
    added = [{"who": "*", "name": name, "value": "1"} for name in missing]
    people = sample.get("people") or []
    if needs_tree(version) and not people:
        seller, leader, head = map(called, (SELLER, LEADER, HEAD))
        people = [{"name": seller, "manager": leader}, {"name": leader, "manager": head}]
    return {**sample, "measures": [*measures, *added], "people": people}


def called(name: str) -> str:
    """What somebody of an example is called in the reader's language."""
    chinese = (get_language() or "en").startswith("zh")
    return CHINESE_NAMES.get(name, name) if chinese else name


def sample_read(sample: Typed, version: PlanVersion, errors: dict[str, str]) -> dict[str, Any]:
    """The rows of the sample with their values read."""
    read = raw_of(sample_item(version), sample_fill(sample, version), "sample", errors)
    return read or {}


def facts_of(read: Mapping[str, Any], version: PlanVersion) -> tuple[Fact, ...]:
    """The deals as the engine's facts."""
    blank = dict.fromkeys(fields_needed(version, numbers_only=True), 0)
    return facts_from(
        {
            **blank,
            **{key: value for key, value in deal.items() if key != "who"},
            "id": name_of(deal, at),
            "date": deal.get("date") or DAY,
            "amount": deal.get("amount") or 0,
            "credits": list(credits_of(str(deal.get("who") or SELLER))),
        }
        for at, deal in enumerate(read.get("deals") or (), start=1)
    )


def context_of_sample(read: Mapping[str, Any]) -> Context:
    """The people and measures around the deals."""
    metrics: dict[str, dict[str, Any]] = {}
    for one in read.get("measures") or ():
        metrics.setdefault(str(one.get("who") or "*"), {})[str(one.get("name"))] = one.get("value")
    tree = {str(one.get("name")): one.get("manager") for one in read.get("people") or ()}
    return context_from({"metrics": metrics, **({"hierarchy": tree} if tree else {})})


def events_of(read: Mapping[str, Any], deal: str) -> list[ReleaseEvent]:
    """What happened to one deal after it was signed, in the order given."""
    own = [one for one in read.get("events") or () if str(one.get("deal") or deal) == deal]
    kept = ("type", "amount", "days_late", "date")
    return [
        event_from({"id": str(at), "type": "cash", **{k: one[k] for k in kept if k in one}})
        for at, one in enumerate(own, start=1)
    ]


def credits_of(who: str) -> Iterator[dict[str, Any]]:
    """`Ana 60, Ben 40, Eng (overlay)` as credits."""
    for part in who.replace("，", ",").replace("、", ",").split(","):
        found = _WHO.fullmatch(part.strip())
        if found is not None:
            given = {key: value for key, value in found.groupdict().items() if value}
            yield {"pct": 100, **given}


def name_of(deal: Mapping[str, Any], at: int) -> str:
    """What a deal is called; its number when it has no name."""
    return str(deal.get("id") or at)


def _events() -> Item:
    return rows(
        "events",
        _("What happens then"),
        text("deal", _("Deal")),
        choice("type", _("What"), EVENTS),
        number("amount", _("Amount")),
        number("days_late", _("Days late")),
        add=_("Add an event"),
    )


def _deal(raw: Mapping[str, Any]) -> Typed:
    more = {
        str(key): leaf_shown("number", value)
        for key, value in raw.items()
        if key not in _KNOWN and not isinstance(value, (Mapping, list))
    }
    return {
        "id": str(raw.get("id", "")),
        "date": str(raw.get("date", DAY)),
        "who": _who(raw),
        "amount": number_shown(raw.get("amount", 0)),
        **more,
    }


def _who(raw: Mapping[str, Any]) -> str:
    credits = raw.get("credits")
    if not credits:
        return str(raw.get("payee", SELLER))
    return ", ".join(_credit(one) for one in credits)


def _credit(raw: Any) -> str:
    if not isinstance(raw, Mapping):
        return str(raw)
    pct = "" if str(raw.get("pct", 100)) == "100" else f" {raw['pct']}"
    role = f" ({raw['role']})" if raw.get("role", "direct") != "direct" else ""
    return f"{raw.get('payee', SELLER)}{pct}{role}"


def _collected(deal: Typed) -> list[Typed]:
    """A customer who pays half in time and half a month and a half late."""
    half = _half(str(deal["amount"]))
    paid = {"deal": deal["id"], "type": "cash", "amount": half}
    return [{**paid, "days_late": "0"}, {**paid, "days_late": "45"}]


def _half(amount: str) -> str:
    try:
        return number_shown(exact(amount) / 2)
    except PayFault:
        return ""


def _tree(raw: Any) -> list[Typed]:
    trees = raw if isinstance(raw, list) else [raw] if raw else []
    last = trees[-1] if trees else {}
    managers = last.get("manager_of", last) if isinstance(last, Mapping) else {}
    return [{"name": str(person), "manager": str(boss)} for person, boss in managers.items()]


def _measures(raw: Any) -> list[Typed]:
    if not isinstance(raw, Mapping):
        return []
    return [
        {"who": str(who), "name": str(name), "value": leaf_shown("scalar", value)}
        for who, values in raw.items()
        if isinstance(values, Mapping)
        for name, value in values.items()
        if not isinstance(value, Mapping)
    ]

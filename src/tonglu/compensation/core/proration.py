"""Proration: the part of a quota, target or cap that belongs to the time somebody was in the plan.

days      days present / days of the period; the start day counts unless said otherwise
months    months present / months of the period
quarters  the year's amount by weighted quarters, each by its months present (of three)
ramp      a quota per month of tenure
segments  parts of a period with their own annual amounts (leave, transfer); never blended
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from tonglu.kernel.text import N_

from .faults import fault
from .model.reading import Field, Spec, day, flag, read, text, whole
from .numbers import ONE, ZERO, exact, exact_or_none
from .rounding import Rounding

Values = dict[str, Fraction]


def prorated(raw: Any, rounding: Rounding | None = None) -> Values:
    """The prorated amounts of a block of the neutral form, rounded as money; days stay whole."""
    known = read(_SPEC, raw, "Proration")
    kind = str(known.get("type", "days")).lower()
    kind = next((word for word, same in _SAME.items() if kind in same), kind)
    if kind not in _TYPES:
        raise fault(
            "unknown_word",
            N_("“%(word)s” is not known here. Use one of: %(known)s."),
            word=kind,
            known=", ".join(_TYPES),
        )
    money = (rounding or Rounding()).money
    return {name: money(value) for name, value in _TYPES[kind](known).items()}


def days_present(start: dt.date, end: dt.date, inclusive: bool = True) -> int:
    """Days from start to end; the end always counts, the start only when inclusive."""
    return (end - start).days + (1 if inclusive else 0)


def _by_days(known: Mapping[str, Any]) -> Values:
    start, end = _span(known)
    base = known.get("base_days") or days_present(known["period_start"], known["period_end"])
    away = known.get("absent_days", 0) + _days_away(known.get("absences", ()), start, end)
    days = max(days_present(start, end, known.get("inclusive", True)) - away, 0)
    return {"days": Fraction(days), **_scaled(known, Fraction(days, base))}


def _span(known: Mapping[str, Any]) -> tuple[dt.date, dt.date]:
    """The days of the period in which somebody was there."""
    first, last = known["period_start"], known["period_end"]
    if last < first:
        raise fault(
            "period_ends_early",
            N_("The period ends on %(end)s, before it begins on %(start)s. Change one of the two."),
            start=first,
            end=last,
        )
    return max(known.get("start", first), first), min(known.get("end", last), last)


def _days_away(absences: Iterable[Mapping[str, Any]], start: dt.date, end: dt.date) -> int:
    """The days from start to end that lie in an absence, both of its ends counted and no day twice."""
    counted, until = 0, start - dt.timedelta(days=1)
    for absence in sorted(absences, key=lambda one: one["start"]):
        first = max(absence["start"], until + dt.timedelta(days=1))
        last = min(absence["end"], end)
        if first <= last:
            counted, until = counted + days_present(first, last), last
    return counted


def _months(start: dt.date, end: dt.date) -> int:
    """Calendar months touched, both ends counted."""
    return (end.year - start.year) * 12 + end.month - start.month + 1


def _by_months(known: Mapping[str, Any]) -> Values:
    of = known.get("period_months", Fraction(12))
    if "period_start" in known:
        of = Fraction(_months(known["period_start"], known["period_end"]))
    months = known["months"] if "months" in known else Fraction(_months(*_span(known)))
    return {"months": months, **_scaled(known, months / of)}


def _scaled(known: Mapping[str, Any], share: Fraction) -> Values:
    """The named amounts, and a quota or an annual amount given beside them, by the share."""
    amounts = {name: known[name] for name in ("quota", "annual") if name in known}
    amounts |= {"total": known["annual"]} if "annual" in known else {}
    return {
        name: amount * share for name, amount in {**amounts, **known.get("amounts", {})}.items()
    }


def _by_quarters(known: Mapping[str, Any]) -> Values:
    quarters = {
        name: (weight, _months_of_quarter(name, known) if months is None else months)
        for name, (weight, months) in known["quarters"].items()
    }
    shares = {name: weight * months / 3 for name, (weight, months) in quarters.items()}
    whole_year = sum(shares.values(), ZERO)
    named = {name: amount * whole_year for name, amount in known.get("amounts", {}).items()}
    if "annual" not in known and named:
        return named
    annual = known["annual"]
    values = {name: annual * share for name, share in shares.items()}
    return {**named, **values, "total": annual * whole_year}


def _by_ramp(known: Mapping[str, Any]) -> Values:
    quota = known.get("quota", known.get("annual", ONE))
    values = {name: quota * share for name, share in known["steps"].items()}
    return {**values, "total": sum(values.values(), ZERO)}


def _by_segments(known: Mapping[str, Any]) -> Values:
    values: Values = {}
    first, last = known["period_start"], known["period_end"]
    base = known.get("base_days") or days_present(first, last)
    for index, segment in enumerate(known["segments"], start=1):
        days = days_present(segment["start"], segment["end"], segment.get("inclusive", True))
        name = segment.get("id", f"segment{index}")
        values[name] = segment["amount"] * days / base
    return {**values, "total": sum(values.values(), ZERO)}


def _quarters(raw: Any) -> dict[str, tuple[Fraction, Fraction | None]]:
    """Each quarter's weight and the months present in it, as a pair or by name; a bare weight leaves the months to the dates."""
    pairs = {str(name): _weight_and_months(pair) for name, pair in raw.items()}
    return {
        name: (exact(weight), exact_or_none(months)) for name, (weight, months) in pairs.items()
    }


def _weight_and_months(raw: Any) -> tuple[Any, Any]:
    if isinstance(raw, Mapping):
        return raw["weight"], raw.get("months")
    return (raw[0], raw[1]) if isinstance(raw, (list, tuple)) else (raw, None)


def _months_of_quarter(name: str, known: Mapping[str, Any]) -> Fraction:
    """The calendar months of a quarter from the start to the end of whoever was there: all three when no day is told."""
    number = name.strip()[-1:]
    told = [known[key] for key in ("start", "end") if key in known]
    if not told or not name.strip().upper().startswith("Q") or number not in "1234":
        return Fraction(3)
    first = dt.date(told[0].year, 3 * int(number) - 2, 1)
    last = dt.date(told[0].year, 3 * int(number), 28)
    start, end = max(known.get("start", first), first), min(known.get("end", last), last)
    return Fraction(_months(start, end) if start <= end else 0)


def _named(raw: Any) -> dict[str, Fraction]:
    if isinstance(raw, Mapping):
        return {str(name): exact(value) for name, value in raw.items()}
    return {f"M{index}": exact(value) for index, value in enumerate(raw, start=1)}


_TYPES: Mapping[str, Callable[[Mapping[str, Any]], Values]] = {
    "days": _by_days,
    "months": _by_months,
    "quarters": _by_quarters,
    "ramp": _by_ramp,
    "segments": _by_segments,
}
_SAME = {
    "days": ("day", "daily", "calendar_days"),
    "months": ("month", "monthly"),
    "quarters": ("quarter", "quarterly", "weighted_quarters"),
    "segments": ("segment",),
}
_SEGMENT: Spec = {
    "id": Field(text, ("name",)),
    "start": Field(day, ("from",)),
    "end": Field(day, ("to",)),
    "amount": Field(exact, ("quota", "annual", "value")),
    "inclusive": Field(flag),
}
_ABSENCE: Spec = {"start": Field(day, ("from",)), "end": Field(day, ("to",))}
_SPEC: Spec = {
    "type": Field(text, ("method", "by")),
    "period_start": Field(day, ("from",)),
    "period_end": Field(day, ("to",)),
    "start": Field(day, ("start_date", "hire_date", "joined")),
    "end": Field(day, ("end_date", "leave_date", "left")),
    "inclusive": Field(flag, ("start_inclusive", "inclusive_start", "count_start_day")),
    "base_days": Field(whole, ("day_count", "basis", "days_in_period")),
    "absent_days": Field(whole, ("leave_days", "absence")),
    "absences": Field(
        lambda raw: [read(_ABSENCE, item, "Absence") for item in raw],
        ("leaves", "leaves_of_absence", "leave_of_absence"),
    ),
    "amounts": Field(_named),
    "annual": Field(exact, ("annual_quota", "amount")),
    "quarters": Field(_quarters),
    "months": Field(exact, ("months_present",)),
    "period_months": Field(exact, ("of_months", "months_in_period")),
    "quota": Field(exact, ("full_quota",)),
    "steps": Field(_named, ("ramp", "shares")),
    "segments": Field(lambda raw: [read(_SEGMENT, item, "Segment") for item in raw]),
}

"""The worked example: the sample's deals through the real engine, with every reason in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, gettext

from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.explaining.figures import money
from tonglu.compensation.core.explaining.sentence import explain
from tonglu.compensation.core.facts import Fact
from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.model.plan import PlanVersion
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.payment.pay import pay_in_turn
from tonglu.compensation.core.payment.rule import Earning, rule_from
from tonglu.compensation.core.release import Release, ReleaseResult, release, schedule_from
from tonglu.compensation.core.result import Result
from tonglu.compensation.core.trace import Row

from .canonical import example_version
from .curve import Curve, curve_drawn
from .findings import title_of, titles_of
from .sample import context_of_sample, events_of, facts_of, sample_read
from .showing import Typed

SENTENCES = 30


@dataclass(frozen=True, kw_only=True)
class Paid:
    """What one person gets, by component."""

    payee: str
    total: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Told:
    """One row of the trace as a sentence."""

    deal: str
    payee: str
    component: str
    amount: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What one event of a deal pays one person."""

    deal: str
    payee: str
    event: str
    paid: str
    lost: str
    waits: str


@dataclass(frozen=True, kw_only=True)
class Month:
    """What one month pays one person after holdbacks, draws and the like."""

    payee: str
    month: str
    earned: str
    paid: str
    held: str


@dataclass(frozen=True, kw_only=True)
class Example:
    """The whole example; `error` says why there is none."""

    total: str = ""
    paid: tuple[Paid, ...] = ()
    told: tuple[Told, ...] = ()
    moved: tuple[Moved, ...] = ()
    months: tuple[Month, ...] = ()
    curves: tuple[Curve, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""
    errors: Mapping[str, str] | None = None
    more: int = 0


def example_of(raw: Mapping[str, Any], sample: Typed) -> Example:
    """What the plan pays for the sample; never raises for a plan or sample that means nothing."""
    errors: dict[str, str] = {}
    try:
        version = example_version(raw)
        read = sample_read(sample, version, errors)
        facts, context = facts_of(read, version), context_of_sample(read)
        result = evaluate(version, facts, context)
        moved = _released(version, result, facts, read)
        return Example(
            total=money(sum((one.amount for one in result.payouts), ZERO)),
            paid=tuple(_paid(result, titles_of(raw))),
            told=tuple(_told(row, raw) for row in result.trace[:SENTENCES]),
            moved=tuple(_moved(one) for one in moved),
            months=tuple(_months(version, result, facts, moved)),
            curves=tuple(curve_drawn(version, facts, context, titles_of(raw))),
            warnings=tuple(_warning(one.code, one.params) for one in result.problems),
            errors=errors,
            more=max(len(result.trace) - SENTENCES, 0),
        )
    except PayFault as error:
        return Example(error=error.text(gettext), errors=errors)
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError) as error:
        return Example(error=str(error), errors=errors)


@dataclass(frozen=True, kw_only=True)
class _Deal:
    fact: Fact
    payee: str
    result: ReleaseResult


def _paid(result: Result, titles: Mapping[str, str]) -> list[Paid]:
    return [
        Paid(
            payee=payee,
            total=money(result.payout(payee)),
            parts=tuple(
                (titles.get(one.component, one.component), money(one.amount))
                for one in result.payouts
                if one.payee == payee
            ),
        )
        for payee in result.payees()
    ]


def _told(row: Row, raw: Mapping[str, Any]) -> Told:
    titles = titles_of(raw)
    names = {**titles, row.version: title_of(raw.get("title"), row.version)}
    return Told(
        deal=row.fact,
        payee=row.payee,
        component=titles.get(row.component, row.component),
        amount=money(row.amount),
        sentence=explain(row, get_language() or "en", names),
    )


def _released(
    version: PlanVersion, result: Result, facts: Sequence[Fact], read: Mapping[str, Any]
) -> list[_Deal]:
    """What each deal's events pay of what it earned."""
    if version.release is None:
        return []
    schedule = schedule_from(version.release)
    found = []
    for fact in facts:
        events, total = events_of(read, fact.id), fact.number("amount") or ZERO
        for payee in dict.fromkeys(row.payee for row in result.rows(fact=fact.id)):
            earned = sum((r.amount for r in result.rows(fact=fact.id, payee=payee)), ZERO)
            if total and earned:
                paid = release(schedule, earned, total, events, version.rounding)
                found.append(_Deal(fact=fact, payee=payee, result=paid))
    return found


def _moved(deal: _Deal) -> Moved:
    told = (_event(one) for one in deal.result.releases)
    return Moved(
        deal=deal.fact.id,
        payee=deal.payee,
        event="; ".join(told),
        paid=money(deal.result.paid),
        lost=money(deal.result.forfeited) if deal.result.forfeited else "",
        waits=money(deal.result.unpaid) if deal.result.unpaid else "",
    )


def _event(one: Release) -> str:
    share = "" if one.reached is None else f" ({float(one.reached):.0%})"
    return f"{one.event}{share} {money(one.payment)}"


def _months(
    version: PlanVersion, result: Result, facts: Sequence[Fact], moved: Sequence[_Deal]
) -> list[Month]:
    """The payment rules over the months of the deals, for each person."""
    if not version.payment:
        return []
    rules = [rule_from(one) for one in version.payment]
    days = [fact.date for fact in facts if fact.date is not None]
    found = []
    for payee in result.payees():
        sums = _by_month(payee, result, moved)
        earnings = [Earning(period=key, amount=sums.get(key, ZERO)) for key in _span(days)]
        for one in pay_in_turn(rules, earnings, version.rounding):
            held = one.values.get("holdback.held", one.values.get("held", ZERO))
            found.append(_month(payee, one.period, one.earned, one.payment, held))
    return found


def _month(payee: str, period: str, earned: Fraction, paid: Fraction, held: Fraction) -> Month:
    return Month(
        payee=payee,
        month=period,
        earned=money(earned),
        paid=money(paid),
        held=money(held) if held else "",
    )


def _by_month(payee: str, result: Result, moved: Sequence[_Deal]) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = {}
    pairs = (
        [(deal.fact.date, deal.result.paid) for deal in moved if deal.payee == payee]
        if moved
        else [(row.date, row.amount) for row in result.rows(payee=payee)]
    )
    for day, amount in pairs:
        if day is not None:
            sums[f"{day:%Y-%m}"] = sums.get(f"{day:%Y-%m}", ZERO) + amount
    return sums


def _span(days: Sequence[dt.date]) -> list[str]:
    """The months from the first deal to the last, two years at most."""
    if not days:
        return []
    first, last = min(days), max(days)
    count = min((last.year - first.year) * 12 + last.month - first.month + 1, 24)
    months = (first.year * 12 + first.month - 1 + step for step in range(count))
    return [f"{number // 12}-{number % 12 + 1:02}" for number in months]


def _warning(code: str, params: Mapping[str, Any]) -> str:
    if code == "split_not_100":
        shown = {"deal": params["fact"], "sum": f"{float(params['sum']):g}"}
        return gettext("Deal %(deal)s: the credit adds up to %(sum)s %%, not to 100 %%.") % shown
    return code

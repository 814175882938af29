"""Facts: what happened, once, in the words of the source document.

A fact is never edited. A correction is a new revision of the same id; a deletion is a tombstone, which is
reported as an exception and changes no money. `as_of` hides what was not yet known on that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tonglu.kernel.text import N_

from .faults import PayFault, fault, located
from .model.reading import Field, Spec, day, flag, read, text, texts
from .numbers import ONE, ZERO, exact
from .problems import Problem

HUNDRED = Fraction(100)


@dataclass(frozen=True, kw_only=True)
class Credit:
    """Whose fact it is: `pct` pays, `quota_pct` (when it differs) moves attainment.

    `factor` lowers or raises both; `pay_factor` only what is paid.
    """

    payee: str
    pct: Fraction = HUNDRED
    role: str = "direct"
    quota_pct: Fraction | None = None
    factor: Fraction = ONE
    pay_factor: Fraction = ONE
    reason: str = ""
    path: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Fact:
    """`turn` comes before the date in counting: what is recorded late takes its place after what was priced before it."""

    id: str
    date: dt.date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    credits: tuple[Credit, ...] = ()
    revision: int = 1
    known_at: dt.date | None = None
    deleted: bool = False
    turn: int = 0

    def number(self, name: str) -> Fraction | None:
        """A field as an exact number, or nothing when the fact does not carry it."""
        value = self.values.get(name)
        try:
            return None if value is None else exact(value)
        except PayFault as error:
            error.params = {**error.params, "fact": self.id, "field": name}
            raise located(error, f"Transaction {self.id}", name) from error

    def date_of(self, name: str) -> dt.date | None:
        """The first of some date fields that the fact carries, else its business date."""
        found = ((one, self.values.get(one)) for one in name.split(","))
        field, value = next((one for one in found if one[1] is not None), (name, None))
        if value is None:
            return self.date
        try:
            return day(value)
        except (ValueError, TypeError) as error:
            said = N_("Transaction %(id)s: “%(field)s” is no day: %(value)s.")
            raise fault("not_a_day", said, id=self.id, field=field, value=str(value)) from error


def fact_from(raw: Any) -> Fact:
    """A fact from the neutral form: known fields are typed, all others stay as given."""
    if not isinstance(raw, Mapping) or "id" not in raw:
        raise fault("no_fact_id", N_("Every transaction needs an id."))
    where = f"Transaction {raw['id']}"
    known = read(_FACT, {k: v for k, v in raw.items() if k in _FACT_KEYS}, where)
    credits = known.pop("credits", None)
    payee = known.pop("payee", None)
    factors = known.pop("credit_factor", ONE), known.pop("pay_factor", ONE)
    if not credits:
        credits = () if payee is None else (_whole_credit(payee, factors),)
    else:
        credits = tuple(_credit_from(item, factors, where, raw.get("amount")) for item in credits)
    return Fact(credits=credits, values=dict(raw), **known)


def facts_from(raw: Iterable[Any] | Mapping[str, Any]) -> tuple[Fact, ...]:
    if isinstance(raw, Mapping):
        raw = [{"id": name, **values} for name, values in raw.items()]
    facts = tuple(fact_from(item) for item in raw)
    seen: set[tuple[str, int]] = set()
    for fact in facts:
        if (fact.id, fact.revision) in seen:
            raise fault("same_fact_twice", N_("Transaction %(id)s is given twice."), id=fact.id)
        seen.add((fact.id, fact.revision))
    return facts


def facts_current(
    facts: Sequence[Fact], as_of: dt.date | None
) -> tuple[tuple[Fact, ...], tuple[Problem, ...]]:
    """The last revision of each fact known at `as_of`; tombstones keep the money and raise a flag."""
    latest: dict[str, Fact] = {}
    problems: list[Problem] = []
    for fact in sorted(_known(facts, as_of), key=lambda fact: fact.revision):
        if fact.deleted:
            problems.append(Problem("source_deleted", {"fact": fact.id}))
        else:
            latest[fact.id] = fact
    order = {fact.id: index for index, fact in reversed(tuple(enumerate(facts)))}
    return tuple(sorted(latest.values(), key=lambda fact: order[fact.id])), tuple(problems)


def split_problems(facts: Iterable[Fact]) -> tuple[Problem, ...]:
    """Facts whose direct credits do not add up to exactly 100 %."""
    problems = []
    for fact in facts:
        direct = [credit.pct for credit in fact.credits if credit.role == "direct"]
        if direct and sum(direct, ZERO) != HUNDRED:
            problems.append(Problem("split_not_100", {"fact": fact.id, "sum": sum(direct, ZERO)}))
    return tuple(problems)


def _known(facts: Sequence[Fact], as_of: dt.date | None) -> list[Fact]:
    if as_of is None:
        return list(facts)
    return [fact for fact in facts if (fact.known_at or fact.date or as_of) <= as_of]


def _percent(raw: Any) -> Fraction:
    """60 and "60%" are the same sixty hundredths."""
    return exact(raw) * (HUNDRED if isinstance(raw, str) and raw.strip()[-1:] in "%％" else ONE)


def _whole_credit(payee: str, factors: tuple[Fraction, Fraction]) -> Credit:
    return Credit(payee=payee, factor=factors[0], pay_factor=factors[1])


def _credit_from(raw: Any, factors: tuple[Fraction, Fraction], where: str, total: Any) -> Credit:
    """A credit; one given as an amount becomes its share of the fact."""
    raw = raw if isinstance(raw, Mapping) else {"payee": raw}
    known = read(_CREDIT, {k: v for k, v in raw.items() if k != "type" or "role" not in raw}, where)
    if not known.get("payee"):
        raise fault("no_credit_payee", N_("%(where)s: a credit names nobody."), where=where)
    share = known.pop("share", None)
    if share is not None:
        known["pct"] = share * HUNDRED if abs(share) <= ONE else share
    amount = known.pop("amount", None)
    if amount is not None and total is not None and exact(total) != 0:
        known["pct"] = amount / exact(total) * HUNDRED
    for name, factor in zip(("factor", "pay_factor"), factors, strict=True):
        known[name] = factor * known.get(name, ONE)
    return Credit(**known)


_CREDIT: Spec = {
    "payee": Field(text, ("person", "participant")),
    "pct": Field(_percent, ("percent",)),
    "share": Field(exact),
    "role": Field(text, ("type",)),
    "quota_pct": Field(_percent, ("quota_percent", "quota_credit")),
    "factor": Field(exact, ("credit_factor",)),
    "pay_factor": Field(exact, ("payout_factor",)),
    "reason": Field(text, ("rule",)),
    "path": Field(texts, ("rollup_path",)),
    "amount": Field(exact),
}
_FACT: Spec = {
    "id": Field(text),
    "date": Field(day, ("valid_date",)),
    "payee": Field(text, ("person",)),
    "credits": Field(list, ("splits",)),
    "credit_factor": Field(exact),
    "pay_factor": Field(exact, ("payout_factor",)),
    "revision": Field(int),
    "known_at": Field(day),
    "deleted": Field(flag, ("tombstone",)),
}
_FACT_KEYS = frozenset(name for key, field in _FACT.items() for name in (key, *field.also))

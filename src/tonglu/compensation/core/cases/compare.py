"""Expected against computed: every leaf that a case expects is compared exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.numbers import exact, number_text
from tonglu.compensation.core.rounding import PER_PAYOUT, Rounding

# Under these headings nothing computed means zero: nobody was paid.
_ZERO_WHEN_ABSENT = frozenset(
    {"payouts", "by_transaction", "clawbacks", "by_event", "estimate", "adds"}
)
# Balances that a payment rule may not keep; a rule without one leaves it at zero.
_BALANCES = frozenset(
    {"balance", "carry", "held", "released", "recovered", "forgiven", "forfeited", "draw", "owed"}
)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One expected leaf: where it stands, what was expected and what came out."""

    path: str
    expected: str
    got: str
    passed: bool


def checks(expected: Any, got: Any, rounding: Rounding = PER_PAYOUT) -> list[Check]:
    """All leaves of `expected` against `got`; rows that stay exact may be expected as money."""
    found = _walk((), expected, got)
    return [_as_money(check, rounding) for check in found]


def _as_money(check: Check, rounding: Rounding) -> Check:
    """A row is a fraction until its payout is rounded; a case may print it in cents."""
    if check.passed or not check.path.startswith("by_transaction."):
        return check
    try:
        cents = number_text(rounding.money(exact(check.got)))
    except PayFault:
        return check
    return replace(check, got=cents, passed=True) if cents == check.expected else check


def _walk(path: tuple[str, ...], expected: Any, got: Any) -> list[Check]:
    if isinstance(expected, Mapping) and not expected and path and path[0] in _ZERO_WHEN_ABSENT:
        return [_nothing(path, got)]
    if isinstance(expected, Mapping):
        found = []
        for key, wanted in expected.items():
            found += _walk((*path, str(key)), wanted, _below(got, str(key)))
        return found
    if isinstance(expected, (list, tuple)):
        return _walk_list(path, expected, got)
    return [_leaf(path, expected, got)]


def _nothing(path: tuple[str, ...], got: Any) -> Check:
    """An empty set of payouts expects that nobody is paid."""
    paid = [name for name, amount in _leaves((), got) if amount != 0]
    return Check(
        path=".".join(path), expected="nothing", got=", ".join(paid) or "nothing", passed=not paid
    )


def _leaves(path: tuple[str, ...], got: Any) -> Iterator[tuple[str, Fraction]]:
    if isinstance(got, Mapping):
        for key, inner in got.items():
            yield from _leaves((*path, str(key)), inner)
    elif isinstance(got, Fraction):
        yield ".".join(path), got


def _walk_list(path: tuple[str, ...], expected: Any, got: Any) -> list[Check]:
    if not isinstance(got, (list, tuple)) or len(got) != len(expected):
        shown = (
            ", ".join(shown_value(item) for item in got) if isinstance(got, (list, tuple)) else "—"
        )
        return [Check(path=".".join(path), expected=str(list(expected)), got=shown, passed=False)]
    pairs = zip(expected, got, strict=True)
    return [c for i, (want, have) in enumerate(pairs) for c in _walk((*path, str(i)), want, have)]


def _below(got: Any, key: str) -> Any:
    return got.get(key) if isinstance(got, Mapping) else None


def _leaf(path: tuple[str, ...], expected: Any, got: Any) -> Check:
    got = _summed(got)
    if got is None and (path[0] in _ZERO_WHEN_ABSENT or path[-1] in _BALANCES):
        got = Fraction(0)
    return Check(
        path=".".join(path),
        expected=shown_value(expected),
        got="—" if got is None else shown_value(got),
        passed=got is not None and _equal(expected, got),
    )


def _summed(got: Any) -> Any:
    """One number expected of several stands for their total, or for the payment of a period."""
    if not isinstance(got, Mapping):
        return got
    if found := next((got[name] for name in ("total", "payment") if name in got), None):
        return found
    parts = [_summed(part) for part in got.values()]
    numbers = all(isinstance(part, Fraction) for part in parts)
    return sum(parts, Fraction(0)) if parts and numbers else got


def _equal(expected: Any, got: Any) -> bool:
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(got, Fraction):
        try:
            return exact(expected) == got
        except PayFault:
            return False
    return str(expected) == str(got)


def shown_value(value: Any) -> str:
    """A number in its shortest exact text, anything else as it is written."""
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    try:
        return number_text(exact(value))
    except PayFault:
        return str(value)

"""Clawbacks: what has to come back after it was paid, and never more than was paid.

reverse_all       every layer of the original result, with the same people (乘 -1)
full, percent     all, or a share, of what was earned
paid_only         the instalments already paid; those not yet due are cancelled instead
prorata_time      the unserved part of the term; nothing once the window has passed
                  (term, served and window in months, or all three in days)
window            all inside the window, nothing outside
whole_tier_delta  the retroactive table on the volume after, less the table on the volume before
slab_tier_delta   the same on marginal tiers
historic_rate     the refunded amount at the rate that was paid then
offset            what is owed is recovered from later payments (see payment.balances)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tonglu.kernel.text import N_

from .curves.build import MODES
from .curves.slab import value_of
from .curves.terms import Terms
from .faults import fault
from .model.reading import Field, Spec, flag, many, one_of, read, words
from .model.table import MODE_WORDS, Table, Tier, tiers_from
from .model.table import SPEC as TABLE
from .numbers import ONE, ZERO, exact
from .rounding import Rounding


@dataclass(frozen=True, kw_only=True)
class Instalment:
    amount: Fraction
    paid: bool = True


@dataclass(frozen=True, kw_only=True)
class Clawback:
    type: str
    original: Mapping[str, Fraction] | None = None
    earned: Fraction | None = None
    paid: Fraction | None = None
    paid_layers: Mapping[str, Fraction] | None = None
    pct: Fraction = ONE
    tiers: tuple[Tier, ...] = ()
    boundary: str | None = None
    volume_before: Fraction = ZERO
    volume_after: Fraction = ZERO
    instalments: tuple[Instalment, ...] = ()
    term_months: Fraction | None = None
    served_months: Fraction | None = None
    window_months: Fraction | None = None
    term_days: Fraction | None = None
    served_days: Fraction | None = None
    window_days: Fraction | None = None
    uncollected_days: Fraction | None = None
    refund: Fraction = ZERO
    rate: Fraction | None = None


def clawback_amount(claw: Clawback, rounding: Rounding | None = None) -> Fraction:
    """The (negative) money to claw back, limited to what was paid when that is known."""
    money = (rounding or Rounding()).money
    due = _TYPES[claw.type](claw)
    if claw.paid is not None and claw.type not in ("paid_only", "reverse_all"):
        due = min(due, claw.paid)
    return -money(max(due, ZERO))


def clawback_layers(claw: Clawback, rounding: Rounding | None = None) -> dict[str, Fraction]:
    """Each layer of the original result, reversed by the clawback's share."""
    money = (rounding or Rounding()).money
    layers = claw.original or {}
    due = {payee: amount * claw.pct for payee, amount in layers.items()}
    if claw.paid_layers is not None:
        due = {payee: min(most, claw.paid_layers.get(payee, ZERO)) for payee, most in due.items()}
    return {payee: -money(amount) for payee, amount in due.items()}


def clawback_cancelled(claw: Clawback, rounding: Rounding | None = None) -> Fraction:
    """Instalments that are not paid yet: they are cancelled, so nothing has to come back for them."""
    waiting = (part.amount for part in claw.instalments if not part.paid)
    return (rounding or Rounding()).money(sum(waiting, ZERO) * claw.pct)


def clawback_from(raw: Any) -> Clawback:
    if isinstance(raw, Mapping) and raw.get("type") in _TIER_DELTAS and "mode" in raw:
        mode = MODE_WORDS.get(str(raw["mode"]).lower(), "whole")
        rest = {key: value for key, value in raw.items() if key != "mode"}
        raw = {**rest, "type": f"{mode}_tier_delta"}
    known = read(_SPEC, raw, "Clawback")
    if "type" not in known:
        raise fault("no_clawback_type", N_("A clawback must name its type."))
    if isinstance(known.get("paid"), Mapping):
        known["paid_layers"] = known.pop("paid")
    return Clawback(**known)


def _reversed(claw: Clawback) -> Fraction:
    return sum((claw.original or {}).values(), ZERO) * claw.pct


def _share(claw: Clawback) -> Fraction:
    return _basis(claw) * claw.pct if inside(claw) else ZERO


def _paid_only(claw: Clawback) -> Fraction:
    return sum((part.amount for part in claw.instalments if part.paid), ZERO) * claw.pct


def _prorata(claw: Clawback) -> Fraction:
    return _basis(claw) * unserved(claw) * claw.pct if inside(claw) else ZERO


def unserved(claw: Clawback) -> Fraction:
    """The share of the term that is left, by months or by days."""
    term = claw.term_months or claw.term_days
    if not term:
        raise fault("no_term", N_("A clawback over time needs the months of the term."))
    served = _served(claw, in_days=not claw.term_months)
    return min(max(term - served, ZERO) / term, ONE)


def _tier_delta(mode: str) -> Callable[[Clawback], Fraction]:
    def delta(claw: Clawback) -> Fraction:
        table = Table(mode=mode, tiers=claw.tiers, boundary=claw.boundary)
        curve = MODES[mode](table, Terms(component="clawback"))
        return -value_of(curve(claw.volume_before, claw.volume_after))

    return delta


def _historic(claw: Clawback) -> Fraction:
    if claw.rate is None:
        raise fault("no_rate_then", N_("A clawback at the historic rate needs that rate."))
    return abs(claw.refund) * claw.rate


def inside(claw: Clawback) -> bool:
    """Whether it happened in time; days and months may both be limited."""
    months, days = claw.window_months, claw.window_days
    in_months = months is None or _served(claw, in_days=False) < months
    return in_months and (days is None or _served(claw, in_days=True) < days)


def _served(claw: Clawback, *, in_days: bool) -> Fraction:
    """How long it was served; a case that counts in one unit only is taken at its word."""
    first, second = claw.served_months, claw.served_days
    if in_days:
        first, second = second, first
    return first if first is not None else (second or ZERO)


def _basis(claw: Clawback) -> Fraction:
    basis = claw.earned if claw.paid is None or claw.earned is not None else claw.paid
    if basis is None:
        raise fault("no_basis", N_("A clawback needs the earned or the paid amount."))
    return basis


_TYPES: Mapping[str, Callable[[Clawback], Fraction]] = {
    "reverse_all": _reversed,
    "full": _share,
    "percent": _share,
    "window": _share,
    "paid_only": _paid_only,
    "prorata_time": _prorata,
    "whole_tier_delta": _tier_delta("whole"),
    "slab_tier_delta": _tier_delta("slab"),
    "historic_rate": _historic,
}
TYPES = words(
    reverse_all="reverse reverse_layers",
    full="all",
    percent="pct partial",
    window="cliff",
    paid_only="paid instalments installments",
    prorata_time="prorata pro_rata pro_rata_time time",
    whole_tier_delta="tier_delta whole_delta retroactive_tier_delta",
    slab_tier_delta="slab_delta marginal_tier_delta marginal_delta",
    historic_rate="historic historical_rate",
)


_TIER_DELTAS = frozenset(word for word, name in TYPES.items() if name.endswith("_tier_delta"))


def _original(raw: Any) -> Mapping[str, Fraction]:
    if not isinstance(raw, Mapping):
        raw = {item["payee"]: item["amount"] for item in raw}
    return {str(payee): exact(amount) for payee, amount in raw.items()}


def _paid(raw: Any) -> Fraction | Mapping[str, Fraction]:
    """What was paid: an amount, or an amount for each layer."""
    return _original(raw) if isinstance(raw, (Mapping, list)) else exact(raw)


def _instalment(raw: Any) -> Instalment:
    return Instalment(**read(_INSTALMENT, raw, "Instalment"))


_INSTALMENT: Spec = {"amount": Field(exact, ("value",)), "paid": Field(flag)}
_SPEC: Spec = {
    "type": Field(one_of(TYPES), ("kind",)),
    "original": Field(_original, ("layers", "paid_by_payee")),
    "earned": Field(exact, ("amount", "commission")),
    "paid": Field(_paid, ("paid_amount", "already_paid")),
    "pct": Field(exact, ("percent", "share")),
    "tiers": Field(tiers_from),
    "boundary": TABLE["boundary"],
    "volume_before": Field(exact, ("before",)),
    "volume_after": Field(exact, ("after",)),
    "instalments": Field(many(_instalment), ("installments", "payments")),
    "term_months": Field(exact, ("term", "period_months")),
    "served_months": Field(exact, ("served", "elapsed_months", "months_served")),
    "window_months": Field(exact, ("window", "clawback_window", "window_month")),
    "term_days": Field(exact, ("period_days",)),
    "served_days": Field(exact, ("elapsed_days", "days_served")),
    "window_days": Field(exact, ("within_days", "clawback_window_days")),
    "uncollected_days": Field(exact, ("unpaid_days", "uncollected_after_days")),
    "refund": Field(exact, ("refund_amount", "refunded", "volume")),
    "rate": Field(exact, ("historic_rate", "original_rate", "rate_paid")),
}

"""Signed, and not yet paid by the customer: what will still fill the steps of a plan that counts money, contract by contract."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Subquery, Sum, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from tonglu.compensation.models import PayCredit, PayFact
from tonglu.compensation.services.earning import SOURCE
from tonglu.compensation.services.heard import editions_of
from tonglu.compensation.services.receipts import PAYMENT, payments_of

RUNNING = ("signed", "active", "completed")
SHOWN = 20
ZERO, CENT = Decimal(0), Decimal("0.01")
_MONEY: Any = DecimalField(max_digits=24, decimal_places=2)


@dataclass(frozen=True, kw_only=True)
class Coming:
    """One contract: a person's share of its net amount that has not come in yet, in base currency."""

    contract: Any
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Outstanding:
    """All of them, of which the dearest are told one by one."""

    total: Decimal
    contracts: tuple[Coming, ...]
    rest: Decimal
    more: int


def outstanding_of(person_id: int, plan_id: int, roles: Iterable[str]) -> Outstanding | None:
    """What customers still owe on a person's contracts under a plan, counted for these roles; None when nothing is open."""
    paid = PayFact.objects.filter(
        source_kind=PAYMENT,
        contract=OuterRef("fact__contract"),
        plan_version=OuterRef("fact__plan_version"),
    ).order_by()
    received = paid.values("contract").annotate(
        sum=Sum(Cast(KeyTextTransform("received", "neutral"), _MONEY))
    )
    found = PayCredit.objects.filter(
        person_id=person_id,
        role__in=list(roles),
        fact__source_kind=SOURCE,
        fact__plan_version__plan_id=plan_id,
        fact__contract__state__in=RUNNING,
    ).annotate(
        left=F("fact__contract__base_net_amount")
        - Coalesce(Subquery(received.values("sum")), Value(ZERO), output_field=_MONEY)
    )
    left = (
        (one, one.left - _paid_before(one.fact.contract))
        for one in found.filter(left__gt=0).select_related("fact__contract").order_by("-left", "pk")
    )
    rows = [
        Coming(contract=one.fact.contract, amount=(net * one.percent / 100).quantize(CENT))
        for one, net in left
        if net > 0
    ]
    if not rows:
        return None
    total = sum((one.amount for one in rows), ZERO)
    shown = tuple(rows[:SHOWN])
    rest = total - sum((one.amount for one in shown), ZERO)
    return Outstanding(total=total, contracts=shown, rest=rest, more=len(rows) - len(shown))


def _paid_before(contract: Any) -> Decimal:
    """What customers paid on the contracts whose place it took, net and in base currency."""
    if contract.amends_id is None:
        return ZERO
    paid = payments_of(editions_of(contract)[:-1])
    return sum((one.received for own in paid.values() for one in own), ZERO)

"""Plans that count the customer's money: which of their components read payments, and which what was signed.

A payment of a contract is a fact beside the contract's own: `kind: receipt` with `received`, the net share of it in base currency, and
all that the contract says of itself. In a plan that measures money received those components read payments alone, the others none; a deal
that is only tried carries its whole amount as `received`: what it pays when all of it has come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .core.model.component import Component
from .core.model.plan import PlanVersion
from .core.model.rules import Rollup

RECEIVED = "received"
RECEIPT = "receipt"
"""The kind of a fact that is a payment."""
CENT = Decimal("0.01")
_OF_THE_GOODS = ("units", "amount_of", "units_of", "margin_of")
_MONEY_CAME = {"field": RECEIVED, "op": "is_set"}
_NO_RECEIPT = {"field": "kind", "op": "!=", "value": RECEIPT}


def counts_money(version: PlanVersion) -> bool:
    """Whether a component of a version measures money received."""
    return any(map(reads_money, version.components))


def reads_money(component: Component) -> bool:
    """Whether a component measures money received."""
    return component.measure.name == RECEIVED


def reads_itself(component: Component) -> bool:
    """Whether a component reads facts; an override of pay reads what other components paid."""
    rule = component.rule
    return not isinstance(rule, Rollup) or rule.basis == "amount"


def apart(version: PlanVersion) -> PlanVersion:
    """The version with payments let into the components that measure them and kept out of the others."""
    return replace(version, components=tuple(_apart(one, version) for one in version.components))


def as_receipt(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a contract's fact says, as far as each of its payments says it too: how much of what was sold is said once, at signing."""
    return {key: one for key, one in told.items() if key.partition(".")[0] not in _OF_THE_GOODS}


def net_shares(amounts: Iterable[Decimal], gross: Decimal, net: Decimal) -> list[Decimal]:
    """The share of each payment in a contract's net amount; all payments to date together are rounded once, so no cent is lost.

    `amounts` include VAT, like `gross`; money that goes back is negative.
    """
    found, came, told = [], Decimal(0), Decimal(0)
    for amount in amounts:
        came += amount
        reached = Fraction(net) * Fraction(came) / Fraction(gross)
        upto = (Decimal(reached.numerator) / Decimal(reached.denominator)).quantize(CENT)
        found.append(upto - told)
        told = upto
    return found


def _apart(component: Component, version: PlanVersion) -> Component:
    kinds = {reads_money(one) for one in _read(component, version)}
    if len(kinds) > 1:
        return component
    mine = _MONEY_CAME if True in kinds else _NO_RECEIPT
    own = [component.filter] if component.filter else []
    return replace(component, filter={"all": [*own, mine]})


def _read(component: Component, version: PlanVersion) -> Sequence[Component]:
    """What decides on which facts a component is paid: itself, or those on whose pay it is an override."""
    if reads_itself(component):
        return [component]
    basis = getattr(component.rule, "basis", "")
    others = [one for one in version.components if reads_itself(one)]
    return [one for one in others if one.id == basis] or others

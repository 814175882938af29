"""What other modules do for quotes, contracts and orders, registered by them at start-up.

`plan_versions_at_signing` is compensation's: the pay plans in force for the people who have the credit, to be kept with the
contract for ever. `stock` is the warehouse's: how much of each line it could set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .models import Contract, Order

PlanVersions = Callable[["Actor", "Contract"], list[dict[str, Any]]]


class Stock(Protocol):
    """A keeper of stock. Quantities are given by order line id, for lines with a product."""

    def reserve(
        self, actor: Actor, order: Order, wanted: Mapping[int, Decimal]
    ) -> Mapping[int, Decimal]:
        """Set goods aside; gives how much of each line could be reserved."""

    def release(self, actor: Actor, order: Order, freed: Mapping[int, Decimal]) -> None:
        """Give reserved goods back."""

    def ship(self, actor: Actor, order: Order, shipped: Mapping[int, Decimal]) -> None:
        """Take goods out of stock, reserved ones first."""

    def take_back(self, actor: Actor, order: Order, returned: Mapping[int, Decimal]) -> None:
        """Put returned goods into stock."""


@dataclass(frozen=True)
class NoStock:
    """Without a warehouse everything is at hand."""

    def reserve(
        self, actor: Actor, order: Order, wanted: Mapping[int, Decimal]
    ) -> Mapping[int, Decimal]:
        """All that is wanted."""
        return wanted

    def release(self, actor: Actor, order: Order, freed: Mapping[int, Decimal]) -> None:
        """Nothing to do."""

    def ship(self, actor: Actor, order: Order, shipped: Mapping[int, Decimal]) -> None:
        """Nothing to do."""

    def take_back(self, actor: Actor, order: Order, returned: Mapping[int, Decimal]) -> None:
        """Nothing to do."""


_stock: list[Stock] = [NoStock()]
_plan_versions: list[PlanVersions] = []


def register_stock(keeper: Stock) -> None:
    """Let this keeper reserve, ship and take back."""
    _stock[:] = [keeper]


def stock() -> Stock:
    """The keeper of stock."""
    return _stock[0]


def register_plan_versions(find: PlanVersions) -> None:
    """Let compensation tell which pay plans are in force when a contract is signed."""
    _plan_versions[:] = [find]


def plan_versions_at_signing(actor: Actor, contract: Contract) -> list[dict[str, Any]]:
    """The pay plans in force for the people of the contract; none without a compensation module."""
    return _plan_versions[0](actor, contract) if _plan_versions else []

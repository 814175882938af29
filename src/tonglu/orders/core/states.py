"""The lives of a quote, a contract and an order, as tables of what may follow what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tonglu.kernel.errors import DomainError
from tonglu.kernel.number import decimal_text
from tonglu.kernel.text import N_

Steps = Mapping[str, frozenset[str]]

QUOTE: Steps = {
    "draft": frozenset({"sent", "superseded"}),
    "sent": frozenset({"accepted", "declined", "expired", "superseded"}),
    "accepted": frozenset({"superseded"}),
    "declined": frozenset({"superseded"}),
    "expired": frozenset({"superseded"}),
    "superseded": frozenset(),
}

CONTRACT: Steps = {
    "draft": frozenset({"signed"}),
    "signed": frozenset({"active", "completed", "terminated", "amended"}),
    "active": frozenset({"completed", "terminated", "amended"}),
    "completed": frozenset(),
    "terminated": frozenset(),
    "amended": frozenset(),
}


def step_check(steps: Steps, now: str, to: str) -> None:
    """Refuse a step the table does not have."""
    if to not in steps[now]:
        raise DomainError(
            N_("From %(now)s it cannot become %(to)s."),
            code="wrong_state",
            field="state",
            params={"now": now, "to": to},
        )


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far one order line is: ordered, reserved, shipped, delivered and returned quantities."""

    ordered: Decimal
    reserved: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    delivered: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)

    @property
    def to_ship(self) -> Decimal:
        """What still has to leave the warehouse."""
        return self.ordered - self.shipped

    @property
    def to_return(self) -> Decimal:
        """What could still come back."""
        return self.delivered - self.returned


def order_state(lines: Iterable[Progress]) -> str:
    """The state of an order is what its lines say; nobody sets it by hand (cancelling aside)."""
    rows = tuple(lines)
    if not rows:
        return "new"
    for state, reached in _RULES:
        if reached(rows):
            return state
    return "new"


def _all_returned(rows: tuple[Progress, ...]) -> bool:
    return all(row.returned == row.ordered for row in rows)


def _all_delivered(rows: tuple[Progress, ...]) -> bool:
    return all(row.delivered == row.ordered for row in rows)


def _all_shipped(rows: tuple[Progress, ...]) -> bool:
    return all(row.shipped == row.ordered for row in rows)


def _some_shipped(rows: tuple[Progress, ...]) -> bool:
    return any(row.shipped for row in rows)


def _all_reserved(rows: tuple[Progress, ...]) -> bool:
    return all(row.reserved + row.shipped >= row.ordered for row in rows)


_RULES = (
    ("returned", _all_returned),
    ("delivered", _all_delivered),
    ("shipped", _all_shipped),
    ("partly_shipped", _some_shipped),
    ("reserved", _all_reserved),
)


def quantity_take(asked: Decimal, left: Decimal, message: str) -> Decimal:
    """The asked quantity, refused when it is not positive or more than is left; `message` names `%(left)s`."""
    if asked <= 0:
        raise DomainError(N_("The quantity must be more than zero."), field="quantity")
    if asked > left:
        raise DomainError(
            message, field="quantity", params={"left": decimal_text(left)}, code="too_much"
        )
    return asked

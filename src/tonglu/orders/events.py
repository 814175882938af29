"""What quotes, contracts and orders tell the other modules. Amounts without VAT are called net."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from tonglu.toolkit.events import Event


@dataclass(frozen=True, kw_only=True)
class _QuoteEvent(Event):
    quote_id: int
    account_id: int
    opportunity_id: int | None
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class QuoteSent(_QuoteEvent):
    """A quote went to the customer."""

    name: ClassVar[str] = "orders.quote.sent"


@dataclass(frozen=True, kw_only=True)
class QuoteViewed(_QuoteEvent):
    """The customer opened a quote's link for the first time."""

    name: ClassVar[str] = "orders.quote.viewed"


@dataclass(frozen=True, kw_only=True)
class QuoteAccepted(_QuoteEvent):
    """The customer accepted a quote."""

    name: ClassVar[str] = "orders.quote.accepted"
    accepted_by: str


@dataclass(frozen=True, kw_only=True)
class QuoteDeclined(_QuoteEvent):
    """The customer declined a quote."""

    name: ClassVar[str] = "orders.quote.declined"
    declined_by: str


@dataclass(frozen=True)
class CreditShare:
    """One person's share of a contract, as a fraction."""

    person_id: int
    percent: Decimal
    direct: bool
    sourced: bool = False


@dataclass(frozen=True, kw_only=True)
class ContractSigned(Event):
    """A contract was signed, with all that pay and finance need of that day; an amendment names what it `amends_id`.

    `new_customer`: the account had signed nothing before.
    """

    name: ClassVar[str] = "orders.contract.signed"
    contract_id: int
    number: str
    account_id: int
    opportunity_id: int | None
    owner_id: int | None
    signed_on: date
    currency: str
    net_amount: Decimal
    vat_amount: Decimal
    amount: Decimal
    cost_amount: Decimal | None
    base_net_amount: Decimal
    base_cost_amount: Decimal | None
    credits: tuple[CreditShare, ...]
    plan_version_ids: tuple[int, ...] = ()
    amends_id: int | None = None
    new_customer: bool = False


@dataclass(frozen=True, kw_only=True)
class ContractEnded(Event):
    """A contract was completed, terminated or replaced by an amendment."""

    name: ClassVar[str] = "orders.contract.ended"
    contract_id: int
    state: str
    ended_on: date
    reason: str = ""


@dataclass(frozen=True)
class Moved:
    """So much of an order line that moved; `amount` is its net value."""

    order_line_id: int
    product_id: int | None
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class _OrderEvent(Event):
    order_id: int
    account_id: int
    contract_id: int | None
    currency: str


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(_OrderEvent):
    """An order exists."""

    name: ClassVar[str] = "orders.order.placed"
    net_amount: Decimal
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderShipped(_OrderEvent):
    """A shipment left; `complete` tells that nothing is left to ship."""

    name: ClassVar[str] = "orders.order.shipped"
    shipment_id: int
    lines: tuple[Moved, ...]
    complete: bool


@dataclass(frozen=True, kw_only=True)
class OrderDelivered(_OrderEvent):
    """A shipment arrived; `complete` tells that the whole order has."""

    name: ClassVar[str] = "orders.order.delivered"
    shipment_id: int
    delivered_on: date
    lines: tuple[Moved, ...]
    complete: bool


@dataclass(frozen=True, kw_only=True)
class OrderReturned(_OrderEvent):
    """Goods came back."""

    name: ClassVar[str] = "orders.order.returned"
    return_id: int
    reason: str
    lines: tuple[Moved, ...]
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(_OrderEvent):
    """An order was cancelled before anything was shipped."""

    name: ClassVar[str] = "orders.order.cancelled"
    reason: str

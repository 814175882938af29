"""What finance publishes: invoices issued, money allocated to contracts, allocations taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from tonglu.toolkit.events import Event


@dataclass(frozen=True)
class InvoiceIssued(Event):
    """An invoice or credit note was issued; a credit note's amounts are negative."""

    name: ClassVar[str] = "finance.invoice.issued"
    invoice_id: int
    contract_id: int | None
    account_id: int
    issued_on: date
    net_amount: Decimal
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class ContractCollected(Event):
    """A part of a collection was allocated to a contract, or to one of its invoices; negative when taken back or refunded.

    `amount` includes VAT, in the contract's currency; `received_on` is the day the money came. `undone` tells that an allocation was
    taken back, so that no money left the house.
    """

    name: ClassVar[str] = "finance.contract.collected"
    allocation_id: int
    collection_id: int
    contract_id: int
    received_on: date
    amount: Decimal
    currency: str
    undone: bool = False


@dataclass(frozen=True)
class CustomerReminded(Event):
    """A customer got a reminder of what is overdue; `invoice_id` is the invoice it was sent from, `owner_id` who has the account."""

    name: ClassVar[str] = "finance.customer.reminded"
    invoice_id: int
    account_id: int
    owner_id: int | None
    level: str
    by_id: int | None

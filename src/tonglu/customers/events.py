"""What customers publish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from tonglu.toolkit.events import Event


@dataclass(frozen=True)
class AccountVerified(Event):
    """Accounting knows the account by an id."""

    name: ClassVar[str] = "customers.account.verified"
    account_id: int
    accounting_id: str


@dataclass(frozen=True)
class AccountMerged(Event):
    """One account became part of another; everything that pointed at it points at the other."""

    name: ClassVar[str] = "customers.account.merged"
    account_id: int
    into_id: int
    changeset_id: int


@dataclass(frozen=True)
class AccountHandedOver(Event):
    """An account has a new owner."""

    name: ClassVar[str] = "customers.account.handed_over"
    account_id: int
    from_id: int | None
    to_id: int


@dataclass(frozen=True)
class ContactLeft(Event):
    """A contact no longer works at the account; `new_account_id` when we know where they went."""

    name: ClassVar[str] = "customers.contact.left"
    contact_id: int
    account_id: int | None
    on: date
    new_account_id: int | None = None

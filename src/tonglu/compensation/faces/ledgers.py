"""The ledger of one payee added up for a page: by month and account, and the lines behind every sum.

Every figure is a sum of postings on one account, as the payee sees them, and its lines are those postings; so lines and figure agree
by construction, and both with the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from tonglu.compensation.models import LedgerEntry, LedgerPosting
from tonglu.compensation.services.ledger import DEBITS

ZERO = Decimal(0)
Kind, Account = LedgerEntry.Kind, LedgerPosting.Account
FLOWS: Mapping[str, str] = {
    "earned": Account.EXPENSE,
    "payable": Account.PAYABLE,
    "paid": Account.CASH,
}
"""What a span of months brought, by the account it is read from; paying out is no loss of what became payable."""
STANDS: Mapping[str, str] = {
    "held": Account.HELD,
    "retained": Account.RETAINED,
    "due": Account.PAYABLE,
    "carried": Account.CARRIED,
    "draw": Account.DRAW,
    "owed": Account.CLAWBACK,
}
"""What stands now, by account."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one kind of movement did to one account in one month, as the payee sees it."""

    month: date
    kind: str
    account: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Line:
    """One movement behind a figure."""

    entry: Any
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Rest:
    """What of a balance belongs to one earning, or to one month where there is no earning."""

    month: date
    earning: Any
    amount: Decimal


class Sums:
    """The whole ledger of a payee, by month, kind and account: one question."""

    def __init__(self, person_id: int) -> None:
        found = (
            LedgerPosting.objects.filter(person_id=person_id)
            .values_list("entry__period__first_day", "entry__kind", "account")
            .annotate(sum=Sum("amount"))
            .order_by()
        )
        self.cells = [
            Cell(month=month, kind=kind, account=account, amount=seen(account, amount))
            for month, kind, account, amount in found
        ]

    def flow(self, name: str, first: date, last: date) -> Decimal:
        """What a span of months earned, made payable or paid."""
        return sum(
            (
                cell.amount
                for cell in self.cells
                if flows(name, cell.kind, cell.account) and first <= cell.month <= last
            ),
            ZERO,
        )

    def stand(self, name: str) -> Decimal:
        """What is held, payable or owed now."""
        account = STANDS[name]
        return sum((cell.amount for cell in self.cells if cell.account == account), ZERO)


def seen(account: str, amount: Decimal) -> Decimal:
    """A posting as the payee sees it: what they have is positive, and so is what they owe."""
    return amount if account in DEBITS else -amount


def flows(name: str, kind: str, account: str) -> bool:
    """Whether a posting belongs to a flow."""
    return account == FLOWS[name] and not (name == "payable" and kind == Kind.PAID)


def lines_of(
    person_id: int, name: str, first: date, last: date, within: QuerySet[LedgerEntry] | None = None
) -> list[Line]:
    """The movements behind a flow, the newest first; of those `within` only, when some are given."""
    found = LedgerPosting.objects.filter(
        person_id=person_id,
        account=FLOWS[name],
        entry__period__first_day__range=(first, last),
    ).select_related("entry__earning__contract", "entry__earning__account", "entry__period")
    if name == "payable":
        found = found.exclude(entry__kind=Kind.PAID)
    if within is not None:
        found = found.filter(entry__in=within.order_by().values("pk"))
    return [
        Line(entry=one.entry, amount=seen(one.account, one.amount))
        for one in found.order_by("-entry__day", "-entry_id")
    ]


def rests_of(person_id: int, name: str) -> list[Rest]:
    """What a balance is made of: by earning, and by month what hangs on none; nothing that has come to nothing."""
    found = LedgerPosting.objects.filter(person_id=person_id, account=STANDS[name]).select_related(
        "entry__earning__contract", "entry__earning__account", "entry__period"
    )
    sums: dict[tuple[date, int], Rest] = {}
    for one in found.order_by("entry_id"):
        key = _place(name, one.entry)
        before = sums.get(key)
        amount = seen(one.account, one.amount) + (before.amount if before else ZERO)
        earning = one.entry.earning if key[1] else None
        month = before.month if before else one.entry.period.first_day
        sums[key] = Rest(month=month, earning=earning, amount=amount)
    return _fold(sums.values())


def _place(name: str, entry: Any) -> tuple[date, int]:
    """Held money belongs to an earning whatever the month; all else to the month it moved in."""
    if name == "held" and entry.earning_id:
        return date.min, entry.earning_id
    return entry.period.first_day, 0


def _fold(rests: Iterable[Rest]) -> list[Rest]:
    left = [rest for rest in rests if rest.amount]
    return sorted(left, key=lambda rest: (rest.month, rest.amount), reverse=True)

"""What the statements of a month rest on, read for all its payees at once: one query for each kind of figure, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from django.db.models import QuerySet, Sum

from tonglu.compensation.core.payment.rule import PaymentRule, rule_from
from tonglu.compensation.models import (
    LedgerEntry,
    LedgerPosting,
    PayPeriod,
    PlanMember,
    PlanPayment,
    PlanVersion,
    Statement,
)
from tonglu.compensation.neutral import version_read

from .ledger import DEBITS, Account, Kind, month_after

T = TypeVar("T")
ZERO = Decimal(0)
Balances = dict[str, Decimal]
CameIn = Mapping[int, Mapping[int, Decimal]]


@dataclass(frozen=True, kw_only=True)
class Books:
    """All that was read, by payee; a payee without figures has empty ones."""

    before: Mapping[int, Balances]
    moved: Mapping[int, Balances]
    came_in: Mapping[int, CameIn]
    entries: Mapping[int, list[LedgerEntry]]
    unpaid: Mapping[int, Decimal]
    statements: Mapping[int, Statement]
    memberships: Mapping[int, set[int]]
    payments: Mapping[int, list[PlanPayment]]
    planned: frozenset[int]
    in_force: Mapping[int, PlanVersion]
    versions: dict[int, PlanVersion] = field(default_factory=dict)
    rules: dict[int, tuple[PaymentRule, ...]] = field(default_factory=dict)

    def version(self, pk: int) -> PlanVersion:
        """A plan version, read once."""
        if pk not in self.versions:
            self.versions[pk] = PlanVersion.objects.get(pk=pk)
        return self.versions[pk]

    def rules_of(self, pk: int) -> tuple[PaymentRule, ...]:
        """The payment rules of a version, parsed once."""
        if pk not in self.rules:
            self.rules[pk] = payment_rules(self.version(pk))
        return self.rules[pk]


def books_open(row: PayPeriod, owner_ids: Iterable[int]) -> Books:
    """Read the books of a month for these payees."""
    owners, last = list(owner_ids), month_after(row.first_day) - timedelta(days=1)
    postings = LedgerPosting.objects.filter(person_id__in=owners)
    in_force = versions_in_force(last)
    return Books(
        before=_standing(postings.filter(entry__period__first_day__lt=row.first_day)),
        moved=_standing(postings.filter(entry__period=row)),
        came_in=_came_in(row, owners),
        entries=_entries(row, owners),
        unpaid=_unpaid(row, owners),
        statements={
            one.owner_id: one
            for one in Statement.objects.filter(period=row, owner__in=owners)
            if one.owner_id
        },
        memberships=_memberships(row, owners, last),
        payments=_payments(row, owners),
        planned=frozenset(
            PlanPayment.objects.filter(period=row, owner__in=owners).values_list(
                "owner_id", flat=True
            )
        ),
        in_force=in_force,
        versions={version.pk: version for version in in_force.values()},
    )


def payment_rules(version: PlanVersion) -> tuple[PaymentRule, ...]:
    """The payment rules of a version, in their order."""
    return tuple(rule_from(raw) for raw in version_read(version.definition)[1].payment)


def _standing(postings: QuerySet[LedgerPosting]) -> Mapping[int, Balances]:
    found: dict[int, Balances] = defaultdict(_nothing)
    sums = postings.order_by().values_list("person_id", "account").annotate(sum=Sum("amount"))
    for person_id, account, amount in sums:
        found[person_id][account] = amount if account in DEBITS else -amount
    return found


def _nothing() -> Balances:
    return dict.fromkeys(Account.values, ZERO)


def _came_in(row: PayPeriod, owners: list[int]) -> Mapping[int, CameIn]:
    """What became payable in the month, by payee, plan and plan version."""
    found: dict[int, dict[int, dict[int, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    of_month = row.entries.filter(owner__in=owners, kind=Kind.RELEASED, earning__isnull=False)
    by = ("owner_id", "earning__plan_version__plan_id", "earning__plan_version_id")
    sums = of_month.order_by().values_list(*by).annotate(sum=Sum("amount"))
    for owner_id, plan_id, version_id, amount in sums:
        found[owner_id][plan_id][version_id] = amount
    return found


def _entries(row: PayPeriod, owners: list[int]) -> Mapping[int, list[LedgerEntry]]:
    """What moved in the month, except what was paid out, in its order."""
    found = row.entries.filter(owner__in=owners).exclude(kind=Kind.PAID).order_by("day", "pk")
    return _by_owner(
        found.select_related(
            "earning__contract",
            "earning__account",
            "earning__plan_version__plan",
            "event",
            "correction",
        ),
        lambda entry: entry.owner_id,
    )


def _unpaid(row: PayPeriod, owners: list[int]) -> Mapping[int, Decimal]:
    """What earlier months are about to pay, and this one must not pay again."""
    earlier = Statement.objects.filter(owner__in=owners, period__first_day__lt=row.first_day)
    unpaid = earlier.exclude(period__state=PayPeriod.State.PAID).order_by()
    sums = unpaid.values_list("owner_id").annotate(sum=Sum("payable"))
    return {owner_id: amount for owner_id, amount in sums if owner_id}


def _memberships(row: PayPeriod, owners: list[int], last: object) -> Mapping[int, set[int]]:
    members = PlanMember.objects.filter(
        person__in=owners, valid_from__lte=last, deleted_at__isnull=True
    ).exclude(valid_until__lt=row.first_day)
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, plan_id in members.order_by().values_list("person_id", "plan_id"):
        found[person_id].add(plan_id)
    return found


def _payments(row: PayPeriod, owners: list[int]) -> Mapping[int, list[PlanPayment]]:
    """What payment rules made of all months but this, the oldest first."""
    others = PlanPayment.objects.filter(owner__in=owners, plan__isnull=False).exclude(period=row)
    found = others.select_related("period").order_by("period__first_day")
    return _by_owner(found, lambda one: one.owner_id)


def versions_in_force(day: object) -> Mapping[int, PlanVersion]:
    """The issued version of each plan that holds on a day."""
    issued = PlanVersion.objects.filter(state=PlanVersion.State.ISSUED, effective_from__lte=day)
    issued = issued.select_related("plan")
    return {version.plan_id: version for version in issued.order_by("effective_from")}


def _by_owner(rows: Iterable[T], owner_of: Callable[[T], int | None]) -> Mapping[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        owner_id = owner_of(row)
        if owner_id is not None:
            found[owner_id].append(row)
    return found

"""Making the statement of one payee's month from the ledger: what they brought in, each line with all it takes to follow its cent.

A statement is computed from the movements of the period, and from those that its payment rules ask for and that locking will book. Its
lines keep the traces themselves, so that a statement can be read and checked without anything beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson
from django.db.models import Q, Sum

from tonglu.compensation.core.returns import SETTLED
from tonglu.compensation.models import (
    LedgerEntry,
    LedgerPosting,
    PayPeriod,
    PlanMember,
    PlanPayment,
    Statement,
)
from tonglu.compensation.neutral import money_of, version_read
from tonglu.compensation.selectors import names_of, version_names
from tonglu.directory.models import Person
from tonglu.entities.services import record_create, record_update
from tonglu.policy import Actor

from .books import Balances, Books
from .ledger import DEBITS, LEGS, Account, Kind, month_after
from .paying import Month, payments_of
from .releasing import is_of_money, released_by

ZERO = Decimal(0)


def payees_of(row: PayPeriod) -> list[Person]:
    """Whoever has a movement in the month, everybody on a plan in it (nothing earned is said as well), and who has a balance."""
    moved = Q(pk__in=row.entries.values("owner_id"))
    last = month_after(row.first_day) - timedelta(days=1)
    members = PlanMember.objects.filter(valid_from__lte=last, deleted_at__isnull=True)
    members = members.exclude(valid_until__lt=row.first_day)
    member = Q(pk__in=members.values("person_id"))
    people = Person.objects.filter(moved | member | Q(pk__in=_with_balance(row)))
    return list(people.select_related("department").order_by("pk"))


def statement_make(actor: Actor, row: PayPeriod, person: Person, books: Books) -> Statement:
    """Make, or make again, one payee's statement and what their payment rules ask for."""
    before = books.before.get(person.pk) or dict.fromkeys(Account.values, ZERO)
    moved = books.moved.get(person.pk) or dict.fromkeys(Account.values, ZERO)
    month = Month(
        period=row,
        person=person,
        came_in=books.came_in.get(person.pk, {}),
        balances={name: before[name] + moved[name] for name in Account.values},
        books=books,
    )
    payments = payments_of(month)
    body = _body(person, books, before, payments)
    digest = digest_of(body)
    existing = books.statements.get(person.pk)
    if existing is not None and existing.digest == digest:
        return existing
    if person.pk in books.planned:
        PlanPayment.objects.filter(period=row, owner=person).delete()
    PlanPayment.objects.bulk_create(payments)
    values = {"digest": digest, "state": Statement.State.ISSUED, "acknowledged_at": None, **body}
    if existing is None:
        values |= {"owner": person, "period": row}
        made: Statement = record_create(actor=actor, model=Statement, values=values, act=None)
    else:
        made = record_update(actor=actor, row=existing, values=values, act=None)
    return made


def digest_of(body: Mapping[str, Any]) -> str:
    """The fingerprint of what a statement says."""
    told = orjson.dumps(body, default=_cents, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(told).hexdigest()


def _cents(amount: Decimal) -> str:
    return f"{amount:.2f}"


def statement_body(row: Statement) -> dict[str, Any]:
    """What a statement says, as its fingerprint was taken from it."""
    return {name: getattr(row, name) for name in BODY}


BODY = (
    "held_before",
    "earned",
    "released",
    "adjusted",
    "payable",
    "held_after",
    "accounts",
    "lines",
)


def _body(
    person: Person, books: Books, before: Balances, payments: list[PlanPayment]
) -> dict[str, Any]:
    lines = [entry_line(entry) for entry in books.entries.get(person.pk, ())]
    lines += [_rule_line(one) for payment in payments for one in payment.movements]
    sums: Balances = dict.fromkeys(Kind.values, ZERO)
    after = dict(before)
    for line in lines:
        amount = Decimal(line["amount"])
        sums[line["kind"]] += amount
        _apply(after, line["kind"], amount)
    unpaid = books.unpaid.get(person.pk, ZERO)
    return {
        "held_before": before[Account.HELD],
        "earned": sums[Kind.EARNED],
        "released": sums[Kind.RELEASED],
        "adjusted": sums[Kind.ADJUSTED] + sums[Kind.CORRECTED] + sums[Kind.CANCELLED],
        "payable": max(after[Account.PAYABLE] - unpaid, ZERO),
        "held_after": after[Account.HELD],
        "accounts": {
            name: {"before": f"{before[name]:.2f}", "after": f"{after[name]:.2f}"}
            for name in Account.values
            if before[name] or after[name]
        },
        "lines": lines,
    }


def _apply(balances: Balances, kind: str, amount: Decimal) -> None:
    rises, falls = LEGS[kind]
    balances[rises] += amount if rises in DEBITS else -amount
    balances[falls] -= amount if falls in DEBITS else -amount


def _with_balance(row: PayPeriod) -> list[int]:
    """Who is still owed, or owes, something other than what waits for customers."""
    accounts = (Account.PAYABLE, Account.RETAINED, Account.CARRIED, Account.DRAW, Account.CLAWBACK)
    sums = (
        LedgerPosting.objects.filter(
            account__in=accounts, entry__period__first_day__lte=row.first_day
        )
        .order_by()
        .values("person_id", "account")
        .annotate(sum=Sum("amount"))
        .exclude(sum=0)
    )
    return list({one["person_id"] for one in sums})


def entry_line(entry: LedgerEntry) -> dict[str, Any]:
    """What a statement says of one movement, made from what is stored of it."""
    earning = entry.earning
    line: dict[str, Any] = {
        "key": entry.key,
        "kind": entry.kind,
        "day": entry.day.isoformat(),
        "amount": f"{entry.amount:.2f}",
        "earning": earning.pk if earning else None,
        "contract": str(earning.contract) if earning and earning.contract else "",
        "contract_id": earning.contract_id if earning else None,
        "account": str(earning.account) if earning and earning.account else "",
        "component": earning.component if earning else "",
        "title": component_names(earning) if earning else {},
        "version": version_names(earning.plan_version) if earning else {},
        "digest": earning.plan_version.digest if earning else "",
        "en": entry.sentence,
        "zh": entry.sentence_zh or entry.sentence,
    }
    if earning is not None:
        line |= {"earned": f"{earning.amount:.2f}", "trace": earning.trace, "why": _why(earning)}
    if entry.event is not None:
        line["event"] = _event(entry)
    if entry.correction is not None:
        line["correction"] = {"id": entry.correction.pk, "cause": entry.correction.cause}
    return line


def component_names(earning: Any) -> dict[str, str]:
    """How the plan calls a component, in each language."""
    found = version_read(earning.plan_version.definition)[1].component(earning.component)
    return names_of(None if found is None else found.title, earning.component)


def _why(earning: Any) -> dict[str, str]:
    return {"en": earning.sentence, "zh": earning.sentence_zh or earning.sentence}


def _event(entry: LedgerEntry) -> dict[str, Any]:
    """The customer's money, and how it released: a share of what was earned, less what lateness cost."""
    event = entry.event
    assert event is not None
    earning = entry.earning
    released = entry.kind == Kind.RELEASED and event.type not in SETTLED
    result = None
    if earning is not None and released and not is_of_money(earning):
        result = released_by(earning, event)
    told: dict[str, Any] = {}
    if result is not None and money_of(result.releases[-1].payment) == entry.amount:
        last = result.releases[-1]
        told = {
            "share": f"{money_of(last.payment + last.forfeited):.2f}",
            "forfeited": f"{money_of(last.forfeited):.2f}",
        }
    return told | {
        "key": event.key,
        "type": event.type,
        "amount": f"{event.amount:.2f}",
        "day": event.day.isoformat(),
        "due_on": event.due_on.isoformat() if event.due_on else "",
    }


def _rule_line(movement: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": movement["key"],
        "kind": movement["kind"],
        "day": "",
        "amount": f"{Decimal(movement['amount']):.2f}",
        "rule": movement["rule"],
        "version": movement["version"],
        "earning": None,
        "contract": "",
        "contract_id": None,
        "account": "",
        "component": "",
        "title": {},
        "en": movement["en"],
        "zh": movement["zh"],
    }

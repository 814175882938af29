"""Killed at a random moment, again and again: what was acknowledged is there once and whole, what was not is whole or absent.

Each work goes on where the kill left it, as it would after a restart, and is laid out anew when it is done, until enough kills have
struck somebody at work; then an auditor counts. The same for a
worker in the middle of commissions, for somebody signing contracts, approving expenses, paying a month, sending mails, or calling
the API. Imports and backups have their own: `entities/tests/test_interrupted.py`, `toolkit/tests/test_backup.py`.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from tests.drills.business import Business, opened, untrue
from tonglu.compensation.models import Earning, LedgerEntry, PayPeriod
from tonglu.compensation.services.ledger import Movement, move
from tonglu.customers.models import Account
from tonglu.entities.services import record_create, record_run
from tonglu.entities.testing import JSON, signed_in
from tonglu.finance.models import Expense
from tonglu.finance.services import collection_allocate
from tonglu.orders.models import Contract
from tonglu.policy.testing import Cast
from tonglu.toolkit import jobs
from tonglu.toolkit.mail import mail_send
from tonglu.toolkit.models import OutgoingMail
from tools.drills.fixture import Drill

from .struck import Tell, strike, struck
from .test_races import contract_signed, receipt

READY_SECONDS = 30
MOST_ROUNDS = 9
DAY = date(2026, 3, 10)

pytestmark = pytest.mark.django_db(transaction=True)

Prepare = Callable[[Business, int], None]
Work = Callable[[Business, int, Tell], None]
Audit = Callable[[Business, int, list[str]], list[str]]


def calls(business: Business, rounds: int, tell: Tell) -> None:
    """Somebody posts customers, and sends again what was not answered, under the same key."""
    client, known = (
        signed_in(business.cast.ana),
        set(Account.objects.values_list("external_id", flat=True)),
    )
    for n in range(60 * (rounds - 1), 60 * rounds):
        body = {"name": f"Acme {n}", "external_id": f"a-{n}", "city": "Wuxi"}
        given = client.post(
            "/api/v1/accounts",
            json.dumps(body),
            content_type=JSON,
            headers={"Idempotency-Key": f"k-{n}"},
        )
        if given.status_code == 201 and f"a-{n}" not in known:
            tell(f"a-{n}")


def calls_audited(_business: Business, rounds: int, told: list[str]) -> list[str]:
    """Every customer once."""
    found = Counter(Account.objects.values_list("external_id", flat=True))
    return _once(told, found, 60 * rounds)


def signings(business: Business, _rounds: int, tell: Tell) -> None:
    """Somebody signs one contract after the other."""
    for row in Contract.objects.filter(state="draft").order_by("pk"):
        record_run(actor=business.actor("ana"), row=row, verb="sign", params={"signed_on": DAY})
        tell(str(row.pk))


def signings_audited(business: Business, rounds: int, told: list[str]) -> list[str]:
    """Every contract is signed once, with its terms, its event and its one earning."""
    jobs.drain()
    signed = Counter(
        str(pk) for pk in Contract.objects.filter(state="signed").values_list("pk", flat=True)
    )
    halves = [f"contract {pk} without its terms" for pk in
              Contract.objects.filter(state="signed", terms_at_signing={}).values_list("pk", flat=True)]  # fmt: skip
    earned = Counter(str(pk) for pk in Earning.objects.values_list("contract_id", flat=True))
    due = 12 * rounds
    return [*_once(told, signed, due), *_once(told, earned, due), *halves, *untrue(business)]


def commissions(_business: Business, _rounds: int, tell: Tell) -> None:
    """The worker books and releases pay."""
    while done := jobs.drain(strict=False, limit=100_000):
        tell(f"{done} jobs")


def commissions_audited(business: Business, rounds: int, _told: list[str]) -> list[str]:
    """Each contract earned once, released once, and no job is a dead letter."""
    once = Counter(str(pk) for pk in Earning.objects.values_list("contract_id", flat=True))
    released = Earning.objects.aggregate(sum=Sum("released_amount"))["sum"]
    moved = LedgerEntry.objects.filter(kind="released").aggregate(sum=Sum("amount"))["sum"]
    wrong = [f"released {released}, moved {moved}"] if released != moved else []
    dead = [f"{one.task}: {one.error[-200:]}" for one in jobs.dead_letters()]
    open_ones = Earning.objects.exclude(released_amount__gt=0).count()
    late = [f"{open_ones} earnings wait though their customers paid"] if open_ones else []
    return [*_once([], once, 12 * rounds), *wrong, *dead, *late, *untrue(business)]


def expenses(business: Business, _rounds: int, tell: Tell) -> None:
    """Somebody approves expenses."""
    for row in Expense.objects.filter(state="submitted").order_by("pk"):
        record_run(actor=business.actor("fay"), row=row, verb="approve")
        tell(str(row.pk))


def expenses_audited(_business: Business, rounds: int, told: list[str]) -> list[str]:
    """Every expense is approved, and the trail says so once."""
    found = Counter(
        str(pk) for pk in Expense.objects.filter(state="approved").values_list("pk", flat=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_id FROM audit_entry WHERE kind = 'finance.expense' AND changes->'state'->>1 = 'approved'"
        )
        trail = Counter(str(pk) for (pk,) in cursor.fetchall())
    return [*_once(told, found, 40 * rounds), *_once(told, trail, 40 * rounds)]


def months(business: Business, _rounds: int, tell: Tell) -> None:
    """Somebody calculates, approves and pays a month."""
    cam = business.actor("cam")
    for verb in ("calculate", "review", "approve", "lock", "pay"):
        row = PayPeriod.objects.order_by("-pk")[0]
        before = row.state
        business.step(verb, lambda row=row, verb=verb: record_run(actor=cam, row=row, verb=verb))
        row.refresh_from_db()
        if row.state != before:
            tell(f"{verb} {row.pk}")


def months_audited(business: Business, rounds: int, told: list[str]) -> list[str]:
    """Each month is paid, once, and each step of it is told once."""
    paid = LedgerEntry.objects.filter(kind="paid").aggregate(sum=Sum("amount"))["sum"]
    due = Earning.objects.aggregate(sum=Sum("released_amount"))["sum"]
    wrong = [f"paid {paid} of {due}"] if paid != due else []
    months = PayPeriod.objects.filter(state="paid").count()
    short = [f"{months} of {rounds} months are paid"] if months != rounds else []
    steps = Counter(word for word in told if word.startswith(("lock", "pay")))
    twice = [f"{word} was told {times} times" for word, times in steps.items() if times > 1]
    return [*wrong, *short, *twice, *untrue(business)]


def mails(_business: Business, rounds: int, tell: Tell) -> None:
    """Somebody writes mails into the outbox."""
    for n in range(OutgoingMail.objects.count(), 40 * rounds):
        mail_send(to=["wang@example.com"], subject=f"Offer {n}", text="Please find it here.")
        tell(f"Offer {n}")
    jobs.drain(strict=False)


def mails_audited(_business: Business, rounds: int, told: list[str]) -> list[str]:
    """Every mail is in the outbox once, with its job done."""
    jobs.drain(strict=False)
    found = Counter(OutgoingMail.objects.exclude(sent_at=None).values_list("subject", flat=True))
    return _once(told, found, 40 * rounds)


def _once(told: list[str], found: Counter[Any], due: int) -> list[str]:
    """What was told and is not there, what is there twice, and whether all of it came."""
    lost = [
        f"{key} was acknowledged and is lost" for key in told if key != "begun" and not found[key]
    ]
    doubled = [f"{key} is there {count} times" for key, count in found.items() if count > 1]
    short = [f"{len(found)} of {due} are there"] if len(found) != due else []
    return [*lost, *doubled, *short]


def _contracts(business: Business, turn: int) -> None:
    """Signed and paid, those of the next turn a month later."""
    for _n in range(12):
        signed = contract_signed(business)
        money = receipt(business, 56_500, DAY.replace(month=DAY.month + turn))
        collection_allocate(
            actor=business.actor("fay"), row=money, amount=signed.amount, contract=signed
        )


def _drafts(business: Business, turn: int) -> None:
    if not turn:
        record_create(actor=business.actor("ana"), model=Account, values={"name": "Acme"})
    for n in range(12):
        business.contract_made(4 * n)


def _expenses(business: Business, turn: int) -> None:
    for n in range(40):
        values = {"title": f"Trip {turn} {n}", "spent_on": DAY}
        record_create(actor=business.actor("ana"), model=Expense, values=values)
    fresh = Expense.objects.filter(state="draft")
    fresh.update(state="submitted", amount=Decimal(100))


def _month(business: Business, turn: int) -> None:
    _contracts(business, turn)
    jobs.drain()


def _nothing(_business: Business, _turn: int) -> None:
    """The work brings its own."""


WORKS: dict[str, tuple[Prepare, Work, Audit]] = {
    "calls": (_nothing, calls, calls_audited),
    "signings": (_drafts, signings, signings_audited),
    "commissions": (_contracts, commissions, commissions_audited),
    "expenses": (_expenses, expenses, expenses_audited),
    "months": (_month, months, months_audited),
    "mails": (_nothing, mails, mails_audited),
}


@dataclass(kw_only=True)
class Killed:
    """What came of it: faults, how many kills struck somebody at work, and how long the first call after one took."""

    faults: list[str]
    times: int
    slowest: float


def killed(business: Business, name: str, drill: Drill, kills: int) -> Killed:
    """Kill the work so many times, lay it out anew when it is done, let it come to its end, and audit."""
    prepare, work, audit = WORKS[name]
    told: list[str] = []
    slowest, times, rounds, dice = 0.0, 0, 0, drill.dice()
    at_work, after = False, 0.1
    while times < kills and rounds < MOST_ROUNDS:
        if not at_work:
            prepare(business, rounds)
            rounds += 1
        act = partial(work, business, rounds)
        words, at_work = strike(act, dice, after=after)
        told += words
        times += at_work
        # Work that was done already is struck sooner the next time, whatever the machine.
        after = min(0.8, after * 1.05) if at_work else after / 2
        began = time.monotonic()
        jobs.rescue()
        Account.objects.count()
        slowest = max(slowest, time.monotonic() - began)
    jobs.rescue()
    work(business, rounds, told.append)
    return Killed(faults=audit(business, rounds, told), times=times, slowest=slowest)


@pytest.mark.parametrize("name", WORKS)
def test_a_kill_loses_and_doubles_nothing(cast: Cast, drill: Drill, name: str) -> None:
    kills = drill.size(2, 84)
    found = killed(opened(cast), name, drill, kills)

    drill.holds(
        f"{name}: acknowledged and lost, doubled, or by halves after kills",
        found.faults,
        of=found.times,
    )
    assert found.times == kills, "too few were struck at work"
    assert found.slowest < READY_SECONDS


def test_planted_words_before_the_commit_are_found(
    cast: Cast, drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer given before its transaction has ended is a promise that a kill breaks."""

    def hasty(business: Business, tell: Tell) -> None:
        with transaction.atomic():
            for n in range(40):
                mail_send(
                    to=["wang@example.com"], subject=f"Offer {n}", text="Please find it here."
                )
                tell(f"Offer {n}")
            time.sleep(5)

    business = opened(cast)
    told = struck(lambda tell: hasty(business, tell), drill.dice(), after=1)

    assert len(told) > 1
    assert any("lost" in fault for fault in mails_audited(business, 1, told))


def test_planted_releases_without_a_key_are_found(
    cast: Cast, drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler that runs in two transactions, and does not look whether it ran before, pays twice what a kill interrupts."""
    business = opened(cast)
    _contracts(business, 0)
    jobs.drain()
    earning = Earning.objects.order_by("pk")[0]
    again = Movement(
        key="again", kind="released", person=earning.owner, amount=Decimal(5), day=DAY, earning=earning
    )  # fmt: skip

    move(business.actor("cam"), again)

    assert any("released" in fault for fault in commissions_audited(business, 1, []))

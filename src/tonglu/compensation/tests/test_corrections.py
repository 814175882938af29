"""What was computed changes only by a correction: with a reason, after notice, by two people, and heard by its payee."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tonglu.compensation.models import (
    Correction,
    Earning,
    LedgerEntry,
    PayPeriod,
    PlanMember,
    Statement,
)
from tonglu.compensation.neutral import money_of
from tonglu.compensation.paper import problems_of
from tonglu.compensation.services import periods
from tonglu.compensation.services.corrections import corrections_book, repriced
from tonglu.entities.services import record_create, record_run, record_update
from tonglu.entities.testing import api, signed_in
from tonglu.kernel.errors import Denied, DomainError, Invalid
from tonglu.notifications.models import Notice
from tonglu.policy.testing import Cast
from tonglu.toolkit.jobs import drain

from .months import SYSTEM, D, balances, deal, month_closed, plan_issued, version_after

JANUARY = date(2026, 1, 1)


@pytest.fixture
def paid(cast: Cast) -> Earning:
    """A hundred that Ana earned in January and was paid."""
    deal(plan_issued([cast.ana]), cast.ana, date(2026, 1, 9), 1000)
    month_closed(JANUARY)
    return Earning.objects.get()


def proposed(by: Any, earning: Earning, **more: Any) -> Correction:
    values = {"owner": earning.owner, "earning": earning, "cause": "credit", "amount": D(20)}
    return record_create(
        actor=by, model=Correction, values={**values, "reason": "Ben had half", **more}
    )


def signed(actor: Any, cast: Cast, row: Correction) -> Correction:
    for person in (cast.fay, cast.max):
        row = record_run(actor=actor(person), row=row, verb="approve")
    return row


def test_a_correction_says_what_it_changes_and_what_it_waits_for(
    cast: Cast, actor: Any, paid: Earning
) -> None:
    cam, fay = signed_in(cast.cam), signed_in(cast.fay)
    form = cam.get("/corrections/new/").content.decode()
    assert f'name="owner" value="{cast.cam.pk}"' not in form
    nobodys = {"owner": None, "cause": "other", "amount": D(1), "reason": "So"}
    with pytest.raises(Invalid, match="whose pay"):
        record_create(actor=actor(cast.cam), model=Correction, values=nobodys)

    row = proposed(actor(cast.cam), paid, owner=None, amount=D(-40))

    def told() -> str:
        return fay.get(f"/corrections/{row.pk}/panels/about/").content.decode()

    assert row.owner == cast.ana
    assert re.search(r"100\.00 → .*?CN¥60\.00", re.sub(r"<[^>]+>", "", told()), re.DOTALL)
    assert "Ben had half" in told()
    assert "two approvals" in told()
    record_run(actor=actor(cast.fay), row=row, verb="approve")
    assert "the second approval" in told()
    record_run(actor=actor(cast.max), row=row, verb="approve")
    assert "The payee was told" in told()


def test_less_pay_takes_two_people_notice_and_the_payee(
    cast: Cast, actor: Any, paid: Earning, monkeypatch: Any
) -> None:
    row = proposed(actor(cast.cam), paid, amount=D(-40))

    for person, refusal in ((cast.cam, "You proposed it"), (cast.ana, "None of your roles")):
        with pytest.raises((DomainError, Denied), match=refusal):
            record_run(actor=actor(person), row=row, verb="approve")
    record_run(actor=actor(cast.fay), row=row, verb="approve")
    with pytest.raises(DomainError, match="another person"):
        record_run(actor=actor(cast.fay), row=row, verb="approve")
    row = record_run(actor=actor(cast.max), row=row, verb="approve")
    drain()
    assert Notice.objects.get(topic="pay.corrected").person == cast.ana
    assert (row.state, LedgerEntry.objects.filter(kind="corrected").count()) == ("approved", 0)
    row = record_run(actor=actor(cast.ana), row=row, verb="acknowledge")
    corrections_book()
    row.refresh_from_db()
    assert (row.state, balances(cast.ana)) == ("acknowledged", {"expense": 100, "cash": 100})

    _days_pass(monkeypatch, row)
    corrections_book()

    row.refresh_from_db()
    assert row.state == "booked"
    assert balances(cast.ana) == {"expense": 60, "cash": 100, "clawback": 40}
    line = LedgerEntry.objects.get(kind="corrected")
    assert line.sentence == "Correction (credit): Ben had half"
    assert line.period.state == "open"
    assert Statement.objects.get(period__first_day=JANUARY).paid == 100


def test_a_disputed_correction_stands_still_until_the_payee_is_answered(
    cast: Cast, actor: Any, paid: Earning
) -> None:
    row = signed(actor, cast, proposed(actor(cast.cam), paid, notice_days=0))

    row = record_run(
        actor=actor(cast.ana), row=row, verb="dispute", params={"text": "It was a third"}
    )
    assert balances(cast.ana) == {"expense": 100, "cash": 100}
    record_run(actor=actor(cast.fay), row=row, verb="uphold", params={"answer": "Half, see mail"})

    row.refresh_from_db()
    assert (row.state, row.answer, row.outcome) == ("booked", "It was a third", "Half, see mail")
    assert balances(cast.ana) == {"expense": 120, "cash": 100, "payable": 20}


def test_what_somebody_approved_is_not_edited(cast: Cast, actor: Any, paid: Earning) -> None:
    row = proposed(actor(cast.cam), paid)
    record_run(actor=actor(cast.fay), row=row, verb="approve")

    with pytest.raises(DomainError, match="approved is not edited"):
        record_update(actor=actor(cast.cam), row=row, values={"amount": D(2000)})

    row.refresh_from_db()
    assert row.amount == 20


def test_less_pay_is_told_in_time_and_always_with_a_reason(
    cast: Cast, actor: Any, paid: Earning
) -> None:
    with pytest.raises(Invalid) as short:
        proposed(actor(cast.cam), paid, amount=D(-1), notice_days=3)
    with pytest.raises(Invalid) as silent:
        proposed(actor(cast.cam), paid, reason=" ")

    assert (set(short.value.errors), set(silent.value.errors)) == ({"notice_days"}, {"reason"})
    assert not Correction.objects.exists()


SHORTCUTS = {
    "one person twice": "UPDATE compensation_correction SET second_approver_id = first_approver_id",
    "the payee": "UPDATE compensation_correction SET second_approver_id = owner_id",
    "a state": "UPDATE compensation_correction SET state = 'booked'",
    "an amount": "UPDATE compensation_correction SET amount = 999",
    "a line": "INSERT INTO compensation_ledgerentry (version, created_at, updated_at, custom, key, kind, amount, day, "
    "sentence, sentence_zh, period_id, owner_id, correction_id) SELECT 1, now(), now(), '{}', 'x', 'corrected', amount, "
    "current_date, '', '', (SELECT id FROM compensation_payperiod WHERE state = 'open' LIMIT 1), owner_id, id "
    "FROM compensation_correction",
}


@pytest.mark.parametrize("sql", SHORTCUTS.values(), ids=SHORTCUTS)
def test_the_database_knows_no_shortcut(cast: Cast, actor: Any, paid: Earning, sql: str) -> None:
    PayPeriod.objects.create(first_day=date(2026, 2, 1))
    row = proposed(actor(cast.cam), paid)
    record_run(actor=actor(cast.fay), row=row, verb="approve")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert balances(cast.ana) == {"expense": 100, "cash": 100}


def test_an_earning_is_computed_under_another_version_only_as_a_proposal(
    cast: Cast, actor: Any, paid: Earning
) -> None:
    other = version_after(
        paid.plan_version.plan,
        date(2026, 2, 1),
        components=[{"id": "commission", "clause": "2", "window": "month", "base_rate": "0.15"}],
    )

    made = record_run(
        actor=actor(cast.cam),
        row=paid,
        verb="reprice",
        params={"plan_version": other, "reason": "The new plan was promised from January"},
    )

    assert (made.amount, made.cause, made.state) == (D(50), "plan_version", "proposed")
    assert balances(cast.ana) == {"expense": 100, "cash": 100}
    row = signed(actor, cast, made)
    row = record_run(actor=actor(cast.ana), row=row, verb="acknowledge")
    assert row.state == "acknowledged", "more pay is told fourteen days before as well"


def test_an_earning_is_computed_again_with_the_quota_of_its_day(cast: Cast) -> None:
    """Half of 20,000 was reached at 5 %; that the target is 5,000 by now, and was 8,000 between, changes nothing of it."""
    table = {
        "mode": "slab", "axis": "attainment", "boundary": "lower_inclusive",
        "tiers": [[0, 1, "0.05"], [1, None, "0.1"]],
    }  # fmt: skip
    steps = {"id": "commission", "window": "year", "quota": 12345, "table": table}
    version = plan_issued([cast.ana], components=[steps])
    member = PlanMember.objects.get(person=cast.ana)
    record_update(actor=SYSTEM, row=member, values={"quota": D(20000)}, act=None)
    deal(version, cast.ana, date(2026, 1, 9), 10000)
    earning = Earning.objects.get()
    for quota in (D(8000), D(5000)):
        record_update(actor=SYSTEM, row=member, values={"quota": quota}, act=None)
    PlanMember.objects.create(
        plan=version.plan, person=cast.ana, valid_from=date(2026, 1, 5), quota=D(1)
    )

    assert earning.amount == D(500)
    assert sum(money_of(row.amount) for row in repriced(earning, version)) == D(500)
    other = version_after(version.plan, date(2026, 2, 1), components=[{**steps, "base_rate": "2"}])
    assert sum(money_of(row.amount) for row in repriced(earning, other)) == D(1000)


def test_a_correction_is_made_and_approved_through_the_api(
    cast: Cast, actor: Any, paid: Earning
) -> None:
    made = api(
        signed_in(cast.cam),
        "post",
        "corrections",
        {
            "owner": cast.ana.pk,
            "earning": paid.pk,
            "cause": "table",
            "amount": "5.00",
            "reason": "Slip",
            "notice_days": 0,
        },
    ).json()
    for person in (cast.fay, cast.max):
        answer = api(signed_in(person), "post", f"corrections/{made['id']}/approve", {})
        assert answer.status_code == 200
    answer = api(signed_in(cast.ana), "post", f"corrections/{made['id']}/acknowledge", {})

    assert answer.json()["state"] == "booked"
    assert balances(cast.ana)["payable"] == 5


def test_a_dispute_is_adjusted_by_two_people_into_the_open_month(
    cast: Cast, actor: Any, paid: Earning
) -> None:
    statement = Statement.objects.get(period__first_day=JANUARY)
    dispute = record_run(
        actor=actor(cast.ana),
        row=statement,
        verb="dispute",
        params={"text": "It was 1,100", "earning": paid},
    )
    record_run(
        actor=actor(cast.cam),
        row=dispute,
        verb="adjust",
        params={"amount": D(10), "answer": "Right, the invoice says so"},
    )
    assert balances(cast.ana) == {"expense": 100, "cash": 100}

    record_run(actor=actor(cast.fay), row=dispute.correction, verb="approve")

    dispute.refresh_from_db()
    assert (dispute.state, dispute.adjustment) == ("adjusted", D(10))
    assert balances(cast.ana) == {"expense": 110, "cash": 100, "payable": 10}
    later = LedgerEntry.objects.get(kind="corrected").period
    periods.period_calculate(actor=actor(cast.cam), row=later)
    now = Statement.objects.get(period=later, owner=cast.ana)
    assert (now.adjusted, now.payable, problems_of(now)) == (D(10), D(10), [])


def test_after_the_deadline_a_statement_is_not_disputed(
    cast: Cast, actor: Any, paid: Earning, monkeypatch: Any
) -> None:
    statement = Statement.objects.get(period__first_day=JANUARY)
    monkeypatch.setattr(
        "tonglu.compensation.services.disputes.today",
        lambda _actor: statement.dispute_until + timedelta(days=1),
    )

    with pytest.raises(DomainError, match="time to dispute it ended"):
        record_run(actor=actor(cast.ana), row=statement, verb="dispute", params={"text": "Late"})


def _days_pass(monkeypatch: Any, row: Correction) -> None:
    for module in ("corrections", "releasing"):
        monkeypatch.setattr(
            f"tonglu.compensation.services.{module}.today", lambda _actor: row.notice_until
        )

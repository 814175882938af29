"""A plan's payment rules in the product's periods: holds, draws, guarantees, caps, negative carry, and what is owed back.

Pay that was earned under a version is held as that version says; the other rules look at a payee's whole month under a plan and are
those of the version in force on its last day. What comes out is kept as a `PlanPayment` with the movements it asks for. Calculating may
be repeated as long as nothing is approved; locking the period books exactly the movements that were approved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from tonglu.compensation.core.payment.rule import Earning as Pay
from tonglu.compensation.core.payment.rule import PaymentRule
from tonglu.compensation.core.payment.shifts import HOLD, Shift, Stretch, held, shifted
from tonglu.compensation.core.rounding import Rounding
from tonglu.compensation.models import PayPeriod, PlanMember, PlanPayment
from tonglu.compensation.neutral import money_of
from tonglu.compensation.selectors import version_names
from tonglu.directory.models import Person
from tonglu.policy import Actor

from .books import Books
from .ledger import Account, Kind, Movement, month_after, move
from .payment_words import recovery_words, shift_words

ZERO = Decimal(0)
OFFSET = "offset"


@dataclass(frozen=True, kw_only=True)
class Month:
    """One payee's month: what it brought under each plan and version, and how they stood before its payment rules."""

    period: PayPeriod
    person: Person
    came_in: Mapping[int, Mapping[int, Decimal]]
    balances: Mapping[str, Decimal]
    books: Books

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return month_after(self.period.first_day) - timedelta(days=1)


def payments_of(month: Month) -> list[PlanPayment]:
    """What the payment rules make of a payee's month, one value per plan that has rules, and one for what is owed back; not saved."""
    made = [one for plan_id in _plans(month) if (one := _payment(month, plan_id)) is not None]
    _hold_to_balance(month, made)
    payable = month.balances.get(Account.PAYABLE, ZERO) + sum(
        (one.payment - one.came_in for one in made), ZERO
    )
    recovery = _recovery(month, payable)
    return [*made, recovery] if recovery is not None else made


def payments_book(actor: Actor, period: PayPeriod) -> None:
    """Book the movements of a period that were approved."""
    for payment in period.payments.select_related("owner").order_by("pk"):
        for one in payment.movements:
            booked = Movement(
                key=one["key"],
                kind=one["kind"],
                person=payment.owner,
                amount=Decimal(one["amount"]),
                day=month_after(period.first_day) - timedelta(days=1),
                sentence=one["en"],
                sentence_zh=one["zh"],
            )
            move(actor, booked, period)


def _plans(month: Month) -> list[int]:
    """The plans that paid the person this month, those they are on, and those that hold something of theirs."""
    earlier = month.books.payments.get(month.person.pk, ())
    members = month.books.memberships.get(month.person.pk, ())
    return sorted({*month.came_in, *members, *(one.plan_id for one in earlier if one.plan_id)})


def _payment(month: Month, plan_id: int) -> PlanPayment | None:
    version = month.books.in_force.get(plan_id)
    came_in = month.came_in.get(plan_id, {})
    history = [
        one
        for one in month.books.payments.get(month.person.pk, ())
        if one.plan_id == plan_id and one.period.first_day < month.period.first_day
    ]
    versions = {*came_in, *_versions_of(history), *({version.pk} if version else ())}
    rules = {pk: month.books.rules_of(pk) for pk in sorted(versions)}
    if version is None or not (history or any(rules.values())):
        return None
    now = PlanPayment(
        period=month.period,
        owner=month.person,
        department=month.person.department,
        plan_id=plan_id,
        plan_version=version,
        came_in=sum(came_in.values(), ZERO),
        inputs={str(pk): str(amount) for pk, amount in sorted(came_in.items())},
        flags=_flags(month, plan_id),
    )
    shifts, payment = _through([*history, now], rules)
    now.payment = money_of(payment)
    now.movements = [_planned(now, index, shift) for index, shift in enumerate(shifts)]
    return now


def _through(
    months: list[PlanPayment], rules: Mapping[int, tuple[PaymentRule, ...]]
) -> tuple[list[Shift], Fraction]:
    """All months through the holds of each version and then the rules of the plan; the newest month's movements and payment."""
    left = [Fraction(0)] * len(months)
    shifts: list[Shift] = []
    rounding = Rounding()
    for version_id in sorted(_versions_of(months)):
        let_through, holds = held(
            rules.get(version_id, ()), [_pay(one, version_id) for one in months], rounding
        )
        shifts += holds
        left = [a + b.amount for a, b in zip(left, let_through, strict=True)]
    stretches = []
    position = 0
    for version_id, run in groupby(months, key=lambda one: one.plan_version_id or 0):
        of_run = list(run)
        pays = [_pay(one, amount=left[position + n]) for n, one in enumerate(of_run)]
        position += len(of_run)
        own = tuple(rule for rule in rules.get(version_id, ()) if rule.type not in (HOLD, OFFSET))
        stretches.append(Stretch(version=str(version_id), rules=own, earnings=tuple(pays)))
    found = shifted(stretches, rounding)
    return [*shifts, *found.shifts], found.payment


def _pay(one: PlanPayment, version_id: int = 0, amount: Fraction | None = None) -> Pay:
    if amount is None:
        amount = Fraction(str(one.inputs.get(str(version_id), "0")))
    return Pay(period=str(one.period), amount=amount, **one.flags)


def _versions_of(months: Iterable[PlanPayment]) -> set[int]:
    return {int(version_id) for one in months for version_id in one.inputs}


def _flags(month: Month, plan_id: int) -> dict[str, bool]:
    """What else the rules ask of a month: is it a quarter's last, does the payee leave, are holds let go."""
    left = month.person.left_on
    released = PlanMember.objects.filter(
        person=month.person,
        plan_id=plan_id,
        holds_released_on__range=(month.period.first_day, month.last_day),
    )
    return {
        "settle": month.period.first_day.month % 3 == 0,
        "leaver": left is not None and left <= month.last_day,
        "release": released.exists(),
    }


def _planned(payment: PlanPayment, index: int, shift: Shift) -> dict[str, Any]:
    english, chinese = shift_words(shift, payment.came_in)
    return {
        "key": f"rule:{payment.period_id}:{payment.owner_id}:{payment.plan_id}:{index}",
        "kind": shift.kind,
        "amount": str(money_of(shift.amount)),
        "rule": shift.rule.type,
        "version": version_names(payment.plan_version),
        "en": english,
        "zh": chinese,
    }


def _hold_to_balance(month: Month, made: list[PlanPayment]) -> None:
    """A hold that has answered for a refund is not let go again."""
    held_now = month.balances.get(Account.RETAINED, ZERO) + _sum(made, "held_back")
    for payment in made:
        for one in payment.movements:
            if one["kind"] == "let_go":
                amount = min(Decimal(one["amount"]), max(held_now, ZERO))
                payment.payment -= Decimal(one["amount"]) - amount
                one["amount"] = str(amount)
                held_now -= amount


def _recovery(month: Month, payable: Decimal) -> PlanPayment | None:
    """What is owed back is taken from what is payable, as far as the person's plans allow in one month."""
    owed = month.balances.get(Account.CLAWBACK, ZERO)
    if owed <= 0 or payable <= 0:
        return None
    rules = _offsets(month)
    share = min((one.pct for one in rules if one.pct is not None), default=Fraction(1))
    most = money_of(Rounding().money(Fraction(payable) * share))
    caps = [money_of(rule.recovery_cap) for rule in rules if rule.recovery_cap is not None]
    amount = min([owed, most, *caps])
    if amount <= 0:
        return None
    english, chinese = recovery_words(amount, owed, payable, share)
    movement = {
        "key": f"recovered:{month.period.pk}:{month.person.pk}",
        "kind": str(Kind.RECOVERED),
        "amount": str(amount),
        "rule": OFFSET,
        "version": {},
        "en": english,
        "zh": chinese,
    }
    return PlanPayment(
        period=month.period,
        owner=month.person,
        department=month.person.department,
        came_in=payable,
        payment=payable - amount,
        movements=[movement],
    )


def _offsets(month: Month) -> list[PaymentRule]:
    versions = [month.books.in_force.get(plan_id) for plan_id in _plans(month)]
    rules = [rule for one in versions if one for rule in month.books.rules_of(one.pk)]
    return [rule for rule in rules if rule.type == OFFSET]


def _sum(made: list[PlanPayment], kind: str) -> Decimal:
    amounts = [Decimal(m["amount"]) for one in made for m in one.movements if m["kind"] == kind]
    return sum(amounts, ZERO)

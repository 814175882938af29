"""Plans, deals and months for the tests of closing: a book without customers, since pay reads facts only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tonglu.compensation.models import LedgerPosting, PayPeriod, PayPlan, PlanMember, PlanVersion
from tonglu.compensation.services import periods
from tonglu.compensation.services.earning import Deal, deal_record
from tonglu.compensation.services.ledger import DEBITS, period_for
from tonglu.compensation.services.plans import version_issue
from tonglu.directory.models import Person
from tonglu.entities.services import record_create
from tonglu.policy import Actor

SYSTEM = Actor.system("cli")
D = Decimal
FLAT: dict[str, Any] = {
    "components": [{"id": "commission", "clause": "1", "window": "month", "base_rate": "0.1"}]
}


def plan_issued(people: list[Person], code: str = "plan", **body: Any) -> PlanVersion:
    """A plan of ten percent, with what `body` adds, that holds for the people from 2026 on."""
    plan = PayPlan.objects.create(code=code, name=code.capitalize(), name_zh="方案")
    for person in people:
        PlanMember.objects.create(plan=plan, person=person, valid_from=date(2026, 1, 1))
    return version_after(plan, date(2026, 1, 1), **body)


def version_after(plan: PayPlan, day: date, **body: Any) -> PlanVersion:
    """Issue the plan's next version, as if it had been issued before that day."""
    draft = record_create(
        actor=SYSTEM, model=PlanVersion, values={"plan": plan, "definition": {**FLAT, **body}}
    )
    if plan.versions.filter(state="issued").exists():
        PlanVersion.objects.filter(pk=draft.pk).update(
            state="issued", effective_from=day, digest=f"d{draft.number}"
        )
        draft.refresh_from_db()
        return draft
    return version_issue(actor=SYSTEM, row=draft, effective_from=day)


_next_deal = iter(range(1, 10**9))


def deal(version: PlanVersion, person: Person, day: date, amount: Any, **more: Any) -> Any:
    """A signed deal of one person, recorded under a version; its pay is due at once unless the plan waits."""
    one = Deal(
        contract_id=None,
        account_id=None,
        day=day,
        amount=D(amount),
        cost=more.get("cost"),
        discount=None,
        credits=((person.pk, D(100), "direct"),),
    )
    return deal_record(SYSTEM, version, one, {person.pk}, source_id=next(_next_deal))


def month_closed(first_day: date, until: str = "paid") -> PayPeriod:
    """Take a month through its states."""
    row = PayPeriod.objects.filter(first_day=first_day).first() or period_for(SYSTEM, first_day)
    for step in ("calculate", "review", "approve", "lock", "pay"):
        row = getattr(periods, f"period_{step}")(actor=SYSTEM, row=row)
        if row.state == until:
            break
    return row


def balances(person: Person) -> Mapping[str, Decimal]:
    """How a payee stands on every account, as the payee sees it; zeros left out."""
    sums: dict[str, Decimal] = {}
    for account, amount in LedgerPosting.objects.filter(person=person).values_list(
        "account", "amount"
    ):
        sums[account] = sums.get(account, D(0)) + (amount if account in DEBITS else -amount)
    return {account: amount for account, amount in sums.items() if amount}

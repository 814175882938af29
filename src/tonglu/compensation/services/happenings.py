"""What happens to a contract after it was signed, as pay hears it: deliveries, invoices, money, its end; each is heard once.

What becomes due, and what comes back, is decided in `releasing`. A month-end does not wait for these: they come as jobs.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.db.transaction import atomic

from tonglu.audit.services import context
from tonglu.compensation.core.clawback import clawback_from
from tonglu.compensation.core.returns import CANCELLED, UNCOLLECTED
from tonglu.compensation.models import Earning, PayEvent, PlanVersion
from tonglu.compensation.neutral import version_read
from tonglu.policy import Actor
from tonglu.toolkit.clock import today
from tonglu.toolkit.jobs import task

from .earning import contract_earn
from .heard import MONEY, editions_of, event_record, last_due, money_on
from .receipts import receipts_earn
from .releasing import contract_follow

if TYPE_CHECKING:
    from tonglu.finance.events import ContractCollected, InvoiceIssued
    from tonglu.orders.events import ContractEnded, ContractSigned, OrderDelivered

ZERO = Decimal(0)
CENT = Decimal("0.01")
TERMINATED = "terminated"


def contract_sign(event: ContractSigned) -> None:
    """A contract was signed; of money that was heard of before, what it earns is worked out with it."""
    actor = Actor.system()
    with atomic():
        contract_earn(event)
        with context(actor, verb="compensation.earned", reason=event.number):
            receipts_earn(actor, _contract(event.contract_id))


def contract_release(event: ContractCollected) -> None:
    """Money came in on a contract, went back, or turned out to belong elsewhere."""
    kind = "cash" if event.amount > 0 else "bounce" if event.undone else "refund"
    verb = "released" if event.amount > 0 else "taken_back"
    key = f"allocation:{event.allocation_id}"
    _heard(event.contract_id, key, kind, event.amount, event.received_on, verb)


def contract_invoice(event: InvoiceIssued) -> None:
    """An invoice or a credit note of a contract was issued."""
    if event.contract_id is not None:
        kind = "invoice" if event.amount > 0 else "credit_note"
        key = f"invoice:{event.invoice_id}"
        _heard(event.contract_id, key, kind, event.amount, event.issued_on, "invoiced")


def contract_deliver(event: OrderDelivered) -> None:
    """Goods of a contract arrived: what has been delivered to date, less what was heard of before."""
    from tonglu.orders.selectors import contract_delivered

    if event.contract_id is None:
        return
    contract = _contract(event.contract_id)
    if not contract.net_amount:
        return
    share = min(contract_delivered(contract.pk) / contract.net_amount, Decimal(1))
    reached = (contract.amount * share).quantize(CENT)
    heard = PayEvent.objects.filter(contract=contract, type="delivery")
    new = reached - (heard.aggregate(sum=Sum("amount"))["sum"] or ZERO)
    if new > 0:
        key = f"delivery:{event.shipment_id}:{reached}"
        _heard(contract.pk, key, "delivery", new, event.delivered_on, "delivered")


def contract_end(event: ContractEnded) -> None:
    """A contract was terminated: a plan's clawback settles it, and the contracts it replaced."""
    if event.state != TERMINATED:
        return
    actor, contract = Actor.system(), _contract(event.contract_id)
    with atomic():
        made = event_record(f"end:{contract.pk}", contract, CANCELLED, ZERO, event.ended_on)
        if made is not None:
            contract_follow(actor, contract, made, "cancelled")


@task(name="compensation.uncollected", cron="20 1 * * *")
def contracts_uncollected(**_: object) -> None:
    """Take back what was released before the customer paid, where a plan waits only so long for the money."""
    day, actor = today(Actor.system("job")), Actor.system("job")
    for version_id, waits in _waiting_versions().items():
        released = Earning.objects.filter(plan_version_id=version_id, released_amount__gt=0)
        for pk in released.values_list("contract_id", flat=True).distinct().order_by("contract_id"):
            if pk is not None:
                _take_uncollected(actor, editions_of(_contract(pk))[-1], waits, day)


def _take_uncollected(actor: Actor, contract: Any, waits: int, day: date) -> None:
    due_on = last_due(contract)
    if due_on is None or day < due_on + timedelta(days=waits):
        return
    left = contract.amount - money_on(contract)
    if left <= 0:
        return
    with atomic():
        made = event_record(
            f"{UNCOLLECTED}:{contract.pk}:{waits}", contract, UNCOLLECTED, left, day
        )
        if made is not None:
            contract_follow(actor, contract, made, "taken_back")


def _waiting_versions() -> dict[int, int]:
    """The issued versions that wait only so many days for the customer's money."""
    found = {}
    for version in PlanVersion.objects.filter(state=PlanVersion.State.ISSUED):
        raw = version_read(version.definition)[1].clawback
        days = None if raw is None else clawback_from(raw).uncollected_days
        if days is not None:
            found[version.pk] = int(days)
    return found


def _heard(contract_id: int, key: str, kind: str, amount: Decimal, day: date, verb: str) -> None:
    """Keep the event, book what it earns and let the earnings follow it, all or nothing."""
    actor, contract = Actor.system(), _contract(contract_id)
    with atomic():
        made = event_record(key, contract, kind, amount, day)
        if made is None:
            return
        if kind in MONEY:
            with context(actor, verb=f"compensation.{verb}", reason=contract.number):
                receipts_earn(actor, contract)
        contract_follow(actor, contract, made, verb)


def _contract(pk: int) -> Any:
    from tonglu.orders.selectors import contract_by_id

    return contract_by_id(Actor.system(), pk)

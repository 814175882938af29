"""Which events concern whom. Handlers may run twice; the key of a notice lets nobody be told twice."""

from __future__ import annotations

from typing import Any

from tonglu.approvals.events import ApprovalAsked, ApprovalDecided
from tonglu.collaboration.events import TaskAsked, TaskDone, TaskUrged
from tonglu.compensation.events import (
    CorrectionTold,
    DisputeAnswered,
    DisputeRaised,
    StatementReady,
)
from tonglu.directory.models import Person
from tonglu.directory.selectors import people_with_role, person_by_id
from tonglu.entities.events import RecordAssigned, RecordMentions, RecordsAssigned
from tonglu.finance.events import CustomerReminded
from tonglu.marketing.events import LeadAssigned
from tonglu.orders.events import QuoteAccepted, QuoteDeclined
from tonglu.toolkit.events import subscribe

from .services import notify

TASK, APPROVAL = "collaboration.task", "approvals.approvalrequest"
TOLD_OTHERWISE = frozenset({TASK, "marketing.lead", APPROVAL})
"""Kinds whose own events tell of a new owner."""


def subscribe_all() -> None:
    """For `AppConfig.ready`."""
    subscribe(RecordAssigned, record_assigned)
    subscribe(RecordsAssigned, records_assigned)
    subscribe(LeadAssigned, lead_assigned)
    subscribe(RecordMentions, record_mentions)
    subscribe(TaskAsked, task_asked)
    subscribe(TaskUrged, task_urged)
    subscribe(TaskDone, task_done)
    subscribe(ApprovalAsked, approval_asked)
    subscribe(ApprovalDecided, approval_decided)
    subscribe(QuoteAccepted, quote_accepted)
    subscribe(QuoteDeclined, quote_declined)
    subscribe(CustomerReminded, customer_reminded)
    subscribe(StatementReady, statement_ready)
    subscribe(DisputeRaised, dispute_raised)
    subscribe(DisputeAnswered, dispute_answered)
    subscribe(CorrectionTold, correction_told)


def record_assigned(event: RecordAssigned) -> None:
    """The new owner."""
    if event.kind not in TOLD_OTHERWISE:
        by = _person(event.by_id)
        notify("assigned", [event.to_id], kind=event.kind, row_id=event.row_id, by=by)


def records_assigned(event: RecordsAssigned) -> None:
    """The new owner of many records: one notice for the lot."""
    by, kind, to = _person(event.by_id), event.kind, [event.to_id]
    if event.count == 1:
        notify("assigned", to, kind=kind, row_id=event.row_id, by=by)
        return
    lot, key = event.changeset_id, f"lot:{event.changeset_id}"
    notify("assigned", to, kind=kind, row_id=lot, by=by, key=key, count=event.count)


def lead_assigned(event: LeadAssigned) -> None:
    """The lead's new owner."""
    notify("assigned", [event.to_id], kind="marketing.lead", row_id=event.lead_id)


def record_mentions(event: RecordMentions) -> None:
    """Whoever is named with an @ in what was written."""
    by = _person(event.by_id)
    notify("mention", event.people, kind=event.kind, row_id=event.row_id, by=by)


def task_asked(event: TaskAsked) -> None:
    """Whoever is to do it."""
    by = _person(event.asked_by_id)
    notify("task.asked", [event.person_id], kind=TASK, row_id=event.task_id, by=by)


def task_urged(event: TaskUrged) -> None:
    """Whoever is to do it, again."""
    by = _person(event.urged_by_id)
    notify("task.urged", [event.person_id], kind=TASK, row_id=event.task_id, by=by)


def task_done(event: TaskDone) -> None:
    """Whoever asked for it."""
    notify("task.done", [event.asked_by_id], kind=TASK, row_id=event.task_id)


def approval_asked(event: ApprovalAsked) -> None:
    """Everybody who may decide now."""
    by = _person(event.asker_id)
    notify("approval.asked", event.people, kind=APPROVAL, row_id=event.request_id, by=by)


def approval_decided(event: ApprovalDecided) -> None:
    """Whoever asked, unless no one had to decide."""
    if not event.automatic:
        notify("approval.decided", [event.asker_id], kind=APPROVAL, row_id=event.request_id)


def customer_reminded(event: CustomerReminded) -> None:
    """Whoever has the account: the customer may call them."""
    by = _person(event.by_id)
    notify(
        "invoice.reminded", [event.owner_id], kind="finance.invoice", row_id=event.invoice_id, by=by
    )


def quote_accepted(event: QuoteAccepted) -> None:
    """The quote's owner."""
    notify("quote.answered", [event.owner_id], kind="orders.quote", row_id=event.quote_id)


def quote_declined(event: QuoteDeclined) -> None:
    """The quote's owner."""
    notify("quote.declined", [event.owner_id], kind="orders.quote", row_id=event.quote_id)


def statement_ready(event: StatementReady) -> None:
    """The payee."""
    kind, row_id = "compensation.statement", event.statement_id
    notify("pay.statement", [event.person_id], kind=kind, row_id=row_id)


def dispute_raised(event: DisputeRaised) -> None:
    """Everybody who answers disputes."""
    deciders = people_with_role("compensation_administrator").values_list("pk", flat=True)
    by, kind = _person(event.person_id), "compensation.dispute"
    notify("pay.disputed", deciders, kind=kind, row_id=event.dispute_id, by=by)


def dispute_answered(event: DisputeAnswered) -> None:
    """The payee."""
    kind, row_id = "compensation.dispute", event.dispute_id
    notify("pay.answered", [event.person_id], kind=kind, row_id=row_id)


def correction_told(event: CorrectionTold) -> None:
    """The payee."""
    kind, row_id = "compensation.correction", event.correction_id
    notify("pay.corrected", [event.person_id], kind=kind, row_id=row_id)


def _person(id_: int | None) -> Any:
    found: Person | None = person_by_id(id_) if id_ is not None else None
    return found

"""Writing tickets, service orders and articles: one verb per function."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tonglu.audit.services import context
from tonglu.directory.core.worktime import working_time_add
from tonglu.directory.selectors import calendar_of_department, person_by_id
from tonglu.entities.services import record_create, record_update
from tonglu.entities.spec import Refusal
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import now
from tonglu.toolkit.numbers import next_number

from .core.tickets import ANSWER_HOURS, may_follow
from .models import Article, ServiceOrder, Ticket


def ticket_prepare(_actor: Actor, row: Ticket, before: Ticket | None) -> None:
    """Number, the customer behind the contact, and the time by which the answer is due in working hours."""
    if before is None and not row.number:
        row.number = next_number("ticket", "T{year}-{n:05}")
    contact: Any = row.contact
    if contact is not None and row.account_id is None:
        row.account_id = contact.account_id
    if contact is not None and contact.account_id != row.account_id:
        raise Invalid({"contact": [_("This contact belongs to another customer.")]})
    if before is None or before.priority != row.priority:
        start = row.created_at or now()
        owner: Any = row.owner
        calendar = calendar_of_department(owner.department_id if owner else row.department_id)
        row.due_at = working_time_add(calendar, start, ANSWER_HOURS[row.priority])


def ticket_take(*, actor: Actor, row: Ticket) -> Ticket:
    """Take a ticket on: it is mine and in work."""
    values = {"state": Ticket.State.OPEN, "owner": person_by_id(actor.person_id or 0)}
    return _ticket(actor, row, values, "taken")


def ticket_wait(*, actor: Actor, row: Ticket) -> Ticket:
    """Wait for the customer's answer."""
    return _ticket(actor, row, {"state": Ticket.State.WAITING}, "waiting")


def ticket_solve(*, actor: Actor, row: Ticket, solution: str) -> Ticket:
    """Write the solution down and tell that it is solved."""
    if not solution.strip():
        raise Invalid(
            {"solution": [_("Write down how it was solved, so that the next one is quicker.")]}
        )
    values = {"state": Ticket.State.SOLVED, "solved_at": now(), "solution": solution}
    return _ticket(actor, row, values, "solved")


def ticket_close(*, actor: Actor, row: Ticket, satisfaction: int | None = None) -> Ticket:
    """Close a solved ticket, with what the customer said of it."""
    values = {
        "state": Ticket.State.CLOSED,
        "closed_at": now(),
        "satisfaction": satisfaction or None,
    }
    return _ticket(actor, row, values, "closed")


def ticket_reopen(*, actor: Actor, row: Ticket, reason: str) -> Ticket:
    """It is not solved after all; the reason stands in the trail."""
    values = {"state": Ticket.State.OPEN, "solved_at": None, "closed_at": None}
    with context(actor, reason=reason):
        return _ticket(actor, row, values, "reopened")


def ticket_send_engineer(*, actor: Actor, row: Ticket, engineer: Any, task: str) -> ServiceOrder:
    """Make a service order for an engineer from a ticket."""
    if row.account_id is None:
        raise DomainError(N_("Say first which customer it is about."), field="account")
    made: ServiceOrder = record_create(
        actor=actor,
        model=ServiceOrder,
        values={
            "account": row.account,
            "ticket": row,
            "order": row.order,
            "owner": engineer,
            "kind": ServiceOrder.Kind.REPAIR,
            "task": task or row.subject,
        },
        act=None,
        verb="support.serviceorder.created",
    )
    return made


def service_prepare(_actor: Actor, row: ServiceOrder, before: ServiceOrder | None) -> None:
    """The number of a new service order."""
    if before is None and not row.number:
        row.number = next_number("service", "SV{year}-{n:05}")


def service_begin(*, actor: Actor, row: ServiceOrder) -> ServiceOrder:
    """The engineer has arrived."""
    return _service(actor, row, {"state": ServiceOrder.State.UNDER_WAY}, "begun")


def service_finish(
    *, actor: Actor, row: ServiceOrder, report: str, hours: Decimal, signed_by: str = ""
) -> ServiceOrder:
    """The work is done: report, hours, and who accepted it at the customer."""
    values = {
        "state": ServiceOrder.State.DONE,
        "report": report,
        "hours": hours,
        "signed_by": signed_by,
        "done_at": now(),
    }
    return _service(actor, row, values, "finished")


def service_cancel(*, actor: Actor, row: ServiceOrder, reason: str) -> ServiceOrder:
    """The visit is called off."""
    values = {"state": ServiceOrder.State.CANCELLED, "report": reason}
    return _service(actor, row, values, "cancelled")


def article_publish(*, actor: Actor, row: Article) -> Article:
    """Let everyone who may read articles find it."""
    return _article(
        actor, row, {"state": Article.State.PUBLISHED, "published_at": now()}, "published"
    )


def article_retire(*, actor: Actor, row: Article) -> Article:
    """It no longer holds; it stays readable in the archive."""
    return _article(actor, row, {"state": Article.State.RETIRED}, "retired")


def article_rate(*, actor: Actor, row: Article, helpful: bool) -> Article:
    """Say whether the article helped."""
    name = "helpful" if helpful else "unhelpful"
    return _article(actor, row, {name: getattr(row, name) + 1}, "rated")


def may_publish(_actor: Actor, row: Article) -> Refusal | None:
    """Why an article cannot be published now."""
    if row.state == Article.State.PUBLISHED:
        return Refusal(reason=_("It is published already."))
    return None


def may_retire(_actor: Actor, row: Article) -> Refusal | None:
    """Why an article cannot be retired now."""
    if row.state == Article.State.RETIRED:
        return Refusal(reason=_("It is retired already."))
    return None


def may_take(actor: Actor, row: Ticket) -> Refusal | None:
    """Why a ticket cannot be taken now."""
    if row.owner_id == actor.person_id and row.state == Ticket.State.OPEN:
        return Refusal(reason=_("It is yours already."))
    if row.state in {Ticket.State.SOLVED, Ticket.State.CLOSED}:
        return Refusal(reason=_("It is solved."), next_step=_("Reopen it first."))
    return None


def may_go(to: str) -> Any:
    """A rule that refuses a verb when the ticket cannot go to that state."""

    def when(_actor: Actor, row: Ticket) -> Refusal | None:
        if may_follow(row.state, to):
            return None
        return Refusal(
            reason=_("A ticket that is %(state)s cannot become that.")
            % {"state": row.get_state_display()}
        )

    return when


def may_reopen(_actor: Actor, row: Ticket) -> Refusal | None:
    """Why a ticket cannot be reopened."""
    if row.state in {Ticket.State.SOLVED, Ticket.State.CLOSED}:
        return None
    return Refusal(reason=_("It is still open."))


def may_serve(_actor: Actor, row: ServiceOrder) -> Refusal | None:
    """Why a service order cannot go on."""
    if row.state in {ServiceOrder.State.DONE, ServiceOrder.State.CANCELLED}:
        return Refusal(reason=_("It is finished."))
    return None


def may_begin(actor: Actor, row: ServiceOrder) -> Refusal | None:
    """Why the work cannot begin; what has begun is only finished or called off."""
    if row.state == ServiceOrder.State.UNDER_WAY:
        return Refusal(reason=_("The work has begun."))
    return may_serve(actor, row)


def _ticket(actor: Actor, row: Ticket, values: dict[str, Any], verb: str) -> Ticket:
    to = values.get("state", row.state)
    if to != row.state and not may_follow(row.state, to):
        raise DomainError(
            N_("A ticket cannot go from “%(old)s” to “%(new)s”."),
            code="state",
            params={"old": row.get_state_display(), "new": Ticket.State(to).label},
        )
    saved: Ticket = record_update(
        actor=actor, row=row, values=values, act=None, verb=f"support.ticket.{verb}"
    )
    return saved


def _service(actor: Actor, row: ServiceOrder, values: dict[str, Any], verb: str) -> ServiceOrder:
    if refusal := may_serve(actor, row):
        raise DomainError(refusal.reason, code="state")
    saved: ServiceOrder = record_update(
        actor=actor, row=row, values=values, act=None, verb=f"support.serviceorder.{verb}"
    )
    return saved


def _article(actor: Actor, row: Article, values: dict[str, Any], verb: str) -> Article:
    saved: Article = record_update(
        actor=actor, row=row, values=values, act=None, verb=f"support.article.{verb}"
    )
    return saved

"""Writes of marketing: the life of a lead, from the first word to its conversion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tonglu.audit.services import context
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import Denied, DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now
from tonglu.toolkit.events import publish

from .assigning import placement_find
from .campaigning import campaign_add_segment, campaign_move, member_answered
from .converting import ConvertPreview, lead_convert, lead_convert_preview
from .core.life import step_check
from .events import LeadDied
from .models import Lead
from .scoring import lead_score

if TYPE_CHECKING:
    from datetime import date, datetime

    from tonglu.directory.models import Person
    from tonglu.policy import Actor

__all__ = [
    "ConvertPreview",
    "campaign_add_segment",
    "campaign_move",
    "lead_assign",
    "lead_assign_by_rules",
    "lead_convert",
    "lead_convert_preview",
    "lead_create",
    "lead_delete",
    "lead_mark_dead",
    "lead_mark_live",
    "lead_mark_name",
    "lead_move",
    "lead_qualify",
    "lead_revive",
    "lead_score_again",
    "lead_touched",
    "member_answered",
    "qualify_missing",
]


def lead_create(*, actor: Actor, values: dict[str, Any], act: str | None = "create") -> Lead:
    """Take a lead in; rules give it to its owner when it came in by itself."""
    made: Lead = record_create(actor=actor, model=Lead, values=values, act=act)
    return made


def lead_assign(*, actor: Actor, row: Lead, to: Person, reason: str = "") -> Lead:
    """Give a lead to a person."""
    _refuse_closed(row)
    values = {"owner": to, "assigned_at": now(), "assignment_reason": reason or actor.name}
    return _lead_update(actor, row, values, "assigned", act="assign")


def lead_assign_by_rules(*, actor: Actor, row: Lead) -> Lead:
    """Give a lead to whom the assignment rules name."""
    _refuse_closed(row)
    with context(actor, verb="marketing.lead.assigned"):
        placement = placement_find(row)
        if placement is None:
            raise DomainError(
                N_("No assignment rule fits this lead."),
                code="no_rule",
                next_step=N_("Assign it to a person, or ask marketing for a rule."),
            )
        values = {
            "owner": placement.person,
            "assigned_at": now(),
            "assignment_reason": placement.reason,
        }
        return _lead_update(actor, row, values, "assigned", act="assign")


def lead_mark_live(*, actor: Actor, row: Lead) -> Lead:
    """They asked for something: the lead is for telesales now."""
    _refuse_closed(row)
    return _lead_update(actor, row, {"lead_class": Lead.Class.LIVE}, "marked_live")


def lead_mark_name(*, actor: Actor, row: Lead) -> Lead:
    """They fit and have not asked: the lead is for nurturing."""
    _refuse_closed(row)
    values = {"lead_class": Lead.Class.NAME, "status": Lead.Status.NURTURING}
    return _lead_update(actor, row, values, "marked_name")


def lead_mark_dead(*, actor: Actor, row: Lead, cause: str, note: str = "") -> Lead:
    """Disqualify a lead; it stays, with the cause it died of."""
    if cause not in Lead.DeadCause.values:
        raise Invalid({"cause": [N_("Say what the lead died of.")]})
    step_check(row.status, Lead.Status.DEAD)
    values = {
        "lead_class": Lead.Class.DEAD,
        "status": Lead.Status.DEAD,
        "dead_cause": cause,
        "dead_note": note,
        "dead_at": now(),
        "next_contact_on": None,
    }
    with context(actor, verb="marketing.lead.died"):
        changed = _lead_update(actor, row, values, "died")
        publish(LeadDied(lead_id=row.pk, cause=cause))
    return changed


def lead_revive(*, actor: Actor, row: Lead, reason: str) -> Lead:
    """Take a dead lead up again, saying what changed."""
    if row.lead_class != Lead.Class.DEAD:
        raise DomainError(N_("Only a dead lead can be revived."), code="not_dead")
    values = {"lead_class": Lead.Class.LIVE, "status": Lead.Status.NEW}
    with context(actor, verb="marketing.lead.revived", reason=reason):
        return _lead_update(actor, row, values, "revived")


def lead_qualify(*, actor: Actor, row: Lead) -> Lead:
    """There is a need, and somebody to talk to about it."""
    missing = qualify_missing(row)
    if missing:
        raise DomainError(
            N_("This lead is not qualified yet."), code="not_qualified", next_step=missing[0]
        )
    return _lead_update(actor, row, {"status": Lead.Status.QUALIFIED}, "qualified")


def lead_move(*, actor: Actor, row: Lead, to: str) -> Lead:
    """Move a lead to another column of the board; the last two columns have acts of their own."""
    match to:
        case Lead.Status.QUALIFIED:
            return lead_qualify(actor=actor, row=row)
        case Lead.Status.CONVERTED:
            raise _use(N_("Converting makes an account and a contact."), N_("Use Convert."))
        case Lead.Status.DEAD:
            raise _use(N_("A dead lead needs a cause."), N_("Use Mark dead."))
        case _ if to in Lead.Status.values:
            step_check(row.status, to)
            return _lead_update(actor, row, {"status": to}, "moved")
        case _:
            raise Invalid({"to": [N_("There is no such status.")]})


def lead_score_again(*, actor: Actor, row: Lead) -> Lead:
    """Count the points again, after the rules changed."""
    lead_score(row)
    values = {"score": row.score, "score_reasons": row.score_reasons}
    return _lead_update(actor, Lead.objects.get(pk=row.pk), values, "scored", act=None)


def lead_delete(*, actor: Actor, row: Lead) -> Lead:
    """Leads are never deleted."""
    raise Denied(
        N_("Leads are never deleted: what they died of is worth knowing."),
        code="never_deleted",
        next_step=N_("Use Mark dead, and give the cause."),
    )


def lead_touched(*, actor: Actor, lead_id: int, at: datetime, next_on: date | None = None) -> None:
    """Note that we were in touch: the last contact moves forward only."""
    row = Lead.objects.filter(pk=lead_id).first()
    if row is None or (row.last_contact_at is not None and row.last_contact_at > at):
        return
    values: dict[str, Any] = {"last_contact_at": at}
    if next_on is not None or (row.next_contact_on and row.next_contact_on <= at.date()):
        values["next_contact_on"] = next_on
    _lead_update(actor, row, values, "touched", act=None)


def qualify_missing(row: Lead) -> list[str]:
    """What a lead lacks to be qualified."""
    needed = (
        (bool(row.need or row.product_id), N_("Say what they need, or name a product.")),
        (bool(row.mobile or row.phone or row.email), N_("Enter a telephone or an e-mail.")),
        (bool(row.company), N_("Enter the company.")),
    )
    return [sentence for met, sentence in needed if not met]


def _refuse_closed(row: Lead) -> None:
    if not row.is_open:
        step_check(row.status, Lead.Status.NURTURING)


def _use(why: str, way: str) -> DomainError:
    return DomainError(why, code="needs_more", next_step=way)


def _lead_update(
    actor: Actor, row: Lead, values: dict[str, Any], done: str, act: str | None = "update"
) -> Lead:
    changed: Lead = record_update(
        actor=actor, row=row, values=values, act=act, verb=f"marketing.lead.{done}"
    )
    return changed

"""Writes of customers: the life of an account, its merging, and people who change jobs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tonglu.audit.services import context
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import today
from tonglu.toolkit.events import publish

from .events import AccountHandedOver, AccountVerified, ContactLeft
from .merging import MergePreview, account_merge, account_merge_preview
from .models import Account, Contact, Employment, Industry, Source
from .standard import INDUSTRIES, SOURCES

if TYPE_CHECKING:
    from datetime import datetime

    from tonglu.directory.models import Person
    from tonglu.policy import Actor

__all__ = [
    "MergePreview",
    "account_archive",
    "account_create",
    "account_hand_over",
    "account_merge",
    "account_merge_preview",
    "account_reopen",
    "account_signed",
    "account_stage_set",
    "account_touched",
    "account_verify",
    "contact_change_job",
    "contact_create",
    "contact_left",
    "contact_return",
    "contact_touched",
    "lists_load_standard",
]

_SIGNED: dict[str, str] = {
    Account.LifeStage.PROSPECT: Account.LifeStage.NEW,
    Account.LifeStage.LOST: Account.LifeStage.ACTIVE,
}
"""The life-cycle stages that end with a signed contract, and those that begin with it."""


def account_create(*, actor: Actor, values: dict[str, Any], act: str | None = "create") -> Account:
    """Open a provisional account; nobody waits for another department to do it."""
    made: Account = record_create(actor=actor, model=Account, values=values, act=act)
    return made


def contact_create(*, actor: Actor, values: dict[str, Any], act: str | None = "create") -> Contact:
    """Enter a person."""
    made: Contact = record_create(actor=actor, model=Contact, values=values, act=act)
    return made


def account_verify(*, actor: Actor, row: Account, accounting_id: str) -> Account:
    """Match a provisional account with the accounting master by its id there."""
    number = accounting_id.strip()
    if not number:
        raise Invalid({"accounting_id": [N_("Give the id that accounting uses.")]})
    if row.state not in {Account.State.PROVISIONAL, Account.State.VERIFIED}:
        raise DomainError(N_("Only an open account can be verified."), code="not_open")
    values = {"state": Account.State.VERIFIED, "accounting_id": number}
    with context(actor, verb="customers.account.verified"):
        changed = _account_update(actor, row, values, "verify", "verified")
        publish(AccountVerified(account_id=changed.pk, accounting_id=number))
    return changed


def account_archive(*, actor: Actor, row: Account, reason: str) -> Account:
    """Close an account to new business; everything it did stays readable."""
    if not row.is_open:
        raise DomainError(N_("This account is closed already."), code="not_open")
    with context(actor, verb="customers.account.archived", reason=reason):
        return _account_update(actor, row, {"state": Account.State.ARCHIVED}, "close", "archived")


def account_reopen(*, actor: Actor, row: Account) -> Account:
    """Do business again with an archived account."""
    if row.state != Account.State.ARCHIVED:
        raise DomainError(N_("Only an archived account can be reopened."), code="not_archived")
    state = Account.State.VERIFIED if row.accounting_id else Account.State.PROVISIONAL
    return _account_update(actor, row, {"state": state}, "close", "reopened")


def account_hand_over(
    *, actor: Actor, row: Account, to: Person, with_contacts: bool = True
) -> Account:
    """Give an account to another owner, with the contacts its owner has there."""
    former = row.owner_id
    if former == to.pk:
        raise Invalid({"to": [N_("The account belongs to this person already.")]})
    with context(actor, verb="customers.account.handed_over"):
        changed = _account_update(actor, row, {"owner": to}, "assign", "handed_over")
        if with_contacts:
            for contact in row.contacts.filter(owner_id=former, deleted_at=None).order_by("pk"):
                record_update(actor=actor, row=contact, values={"owner": to}, act=None)
        publish(AccountHandedOver(account_id=row.pk, from_id=former, to_id=to.pk))
    return changed


def account_stage_set(*, actor: Actor, row: Account, stage: str) -> Account:
    """Move an account along its life cycle, as a rule or a person found it to be."""
    if stage not in Account.LifeStage.values:
        raise Invalid({"stage": [N_("There is no such life-cycle stage.")]})
    return _account_update(actor, row, {"life_stage": stage}, None, "stage_set")


def account_signed(*, actor: Actor, account_id: int) -> None:
    """Note that a contract was signed: a prospect is a customer now, and who was lost is one again."""
    row = Account.objects.filter(pk=account_id, life_stage__in=_SIGNED).first()
    if row is not None:
        _account_update(actor, row, {"life_stage": _SIGNED[row.life_stage]}, None, "stage_set")


def account_touched(
    *, actor: Actor, account_id: int, at: datetime, next_on: date | None = None
) -> None:
    """Note that we were in touch: the last contact moves forward only, the next one is what was agreed last."""
    row = Account.objects.filter(pk=account_id).first()
    if row is None or (row.last_contact_at is not None and row.last_contact_at > at):
        return
    values: dict[str, Any] = {"last_contact_at": at}
    if next_on is not None or (row.next_contact_on and row.next_contact_on <= at.date()):
        values["next_contact_on"] = next_on
    _account_update(actor, row, values, None, "touched")


def contact_touched(*, actor: Actor, contact_id: int, at: datetime) -> None:
    """Note that we were in touch with a person."""
    row = Contact.objects.filter(pk=contact_id).first()
    if row is not None and (row.last_contact_at is None or row.last_contact_at < at):
        record_update(actor=actor, row=row, values={"last_contact_at": at}, act=None)


def contact_left(*, actor: Actor, row: Contact, on: date | None = None) -> Contact:
    """A contact left the company; every deal they decide in hears of it the same day."""
    day = on or today(actor)
    if row.state == Contact.State.LEFT:
        raise DomainError(N_("This contact has left already."), code="left")
    with context(actor, verb="customers.contact.left"):
        changed = _leave(actor, row, day)
        publish(ContactLeft(contact_id=row.pk, account_id=row.account_id, on=day))
    return changed


def contact_change_job(
    *, actor: Actor, row: Contact, account: Account, title: str = "", on: date | None = None
) -> Contact:
    """A contact works at another account now: the person stays one record, with the former employer remembered."""
    day, former = on or today(actor), row.account_id
    if former == account.pk:
        raise Invalid({"account": [N_("The contact works at this account already.")]})
    values = {
        "account": account,
        "title": title,
        "unit": "",
        "state": Contact.State.ACTIVE,
        "left_on": None,
        "reports_to": None,
        "is_primary": False,
    }
    with context(actor, verb="customers.contact.changed_job"):
        _end_employment(row, day)
        changed: Contact = record_update(actor=actor, row=row, values=values)
        Employment.objects.create(
            contact=changed, account=account, company=account.name, title=title, started_on=day
        )
        left = ContactLeft(contact_id=row.pk, account_id=former, on=day, new_account_id=account.pk)
        publish(left)
    return changed


def contact_return(*, actor: Actor, row: Contact) -> Contact:
    """The contact works there after all, or again."""
    if row.state != Contact.State.LEFT:
        raise DomainError(N_("This contact has not left."), code="not_left")
    values = {"state": Contact.State.ACTIVE, "left_on": None}
    changed: Contact = record_update(
        actor=actor, row=row, values=values, verb="customers.contact.returned"
    )
    return changed


def lists_load_standard(*, actor: Actor) -> int:
    """Enter the usual industries and sources that are missing; gives how many were added."""
    added = 0
    for model, entries in ((Industry, INDUSTRIES), (Source, SOURCES)):
        known = set(model._default_manager.values_list("name", flat=True))
        for position, entry in enumerate(entries, start=1):
            if entry["name"] not in known:
                values = {**entry, "position": position * 10}
                record_create(actor=actor, model=model, values=values)
                added += 1
    return added


def _account_update(
    actor: Actor, row: Account, values: dict[str, Any], act: str | None, done: str
) -> Account:
    changed: Account = record_update(
        actor=actor, row=row, values=values, act=act, verb=f"customers.account.{done}"
    )
    return changed


def _leave(actor: Actor, row: Contact, day: date) -> Contact:
    _end_employment(row, day)
    values = {"state": Contact.State.LEFT, "left_on": day, "is_primary": False}
    changed: Contact = record_update(actor=actor, row=row, values=values)
    return changed


def _end_employment(row: Contact, day: date) -> None:
    row.employments.filter(account=row.account, ended_on__isnull=True).update(ended_on=day)

"""Making an account, a contact and an opportunity of a lead, without losing a line of its history.

The lead stays where it is and keeps everything that hangs on it; those rows are told the new account, so that they appear on its
page, and the pages of contact and opportunity show the lead's history through `origins`. Records that are probably the same are
shown first; a sure duplicate must be chosen, or a new record asked for knowingly.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tonglu import policy
from tonglu.audit.services import context
from tonglu.collaboration import services as collaboration
from tonglu.customers import selectors as customers_read
from tonglu.customers import services as customers
from tonglu.entities.services import record_update
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now
from tonglu.toolkit.events import publish

from .core.life import step_check
from .events import LeadConverted
from .matching import LEAD
from .models import Lead
from .ports import opportunity_opener

if TYPE_CHECKING:
    from tonglu.customers.models import Account, Contact
    from tonglu.customers.selectors import Duplicate
    from tonglu.policy import Actor


@dataclass(frozen=True, kw_only=True)
class ConvertPreview:
    """The records a conversion would probably repeat."""

    accounts: tuple[Duplicate, ...]
    contacts: tuple[Duplicate, ...]

    @property
    def certain(self) -> list[Duplicate]:
        """Those that are the same beyond reasonable doubt."""
        return [found for found in (*self.accounts, *self.contacts) if found.is_certain]


def lead_convert_preview(*, actor: Actor, row: Lead) -> ConvertPreview:
    """What the new account and contact would repeat."""
    account = {"name": row.company, "phone": row.phone, "website": row.website}
    person = {
        "name": row.name,
        "company": row.company,
        "mobile": row.mobile,
        "phone": row.phone,
        "email": row.email,
    }
    return ConvertPreview(
        accounts=tuple(customers_read.account_duplicates(actor, account)) if row.company else (),
        contacts=tuple(customers_read.contact_duplicates(actor, person)),
    )


def lead_convert(  # noqa: PLR0913 - they are the fields of the dialog
    *,
    actor: Actor,
    row: Lead,
    account: Account | None = None,
    contact: Contact | None = None,
    create_opportunity: bool = True,
    opportunity_name: str = "",
    amount: Decimal | None = None,
    new_anyway: bool = False,
) -> Lead:
    """Convert a lead to an existing or new account and contact and, unless not wanted, an opportunity."""
    step_check(row.status, Lead.Status.CONVERTED)
    account = account or (contact.account if contact is not None else None)
    if not new_anyway:
        _refuse_duplicates(actor, row, account, contact)
    with context(actor, verb="marketing.lead.converted"):
        account = account or _account_new(actor, row)
        contact = contact or _contact_new(actor, row, account)
        opportunity = (
            _opportunity_open(actor, row, account, contact, opportunity_name, amount)
            if create_opportunity
            else None
        )
        collaboration.target_account_set(
            actor=actor, kind=LEAD, target_id=row.pk, account_id=account.pk
        )
        return _close(actor, row, account, contact, opportunity)


def _refuse_duplicates(
    actor: Actor, row: Lead, account: Account | None, contact: Contact | None
) -> None:
    preview = lead_convert_preview(actor=actor, row=row)
    repeated = [
        found
        for found in preview.certain
        if (account is None and found.kind == "customers.account")
        or (contact is None and found.kind == "customers.contact")
    ]
    if repeated:
        raise DomainError(
            N_("This is probably known already: %(found)s"),
            code="duplicates",
            params={"found": " ".join(found.sentence for found in repeated)},
            next_step=N_("Choose the existing record, or confirm that a new one is wanted."),
        )


def _account_new(actor: Actor, row: Lead) -> Account:
    if not row.company:
        raise Invalid(
            {"account": [N_("Choose the account, or enter the company on the lead first.")]}
        )
    values: dict[str, Any] = {
        "name": row.company,
        "industry": row.industry,
        "source": row.source,
        "territory": row.territory,
        "employees": row.employees,
        "website": row.website,
        "phone": row.phone,
        "province": row.province,
        "city": row.city,
        "description": row.description,
        "last_contact_at": row.last_contact_at,
        "next_contact_on": row.next_contact_on,
    }
    policy.require(actor, "create", "customers.account")
    return customers.account_create(actor=actor, values=_owned(row, values), act=None)


def _contact_new(actor: Actor, row: Lead, account: Account) -> Contact | None:
    if row.name == row.company:
        return None
    values = {
        "name": row.name,
        "account": account,
        "title": row.title,
        "mobile": row.mobile,
        "phone": row.phone,
        "email": row.email,
        "wechat": row.wechat,
        "source": row.source,
        "do_not_mail": row.do_not_mail,
        "last_contact_at": row.last_contact_at,
    }
    policy.require(actor, "create", "customers.contact")
    return customers.contact_create(actor=actor, values=_owned(row, values), act=None)


def _owned(row: Lead, values: dict[str, Any]) -> dict[str, Any]:
    """What comes of a lead belongs to whoever the lead belongs to, even beyond the sight of who converts it."""
    return {**values, "owner": row.owner} if row.owner is not None else values


def _opportunity_open(
    actor: Actor,
    row: Lead,
    account: Account,
    contact: Contact | None,
    name: str,
    amount: Decimal | None,
) -> Any:
    opener = opportunity_opener()
    if opener is None:
        return None
    return opener(
        actor=actor,
        lead=row,
        account=account,
        contact=contact,
        name=name or opportunity_name(row, account.name),
        amount=row.budget if amount is None else amount,
    )


def opportunity_name(row: Lead, company: str) -> str:
    """What the opportunity of a lead is called unless somebody says otherwise: the company, and what it needs."""
    subject = str(row.product) if row.product is not None else row.need.partition("\n")[0][:80]
    return f"{company} · {subject}" if subject else company


def _close(
    actor: Actor, row: Lead, account: Account, contact: Contact | None, opportunity: Any
) -> Lead:
    values = {
        "status": Lead.Status.CONVERTED,
        "converted_at": now(),
        "converted_account": account,
        "converted_contact": contact,
        "converted_opportunity_id": opportunity.pk if opportunity is not None else None,
        "next_contact_on": None,
    }
    changed: Lead = record_update(actor=actor, row=row, values=values, act="convert")
    publish(
        LeadConverted(
            lead_id=row.pk,
            account_id=account.pk,
            contact_id=contact.pk if contact is not None else None,
            opportunity_id=changed.converted_opportunity_id,
            campaign_id=row.campaign_id,
        )
    )
    return changed

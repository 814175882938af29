"""What must hold before an account or contact is saved, and the keys kept with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tonglu.kernel.errors import Invalid
from tonglu.toolkit.copying import rows_insert

from .core.keys import company_key, person_key, phone_key, tax_key
from .core.sizes import size_of
from .models import Account, Contact, Employment

if TYPE_CHECKING:
    from tonglu.policy import Actor


def account_prepare(_actor: Actor, row: Account, _before: Account | None) -> None:
    """Tidy what was typed, keep the keys, and refuse a company above itself."""
    row.name = " ".join(row.name.split())
    row.name_key = company_key(row.name)[:200]
    row.phone_key = phone_key(row.phone)
    row.tax_id = tax_key(row.tax_id)
    row.accounting_id = (row.accounting_id or "").strip() or None
    row.tags = list(dict.fromkeys(tag.strip() for tag in row.tags if tag.strip()))
    if row.employees is not None and not row.size:
        row.size = size_of(row.employees)
    _refuse_circle(row)


def contact_prepare(_actor: Actor, row: Contact, before: Contact | None) -> None:
    """Tidy what was typed, keep the keys, and refuse a new contact at a closed account."""
    row.name = " ".join(row.name.split())
    row.name_key = person_key(row.name)[:120]
    row.mobile_key = phone_key(row.mobile)
    row.phone_key = phone_key(row.phone)
    row.email = row.email.strip().lower()
    moved = before is None or before.account_id != row.account_id
    if moved and row.account is not None and row.account.state == Account.State.MERGED:
        raise Invalid({"account": [_("This account was merged into another; use that one.")]})
    if row.reports_to is not None and row.reports_to.reports_to_id == row.pk and row.pk:
        raise Invalid({"reports_to": [_("Two people cannot report to each other.")]})


def contact_after(_actor: Actor, row: Contact, before: Contact | None) -> None:
    """One main contact per account, and the first employer of a new contact."""
    if row.is_primary and row.account_id is not None:
        others = Contact.objects.filter(account_id=row.account_id, is_primary=True)
        others.exclude(pk=row.pk).update(is_primary=False)
    if before is None and row.account is not None:
        Employment.objects.create(
            contact=row, account=row.account, company=row.account.name, title=row.title
        )


def contacts_after(_actor: Actor, rows: Sequence[Contact]) -> None:
    """The same for many new contacts: the last that is called the main one of an account is it."""
    main = {row.account_id: row.pk for row in rows if row.is_primary and row.account_id is not None}
    if main:
        others = Contact.objects.filter(account_id__in=main, is_primary=True)
        others.exclude(pk__in=main.values()).update(is_primary=False)
    rows_insert(
        [
            Employment(contact=row, account=row.account, company=row.account.name, title=row.title)
            for row in rows
            if row.account is not None
        ]
    )


def _refuse_circle(row: Account) -> None:
    above, seen = row.parent, {row.pk}
    while above is not None:
        if above.pk in seen:
            raise Invalid({"parent": [_("A company cannot stand above itself.")]})
        seen.add(above.pk)
        above = above.parent

"""Reading customers: an account whole, its people, its family, and whom it duplicates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from tonglu.entities.selectors import rows
from tonglu.policy import Actor

from .duplicates import Duplicate, account_duplicates, contact_duplicates
from .models import Account, Contact, Industry, Source

__all__ = [
    "Duplicate",
    "account_by_id",
    "account_by_name",
    "account_contacts",
    "account_duplicates",
    "account_family",
    "accounts",
    "accounts_open",
    "contact_by_id",
    "contact_duplicates",
    "contacts",
    "contacts_with_birthday",
    "industry_by_name",
    "source_by_name",
]

DEEPEST = 10


def accounts(actor: Actor) -> QuerySet[Account]:
    """The accounts the actor may see."""
    return rows(actor, Account)


def accounts_open(actor: Actor) -> QuerySet[Account]:
    """The visible accounts with which new business may be done."""
    return accounts(actor).filter(state__in=(Account.State.PROVISIONAL, Account.State.VERIFIED))


def contacts(actor: Actor) -> QuerySet[Contact]:
    """The contacts the actor may see."""
    return rows(actor, Contact)


def account_by_id(actor: Actor, pk: int) -> Account | None:
    """A visible account; what was merged away leads to where it went."""
    found = accounts(actor).filter(pk=pk).first()
    if found is not None:
        return found
    heir = Account.objects.filter(pk=pk, state=Account.State.MERGED).values("merged_into_id")
    return accounts(actor).filter(pk__in=heir).first()


def account_by_name(actor: Actor, name: str) -> Account | None:
    """The visible account of exactly that name, the oldest when there are several."""
    return accounts(actor).filter(name=name).order_by("pk").first()


def account_contacts(actor: Actor, account_id: int, *, left: bool = False) -> QuerySet[Contact]:
    """The visible contacts at an account, the main one first; those who left only when asked for."""
    found = contacts(actor).filter(account_id=account_id)
    if not left:
        found = found.filter(state=Contact.State.ACTIVE)
    return found.order_by("-is_primary", "name")


def billing_email(actor: Actor, account_id: int) -> str:
    """Where a customer is written to about money: the contact for finance, else the main one, else any; "" without an address."""
    found = list(account_contacts(actor, account_id).exclude(email=""))
    finance = [one for one in found if one.role == Contact.Role.FINANCE]
    return next((one.email for one in (*finance, *found)), "")


def account_family(actor: Actor, account: Account) -> list[Account]:
    """The visible accounts of the same group: the topmost parent and everything below it."""
    top = _top_of(account)
    known = {top}
    level = {top}
    for _step in range(DEEPEST):
        level = set(
            Account.objects.filter(parent_id__in=level, deleted_at__isnull=True).values_list(
                "pk", flat=True
            )
        )
        level -= known
        if not level:
            break
        known |= level
    return list(accounts(actor).filter(pk__in=known).order_by("name"))


def account_names(actor: Actor, ids: Iterable[int]) -> dict[int, str]:
    """The names of those of the accounts that the actor may see."""
    return dict(accounts(actor).filter(pk__in=set(ids)).values_list("pk", "name"))


def contact_by_id(actor: Actor, pk: int) -> Contact | None:
    """A visible contact."""
    return contacts(actor).filter(pk=pk).first()


def contacts_with_birthday(actor: Actor, days: Iterable[date]) -> QuerySet[Contact]:
    """The visible contacts whose birthday falls on one of the days."""
    falls = Q(pk__in=[])
    for day in days:
        falls |= Q(birthday__month=day.month, birthday__day=day.day)
    return contacts(actor).filter(falls, state=Contact.State.ACTIVE).order_by("name")


def industry_by_name(name: str) -> Industry | None:
    """The industry of that name, in either language."""
    return Industry.objects.filter(_named(name)).first()


def source_by_name(name: str) -> Source | None:
    """The source of that name, in either language."""
    return Source.objects.filter(_named(name)).first()


def _named(name: str) -> Q:
    return Q(Q(name__iexact=name) | Q(name_zh=name), deleted_at=None)


def _top_of(account: Account) -> int:
    current, seen = account, {account.pk}
    while current.parent_id is not None and current.parent_id not in seen:
        seen.add(current.parent_id)
        current = Account.objects.only("pk", "parent_id").get(pk=current.parent_id)
    return current.pk

"""Finding the records that a new or changed one probably duplicates, whoever they belong to.

Candidates come from indexes: equal keys and numbers, and for names the grams of their first, telling characters. The pure rules
in `core/duplicates` then judge them. What the actor may see is named; of the rest only the team that holds it is told, so that
two salespeople on one customer (撞单) learn of each other without either seeing the other's record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tonglu.directory.selectors import department_label
from tonglu.entities.duplicates import Duplicates
from tonglu.entities.selectors import rows
from tonglu.policy import Actor
from tonglu.toolkit.search import HasGrams

from .core.duplicates import (
    CompanyKeys,
    Likeness,
    PersonKeys,
    companies_alike,
    mail_domain,
    people_alike,
)
from .models import Account, Contact

MOST_CANDIDATES = 300
TELLING = 6
"""So many first characters of a name tell one company from another."""


@dataclass(frozen=True, kw_only=True)
class Duplicate:
    """A record that is probably the same. `pk` and `name` are empty when it is beyond the actor's sight."""

    kind: str
    score: int
    reason: str
    holder: str
    pk: int | None = None
    name: str = ""
    owner: str = ""

    @property
    def is_certain(self) -> bool:
        """Whether a number that belongs to one only is the same."""
        return self.score >= 95

    @property
    def sentence(self) -> str:
        """The finding as a person reads it."""
        if self.pk is not None:
            return _("%(name)s: %(reason)s, owned by %(owner)s.") % {
                "name": self.name,
                "reason": self.reason,
                "owner": self.owner or "–",
            }
        return _("A record with %(reason)s exists and is held by %(holder)s.") % {
            "reason": self.reason,
            "holder": self.holder,
        }


def account_duplicates(
    actor: Actor, values: Mapping[str, Any], *, exclude: int | None = None, most: int = 5
) -> list[Duplicate]:
    """The accounts that the values probably duplicate, the surest first."""
    keys = CompanyKeys.of(values)
    found = _candidates(Account, _company_filter(keys), exclude)
    matches = [(companies_alike(keys, _company_of(row)), row) for row in found]
    return _told(actor, Account, matches, most)


def contact_duplicates(
    actor: Actor, values: Mapping[str, Any], *, exclude: int | None = None, most: int = 5
) -> list[Duplicate]:
    """The contacts that the values probably duplicate; `company` or `account` names where they work."""
    company = values.get("company") or values.get("account") or ""
    keys = PersonKeys.of({**values, "company": str(company)})
    found = _candidates(Contact, _person_filter(keys), exclude).select_related("account")
    matches = [(people_alike(keys, _person_of(row)), row) for row in found]
    return _told(actor, Contact, matches, most)


def account_finder(actor: Actor, typed: Mapping[str, str], but: int | None) -> Duplicates:
    """What the form of an account shows while it is filled in."""
    return _shown(actor, Account, account_duplicates(actor, typed, exclude=but))


def contact_finder(actor: Actor, typed: Mapping[str, str], but: int | None) -> Duplicates:
    """What the form of a contact shows while it is filled in; the account comes as its number."""
    values = dict(typed)
    number = values.pop("account", "")
    if number.isdecimal():
        named = rows(actor, Account).filter(pk=int(number)).values_list("name", flat=True)
        values["company"] = named.first() or ""
    return _shown(actor, Contact, contact_duplicates(actor, values, exclude=but))


def accounts_of_mail(actor: Actor, address: str) -> QuerySet[Account]:
    """The visible accounts whose website or e-mail has the domain of the address; none for a public mail house."""
    domain = mail_domain(address)
    if not domain:
        return rows(actor, Account).none()
    return rows(actor, Account).filter(
        Q(website__icontains=domain) | Q(email__iendswith=f"@{domain}")
    )


def _shown(actor: Actor, model: type[Any], found: list[Duplicate]) -> Duplicates:
    ids = [one.pk for one in found if one.pk is not None]
    seen = {row.pk: row for row in rows(actor, model).filter(pk__in=ids)} if ids else {}
    hidden = [one for one in found if one.pk is None]
    return Duplicates(
        visible=tuple(seen[pk] for pk in ids if pk in seen),
        hidden=len(hidden),
        ask=tuple(dict.fromkeys(one.holder for one in hidden)),
    )


def _candidates(model: type[Any], telling: Q, exclude: int | None) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.filter(telling, deleted_at__isnull=True)
    found = found.select_related("owner")
    if exclude is not None:
        found = found.exclude(pk=exclude)
    return found.order_by("-pk")[:MOST_CANDIDATES]


def _company_filter(keys: CompanyKeys) -> Q:
    telling = Q(pk__in=[])
    for name in (keys.name, keys.name_en):
        telling |= _name_filter(name)
    if keys.tax_id:
        telling |= Q(tax_id=keys.tax_id)
    if len(keys.phone) >= 7:
        telling |= Q(phone_key=keys.phone)
    if keys.website:
        telling |= Q(website__icontains=keys.website)
    return telling


def _name_filter(key: str) -> Q:
    if not key:
        return Q()
    telling = Q(name_key=key)
    if len(key) < 3:
        return telling
    if key.isascii():
        return telling | Q(name_key__startswith=key[:4])
    for gram in _grams(key[:TELLING]):
        telling |= Q(HasGrams("search", gram))
    return telling


def _grams(text: str) -> Iterable[str]:
    return (text[i : i + 3] for i in range(len(text) - 2))


def _person_filter(keys: PersonKeys) -> Q:
    telling = Q(pk__in=[])
    if keys.name:
        telling |= Q(name_key=keys.name)
    if keys.mobile:
        telling |= Q(mobile_key=keys.mobile) | Q(phone_key=keys.mobile)
    if keys.email:
        telling |= Q(email__iexact=keys.email)
    return telling


def _company_of(row: Account) -> CompanyKeys:
    return CompanyKeys.of(
        {
            "name": row.name,
            "name_en": row.name_en,
            "tax_id": row.tax_id,
            "phone": row.phone,
            "website": row.website,
        }
    )


def _person_of(row: Contact) -> PersonKeys:
    return PersonKeys.of(
        {
            "name": row.name,
            "company": row.account.name if row.account else "",
            "mobile": row.mobile,
            "phone": row.phone,
            "email": row.email,
        }
    )


def _told(
    actor: Actor, model: type[Any], matches: list[tuple[Likeness | None, Any]], most: int
) -> list[Duplicate]:
    alike = sorted(
        ((likeness, row) for likeness, row in matches if likeness is not None),
        key=lambda match: (-match[0].score, match[1].pk),
    )[:most]
    ids = [row.pk for _likeness, row in alike]
    seen = set(rows(actor, model).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return [_tell(likeness, row, visible=row.pk in seen) for likeness, row in alike]


def _tell(likeness: Likeness, row: Any, *, visible: bool) -> Duplicate:
    return Duplicate(
        kind=row._meta.label_lower,
        score=likeness.score,
        reason=_(likeness.reason),
        holder=department_label(row.department_id) or _("another team"),
        pk=row.pk if visible else None,
        name=str(row) if visible else "",
        owner=row.owner.name if visible and row.owner else "",
    )

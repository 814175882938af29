"""People at customers: one main contact, and what happens when they change jobs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tonglu.customers import selectors, services
from tonglu.customers.models import Account, Contact, Employment
from tonglu.entities.services import record_run
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.policy.testing import Cast
from tonglu.toolkit.models import OutboxEvent


@pytest.fixture
def account(cast: Cast, actor: Any) -> Account:
    """Where Li Lei works."""
    return services.account_create(actor=actor(cast.ana), values={"name": "华辰科技"})


@pytest.fixture
def contact(cast: Cast, actor: Any, account: Account) -> Contact:
    """Li Lei, the main contact."""
    values = {"name": "李 雷", "account": account, "title": "采购经理", "is_primary": True}
    return services.contact_create(actor=actor(cast.ana), values=values)


def test_a_new_contact_begins_with_an_employer(contact: Contact, account: Account) -> None:
    employment = Employment.objects.get(contact=contact)

    assert (employment.account, employment.company) == (account, "华辰科技")
    assert employment.ended_on is None


def test_an_account_has_one_main_contact(
    cast: Cast, actor: Any, account: Account, contact: Contact
) -> None:
    values = {"name": "韩梅梅", "account": account, "is_primary": True}
    second = services.contact_create(actor=actor(cast.ana), values=values)

    contact.refresh_from_db()
    assert not contact.is_primary
    assert list(selectors.account_contacts(actor(cast.ana), account.pk)) == [second, contact]


def test_who_left_is_kept_and_every_module_hears_of_it(
    cast: Cast, actor: Any, contact: Contact, account: Account
) -> None:
    on = date(2026, 3, 1)

    gone = record_run(actor=actor(cast.ana), row=contact, verb="left", params={"on": on})

    assert (gone.state, gone.left_on, gone.is_primary) == ("left", on, False)
    assert Employment.objects.get(contact=contact).ended_on == on
    assert list(selectors.account_contacts(actor(cast.ana), account.pk)) == []
    event = OutboxEvent.objects.get(name="customers.contact.left")
    assert event.payload["contact_id"] == contact.pk
    assert event.payload["new_account_id"] is None


def test_nobody_leaves_twice(cast: Cast, actor: Any, contact: Contact) -> None:
    gone = services.contact_left(actor=actor(cast.ana), row=contact)

    with pytest.raises(DomainError):
        record_run(actor=actor(cast.ana), row=gone, verb="left")

    assert OutboxEvent.objects.filter(name="customers.contact.left").count() == 1


def test_a_person_who_changes_jobs_stays_one_record_with_a_history(
    cast: Cast, actor: Any, contact: Contact, account: Account
) -> None:
    ana, on = actor(cast.ana), date(2026, 3, 1)
    other = services.account_create(actor=ana, values={"name": "蓝天食品"})

    moved = services.contact_change_job(actor=ana, row=contact, account=other, title="总监", on=on)

    assert (moved.account, moved.title, moved.state) == (other, "总监", "active")
    employers = Employment.objects.filter(contact=contact).values_list("company", "ended_on")
    assert list(employers) == [("蓝天食品", None), ("华辰科技", on)]
    told = OutboxEvent.objects.get(name="customers.contact.left").payload
    assert (told["account_id"], told["new_account_id"]) == (account.pk, other.pk)


def test_the_same_account_is_no_new_job(
    cast: Cast, actor: Any, contact: Contact, account: Account
) -> None:
    with pytest.raises(Invalid):
        services.contact_change_job(actor=actor(cast.ana), row=contact, account=account)


def test_a_contact_is_seen_by_whoever_sees_its_account(
    cast: Cast, actor: Any, account: Account
) -> None:
    values = {"name": "韩梅梅", "account": account}
    added = services.contact_create(actor=actor(cast.lee), values=values)

    assert added in selectors.contacts(actor(cast.ana))
    assert added not in selectors.contacts(actor(cast.cy))


def test_birthdays_are_found_by_day_whatever_the_year(
    cast: Cast, actor: Any, account: Account
) -> None:
    ana = actor(cast.ana)
    values = {"name": "韩梅梅", "account": account, "birthday": date(1980, 5, 17)}
    born = services.contact_create(actor=ana, values=values)

    assert list(selectors.contacts_with_birthday(ana, [date(2026, 5, 17)])) == [born]
    assert list(selectors.contacts_with_birthday(ana, [date(2026, 5, 18)])) == []


def test_the_standard_lists_are_entered_once(cast: Cast, actor: Any) -> None:
    first = services.lists_load_standard(actor=actor(cast.ada))
    again = services.lists_load_standard(actor=actor(cast.ada))

    assert first > 30
    assert again == 0
    industry = selectors.industry_by_name("化工")
    assert industry is not None
    assert industry.name == "Chemicals"

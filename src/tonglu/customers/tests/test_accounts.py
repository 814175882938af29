"""The life of an account: opened by anybody, verified, handed over, archived, and told from its duplicates."""

from __future__ import annotations

from typing import Any

import pytest

from tonglu.audit.selectors import history
from tonglu.customers import selectors, services
from tonglu.customers.models import Account
from tonglu.entities.services import record_run, record_update
from tonglu.kernel.errors import Denied, DomainError, Invalid, NotFound
from tonglu.policy import Level, field_level
from tonglu.policy.testing import Cast


@pytest.fixture
def account(cast: Cast, actor: Any) -> Account:
    """Ana's account."""
    values = {
        "name": "上海华辰科技有限公司",
        "employees": 120,
        "phone": "021-5555 1234",
        "tax_id": "91310000MA1K",
        "tags": ["重点", "重点", " "],
    }
    return services.account_create(actor=actor(cast.ana), values=values)


def test_a_salesperson_opens_a_provisional_account_and_owns_it(
    cast: Cast, account: Account
) -> None:
    assert account.state == "provisional"
    assert account.owner == cast.ana
    assert account.department == cast.east
    assert account.name_key == "上海华辰科技"
    assert account.size == "medium"
    assert account.tags == ["重点"]


@pytest.mark.parametrize(
    ("person", "sees"),
    [
        ("ana", True),
        ("ben", False),
        ("cy", False),
        ("lee", True),
        ("dee", True),
        ("max", True),
        ("fay", True),
        ("sid", True),
        ("pat", False),
        ("hue", False),
    ],
)
def test_a_salesperson_sees_her_own_a_leader_those_of_his_people(
    cast: Cast, actor: Any, account: Account, person: str, sees: bool
) -> None:
    assert (account in selectors.accounts(actor(getattr(cast, person)))) is sees


def test_accounting_verifies_an_account_by_its_id(cast: Cast, actor: Any, account: Account) -> None:
    verified = record_run(
        actor=actor(cast.fay), row=account, verb="verify", params={"accounting_id": " K-100 "}
    )

    assert (verified.state, verified.accounting_id) == ("verified", "K-100")
    assert history("customers.account", account.pk)[0].verb == "customers.account.verify"


def test_a_salesperson_may_not_verify(cast: Cast, actor: Any, account: Account) -> None:
    with pytest.raises(Denied):
        services.account_verify(actor=actor(cast.ana), row=account, accounting_id="K-100")

    account.refresh_from_db()
    assert account.state == "provisional"


def test_two_accounts_cannot_have_one_accounting_id(
    cast: Cast, actor: Any, account: Account
) -> None:
    second = services.account_create(actor=actor(cast.ana), values={"name": "北京蓝天食品"})
    services.account_verify(actor=actor(cast.fay), row=account, accounting_id="K-100")

    with pytest.raises(Invalid) as refusal:
        services.account_verify(actor=actor(cast.fay), row=second, accounting_id="K-100")

    assert "accounting_id" in refusal.value.errors
    second.refresh_from_db()
    assert second.state == "provisional"


def test_an_archived_account_is_reopened_as_what_it_was(
    cast: Cast, actor: Any, account: Account
) -> None:
    ana = actor(cast.ana)
    verified = services.account_verify(actor=actor(cast.fay), row=account, accounting_id="K-100")

    archived = services.account_archive(actor=ana, row=verified, reason="closed down")

    assert archived.state == "archived"
    assert history("customers.account", account.pk)[0].reason == "closed down"
    with pytest.raises(DomainError):
        record_run(actor=ana, row=archived, verb="archive", params={"reason": "again"})
    assert services.account_reopen(actor=ana, row=archived).state == "verified"


def test_a_leader_hands_an_account_over_with_its_contacts(
    cast: Cast, actor: Any, account: Account
) -> None:
    values = {"name": "李雷", "account": account}
    contact = services.contact_create(actor=actor(cast.ana), values=values)

    services.account_hand_over(actor=actor(cast.lee), row=account, to=cast.ben)

    contact.refresh_from_db()
    assert contact.owner == cast.ben
    assert list(selectors.accounts(actor(cast.ana))) == []
    assert list(selectors.accounts(actor(cast.ben))) == [account]


def test_a_salesperson_may_not_hand_over(cast: Cast, actor: Any, account: Account) -> None:
    with pytest.raises(Denied):
        services.account_hand_over(actor=actor(cast.ana), row=account, to=cast.ben)

    account.refresh_from_db()
    assert account.owner == cast.ana


def test_a_company_cannot_stand_above_itself(cast: Cast, actor: Any, account: Account) -> None:
    ana = actor(cast.ana)
    site = services.account_create(actor=ana, values={"name": "华辰苏州", "parent": account})

    with pytest.raises(Invalid) as refusal:
        record_update(actor=ana, row=account, values={"parent": site})

    assert list(refusal.value.errors) == ["parent"]
    assert set(selectors.account_family(ana, site)) == {account, site}


def test_a_stranger_does_not_find_the_account(cast: Cast, actor: Any, account: Account) -> None:
    with pytest.raises(NotFound):
        record_update(actor=actor(cast.cy), row=account, values={"name": "mine now"})


def test_a_duplicate_in_sight_is_named_with_its_reason(
    cast: Cast, actor: Any, account: Account
) -> None:
    found = selectors.account_duplicates(actor(cast.ana), {"name": "上海市华辰科技（集团）"})

    assert [(d.pk, d.name, d.owner, d.is_certain) for d in found] == [
        (account.pk, account.name, "Ana", True)
    ]
    assert "the same name" in found[0].sentence


def test_a_duplicate_beyond_sight_tells_only_the_team_that_holds_it(
    cast: Cast, actor: Any, account: Account
) -> None:
    values = {"name": "Something else", "tax_id": "91310000ma1k"}

    found = selectors.account_duplicates(actor(cast.cy), values)

    assert [(d.pk, d.name, d.owner, d.holder) for d in found] == [(None, "", "", "Team East")]
    assert found[0].sentence == "A record with the same tax id exists and is held by Team East."


@pytest.mark.parametrize(
    "typed",
    ["沧州黄河石麟化工", "黄河石林化工有限责任公司", "沧州市黄河石林化工（集团）有限公司"],
)
def test_names_with_a_wrong_sign_or_a_missing_city_are_found(
    cast: Cast, actor: Any, typed: str
) -> None:
    ana = actor(cast.ana)
    kept = services.account_create(actor=ana, values={"name": "沧州黄河石林化工有限公司"})

    assert [d.pk for d in selectors.account_duplicates(ana, {"name": typed})] == [kept.pk]
    assert selectors.account_duplicates(ana, {"name": "无锡远东电缆"}) == []


def test_a_record_is_no_duplicate_of_itself(cast: Cast, actor: Any, account: Account) -> None:
    values = {"name": account.name}

    assert selectors.account_duplicates(actor(cast.ana), values, exclude=account.pk) == []


def test_contacts_are_found_by_number_and_by_name_at_the_company(
    cast: Cast, actor: Any, account: Account
) -> None:
    ana = actor(cast.ana)
    values = {"name": "李雷", "account": account, "mobile": "138 0013 8000"}
    contact = services.contact_create(actor=ana, values=values)

    def found(**values: str) -> list[int | None]:
        return [d.pk for d in selectors.contact_duplicates(ana, values)]

    assert found(name="Lei Li", mobile="+8613800138000") == [contact.pk]
    assert found(name="李雷先生", company="上海华辰科技") == [contact.pk]
    assert found(name="李雷", company="北京蓝天") == []


@pytest.mark.parametrize(
    ("person", "field", "level"),
    [
        ("ana", "bank_account", Level.HIDDEN),
        ("ana", "tax_id", Level.READ),
        ("ana", "credit_limit", Level.READ),
        ("oli", "bank_account", Level.WRITE),
        ("fay", "credit_limit", Level.WRITE),
        ("mia", "credit_limit", Level.HIDDEN),
    ],
)
def test_tax_bank_and_credit_are_for_those_who_need_them(
    cast: Cast, actor: Any, person: str, field: str, level: Level
) -> None:
    assert field_level(actor(getattr(cast, person)), "customers.account", field) is level

"""A lead becomes an account, a contact and an opportunity, and nothing of its history is lost."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tonglu.collaboration import selectors as collaboration_read
from tonglu.collaboration import services as collaboration
from tonglu.customers import services as customers
from tonglu.customers.models import Account, Contact
from tonglu.entities.services import record_run
from tonglu.kernel.errors import Denied, DomainError, Invalid
from tonglu.marketing import ports, services
from tonglu.marketing.models import Lead
from tonglu.policy.testing import Cast
from tonglu.toolkit.jobs import drain
from tonglu.toolkit.models import OutboxEvent


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the port that opens opportunities was asked for."""
    asked: list[dict[str, Any]] = []

    def opener(**wanted: Any) -> Any:
        asked.append(wanted)
        return SimpleNamespace(pk=77)

    monkeypatch.setattr(ports, "_opener", [opener])
    return asked


@pytest.fixture
def lead(cast: Cast, actor: Any) -> Lead:
    """Ana's lead with a need and a budget."""
    values = {
        "name": "李雷",
        "company": "上海华辰科技有限公司",
        "mobile": "138 0013 8000",
        "title": "采购经理",
        "need": "水泵 20 台",
        "budget": Decimal(200000),
        "city": "上海",
    }
    return services.lead_create(actor=actor(cast.ana), values=values)


def test_a_lead_becomes_account_contact_and_opportunity(
    cast: Cast, actor: Any, lead: Lead, opened: list[dict[str, Any]]
) -> None:
    converted = record_run(
        actor=actor(cast.ana), row=lead, verb="convert", params={"create_opportunity": True}
    )

    account, contact = Account.objects.get(), Contact.objects.get()
    assert (account.name, account.city, account.owner) == (
        "上海华辰科技有限公司",
        "上海",
        cast.ana,
    )
    assert (contact.name, contact.account, contact.mobile) == ("李雷", account, "138 0013 8000")
    assert (converted.status, converted.converted_opportunity_id) == ("converted", 77)
    assert (converted.converted_account, converted.converted_contact) == (account, contact)
    assert opened[0]["name"] == "上海华辰科技有限公司 · 水泵 20 台"
    assert opened[0]["amount"] == Decimal(200000)
    told = OutboxEvent.objects.get(name="marketing.lead.converted").payload
    assert (told["account_id"], told["opportunity_id"]) == (account.pk, 77)


def test_without_an_opportunity_none_is_opened(
    cast: Cast, actor: Any, lead: Lead, opened: list[dict[str, Any]]
) -> None:
    converted = services.lead_convert(actor=actor(cast.ana), row=lead, create_opportunity=False)

    assert converted.converted_opportunity_id is None
    assert opened == []


def test_a_known_customer_is_shown_and_not_made_twice(
    cast: Cast, actor: Any, lead: Lead, opened: list[dict[str, Any]]
) -> None:
    ana = actor(cast.ana)
    known = customers.account_create(actor=ana, values={"name": "华辰科技（上海）有限公司"})
    known = customers.account_create(actor=ana, values={"name": "上海市华辰科技有限公司"})

    with pytest.raises(DomainError) as refusal:
        services.lead_convert(actor=ana, row=lead)

    assert refusal.value.code == "duplicates"
    assert known.name in str(refusal.value)
    assert Contact.objects.count() == 0
    lead.refresh_from_db()
    assert lead.status == "new"

    converted = services.lead_convert(actor=ana, row=lead, account=known)
    assert converted.converted_account == known
    assert Account.objects.count() == 2


def test_a_customer_of_another_team_is_told_without_its_name(
    cast: Cast, actor: Any, lead: Lead, opened: list[dict[str, Any]]
) -> None:
    values = {"name": "上海华辰科技", "phone": "1"}
    customers.account_create(actor=actor(cast.cy), values=values)

    with pytest.raises(DomainError) as refusal:
        services.lead_convert(actor=actor(cast.ana), row=lead)

    assert "Team West" in str(refusal.value)
    assert "Cy" not in str(refusal.value)
    services.lead_convert(actor=actor(cast.ana), row=lead, new_anyway=True)
    assert Account.objects.filter(owner=cast.ana).count() == 1


def test_a_known_person_is_not_made_twice(
    cast: Cast, actor: Any, lead: Lead, opened: list[dict[str, Any]]
) -> None:
    ana = actor(cast.ana)
    account = customers.account_create(actor=ana, values={"name": "别的公司"})
    values = {"name": "李雷", "account": account, "mobile": "13800138000"}
    contact = customers.contact_create(actor=ana, values=values)

    with pytest.raises(DomainError):
        services.lead_convert(actor=ana, row=lead)
    converted = services.lead_convert(actor=ana, row=lead, contact=contact)

    assert (converted.converted_contact, converted.converted_account) == (contact, account)
    assert Contact.objects.count() == 1


def test_the_history_of_the_lead_is_seen_on_what_it_became(
    cast: Cast, actor: Any, lead: Lead, opened: list[dict[str, Any]]
) -> None:
    ana = actor(cast.ana)
    call = collaboration.followup_log(actor=ana, target=lead, text="Wants twenty pumps.")
    task = collaboration.task_create(actor=ana, subject="Send brochure", target=lead)

    converted = services.lead_convert(actor=ana, row=lead)

    account, contact = converted.converted_account, converted.converted_contact
    for kind, pk in (
        ("marketing.lead", lead.pk),
        ("customers.account", account.pk),
        ("customers.contact", contact.pk),
        ("sales.opportunity", 77),
    ):
        assert list(collaboration_read.record_followups(kind, pk)) == [call], kind
        assert list(collaboration_read.record_tasks(kind, pk)) == [task], kind


def test_a_company_without_a_person_becomes_an_account_only(
    cast: Cast, actor: Any, opened: list[dict[str, Any]]
) -> None:
    ana = actor(cast.ana)
    lead = services.lead_create(actor=ana, values={"company": "蓝天食品"})

    converted = services.lead_convert(actor=ana, row=lead)

    assert converted.converted_contact is None
    assert converted.converted_account.name == "蓝天食品"


def test_a_person_without_a_company_needs_an_account_chosen(
    cast: Cast, actor: Any, opened: list[dict[str, Any]]
) -> None:
    ana = actor(cast.ana)
    lead = services.lead_create(actor=ana, values={"name": "李雷"})

    with pytest.raises(Invalid) as refusal:
        services.lead_convert(actor=ana, row=lead)

    assert list(refusal.value.errors) == ["account"]
    assert opened == []


def test_the_dialog_offers_the_name_that_the_opportunity_would_get(
    cast: Cast, browse: Any, lead: Lead
) -> None:
    page = browse(cast.ana).get(f"/leads/{lead.pk}/verbs/convert/").content.decode()

    assert 'value="上海华辰科技有限公司 · 水泵 20 台"' in page


def test_no_lead_is_converted_twice_or_after_death(
    cast: Cast, actor: Any, lead: Lead, opened: list[dict[str, Any]]
) -> None:
    ana = actor(cast.ana)
    converted = services.lead_convert(actor=ana, row=lead)
    dead = services.lead_mark_dead(
        actor=ana, row=services.lead_create(actor=ana, values={"name": "x"}), cause="junk"
    )

    for row in (converted, dead):
        with pytest.raises(DomainError):
            services.lead_convert(actor=ana, row=row)

    assert len(opened) == 1


def test_telesales_converts_for_the_owner_of_the_lead(
    cast: Cast, actor: Any, lead: Lead, opened: list[dict[str, Any]]
) -> None:
    services.lead_convert(actor=actor(cast.tess), row=lead)

    assert Account.objects.get().owner == cast.ana
    assert Contact.objects.get().owner == cast.ana


def test_who_may_not_convert_changes_nothing(
    cast: Cast, actor: Any, lead: Lead, opened: list[dict[str, Any]]
) -> None:
    with pytest.raises(Denied):
        record_run(actor=actor(cast.max), row=lead, verb="convert")

    assert Account.objects.count() == 0
    assert opened == []


def test_a_followup_keeps_the_last_and_next_contact(
    cast: Cast, actor: Any, lead: Lead, opened: list[dict[str, Any]]
) -> None:
    from datetime import date

    ana = actor(cast.ana)
    account = services.lead_convert(actor=ana, row=lead).converted_account

    call = collaboration.followup_log(
        actor=ana, target=account, text="Call again.", next_contact_on=date(2030, 1, 2)
    )
    drain()

    account.refresh_from_db()
    assert account.last_contact_at == call.at
    assert account.next_contact_on == date(2030, 1, 2)

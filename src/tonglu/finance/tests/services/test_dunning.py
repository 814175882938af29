"""A customer who is late is asked for all of it, once, in their language; what they promise is looked after."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tonglu.collaboration.models import FollowUp, Task
from tonglu.customers.models import Account, Contact
from tonglu.customers.tests.made import account_of
from tonglu.entities.services import record_create, record_run
from tonglu.finance import services
from tonglu.finance.models import Collection, Invoice, InvoiceLine
from tonglu.finance.selectors import receivables_by_age
from tonglu.kernel.errors import Denied, DomainError, NotFound
from tonglu.notifications.models import Notice
from tonglu.policy import Actor
from tonglu.toolkit.clock import today
from tonglu.toolkit.models import OutgoingMail

D = Decimal


@pytest.fixture
def fay(cast: Any, actor: Any) -> Actor:
    acting: Actor = actor(cast.fay)
    return acting


@pytest.fixture
def account(cast: Any) -> Account:
    found: Account = account_of(cast)
    return found


@pytest.fixture
def buyers(account: Account) -> None:
    for name, role, email in (
        ("Li Wei", Contact.Role.BUYER, "buy@acme.example"),
        ("Wang Fang", Contact.Role.FINANCE, "pay@acme.example"),
    ):
        Contact.objects.create(
            name=name,
            role=role,
            email=email,
            account=account,
            owner=account.owner,
            department=account.department,
        )


@pytest.fixture
def late(fay: Actor, account: Account) -> Any:
    """`late(20, "500")`: an issued invoice of 500 net, so many days overdue."""

    def make(days: int, price: str = "500") -> Invoice:
        line = {"description": "Pump", "quantity": D(1), "price": D(price), "vat_rate": D("0.13")}
        day = today() - timedelta(days=days)
        made = record_create(
            actor=fay,
            model=Invoice,
            values={"account": account, "currency": "CNY", "due_on": day},
            lines={InvoiceLine: [line]},
        )
        return services.invoice_issue(actor=fay, row=made, on=day - timedelta(days=30))

    return make


def test_one_letter_asks_for_all_that_is_overdue(
    fay: Actor, late: Any, buyers: None, account: Account, worker: Any
) -> None:
    old, young, ahead = late(20), late(3, "100"), late(-5)

    record_run(actor=fay, row=old, verb="remind", params={"language": "en"})
    worker()

    mail = OutgoingMail.objects.get()
    assert mail.recipients == ["pay@acme.example"]
    assert mail.subject == "Friendly reminder: CN¥678.00 overdue"
    assert f"{old.number}: due on" in mail.text
    assert "20 days late" in mail.text
    assert young.number in mail.text
    assert ahead.number not in mail.text
    assert [one.type for one in mail.files.all()] == ["application/pdf"]
    for one, level in ((old, "friendly"), (young, "friendly"), (ahead, "")):
        one.refresh_from_db()
        assert (one.reminder_level, one.reminded_on) == (level, today() if level else None)
    noted = FollowUp.objects.get()
    assert (noted.kind, noted.target_id, noted.account_id) == ("mail", old.pk, account.pk)
    assert Notice.objects.filter(topic="invoice.reminded", person=account.owner).count() == 1
    (aged,) = receivables_by_age(fay)
    assert aged.reminded_on == today()


def test_a_second_click_and_a_second_invoice_of_the_customer_send_nothing_more(
    fay: Actor, late: Any, buyers: None
) -> None:
    first, second = late(20), late(3)
    services.invoice_remind(actor=fay, row=first)

    for again in (first, second):
        with pytest.raises(DomainError) as refused:
            services.invoice_remind(actor=fay, row=again)
        assert refused.value.code == "reminded"

    assert OutgoingMail.objects.count() == 1


def test_the_letter_speaks_the_customers_language(
    fay: Actor, late: Any, buyers: None, account: Account
) -> None:
    Account.objects.filter(pk=account.pk).update(name="苏州泵业有限公司")
    invoice = Invoice.objects.get(pk=late(20).pk)

    services.invoice_remind(actor=fay, row=invoice, level="final")

    assert OutgoingMail.objects.get().subject.startswith("最后催款函：")


def test_without_an_address_it_says_what_to_do(fay: Actor, late: Any) -> None:
    with pytest.raises(DomainError) as refused:
        services.invoice_remind(actor=fay, row=late(20))

    assert (refused.value.code, refused.value.field) == ("no_address", "email")
    assert refused.value.next_step
    assert not OutgoingMail.objects.exists()


def test_what_is_not_overdue_is_not_asked_for(fay: Actor, late: Any, buyers: None) -> None:
    with pytest.raises(DomainError) as refused:
        services.invoice_remind(actor=fay, row=late(-5))

    assert refused.value.code == "not_overdue"


def test_a_seller_sends_no_reminder(cast: Any, actor: Any, late: Any, buyers: None) -> None:
    with pytest.raises((Denied, NotFound)):
        record_run(actor=actor(cast.ana), row=late(20), verb="remind", params={})


def test_a_promise_is_a_task_on_its_day_and_stands_on_the_receivables(
    fay: Actor, cast: Any, late: Any
) -> None:
    invoice, day = late(20), today() + timedelta(days=7)

    for _ in range(2):
        row = Invoice.objects.get(pk=invoice.pk)
        services.invoice_promise(actor=fay, row=row, promised_on=day, note="Called")

    task = Task.objects.get()
    assert (task.target_id, task.due_on, task.owner_id) == (invoice.pk, day, cast.fay.pk)
    (aged,) = receivables_by_age(fay)
    assert (aged.promised_on, aged.oldest_id) == (day, invoice.pk)
    past = today() - timedelta(days=1)
    with pytest.raises(DomainError):
        services.invoice_promise(actor=fay, row=invoice, promised_on=past)


def test_the_task_of_a_promise_ends_with_a_new_promise_and_with_the_money(
    fay: Actor, account: Account, late: Any
) -> None:
    invoice = late(20)
    days = [today() + timedelta(days=n) for n in (3, 9)]
    for day in days:
        invoice = services.invoice_promise(actor=fay, row=invoice, promised_on=day)
    assert list(Task.objects.order_by("due_on").values_list("due_on", "state")) == [
        (days[0], "done"),
        (days[1], "open"),
    ]

    for part, state in ((D(200), "open"), (D(365), "done")):
        receipt = record_create(
            actor=fay,
            model=Collection,
            values={
                "account": account,
                "currency": "CNY",
                "amount": part,
                "received_on": today(),
            },
        )
        services.collection_allocate_oldest(actor=fay, row=receipt)
        assert Task.objects.get(due_on=days[1]).state == state


def test_receivables_add_up_and_ask_for_what_is_overdue(
    fay: Actor, cast: Any, late: Any, browse: Any
) -> None:
    old = late(20)
    late(-5, "100")

    page = browse(cast.fay).get("/insights/receivables/").content.decode()
    asked = browse(cast.fay).get(f"/invoices/{old.pk}/verbs/remind/")
    read = browse(cast.max).get("/insights/receivables/").content.decode()

    assert f'href="/invoices/{old.pk}/verbs/remind/"' in page
    assert "/verbs/remind/" not in read
    foot = page.partition("<tfoot>")[2].partition("</tfoot>")[0]
    assert [one in foot for one in ("678.00", "113.00", "565.00")] == [True] * 3
    assert asked.status_code == 200

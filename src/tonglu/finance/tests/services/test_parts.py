"""Invoices for parts of orders and contracts, credit notes for parts of invoices, receipts for many: to the cent, and never twice."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tonglu.catalog.models import Product
from tonglu.customers.tests.made import account_of
from tonglu.entities.services import record_create, record_run
from tonglu.finance import services
from tonglu.finance.models import Collection, Invoice, InvoiceLine
from tonglu.kernel.errors import DomainError
from tonglu.orders import services as orders
from tonglu.orders.models import Contract, ContractLine, Order, OrderLine, PaymentInstalment
from tonglu.policy import Actor
from tonglu.toolkit.clock import today

D = Decimal


@pytest.fixture
def fay(cast: Any, actor: Any) -> Actor:
    acting: Actor = actor(cast.fay)
    return acting


@pytest.fixture
def pump(db: Any) -> Product:
    return Product.objects.create(
        sku="P-1", name="Pump", list_price=D("333.33"), cost=D(200), vat_rate=D("0.13")
    )


@pytest.fixture
def order(cast: Any, actor: Any, pump: Product) -> Order:
    oli = actor(cast.oli)
    made: Order = record_create(
        actor=oli,
        model=Order,
        values={"account": account_of(cast), "owner": cast.ana},
        lines={OrderLine: [{"product": pump, "quantity": D(10)}]},
    )
    return made


def issued(fay: Actor, cast: Any, *lines: tuple[str, str]) -> Invoice:
    """An issued invoice with lines of (quantity, price)."""
    made = record_create(
        actor=fay,
        model=Invoice,
        values={"account": account_of(cast), "currency": "CNY"},
        lines={
            InvoiceLine: [
                {"description": "Pump", "quantity": D(q), "price": D(p), "vat_rate": D("0.13")}
                for q, p in lines
            ]
        },
    )
    return services.invoice_issue(actor=fay, row=made)


def test_an_order_is_invoiced_in_parts_and_never_beyond_what_was_ordered(
    fay: Actor, order: Order
) -> None:
    line = order.lines.get()

    first = services.order_invoice(actor=fay, row=order, quantities={line.pk: D(4)})
    rest = services.order_invoice(actor=fay, row=order)

    assert [i.lines.get().quantity for i in (first, rest)] == [D(4), D(6)]
    assert first.net_amount == D("1333.32")
    with pytest.raises(DomainError) as refused:
        services.order_invoice(actor=fay, row=order)
    assert refused.value.code == "all_invoiced"
    assert Invoice.objects.count() == 2


def test_a_contract_is_invoiced_as_its_payment_plan_says(
    fay: Actor, cast: Any, actor: Any, pump: Product, browse: Any
) -> None:
    ana = actor(cast.ana)
    draft = record_create(
        actor=ana,
        model=Contract,
        values={"account": account_of(cast), "name": "Hall"},
        lines={
            ContractLine: [{"product": pump, "quantity": D(3)}],
            PaymentInstalment: [
                {"milestone": "signed", "percent": D("0.3")},
                {"due_on": date(2031, 1, 31), "percent": D("0.7")},
            ],
        },
    )
    contract = orders.contract_sign(actor=ana, row=draft)
    part, url = contract.lines.get(), f"/contracts/{contract.pk}/verbs/invoice/"
    web = browse(cast.fay)

    first_page = web.get(url).content.decode()
    first = web.post(url, {"parts": "1", f"part-{part.pk}": "300.00"})
    second_page = web.get(url).content.decode()
    services.contract_invoice(actor=fay, row=contract)

    assert [box_of(p, part.pk) for p in (first_page, second_page)] == ["300", "699.99"]
    assert re.fullmatch(r"/invoices/\d+/", first.url)
    nets = list(Invoice.objects.order_by("pk").values_list("net_amount", flat=True))
    assert (nets, sum(nets)) == ([D("300.00"), D("699.99")], contract.net_amount)


def box_of(page: str, pk: int) -> str:
    return re.search(rf'name="part-{pk}"[^>]*? value="([^"]*)"', page)[1]  # type: ignore[index]


def test_credit_notes_for_parts_add_up_to_the_invoice_to_the_cent(fay: Actor, cast: Any) -> None:
    invoice = issued(fay, cast, ("3", "33.335"))
    line = invoice.lines.get()

    notes = [
        services.invoice_credit(
            actor=fay, row=invoice, reason="Damaged", quantities={line.pk: D(1)}
        )
        for _each in range(2)
    ]
    invoice.refresh_from_db()
    between = (invoice.state, invoice.open_amount)
    notes.append(services.invoice_credit(actor=fay, row=invoice, reason="All of it"))
    invoice.refresh_from_db()

    assert invoice.amount == D("113.01")
    assert sum(note.amount for note in notes) == -invoice.amount
    assert between == ("issued", invoice.amount + notes[0].amount + notes[1].amount)
    assert (invoice.state, invoice.open_amount) == ("credited", D(0))


def test_no_more_is_credited_than_is_still_open(fay: Actor, cast: Any) -> None:
    invoice = issued(fay, cast, ("2", "100"))
    receipt = receipt_of(fay, cast, "200.00")
    services.collection_allocate_many(actor=fay, row=receipt, amounts={invoice.pk: D(200)})
    invoice.refresh_from_db()

    with pytest.raises(DomainError) as refused:
        services.invoice_credit(actor=fay, row=invoice, reason="Both")

    invoice.refresh_from_db()
    assert refused.value.code == "collected"
    assert (invoice.open_amount, Invoice.objects.count()) == (D("26.00"), 1)


def receipt_of(fay: Actor, cast: Any, amount: str) -> Collection:
    made: Collection = record_create(
        actor=fay,
        model=Collection,
        values={
            "account": account_of(cast),
            "currency": "CNY",
            "amount": D(amount),
            "received_on": date(2026, 1, 31),
        },
    )
    return made


def test_one_receipt_pays_many_invoices_as_the_table_says(
    fay: Actor, cast: Any, browse: Any
) -> None:
    first, second = issued(fay, cast, ("1", "100")), issued(fay, cast, ("1", "200"))
    receipt = receipt_of(fay, cast, "300.00")
    url, web = f"/collections/{receipt.pk}/verbs/allocate/", browse(cast.fay)

    page = web.get(url).content.decode()
    too_much = web.post(url, {"parts": "1", f"part-{first.pk}": "113", f"part-{second.pk}": "200"})
    beyond = web.post(url, {"parts": "1", f"part-{first.pk}": "1130"}).content.decode()
    nothing = web.post(url, {"parts": "1", f"part-{first.pk}": ""}).content.decode()
    paid = web.post(url, {"parts": "1", f"part-{first.pk}": "100", f"part-{second.pk}": "200"})

    assert [box_of(page, i.pk) for i in (first, second)] == ["113", "187"]
    assert too_much.status_code == 422
    assert "Only CNY 300.00 of this receipt is not yet allocated." in too_much.content.decode()
    assert "At most CNY 113.00 is open here." in beyond
    assert "Enter an amount for at least one line." in nothing
    assert paid.status_code == 302
    opens = dict(Invoice.objects.values_list("pk", "open_amount"))
    receipt.refresh_from_db()
    assert opens == {first.pk: D("13.00"), second.pk: D("26.00")}
    assert receipt.open_amount == D("0.00")


def test_a_refund_is_asked_for_in_the_money_of_the_receipt_and_never_of_a_refund(
    fay: Actor, cast: Any, browse: Any
) -> None:
    receipt, web = receipt_of(fay, cast, "300.00"), browse(cast.fay)
    url = f"/collections/{receipt.pk}/verbs/refund/"

    page = web.get(url).content.decode()
    beyond = web.post(url, {"amount": "3000", "reason": "Paid twice"}).content.decode()
    given = web.post(url, {"amount": "100", "reason": "Paid twice"})

    refund = Collection.objects.get(kind=Collection.Kind.REFUND)
    again = web.get(f"/collections/{refund.pk}/verbs/refund/").content.decode()
    receipt.refresh_from_db()
    assert '<span class="input-group-text">CNY</span>' in page
    assert 'value="300.00"' in page
    assert "At most CNY 300.00 can be refunded." in beyond
    assert f'value="{today(fay).isoformat()}"' in page
    assert (given.status_code, receipt.open_amount, refund.amount) == (302, D(200), D(-100))
    assert "This is a refund" in again


def test_a_refund_of_what_is_allocated_says_how_it_is_given_back(fay: Actor, cast: Any) -> None:
    issued(fay, cast, ("1", "100"))
    receipt = receipt_of(fay, cast, "113.00")
    services.collection_allocate_oldest(actor=fay, row=receipt)
    receipt.refresh_from_db()

    with pytest.raises(DomainError) as refused:
        services.collection_refund(actor=fay, row=receipt, amount=D(100), reason="Twice")

    assert refused.value.params["limit"].amount == 0
    assert "the contract it paid" in str(refused.value.next_step)


def test_what_comes_back_is_proposed_as_a_credit_note_once(
    fay: Actor, cast: Any, actor: Any, order: Order, worker: Any
) -> None:
    oli, line = actor(cast.oli), order.lines.get()
    invoice = services.invoice_issue(actor=fay, row=services.order_invoice(actor=fay, row=order))
    orders.order_ship(actor=oli, row=order)
    orders.order_deliver(actor=oli, row=order)

    back = orders.order_return(actor=oli, row=order, reason="defect", quantities={line.pk: D(2)})
    worker()
    worker()
    note = Invoice.objects.get(order_return=back)
    untouched = Invoice.objects.get(pk=invoice.pk).open_amount
    record_run(actor=fay, row=note, verb="issue")

    invoice.refresh_from_db()
    assert (note.corrects, note.state, note.net_amount) == (invoice, "draft", D("-666.66"))
    assert untouched == invoice.amount
    assert invoice.open_amount == invoice.amount + note.amount


def returned(actor: Actor, order: Order, quantity: str, worker: Any) -> dict[int, Decimal]:
    """Everything is delivered and some comes back: the net of each proposed credit note, by the invoice it corrects."""
    orders.order_ship(actor=actor, row=order)
    orders.order_deliver(actor=actor, row=order)
    line = order.lines.get()
    orders.order_return(actor=actor, row=order, reason="defect", quantities={line.pk: D(quantity)})
    worker()
    notes = Invoice.objects.filter(kind="credit_note")
    return {note.corrects_id or 0: note.net_amount for note in notes}


def test_a_return_is_credited_in_every_invoice_that_asked_a_part_of_its_price(
    fay: Actor, cast: Any, actor: Any, pump: Product, worker: Any
) -> None:
    """Ten pumps at 333.33: 30 % was asked with the contract, the rest as seven of the pumps."""
    ana, oli = actor(cast.ana), actor(cast.oli)
    draft = record_create(
        actor=ana,
        model=Contract,
        values={"account": account_of(cast), "name": "Hall"},
        lines={ContractLine: [{"product": pump, "quantity": D(10)}]},
    )
    contract = orders.contract_sign(actor=ana, row=draft)
    part = contract.lines.get()
    order = orders.contract_to_order(actor=oli, row=contract)
    deposit = services.contract_invoice(actor=fay, row=contract, amounts={part.pk: D("999.99")})
    rest = services.order_invoice(actor=fay, row=order)
    for row in (deposit, rest):
        services.invoice_issue(actor=fay, row=row)

    proposed = returned(oli, order, "2", worker)

    assert (deposit.net_amount, rest.net_amount) == (D("999.99"), D("2333.31"))
    assert proposed == {deposit.pk: D("-200.00"), rest.pk: D("-466.66")}
    for note in Invoice.objects.filter(kind="credit_note"):
        record_run(actor=fay, row=note, verb="issue")
    for again in (services.order_invoice, services.contract_invoice):
        with pytest.raises(DomainError, match="Everything is invoiced already"):
            again(actor=fay, row=order if again is services.order_invoice else contract)


def test_a_return_before_the_first_invoice_leaves_the_payment_plan_its_shares(
    fay: Actor, cast: Any, actor: Any, pump: Product, worker: Any, browse: Any
) -> None:
    """Ten pumps at 333.33, 30 % asked at signing; four come back unpaid: 30 % of six are asked, then the rest of six."""
    ana, oli = actor(cast.ana), actor(cast.oli)
    draft = record_create(
        actor=ana,
        model=Contract,
        values={"account": account_of(cast), "name": "Hall"},
        lines={
            ContractLine: [{"product": pump, "quantity": D(10)}],
            PaymentInstalment: [
                {"milestone": "signed", "percent": D("0.3")},
                {"due_on": date(2031, 1, 31), "percent": D("0.7")},
            ],
        },
    )
    contract = orders.contract_sign(actor=ana, row=draft)
    part, url = contract.lines.get(), f"/contracts/{contract.pk}/verbs/invoice/"
    returned(oli, orders.contract_to_order(actor=oli, row=contract), "4", worker)
    web = browse(cast.fay)

    first_page = web.get(url).content.decode()
    web.post(url, {"parts": "1", f"part-{part.pk}": "599.99"})
    second_page = web.get(url).content.decode()

    assert [box_of(p, part.pk) for p in (first_page, second_page)] == ["599.99", "1399.99"]


def test_a_return_leaves_a_fixed_instalment_and_takes_from_the_last(
    fay: Actor, cast: Any, actor: Any, pump: Product, worker: Any, browse: Any
) -> None:
    """Ten pumps for 3,333.30: a deposit of 1,130 with VAT, then the rest. Four come back: the deposit stays 1,000 net."""
    ana, oli = actor(cast.ana), actor(cast.oli)
    draft = record_create(
        actor=ana,
        model=Contract,
        values={"account": account_of(cast), "name": "Hall"},
        lines={
            ContractLine: [{"product": pump, "quantity": D(10)}],
            PaymentInstalment: [
                {"milestone": "signed", "amount": D("1130.00")},
                {"due_on": date(2031, 1, 31), "amount": D("2636.63")},
            ],
        },
    )
    contract = orders.contract_sign(actor=ana, row=draft)
    part, url = contract.lines.get(), f"/contracts/{contract.pk}/verbs/invoice/"
    returned(oli, orders.contract_to_order(actor=oli, row=contract), "4", worker)
    web = browse(cast.fay)

    first_page = web.get(url).content.decode()
    web.post(url, {"parts": "1", f"part-{part.pk}": "1000.00"})
    second_page = web.get(url).content.decode()

    assert [box_of(p, part.pk) for p in (first_page, second_page)] == ["1000", "999.98"]


def test_a_return_of_what_was_invoiced_by_delivery_is_credited_once_and_no_further(
    fay: Actor, cast: Any, actor: Any, order: Order, worker: Any
) -> None:
    line = order.lines.get()
    three, one = (
        services.invoice_issue(
            actor=fay, row=services.order_invoice(actor=fay, row=order, quantities={line.pk: D(n)})
        )
        for n in (3, 1)
    )

    proposed = returned(actor(cast.oli), order, "6", worker)

    assert proposed == {one.pk: -one.net_amount, three.pk: -three.net_amount}


def test_a_return_of_what_nobody_invoiced_proposes_nothing(
    fay: Actor, cast: Any, actor: Any, order: Order, worker: Any
) -> None:
    services.order_invoice(actor=fay, row=order)

    assert returned(actor(cast.oli), order, "2", worker) == {}

"""An order is reserved, shipped in parts, delivered, taken back, or cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from tonglu.customers.models import Account
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_create, record_trash, record_update
from tonglu.entities.verbs import verb_refusal
from tonglu.kernel.errors import DomainError, Invalid, NotFound
from tonglu.orders import ports, selectors, services
from tonglu.orders.models import Order, OrderLine, OrderReturn, Shipment
from tonglu.orders.services.intake import Intake, IntakeLine
from tonglu.policy import Actor
from tonglu.supply.models import StockLevel, Warehouse
from tonglu.toolkit.models import OutboxEvent

D = Decimal


def events(name: str) -> list[dict[str, Any]]:
    found = OutboxEvent.objects.filter(name=f"orders.order.{name}").order_by("pk")
    return list(found.values_list("payload", flat=True))


class FewPumps(ports.NoStock):
    """A warehouse with six pieces of everything, that remembers what it was told."""

    told: list[tuple[str, dict[int, Decimal]]]

    def reserve(self, actor: Any, order: Any, wanted: Mapping[int, Decimal]) -> Any:
        return {line: min(quantity, D(6)) for line, quantity in wanted.items()}


@pytest.fixture
def warehouse() -> Any:
    """Six pieces of everything."""
    before = ports.stock()
    ports.register_stock(FewPumps())
    yield
    ports.register_stock(before)


@pytest.fixture
def order(ana, account, pump, valve) -> Order:
    """Ten pumps and four valves of Ana's customer."""
    made: Order = record_create(
        actor=ana,
        model=Order,
        values={"account": account},
        lines={
            OrderLine: [
                {"product": pump, "quantity": D(10)},
                {"product": valve, "quantity": D(4)},
            ]
        },
    )
    return made


@pytest.fixture
def oli(house, actor) -> Any:
    """Oli of order operations, acting."""
    return actor(house.oli)


def line_of(order: Order, sku: str) -> OrderLine:
    return OrderLine.objects.get(order=order, product__sku=sku)


def test_an_order_has_its_number_totals_and_event(order):
    assert order.number.startswith("S")
    assert (order.state, order.net_amount, order.amount) == ("new", D("10400.00"), D("11752.00"))
    assert events("placed")[0]["net_amount"] == "10400.00"


def test_what_is_in_stock_is_reserved_and_the_rest_waits(order, oli, warehouse):
    first = services.order_reserve(actor=oli, row=order)

    assert (line_of(order, "P-1").reserved, line_of(order, "V-1").reserved) == (D(6), D(4))
    assert first.state == "new"
    second = services.order_reserve(actor=oli, row=first)
    assert (line_of(order, "P-1").reserved, second.state) == (D(10), "reserved")


def test_an_order_is_shipped_and_delivered_in_parts(order, oli):
    pumps, valves = line_of(order, "P-1"), line_of(order, "V-1")
    services.order_reserve(actor=oli, row=order)

    first = services.order_ship(
        actor=oli, row=order, quantities={str(pumps.pk): "4"}, carrier="SF", tracking_number="SF1"
    )
    order.refresh_from_db()
    pumps.refresh_from_db()
    state_after_first = (order.state, pumps.shipped, pumps.reserved)
    second = services.order_ship(actor=oli, row=order)
    order.refresh_from_db()
    state_after_second = order.state
    services.shipment_deliver(actor=oli, row=first, received_by="Gate 2")
    order.refresh_from_db()
    state_after_delivery = (order.state, order.delivered_at)
    done = services.order_deliver(actor=oli, row=order)

    assert state_after_first == ("partly_shipped", D(4), D(6))
    assert state_after_second == "shipped"
    assert state_after_delivery == ("shipped", None)
    assert (done.state, done.delivered_at is not None) == ("delivered", True)
    assert {line.order_line_id: line.quantity for line in second.lines.all()} == {
        pumps.pk: D(6),
        valves.pk: D(4),
    }
    assert [event["complete"] for event in events("shipped")] == [False, True]
    assert [event["complete"] for event in events("delivered")] == [False, True]
    assert events("shipped")[0]["lines"] == [
        {
            "order_line_id": pumps.pk,
            "product_id": pumps.product_id,
            "quantity": "4",
            "amount": "4000.00",
        }
    ]


@pytest.mark.parametrize("quantity", ["11", "0", "-1"])
def test_no_more_is_shipped_than_was_ordered(order, oli, quantity):
    with pytest.raises(DomainError):
        services.order_ship(actor=oli, row=order, quantities={line_of(order, "P-1").pk: quantity})

    assert (Shipment.objects.count(), events("shipped")) == (0, [])


def test_a_line_of_another_order_is_not_shipped(order, oli):
    with pytest.raises(Invalid):
        services.order_ship(actor=oli, row=order, quantities={999_999: 1})

    assert Shipment.objects.count() == 0


def test_delivered_goods_come_back_with_their_reason_and_value(order, oli):
    services.order_ship(actor=oli, row=order)
    services.order_deliver(actor=oli, row=order)
    pumps = line_of(order, "P-1")

    back = services.order_return(
        actor=oli, row=order, reason="defect", note="Leaks", quantities={pumps.pk: 2}
    )

    pumps.refresh_from_db()
    order.refresh_from_db()
    assert (back.number[0], back.reason, back.amount) == ("R", "defect", D("2000.00"))
    assert (pumps.returned, order.state) == (D(2), "delivered")
    assert events("returned")[0]["amount"] == "2000.00"
    with pytest.raises(DomainError):
        services.order_return(actor=oli, row=order, reason="defect", quantities={pumps.pk: 9})
    services.order_return(actor=oli, row=order, reason="unwanted")
    order.refresh_from_db()
    assert (order.state, OrderReturn.objects.count()) == ("returned", 2)
    assert selectors.products_owned(order.account_id) == []


def test_what_a_customer_keeps_is_what_was_delivered_and_not_returned(order, oli):
    services.order_ship(actor=oli, row=order)
    services.order_deliver(actor=oli, row=order)
    services.order_return(
        actor=oli, row=order, reason="wrong", quantities={line_of(order, "V-1").pk: 1}
    )

    owned = selectors.products_owned(order.account_id)

    assert [(one["product__sku"], one["quantity"]) for one in owned] == [
        ("P-1", D(10)),
        ("V-1", D(3)),
    ]


def test_an_order_is_cancelled_only_before_anything_left(order, oli):
    services.order_reserve(actor=oli, row=order)

    cancelled = services.order_cancel(actor=oli, row=order, reason="Ordered twice")

    assert (cancelled.state, cancelled.cancel_reason) == ("cancelled", "Ordered twice")
    assert line_of(order, "P-1").reserved == D(0)
    with pytest.raises(DomainError) as refused:
        services.order_ship(actor=oli, row=cancelled)
    assert refused.value.code == "cancelled"


def test_what_has_left_is_taken_back_and_not_cancelled(order, oli):
    services.order_ship(actor=oli, row=order, quantities={line_of(order, "P-1").pk: 1})

    with pytest.raises(DomainError) as refused:
        services.order_cancel(actor=oli, row=order, reason="x")

    order.refresh_from_db()
    assert (refused.value.code, order.state) == ("shipped", "partly_shipped")


def test_the_lines_of_an_order_under_way_do_not_change(order, oli, ana):
    services.order_reserve(actor=oli, row=order)
    order.refresh_from_db()

    with pytest.raises(DomainError) as refused:
        record_update(
            actor=ana,
            row=order,
            values={},
            lines={OrderLine: [{"id": line_of(order, "P-1").pk, "quantity": D(99)}]},
        )
    noted = record_update(actor=ana, row=order, values={"note": "Ring first"})

    assert (refused.value.code, noted.note) == ("under_way", "Ring first")
    assert line_of(order, "P-1").quantity == D(10)


def test_a_signed_contract_becomes_orders_until_all_is_ordered(draft, ana):
    with pytest.raises(DomainError) as unsigned:
        services.contract_to_order(actor=ana, row=draft)
    signed = services.contract_sign(actor=ana, row=draft)
    first = services.contract_to_order(actor=ana, row=signed)
    line = first.lines.get()
    record_update(
        actor=ana, row=first, values={}, lines={OrderLine: [{"id": line.pk, "quantity": D(7)}]}
    )

    signed.refresh_from_db()
    second = services.contract_to_order(actor=ana, row=signed)

    assert (unsigned.value.code, signed.state) == ("not_signed", "active")
    assert second.lines.get().quantity == D(3)
    assert second.lines.get().price == D(1000)
    with pytest.raises(DomainError) as all_ordered:
        services.contract_to_order(actor=ana, row=signed)
    assert all_ordered.value.code == "all_ordered"


def test_an_accepted_quote_becomes_an_order(make_quote, ana):
    quote = services.quote_send(actor=ana, row=make_quote())

    with pytest.raises(DomainError):
        services.quote_to_order(actor=ana, row=quote)
    accepted = services.quote_accept(actor=ana, row=quote, accepted_by="Li Wei")
    made = services.quote_to_order(actor=ana, row=accepted)

    assert (made.quote, made.net_amount) == (accepted, D("10000.00"))
    with pytest.raises(DomainError) as twice:
        services.quote_to_order(actor=ana, row=accepted)
    assert (twice.value.code, twice.value.params) == ("made_already", {"number": made.number})


def test_a_quote_becomes_one_contract_unless_that_was_thrown_away(make_quote, ana):
    quote = services.quote_send(actor=ana, row=make_quote())
    first = services.quote_to_contract(actor=ana, row=quote)

    with pytest.raises(DomainError) as twice:
        services.quote_to_contract(actor=ana, row=quote)
    (act,) = (verb for verb in entity_of(quote).verbs if verb.name == "contract")
    refusal = verb_refusal(ana, act, "orders.quote", quote)
    record_trash(actor=Actor.system("cli"), row=first)

    assert refusal.reason == f"{first.number} was made from this quote already."
    assert verb_refusal(ana, act, "orders.quote", quote) is None
    assert twice.value.code == "made_already"
    assert services.quote_to_contract(actor=ana, row=quote).quote == quote


@pytest.fixture
def six_pumps(pump) -> StockLevel:
    """Six pumps on hand in our own warehouse."""
    main = Warehouse.objects.create(name="Main")
    return StockLevel.objects.create(warehouse=main, product=pump, on_hand=D(6))


def test_our_own_warehouse_reserves_ships_and_takes_back(order, oli, six_pumps):
    def level() -> tuple[Decimal, Decimal]:
        six_pumps.refresh_from_db()
        return six_pumps.on_hand, six_pumps.reserved

    pumps = line_of(order, "P-1")
    services.order_reserve(actor=oli, row=order)
    after_reserving = (level(), line_of(order, "P-1").reserved, line_of(order, "V-1").reserved)
    with pytest.raises(DomainError) as refused:
        services.order_ship(actor=oli, row=order, quantities={pumps.pk: 10})
    shipment = services.order_ship(actor=oli, row=order, quantities={pumps.pk: 4})
    after_shipping = level()
    services.shipment_deliver(actor=oli, row=shipment)
    services.order_return(actor=oli, row=order, reason="wrong", quantities={pumps.pk: 1})

    assert after_reserving == ((D(6), D(6)), D(6), D(4))
    assert refused.value.code == "out_of_stock"
    assert after_shipping == (D(2), D(2))
    assert level() == (D(3), D(2))


def test_a_cancelled_order_gives_its_reserved_goods_back(order, oli, six_pumps):
    services.order_reserve(actor=oli, row=order)

    services.order_cancel(actor=oli, row=order, reason="Ordered twice")

    six_pumps.refresh_from_db()
    assert (six_pumps.on_hand, six_pumps.reserved) == (D(6), D(0))


def intake(**more: Any) -> Intake:
    values = {
        "external_id": "web-4711",
        "account_name": "Night Shop Ltd",
        "phone": "13800138000",
        "lines": (IntakeLine(quantity=D(2), sku="V-1"),),
    }
    return Intake(**{**values, **more})


def test_an_order_of_the_web_shop_opens_a_provisional_account_at_any_hour(oli, valve):
    made, is_new = services.order_receive(actor=oli, intake=intake())

    account = Account.objects.get(name="Night Shop Ltd")
    assert (is_new, made.account, account.state) == (True, account, "provisional")
    assert (made.channel, made.net_amount) == ("web_shop", D("200.00"))


def test_the_same_order_sent_twice_is_one_order(oli, valve):
    first, _new = services.order_receive(actor=oli, intake=intake())

    again, is_new = services.order_receive(actor=oli, intake=intake(account_name="Other"))

    assert (again, is_new) == (first, False)
    assert (Order.objects.count(), Account.objects.count()) == (1, 1)
    assert len(events("placed")) == 1


def test_an_unknown_product_refuses_the_whole_order(oli, valve):
    bad = (IntakeLine(quantity=D(1), sku="V-1"), IntakeLine(quantity=D(1), sku="nope"))

    with pytest.raises(Invalid) as refused:
        services.order_receive(actor=oli, intake=intake(lines=bad))

    assert list(refused.value.errors) == ["lines.2.sku"]
    assert (Order.objects.count(), Account.objects.count()) == (0, 0)


def test_teammates_and_strangers_do_not_find_anas_order(order, actor, house):
    for person in (house.ben, house.cy):
        with pytest.raises(NotFound):
            services.order_ship(actor=actor(person), row=order)

    order.refresh_from_db()
    assert (order.state, Shipment.objects.count()) == ("new", 0)


def test_goods_arrive_in_parts_the_first_shipment_first(order, oli):
    pumps, valves = line_of(order, "P-1"), line_of(order, "V-1")
    first = services.order_ship(actor=oli, row=order, quantities={pumps.pk: 4})
    second = services.order_ship(actor=oli, row=order)

    services.order_deliver(actor=oli, row=order, quantities={pumps.pk: 5})
    first.refresh_from_db()
    second.refresh_from_db()
    pumps.refresh_from_db()
    parts = list(second.lines.order_by("pk").values_list("order_line_id", "delivered"))

    assert (pumps.delivered, first.state, second.state) == (D(5), "delivered", "shipped")
    assert parts == [(pumps.pk, D(1)), (valves.pk, D(0))]
    with pytest.raises(DomainError) as refused:
        services.order_deliver(actor=oli, row=order, quantities={pumps.pk: 6})
    assert "Only 5" in str(refused.value)
    done = services.order_deliver(actor=oli, row=order)
    assert (done.state, done.delivered_at is not None) == ("delivered", True)


def test_what_left_in_part_is_reserved_again_only_where_something_is_missing(
    warehouse: Any, oli: Actor, order: Order
) -> None:
    pumps, _valves = order.lines.order_by("pk")
    verb = next(one for one in entity_of("orders.order").verbs if one.name == "reserve")

    order = services.order_reserve(actor=oli, row=order)
    services.order_ship(actor=oli, row=order, quantities={pumps.pk: D(3)})
    order.refresh_from_db()
    short = verb_refusal(oli, verb, "orders.order", order)
    order = services.order_reserve(actor=oli, row=order)
    order.refresh_from_db()
    whole = verb_refusal(oli, verb, "orders.order", order)

    assert (order.state, short) == ("partly_shipped", None)
    assert whole is not None
    assert "nothing left to reserve" in str(whole.reason)

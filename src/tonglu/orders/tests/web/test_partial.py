"""How much of each line: the table in the dialogs that move goods, on the page without scripts and through the API."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from tonglu.entities.services import record_create, record_update
from tonglu.orders import services
from tonglu.orders.models import Order, OrderLine, Shipment

D = Decimal


@pytest.fixture
def order(house: Any, ana: Any, account: Any, pump: Any, valve: Any) -> Order:
    made: Order = record_create(
        actor=ana,
        model=Order,
        values={"account": account},
        lines={
            OrderLine: [{"product": pump, "quantity": D(10)}, {"product": valve, "quantity": D(4)}]
        },
    )
    return made


def boxes(page: str) -> dict[int, str]:
    return {int(pk): v for pk, v in re.findall(r'name="part-(\d+)"[^>]*? value="([^"]*)"', page)}


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]  # type: ignore[index]


def test_a_part_is_shipped_from_the_table_once_however_often_it_is_sent(
    house: Any, browse: Any, order: Order
) -> None:
    oli, url = browse(house.oli), f"/orders/{order.pk}/verbs/ship/"
    page = oli.get(url).content.decode()
    pumps, valves = order.lines.order_by("pk")
    sent = {
        "parts": "1",
        "once": hidden(page, "once"),
        "version": hidden(page, "version"),
        f"part-{pumps.pk}": "３",
        f"part-{valves.pk}": "",
    }

    answers = [oli.post(url, sent) for _again in range(2)]

    assert boxes(page) == {pumps.pk: "10", valves.pk: "4"}
    assert [answer.status_code for answer in answers] == [302, 302]
    assert [one.lines.get().quantity for one in Shipment.objects.all()] == [D(3)]
    assert boxes(oli.get(url).content.decode()) == {pumps.pk: "7", valves.pk: "4"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("11", "At most 10 is open here."),
        ("-1", "not below zero"),
        ("ten", "ten"),
        ("0", "Enter how much of at least one line."),
    ],
)
def test_what_cannot_be_shipped_comes_back_beside_its_line(
    house: Any, browse: Any, order: Order, typed: str, said: str
) -> None:
    pumps = order.lines.order_by("pk").first()

    answer = browse(house.oli).post(
        f"/orders/{order.pk}/verbs/ship/", {"parts": "1", f"part-{pumps.pk}": typed}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert boxes(page)[pumps.pk] == typed
    assert Shipment.objects.count() == 0


def test_the_api_takes_the_same_amounts_by_line(house: Any, browse: Any, order: Order) -> None:
    oli, pumps = browse(house.oli), order.lines.order_by("pk").first()
    url = f"/api/v1/orders/{order.pk}"

    def call(verb: str, body: dict[str, Any]) -> Any:
        return oli.post(f"{url}/{verb}", body, content_type="application/json")

    refused = call("ship", {"quantities": {str(pumps.pk): "12"}})
    shipped = call("ship", {"quantities": {str(pumps.pk): "4"}, "carrier": "SF"})
    arrived = call("deliver", {"quantities": {str(pumps.pk): 1}})
    back = call("return", {"reason": "defect", "quantities": {str(pumps.pk): "1"}})
    rest = call("ship", {})

    pumps.refresh_from_db()
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == f"quantities.{pumps.pk}"
    assert [a.status_code for a in (shipped, arrived, back, rest)] == [200] * 4
    assert (pumps.shipped, pumps.delivered, pumps.returned) == (D(10), D(1), D(1))


def test_lines_of_a_shipment_are_called_like_their_products(
    house: Any, browse: Any, actor: Any, order: Order
) -> None:
    shipment = services.order_ship(actor=actor(house.oli), row=order)
    line = shipment.lines.order_by("pk")[0].order_line

    page = browse(house.oli).get(f"/shipments/{shipment.pk}/").content.decode()

    assert line.product.name in page
    assert f">{line.pk}<" not in page


def test_lines_that_only_acts_write_are_no_table_of_the_form(
    house: Any, browse: Any, actor: Any, order: Order
) -> None:
    shipment = services.order_ship(actor=actor(house.oli), row=order)
    oli, before = browse(house.oli), list(shipment.lines.values_list("pk", "quantity"))

    form = oli.get(f"/shipments/{shipment.pk}/edit/").content.decode()
    saved = oli.post(f"/shipments/{shipment.pk}/edit/", {"carrier": "SF", "note": "Fragile"})

    assert 'name="carrier"' in form
    assert "data-line-add" not in form
    assert saved.status_code == 302
    assert list(shipment.lines.values_list("pk", "quantity")) == before


def test_a_shipment_arrives_line_by_line(house: Any, browse: Any, actor: Any, order: Order) -> None:
    shipment = services.order_ship(actor=actor(house.oli), row=order)
    oli, url = browse(house.oli), f"/shipments/{shipment.pk}/verbs/deliver/"
    first, second = shipment.lines.order_by("pk")

    oli.post(url, {"parts": "1", f"part-{first.pk}": "10", f"part-{second.pk}": "1"})
    half = Shipment.objects.get().state
    oli.post(url, {"parts": "1", f"part-{second.pk}": "3"})

    order.refresh_from_db()
    assert (half, Shipment.objects.get().state, order.state) == (
        "shipped",
        "delivered",
        "delivered",
    )


def test_why_goods_came_back_stands_in_the_trail_in_words(
    house: Any, browse: Any, actor: Any, order: Order
) -> None:
    shipment = services.order_ship(actor=actor(house.oli), row=order)
    services.shipment_deliver(actor=actor(house.oli), row=shipment)
    oli, pumps = browse(house.oli), order.lines.order_by("pk").first()
    url = f"/orders/{order.pk}/verbs/return/"

    answer = oli.post(url, {"parts": "1", "reason": "defect", f"part-{pumps.pk}": "3"})

    assert answer.status_code == 302
    trail = oli.get(f"/orders/{order.pk}/timeline/").content.decode()
    assert ("Defect" in trail, ">defect<" in trail) == (True, False)


def test_a_description_that_repeats_the_product_takes_no_column(
    house: Any, browse: Any, order: Order
) -> None:
    oli, address = browse(house.oli), f"/orders/{order.pk}/"
    plain = oli.get(address).content.decode()

    order.lines.filter(product__name="Valve").update(description="Valve, red")

    assert 'data-label="Description"' not in plain
    assert 'data-label="Description">Valve, red' in oli.get(address).content.decode()


def test_a_description_that_is_the_products_name_in_the_other_language_takes_no_column_either(
    house: Any, browse: Any, order: Order
) -> None:
    oli, address = browse(house.oli), f"/orders/{order.pk}/"

    order.lines.filter(product__name="Pump").update(description="水泵")

    page = oli.get(address).content.decode()
    assert 'data-label="Description"' not in page
    order.lines.filter(product__name="Valve").update(description="Valve, red")
    told = oli.get(address).content.decode()
    assert ('data-label="Description">Pump' in told, "水泵" in told) == (True, False)
    assert order.lines.filter(description="水泵").exists()


def test_lines_that_came_together_are_one_entry_of_the_trail(
    house: Any, browse: Any, actor: Any, order: Order
) -> None:
    oli, address = browse(house.oli), f"/orders/{order.pk}/timeline/"
    line = order.lines.order_by("pk").first()
    values = [{"product": line.product, "quantity": D(1)} for _ in range(70)]
    record_update(actor=actor(house.oli), row=order, values={}, lines={OrderLine: values})

    page = oli.get(address).content.decode()

    assert page.count("added 70 lines") == 1
    assert page.count("removed 2 lines") == 1
    assert "added a line" not in page
    assert page.count("added 2 lines") == 1

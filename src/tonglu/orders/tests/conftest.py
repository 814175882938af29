"""A maker of pumps: products with costs, discount limits, leaders, a customer of Ana's with a deal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from tonglu.catalog.models import Product
from tonglu.customers.models import Account, Contact
from tonglu.directory.models import Department, Person
from tonglu.entities.services import record_create
from tonglu.orders import services
from tonglu.orders.models import Contract, PaymentInstalment, Quote, QuoteLine
from tonglu.orders.sample import orders_load_sample
from tonglu.policy import Actor
from tonglu.sales.models import CreditSplit, Opportunity
from tonglu.sales.sample import sales_load_sample

D = Decimal
SYSTEM = Actor.system("cli")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English, whatever language the page before it spoke."""
    with translation.override("en"):
        yield


@pytest.fixture
def house(cast: Any) -> Any:
    """The cast with leaders, pipelines and discount limits."""
    sales_load_sample(actor=SYSTEM)
    orders_load_sample(actor=SYSTEM)
    for department, head in (
        (cast.east, cast.lee),
        (cast.sales, cast.dee),
        (cast.company, cast.max),
    ):
        Department.objects.filter(pk=department.pk).update(manager=head)
    return cast


@pytest.fixture
def pump(db: Any) -> Product:
    """A pump: 1,000 at list, 600 to make, 13 % VAT."""
    return Product.objects.create(
        sku="P-1", name="Pump", name_zh="水泵", list_price=D(1000), cost=D(600), vat_rate=D("0.13")
    )


@pytest.fixture
def valve(db: Any) -> Product:
    """A valve: 100 at list, 40 to make."""
    return Product.objects.create(
        sku="V-1", name="Valve", name_zh="阀门", list_price=D(100), cost=D(40), vat_rate=D("0.13")
    )


@pytest.fixture
def account(house: Any) -> Account:
    """A customer of Ana's."""
    return Account.objects.create(
        name="Acme Pumps", owner=house.ana, department=house.east, payment_days=30
    )


@pytest.fixture
def contact(account: Account, house: Any) -> Contact:
    """Who buys there."""
    return Contact.objects.create(
        name="Li Wei",
        account=account,
        email="li@acme.example",
        owner=house.ana,
        department=house.east,
    )


@pytest.fixture
def ana(house: Any, actor: Any) -> Actor:
    """Ana, acting."""
    acting: Actor = actor(house.ana)
    return acting


@pytest.fixture
def deal(house: Any, account: Account, ana: Actor) -> Opportunity:
    """A deal of Ana's, whose credit she shares with Ben."""
    return record_create(
        actor=ana,
        model=Opportunity,
        values={"name": "Ten pumps", "account": account, "close_date": date(2030, 1, 31)},
        lines={
            CreditSplit: [
                {"person": Person.objects.get(pk=house.ana.pk), "percent": D("0.7")},
                {"person": Person.objects.get(pk=house.ben.pk), "percent": D("0.3")},
            ]
        },
    )


@pytest.fixture
def make_quote(ana: Actor, account: Account, pump: Product) -> Any:
    """`make_quote(quantity=10, discount="0.05")`: a draft of Ana's for pumps."""

    def make(quantity: Any = 10, discount: Any = "0", **values: Any) -> Quote:
        made: Quote = record_create(
            actor=ana,
            model=Quote,
            values={"account": account, **values},
            lines={
                QuoteLine: [{"product": pump, "quantity": D(quantity), "discount": D(discount)}]
            },
        )
        return made

    return make


@pytest.fixture
def draft(ana: Actor, make_quote: Any, deal: Opportunity) -> Contract:
    """A draft contract for ten pumps: 11,300 in three instalments."""
    quote = services.quote_send(actor=ana, row=make_quote(opportunity=deal))
    made = services.quote_to_contract(actor=ana, row=quote)
    from tonglu.entities.services import record_update

    plan = [
        {"label": "Down payment", "milestone": "signed", "percent": D("0.3")},
        {"label": "Delivery", "milestone": "delivered", "percent": D("0.6")},
        {"label": "Rest", "due_on": date(2031, 1, 31), "percent": D("0.1")},
    ]
    changed: Contract = record_update(
        actor=ana, row=made, values={}, lines={PaymentInstalment: plan}
    )
    return changed

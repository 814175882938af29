"""A company ready to trade: pipelines, discount limits, a pump in stock, and a plan that pays on collection."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tonglu.catalog.models import Product
from tonglu.compensation.models import PlanMember
from tonglu.compensation.services.plans import plan_from_preset, version_issue
from tonglu.customers.models import Account
from tonglu.directory.models import Department
from tonglu.entities.services import record_create
from tonglu.orders.sample import orders_load_sample
from tonglu.policy import Actor
from tonglu.policy.testing import Cast
from tonglu.sales.sample import sales_load_sample
from tonglu.supply.models import StockLevel, Warehouse
from tonglu.toolkit.clock import today

SYSTEM = Actor.system("cli")
PHONE = "0512-66881234"
PUMP = {
    "sku": "P-1",
    "name": "Pump CDM",
    "name_zh": "水泵 CDM",
    "list_price": Decimal(50000),
    "cost": Decimal(30000),
    "vat_rate": Decimal("0.13"),
}


@pytest.fixture
def trading(cast: Cast, actor: Any) -> Cast:
    """The cast, with all that the road needs but the lead."""
    sales_load_sample(actor=SYSTEM)
    orders_load_sample(actor=SYSTEM)
    Department.objects.filter(pk=cast.east.pk).update(manager=cast.lee)
    pump = Product.objects.create(**PUMP)
    warehouse = record_create(actor=SYSTEM, model=Warehouse, values={"name": "Shanghai"})
    stock = {"warehouse": warehouse, "product": pump, "on_hand": Decimal(10)}
    record_create(actor=SYSTEM, model=StockLevel, values=stock)
    # Another team's customer with the telephone of the lead, which a conversion has to tell apart.
    known = {"name": "Suzhou Biotech", "phone": PHONE}
    record_create(actor=actor(cast.cy), model=Account, values=known)
    _plan(actor(cast.cam), cast.ana)
    return cast


def _plan(cam: Actor, person: Any) -> None:
    """Three percent of the first 100,000 of a year, five of the next 200,000, released as the customer pays."""
    begins = today().replace(month=1, day=1)
    draft = plan_from_preset(actor=cam, key="on_collection")
    version = version_issue(actor=cam, row=draft, effective_from=begins)
    values = {"plan": version.plan, "person": person, "valid_from": begins}
    record_create(actor=cam, model=PlanMember, values=values)

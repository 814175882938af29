"""Ana on a plan in steps (3 % to 100,000, 5 % to 500,000, 8 % above), a pump of 50,000, and contracts and deals of hers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tonglu.catalog.models import Product
from tonglu.compensation.services.plans import plan_from_preset, version_issue
from tonglu.customers.models import Account
from tonglu.entities.services import record_create, record_run
from tonglu.orders.models import Contract, ContractLine
from tonglu.orders.sample import orders_load_sample
from tonglu.policy import Actor
from tonglu.policy.testing import Cast
from tonglu.sales.models import Opportunity
from tonglu.sales.sample import sales_load_sample
from tonglu.toolkit.clock import today

SYSTEM = Actor.system("cli")
D = Decimal


def first_of_year() -> date:
    return today().replace(month=1, day=1)


@pytest.fixture
def selling(cast: Cast) -> Cast:
    """The cast, with pipelines and document limits."""
    sales_load_sample(actor=SYSTEM)
    orders_load_sample(actor=SYSTEM)
    return cast


@pytest.fixture
def pump(db: Any) -> Product:
    return Product.objects.create(
        sku="P-1",
        name="Pump",
        name_zh="水泵",
        list_price=D(50000),
        cost=D(30000),
        vat_rate=D("0.13"),
    )


@pytest.fixture
def join(cast: Cast, actor: Any) -> Callable[..., Any]:
    """`join(version, cast.ben, quota=...)`: a member of the version's plan from last year on."""

    def member(version: Any, person: Any, **more: Any) -> Any:
        values = {"plan": version.plan, "person": person, **more}
        starts = first_of_year() - timedelta(days=365)
        return record_create(
            actor=actor(cast.cam),
            model=version.plan.members.model,
            values={"valid_from": starts, **values},
        )

    return member


@pytest.fixture
def plan(cast: Cast, actor: Any, join: Callable[..., Any]) -> Any:
    """The issued version of a plan on collection, with Ana on it for a target of 400,000 a year."""
    draft = plan_from_preset(actor=actor(cast.cam), key="on_collection")
    starts = first_of_year() - timedelta(days=365)
    version = version_issue(actor=actor(cast.cam), row=draft, effective_from=starts)
    join(version, cast.ana, quota=D(400000))
    return version


@pytest.fixture
def account(selling: Cast, actor: Any) -> Any:
    return record_create(actor=actor(selling.ana), model=Account, values={"name": "Acme Pumps"})


@pytest.fixture
def make_deal(account: Any, actor: Any, selling: Cast) -> Callable[..., Any]:
    """`make_deal(amount=120000)`: an open deal of Ana's that closes today."""

    def make(**values: Any) -> Any:
        given = {"name": "Ten pumps", "account": account, "currency": "CNY", "close_date": today()}
        return record_create(
            actor=actor(selling.ana), model=Opportunity, values={**given, **values}
        )

    return make


@pytest.fixture
def sign(account: Any, actor: Any, selling: Cast, pump: Product, worker: Any) -> Callable[..., Any]:
    """`sign(quantity=2)`: a contract of Ana's, signed and earned."""

    def signed(quantity: int = 1, day: date | None = None, **values: Any) -> Any:
        ana = actor(selling.ana)
        contract = record_create(
            actor=ana,
            model=Contract,
            values={"account": account, "currency": "CNY", **values},
            lines={ContractLine: [{"product": pump, "quantity": D(quantity)}]},
        )
        params = {"signed_on": day or today()}
        done = record_run(actor=ana, row=contract, verb="sign", params=params)
        worker()
        return done

    return signed

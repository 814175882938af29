"""Products of the catalog, and deals of Ana's on the shipped pipelines."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tonglu.catalog.models import Product
from tonglu.customers.models import Account
from tonglu.entities.services import record_create
from tonglu.policy import Actor
from tonglu.policy.testing import Cast
from tonglu.sales.models import Opportunity, Stage
from tonglu.sales.sample import sales_load_sample

SYSTEM = Actor.system("cli")


@pytest.fixture
def make_product(cast: Cast, actor: Any) -> Callable[..., Any]:
    """`make_product("P-1", list_price=10)`: a product, made by the administrator."""

    def make(sku: str, **values: Any) -> Any:
        given = {"sku": sku, "name": f"Pump {sku}", "list_price": Decimal(100), "currency": "CNY"}
        return record_create(actor=actor(cast.ada), model=Product, values={**given, **values})

    return make


@pytest.fixture
def selling(cast: Cast) -> Cast:
    """The cast, with the shipped pipelines loaded."""
    sales_load_sample(actor=SYSTEM)
    return cast


@pytest.fixture
def account(selling: Cast, actor: Any) -> Any:
    """A customer of Ana's."""
    return record_create(actor=actor(selling.ana), model=Account, values={"name": "Acme Pumps"})


@pytest.fixture
def make_deal(selling: Cast, account: Any, actor: Any) -> Callable[..., Any]:
    """`make_deal("Ten pumps", amount=10)`: a deal of Ana's in the first stage of field sales."""

    def make(name: str, **values: Any) -> Any:
        given = {"name": name, "account": account, "amount": Decimal(100_000), "currency": "CNY"}
        owner = actor(values.pop("by", selling.ana))
        return record_create(actor=owner, model=Opportunity, values={**given, **values})

    return make


@pytest.fixture
def deal(make_deal: Callable[..., Any]) -> Any:
    """Ten pumps for Acme."""
    return make_deal("Ten pumps")


@pytest.fixture
def stage(selling: Cast) -> Callable[[str], Stage]:
    """`stage("field.proposal")`: a shipped stage."""
    return lambda code: Stage.objects.get(external_id=code)

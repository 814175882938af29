"""Plans that count units, new customers, products or a company's own fields are paid by what contracts say; and tell before signing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tonglu.catalog.models import Category, Product
from tonglu.compensation.exceptions import exceptions_of
from tonglu.compensation.faces.estimates import Wish, deal_of, deal_pay, deal_wished
from tonglu.compensation.models import Earning, PayFact, PlanVersion
from tonglu.compensation.services.ledger import period_for
from tonglu.compensation.services.plans import may_be_issued
from tonglu.compensation.tests.months import plan_issued
from tonglu.entities.models import CustomField
from tonglu.entities.services import record_create, record_run, record_update
from tonglu.kernel.errors import DomainError
from tonglu.orders.models import Contract, ContractLine, Quote, QuoteLine
from tonglu.orders.services.contracts import contract_amend
from tonglu.policy import Actor
from tonglu.policy.testing import Cast
from tonglu.sales.models import Opportunity, OpportunityLine
from tonglu.toolkit.clock import today

D = Decimal
SYSTEM = Actor.system("cli")


@pytest.fixture
def shelf(pump: Product) -> Category:
    """The pump stands in 水泵 within 设备, beside a service without a category."""
    above = Category.objects.create(name="Equipment", name_zh="设备")
    own = Category.objects.create(name="Pumps", name_zh="水泵", parent=above)
    Product.objects.filter(pk=pump.pk).update(category=own)
    Product.objects.create(sku="S-1", name="Service", list_price=D(1000), cost=D(400))
    return own


def component(**more: Any) -> dict[str, Any]:
    return {"id": "commission", "clause": "1", "window": "year", "base_rate": "0.1", **more}


def signed(cast: Cast, account: Any, actor: Any, lines: list[dict[str, Any]], **more: Any) -> Any:
    ana = actor(cast.ana)
    made = record_create(
        actor=ana,
        model=Contract,
        values={"account": account, "currency": "CNY", **more},
        lines={ContractLine: lines},
    )
    return record_run(actor=ana, row=made, verb="sign", params={"signed_on": today()})


def paid(contract: Any) -> Decimal:
    return sum((one.amount for one in Earning.objects.filter(contract=contract)), D(0))


MIXED = [{"product": "P-1", "quantity": D(3)}, {"product": "S-1", "quantity": D(4)}]


def lines() -> list[dict[str, Any]]:
    found = {one.sku: one for one in Product.objects.all()}
    return [{**one, "product": found[one["product"]]} for one in MIXED]


@pytest.mark.parametrize(
    ("counted", "due"),
    [
        (component(measure="units", base_rate="20"), D(140)),
        (component(measure="new_customer", base_rate="500"), D(500)),
        (component(measure={"name": "amount_of.Pumps"}), D(15000)),
        (component(measure={"name": "amount_of.设备"}), D(15000)),
        (component(measure={"name": "margin_of.S-1"}), D(240)),
        (component(measure={"name": "units_of.S-1"}, base_rate="7"), D(28)),
        (component(filter={"account.tier": "standard"}), D(15400)),
        (component(filter={"account.tier": "strategic"}), D(0)),
        (component(filter={"contract.kind": "service"}), D(0)),
        (component(filter={"units": {">=": 7}}), D(15400)),
    ],
    ids=lambda one: str(one.get("measure") or one.get("filter")) if isinstance(one, dict) else "",
)
def test_a_contract_pays_by_what_it_says(
    counted: dict[str, Any],
    due: Decimal,
    account: Any,
    selling: Cast,
    shelf: Category,
    actor: Any,
    worker: Any,
) -> None:
    plan_issued([selling.ana], components=[counted])
    deal = record_create(
        actor=actor(selling.ana),
        model=Opportunity,
        values={"name": "Pumps", "account": account, "currency": "CNY", "close_date": today()},
        lines={OpportunityLine: lines()},
    )
    quote = record_create(
        actor=actor(selling.ana),
        model=Quote,
        values={"account": account, "currency": "CNY"},
        lines={QuoteLine: lines()},
    )
    ana = actor(selling.ana)
    would = [sum(one.adds for one in deal_pay(ana, deal_of(ana, row))) for row in (deal, quote)]

    contract = signed(selling, account, actor, lines())
    worker()

    assert [paid(contract), *would] == [due, due, due]


def test_the_type_of_the_deal_is_told_by_all_that_comes_of_it(
    account: Any, selling: Cast, shelf: Category, actor: Any, worker: Any
) -> None:
    plan_issued([selling.ana], components=[component(filter={"deal.type": "renewal"})])
    ana = actor(selling.ana)
    deals = [
        record_create(
            actor=ana,
            model=Opportunity,
            values={"name": kind, "account": account, "currency": "CNY", "type": kind},
            lines={OpportunityLine: lines()},
        )
        for kind in ("renewal", "new")
    ]
    would = [sum(one.adds for one in deal_pay(ana, deal_of(ana, row))) for row in deals]

    contracts = [signed(selling, account, actor, lines(), opportunity=row) for row in deals]
    worker()

    assert would == [paid(one) for one in contracts] == [D(15400), D(0)]


def test_only_the_first_contract_is_a_new_customer_and_an_amendment_is_what_it_adds(
    account: Any, selling: Cast, shelf: Category, actor: Any, worker: Any
) -> None:
    plan_issued(
        [selling.ana],
        components=[
            component(measure="new_customer", base_rate="500"),
            component(id="units", measure="units", base_rate="1"),
        ],
    )
    first = signed(selling, account, actor, lines())
    second = signed(selling, account, actor, lines())
    worker()
    made = contract_amend(actor=actor(selling.ana), row=first)
    pump, service = lines()
    five = {ContractLine: [{**pump, "quantity": D(5)}, service]}
    more = record_update(actor=actor(selling.ana), row=made, values={}, lines=five)
    amended = record_run(
        actor=actor(selling.ana), row=more, verb="sign", params={"signed_on": today()}
    )
    worker()

    assert [paid(one) for one in (first, second, amended)] == [D(507), D(7), D(2)]


def test_a_field_of_the_companys_own_is_counted_and_frozen(
    account: Any, selling: Cast, shelf: Category, actor: Any, worker: Any
) -> None:
    for kind in ("orders.contract", "customers.account"):
        CustomField.objects.create(kind=kind, key="seats", label="Seats", type="integer")
    account.custom = {"seats": 9}
    account.save()
    plan_issued(
        [selling.ana],
        components=[
            component(measure={"name": "contract.seats"}, base_rate="2"),
            component(id="other", measure={"name": "account.seats"}, base_rate="1"),
        ],
    )

    contract = signed(selling, account, actor, lines(), **{"custom.seats": 12})
    worker()
    account.custom = {"seats": 1}
    account.save()

    assert paid(contract) == D(24) + D(9)
    neutral = PayFact.objects.get(contract=contract).neutral
    assert (neutral["contract.seats"], neutral["account.seats"]) == (12, 9)


def test_a_tried_discount_takes_money_off_a_product_and_leaves_its_cost(
    account: Any, selling: Cast, shelf: Category, actor: Any
) -> None:
    plan_issued(
        [selling.ana],
        components=[
            component(measure={"name": "amount_of.Pumps"}),
            component(id="margin", measure={"name": "margin_of.Pumps"}),
        ],
    )
    ana = actor(selling.ana)
    quote = record_create(
        actor=ana,
        model=Quote,
        values={"account": account, "currency": "CNY"},
        lines={QuoteLine: lines()},
    )

    wished = deal_wished(ana, deal_of(ana, quote), Wish(discount=D("0.1")))

    assert [one.adds for one in deal_pay(ana, wished)] == [D(13500) + D(4500)]


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        (component(measure={"name": "amount_of.Boats"}), "amount_of.Boats"),
        (component(filter={"region": "east"}), "region"),
        (component(measure={"name": "deal.seats"}), "deal.seats"),
        (component(filter={"received": {">": 0}}), "received"),
    ],
)
def test_a_plan_that_counts_what_no_contract_says_is_not_issued(
    counted: dict[str, Any], said: str, cast: Cast, shelf: Category
) -> None:
    with pytest.raises(DomainError) as refused:
        plan_issued([cast.ana], components=[counted])

    assert said in str(refused.value)
    refusal = may_be_issued(SYSTEM, PlanVersion.objects.get())
    assert refusal is not None
    assert said in refusal.reason


def test_a_category_that_is_called_otherwise_is_an_exception_of_the_month(
    selling: Cast, shelf: Category, actor: Callable[..., Any]
) -> None:
    plan_issued([selling.ana], components=[component(measure={"name": "amount_of.Pumps"})])
    period = period_for(SYSTEM, today())
    assert not [one for one in exceptions_of(actor(selling.cam), period) if one.kind == "field"]

    Category.objects.filter(pk=shelf.pk).update(name="Water pumps")

    (found,) = [one for one in exceptions_of(actor(selling.cam), period) if one.kind == "field"]
    assert "amount_of.Pumps" in found.text

"""A won deal is worth what was signed of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tonglu.catalog.models import ExchangeRate
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import Invalid
from tonglu.orders import services
from tonglu.orders.models import Contract, ContractLine
from tonglu.sales import outcomes
from tonglu.sales import services as sales
from tonglu.sales.models import Opportunity, OpportunityLine, WinLossReason
from tonglu.toolkit.clock import today
from tonglu.toolkit.jobs import drain

D = Decimal


@pytest.fixture
def signs(ana: Any, account: Any, pump: Any) -> Any:
    """`signs(deal, price=900, quantity=10)`: a contract of the deal, signed, and told to everybody."""

    def sign(deal: Any, price: int, quantity: int = 10, **values: Any) -> Contract:
        line = {"product": pump, "quantity": D(quantity), "price": D(price)}
        made: Contract = record_create(
            actor=ana,
            model=Contract,
            values={"account": account, "opportunity": deal, **values},
            lines={ContractLine: [line]},
        )
        return signed(ana, made)

    return sign


def signed(actor: Any, row: Contract) -> Contract:
    done = services.contract_sign(actor=actor, row=row)
    drain()
    return done


def won(actor: Any) -> list[tuple[str, D]]:
    """Wins by person, as reports show them: from the running totals."""
    day = today() + timedelta(days=1)
    found = outcomes.won_by_person(actor, today() - timedelta(days=1), day)
    return [(one.label, one.amount) for one in found]


def test_a_won_deal_is_worth_what_was_signed(ana: Any, deal: Any, signs: Any) -> None:
    record_update(actor=ana, row=deal, values={"amount": D(12000)})

    contract = signs(deal, price=980)

    deal.refresh_from_db()
    assert (deal.stage.kind, deal.amount, deal.base_amount) == ("won", D(9800), D(9800))
    assert [amount for _, amount in won(ana)] == [D(9800)]
    move = deal.moves.order_by("pk").last()
    assert move.amount == D(9800)
    assert deal.outcome_note == contract.number


def test_contracts_of_one_deal_add_up_and_an_amendment_takes_the_place_of_what_it_amends(
    ana: Any, deal: Any, signs: Any
) -> None:
    first = signs(deal, price=1000)
    signs(deal, price=980, quantity=5)
    deal.refresh_from_db()
    assert deal.amount == D(14900)

    amended = services.contract_amend(actor=ana, row=first)
    line = amended.lines.get()
    fewer = [{"id": line.pk, "product": line.product, "quantity": D(8), "price": D(1000)}]
    record_update(actor=ana, row=amended, values={}, lines={ContractLine: fewer})
    amended.refresh_from_db()
    signed(ana, amended)

    deal.refresh_from_db()
    assert deal.amount == D(12900)
    assert [amount for _, amount in won(ana)] == [D(12900)]


def test_what_was_terminated_before_it_began_does_not_count(
    ana: Any, deal: Any, signs: Any
) -> None:
    never = signs(deal, price=1000, starts_on=today() + timedelta(days=30))
    services.contract_terminate(actor=ana, row=never, reason="Wrong company name")

    signs(deal, price=990)

    deal.refresh_from_db()
    assert deal.amount == D(9900)


def test_a_deal_with_products_keeps_their_prices_and_is_worth_what_was_signed(
    ana: Any, deal: Any, pump: Any, signs: Any
) -> None:
    record_update(
        actor=ana,
        row=deal,
        values={},
        lines={OpportunityLine: [{"product": pump, "quantity": D(10), "price": D(1000)}]},
    )

    signs(deal, price=975)
    deal.refresh_from_db()
    record_update(actor=ana, row=deal, values={"description": "Delivered by ship"})

    deal.refresh_from_db()
    assert (deal.amount, deal.lines.get().amount) == (D(9750), D(10000))
    sales.opportunity_reopen(actor=ana, row=deal, reason="They want more")
    deal.refresh_from_db()
    assert deal.amount == D(10000)


def test_another_currency_goes_by_the_rate_at_signing(ana: Any, account: Any, signs: Any) -> None:
    ExchangeRate.objects.create(currency="USD", valid_from=date(2020, 1, 1), rate=D(7))
    values = {"name": "Export", "account": account, "amount": D(5000), "currency": "USD"}
    deal = record_create(actor=ana, model=Opportunity, values=values)

    signs(deal, price=980)

    deal.refresh_from_db()
    assert (deal.amount, deal.currency, deal.base_amount) == (D(1400), "USD", D(9800))


def test_a_person_does_not_type_another_amount_over_what_was_signed(
    ana: Any, deal: Any, signs: Any
) -> None:
    signs(deal, price=980)
    deal.refresh_from_db()

    with pytest.raises(Invalid) as refused:
        record_update(actor=ana, row=deal, values={"amount": D(99999)})

    assert "amount" in refused.value.errors


def test_a_lost_deal_stays_as_it_is(ana: Any, deal: Any, signs: Any) -> None:
    record_update(actor=ana, row=deal, values={"amount": D(12000)})
    deal.refresh_from_db()
    reason = WinLossReason.objects.filter(outcome="lost").first()
    assert reason is not None
    sales.opportunity_lose(actor=ana, row=deal, reason=reason)

    signs(deal, price=980)

    deal.refresh_from_db()
    assert (deal.stage.kind, deal.amount, deal.signed_amount) == ("lost", D(12000), None)

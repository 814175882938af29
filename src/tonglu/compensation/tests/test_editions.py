"""A contract that takes another one's place: pay on both follows the customer's money on either, the first sold first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from tonglu.compensation.faces.standing import standings_of
from tonglu.compensation.models import Earning, LedgerPosting
from tonglu.compensation.services.happenings import (
    contract_end,
    contract_release,
    contracts_uncollected,
)
from tonglu.entities.services import record_run, record_update
from tonglu.finance.events import ContractCollected
from tonglu.orders.events import ContractEnded
from tonglu.orders.models import Contract, ContractLine
from tonglu.orders.services.contracts import contract_amend
from tonglu.policy.testing import Cast

from .faces import conftest
from .months import plan_issued

D = Decimal
DAY = date(2026, 1, 10)
ON_CASH = {"steps": [{"event": "cash", "prorata": True}]}
NET, VAT = D(50_000), D("1.13")
selling, pump, account, sign = conftest.selling, conftest.pump, conftest.account, conftest.sign
numbers = count(1)


@pytest.fixture
def amend(selling: Cast, actor: Any, worker: Any) -> Callable[[Contract, int], Contract]:
    """`amend(contract, 5)`: the same contract for five pumps, signed ten days later."""

    def amended(contract: Contract, quantity: int) -> Contract:
        ana = actor(selling.ana)
        made = contract_amend(actor=ana, row=contract)
        line = made.lines.get()
        values = {ContractLine: [{"id": line.pk, "version": line.version, "quantity": D(quantity)}]}
        made = record_update(actor=ana, row=made, values={}, lines=values)
        params = {"signed_on": DAY + timedelta(days=10)}
        done = record_run(actor=ana, row=made, verb="sign", params=params)
        worker()
        return done

    return amended


def cash(contract: Contract, pumps: str, **more: Any) -> None:
    """Money for so many pumps, VAT included; below zero when it goes back."""
    key = next(numbers)
    contract_release(
        ContractCollected(
            allocation_id=key,
            collection_id=key,
            contract_id=contract.pk,
            received_on=DAY + timedelta(days=20),
            amount=NET * VAT * D(pumps),
            currency="CNY",
            **more,
        )
    )


def released() -> list[Decimal]:
    return [one.released_amount for one in Earning.objects.order_by("pk")]


def held() -> Decimal:
    sums = LedgerPosting.objects.filter(account="held").values_list("amount", flat=True)
    return -sum(sums, D(0))


def test_money_on_the_later_contract_releases_what_the_first_earned(
    selling: Cast, sign: Any, amend: Any
) -> None:
    plan_issued([selling.ana], release=ON_CASH)
    first = sign(4, day=DAY)
    cash(first, "1")
    second = amend(first, 5)
    begun = released()

    cash(second, "2")
    more = released()
    cash(second, "2")

    assert [one.amount for one in Earning.objects.order_by("pk")] == [D(20_000), D(5_000)]
    assert begun == [D(5_000), D(0)]
    assert more == [D(15_000), D(0)]
    assert (released(), held()) == ([D(20_000), D(5_000)], D(0))


def test_what_a_smaller_contract_takes_away_is_never_released(
    selling: Cast, sign: Any, amend: Any
) -> None:
    plan_issued([selling.ana], release=ON_CASH)
    first = sign(4, day=DAY)
    second = amend(first, 3)

    cash(second, "3")

    assert [one.amount for one in Earning.objects.order_by("pk")] == [D(20_000), D(-5_000)]
    assert (released(), held()) == ([D(15_000), D(0)], D(0))


def test_money_beyond_the_smaller_contract_pays_nothing_until_it_goes_back(
    selling: Cast, sign: Any, amend: Any
) -> None:
    plan_issued([selling.ana], release=ON_CASH)
    first = sign(4, day=DAY)
    cash(first, "4")
    second = amend(first, 3)
    over = released()

    cash(second, "-1")

    assert over == [D(20_000), D(-5_000)]
    assert (released(), held()) == ([D(15_000), D(0)], D(0))


def test_the_end_of_the_later_contract_ends_both(selling: Cast, sign: Any, amend: Any) -> None:
    plan_issued([selling.ana], release=ON_CASH, clawback={"type": "full"})
    first = sign(4, day=DAY)
    second = amend(amend(first, 5), 6)
    cash(second, "4.5")

    contract_end(
        ContractEnded(contract_id=second.pk, state="terminated", ended_on=DAY + timedelta(days=40))
    )

    assert (released(), held()) == ([D(0)] * 3, D(0))


def test_money_that_does_not_come_is_missed_by_the_last_contract_alone(
    selling: Cast, sign: Any, amend: Any
) -> None:
    plan_issued([selling.ana], clawback={"type": "full", "uncollected_days": 30})
    first = sign(4, day=DAY)
    second = amend(first, 5)
    cash(second, "4.5")

    contracts_uncollected()
    late = released()
    cash(second, "0.5")

    assert late == [D(20_000), D(2_500)]
    assert released() == [D(20_000), D(5_000)]


def test_what_has_not_come_in_yet_knows_what_was_paid_before_the_amendment(
    selling: Cast, sign: Any, amend: Any
) -> None:
    counted = {"id": "collected", "clause": "1", "window": "year", "measure": "received"}
    plan_issued([selling.ana], components=[{**counted, "base_rate": "0.1"}])
    first = sign(4, day=DAY)
    cash(first, "1")
    cash(amend(first, 5), "1.5")

    (standing,) = standings_of(selling.ana.pk, DAY, "en")

    assert standing.outstanding is not None
    assert standing.outstanding.total == NET * D("2.5")
    assert released() == [D(5_000), D(7_500)]

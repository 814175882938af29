"""A plan's clawback in the product: refunds, credit notes, ends and money that does not come, to the cent of the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tonglu.compensation.models import Earning, LedgerEntry, PayEvent, Statement
from tonglu.compensation.paper import paper_of
from tonglu.compensation.services.happenings import (
    contract_deliver,
    contract_end,
    contract_invoice,
    contract_release,
    contracts_uncollected,
)
from tonglu.finance.events import ContractCollected, InvoiceIssued
from tonglu.orders.events import ContractEnded, OrderDelivered
from tonglu.orders.models import Contract, Order, OrderLine
from tonglu.policy.testing import Cast

from .faces import conftest
from .months import balances, deal, month_closed, plan_issued

D = Decimal
ON_CASH = {"steps": [{"event": "cash", "prorata": True}]}
GROSS = D(113000)
SIGNED = date(2026, 1, 10)
numbers = iter(range(1, 10**9))
selling, pump, account, sign = conftest.selling, conftest.pump, conftest.account, conftest.sign


def plan(cast: Cast, clawback: Any = None, release: Any = ON_CASH, **more: Any) -> Any:
    body = {"release": release, "clawback": clawback, **more}
    return plan_issued([cast.ana], **{key: value for key, value in body.items() if value})


@pytest.fixture
def signed(sign: Callable[..., Any]) -> Callable[..., Contract]:
    """Two pumps of Ana's: 100,000 net, 113,000 with VAT, 10,000 of commission at ten percent."""
    return lambda: sign(quantity=2, day=SIGNED)


def cash(contract: Contract, share: str, day: date, number: int = 0, **more: Any) -> int:
    """So much of the contract comes in, or goes back; gives the number of the allocation."""
    key = number or next(numbers)
    contract_release(
        ContractCollected(
            allocation_id=key,
            collection_id=key,
            contract_id=contract.pk,
            received_on=day,
            amount=GROSS * D(share),
            currency="CNY",
            **more,
        )
    )
    return key


def ended(contract: Contract, day: date) -> None:
    contract_end(ContractEnded(contract_id=contract.pk, state="terminated", ended_on=day))


def invoice(contract: Contract, share: str, day: date) -> None:
    contract_invoice(
        InvoiceIssued(
            invoice_id=next(numbers),
            contract_id=contract.pk,
            account_id=contract.account_id,
            issued_on=day,
            net_amount=D(100000) * D(share),
            amount=GROSS * D(share),
            currency="CNY",
        )
    )


def stands(cast: Cast) -> dict[str, int]:
    return {name: int(amount) for name, amount in balances(cast.ana).items()}


def test_a_refund_before_anything_was_paid_out_is_set_against_what_is_payable(
    selling: Cast, signed: Callable[..., Contract]
) -> None:
    plan(selling, {"type": "percent", "pct": "0.5"})
    contract = signed()
    cash(contract, "0.6", date(2026, 1, 20))
    assert stands(selling) == {"expense": 10000, "held": 4000, "payable": 6000}

    cash(contract, "-0.2", date(2026, 1, 25))

    assert stands(selling) == {"expense": 10000, "held": 5000, "payable": 5000}
    entry = LedgerEntry.objects.get(kind="released", amount=D(-1000))
    assert entry.sentence == (
        "22,600.00 of 113,000.00 CNY went back to the customer. Of the 2,000.00 that it stands for, "
        "the plan takes 50 % back: 1,000.00."
    )
    assert entry.sentence_zh == (
        "合同总额 113,000.00 CNY 中有 22,600.00 退回客户。对应提成 2,000.00，按方案追回 50%，计 1,000.00。"
    )
    cash(contract, "0.6", date(2026, 1, 28))
    assert stands(selling) == {"expense": 10000, "payable": 10000}


def test_after_payment_a_part_is_owed_twice_and_no_event_is_heard_twice(
    selling: Cast, signed: Callable[..., Contract]
) -> None:
    plan(selling, {"type": "prorata_time", "term_months": 12})
    contract = signed()
    cash(contract, "1", date(2026, 1, 20))
    month_closed(date(2026, 1, 1))
    assert stands(selling) == {"expense": 10000, "cash": 10000}

    first = cash(contract, "-0.5", date(2026, 4, 20))
    assert stands(selling) == {"expense": 10000, "cash": 10000, "held": 3750, "clawback": 3750}
    cash(contract, "-0.5", date(2026, 4, 20), first)
    cash(contract, "-0.5", date(2026, 7, 10))

    assert stands(selling) == {"expense": 10000, "cash": 10000, "held": 6250, "clawback": 6250}
    taken = LedgerEntry.objects.filter(kind="taken_back").order_by("pk")
    assert [one.amount for one in taken] == [D(3750), D(2500)]
    assert taken[0].sentence.endswith(
        "9 of 12 months were not served, so of 5,000.00 of pay 3,750.00 comes back."
    )
    assert taken[0].sentence_zh.endswith(
        "约定期限 12 个月，尚余 9，对应提成 5,000.00，追回 3,750.00。"
    )
    assert PayEvent.objects.count() == 3
    assert Earning.objects.get().released_amount == D(3750)


def test_the_window_has_passed_and_nothing_moves(
    selling: Cast, signed: Callable[..., Contract]
) -> None:
    plan(selling, {"type": "window", "window_days": 90})
    contract = signed()
    cash(contract, "1", date(2026, 1, 20))
    cash(contract, "-1", SIGNED + timedelta(days=90))
    assert stands(selling) == {"expense": 10000, "payable": 10000}
    told = LedgerEntry.objects.get(amount=0)
    assert told.kind == "taken_back"
    assert told.earning == Earning.objects.get()
    assert told.sentence == (
        "113,000.00 of 113,000.00 CNY went back to the customer, 90 days after signing. "
        "The plan takes pay back only within 90 days of signing, so nothing comes back."
    )
    assert told.sentence_zh == (
        "合同总额 113,000.00 CNY 中有 113,000.00 退回客户，距签约已 90 天。"
        "方案仅在签约后 90 天内追回，本次不追回提成。"
    )

    other = signed()
    cash(other, "1", date(2026, 1, 21))
    cash(other, "-1", SIGNED + timedelta(days=89))
    assert stands(selling) == {"expense": 20000, "held": 10000, "payable": 10000}
    entry = LedgerEntry.objects.get(kind="released", amount__lt=0)
    assert "within 90 days of signing: 10,000.00 of pay comes back." in entry.sentence


def test_an_end_after_the_window_is_told_on_the_statement(
    selling: Cast, signed: Callable[..., Contract]
) -> None:
    plan(selling, {"type": "window", "window_months": 3}, release=None)
    contract = signed()
    month_closed(date(2026, 1, 1))
    ended(contract, date(2026, 6, 10))
    month_closed(date(2026, 6, 1))

    statement = Statement.objects.get(owner=selling.ana, period__first_day=date(2026, 6, 1))
    (line,) = [one for one in statement.lines if one["kind"] == "taken_back"]
    assert line["amount"] == "0.00"
    assert line["en"] == (
        "The contract ended before its time, 5 months after signing. "
        "The plan takes pay back only within 3 months of signing, so nothing comes back."
    )
    assert line["zh"].endswith("距签约已 5 个月。方案仅在签约后 3 个月内追回，本次不追回提成。")


def test_an_allocation_undone_follows_the_schedule_whatever_the_clawback_says(
    selling: Cast, signed: Callable[..., Contract]
) -> None:
    plan(selling, {"type": "window", "window_days": 1})
    contract = signed()
    cash(contract, "1", date(2026, 1, 20))
    cash(contract, "-1", date(2026, 3, 20), undone=True)

    assert stands(selling) == {"expense": 10000, "held": 10000}


def test_an_early_end_cancels_what_waits_and_takes_the_rest(
    selling: Cast, signed: Callable[..., Contract]
) -> None:
    plan(selling, {"type": "prorata_time", "term_months": 12})
    contract = signed()
    cash(contract, "0.8", date(2026, 1, 20))
    month_closed(date(2026, 1, 1))
    ended(contract, date(2026, 4, 10))
    ended(contract, date(2026, 4, 10))

    assert stands(selling) == {"expense": 2500, "cash": 8000, "clawback": 5500}
    owed = LedgerEntry.objects.get(kind="taken_back")
    assert owed.sentence == (
        "The contract ended before its time. 9 of 12 months were not served. "
        "Of 10,000.00 that was earned 2,500.00 stays, and 5,500.00 comes back."
    )
    gone = LedgerEntry.objects.get(kind="cancelled")
    assert (gone.amount, gone.sentence_zh) == (
        D(-7500),
        "合同提前终止：应计提成中的 7,500.00 取消，不再发放。",
    )
    cash(contract, "0.2", date(2026, 4, 20))
    assert stands(selling) == {"expense": 2500, "cash": 8000, "clawback": 5500}

    april = month_closed(date(2026, 4, 1))
    paper = paper_of(Statement.objects.get(owner=selling.ana, period=april))
    assert paper.problems == ()
    assert stands(selling) == {"expense": 2500, "cash": 8000, "clawback": 5500}


def test_what_one_plan_recovers_is_limited_and_the_rest_stays_owed(
    selling: Cast, signed: Callable[..., Contract]
) -> None:
    """A refund of 10,000 that was paid; each later payment gives a half at most."""
    version = plan(selling, {"type": "full"}, payment=[{"type": "offset", "pct": "0.5"}])
    contract = signed()
    cash(contract, "1", date(2026, 1, 20))
    month_closed(date(2026, 1, 1))
    other = signed()
    cash(other, "0.6", date(2026, 2, 3))
    cash(contract, "-1", date(2026, 2, 4))
    assert stands(selling) == {
        "expense": 20000, "cash": 10000, "held": 14000, "payable": 6000, "clawback": 10000,
    }  # fmt: skip
    month_closed(date(2026, 2, 1))

    paid = Statement.objects.filter(owner=selling.ana).order_by("period__first_day")
    assert [one.paid for one in paid] == [D(10000), D(3000)]
    assert stands(selling)["clawback"] == 7000
    assert version.plan.versions.count() == 1


def test_a_plan_paid_at_signing_hears_credit_notes_and_money_that_does_not_come(
    selling: Cast, signed: Callable[..., Contract], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(selling, {"type": "full", "uncollected_days": 60}, release=None)
    contract = signed()
    assert stands(selling) == {"expense": 10000, "payable": 10000}
    invoice(contract, "1", date(2026, 1, 12))
    invoice(contract, "-0.25", date(2026, 1, 15))
    assert stands(selling) == {"expense": 10000, "held": 2500, "payable": 7500}
    cash(contract, "0.5", date(2026, 2, 1))

    def on(day: date) -> None:
        monkeypatch.setattr("tonglu.compensation.services.happenings.today", lambda _actor: day)
        contracts_uncollected()

    due = contract.instalments.get().due_on
    on(due + timedelta(days=59))
    assert stands(selling)["payable"] == 7500
    on(due + timedelta(days=60))
    on(due + timedelta(days=61))

    assert stands(selling) == {"expense": 10000, "held": 5000, "payable": 5000}
    entry = LedgerEntry.objects.order_by("-pk").first()
    assert entry is not None
    assert entry.sentence == (
        "56,500.00 of 113,000.00 CNY were not paid 60 days after they were due, "
        "which takes 2,500.00 back."
    )
    cash(contract, "0.5", date(2026, 5, 1))
    assert stands(selling) == {"expense": 10000, "held": 2500, "payable": 7500}


def test_steps_take_back_what_they_would_have_paid_less(
    selling: Cast, signed: Callable[..., Contract]
) -> None:
    """Two deals of 100,000: 200,000 at 10 % had paid 20,000; 100,000 at 5 % pay 5,000."""
    tiers = [[0, 150000, "0.05"], [150000, None, "0.1"]]
    table = {"mode": "whole", "boundary": "lower_inclusive", "tiers": tiers}
    plan(
        selling,
        {"type": "whole_tier_delta", "tiers": tiers},
        components=[{"id": "commission", "window": "year", "table": table}],
    )
    first, second = signed(), signed()
    for contract in (first, second):
        cash(contract, "1", date(2026, 1, 20))
    assert [one.amount for one in Earning.objects.order_by("pk")] == [D(5000), D(15000)]

    cash(second, "-1", date(2026, 1, 25))

    assert stands(selling) == {"expense": 20000, "held": 15000, "payable": 5000}
    entry = LedgerEntry.objects.get(kind="released", amount__lt=0)
    assert entry.sentence.endswith(
        "With 100,000.00 instead of 200,000.00 the steps pay 15,000.00 less, and that comes back."
    )


def test_pay_falls_due_at_signing_delivery_and_invoice_in_parts(
    selling: Cast, signed: Callable[..., Contract]
) -> None:
    steps = [
        {"event": "booking", "pct": "0.2"},
        {"event": "delivery", "pct": "0.3", "prorata": True},
        {"event": "invoice", "pct": "0.5", "prorata": True},
    ]
    plan(selling, release={"steps": steps})
    contract = signed()
    assert stands(selling) == {"expense": 10000, "held": 8000, "payable": 2000}
    invoice(contract, "0.4", date(2026, 1, 12))
    assert stands(selling)["payable"] == 4000

    order = Order.objects.create(
        number="O-1", account=contract.account, contract=contract, owner=selling.ana, currency="CNY"
    )
    line = OrderLine.objects.create(
        order=order, product=contract.lines.get().product, quantity=D(2), price=D(50000),
        amount=D(100000), shipped=D(1), delivered=D(1),
    )  # fmt: skip
    for delivered in (1, 1, 2):
        OrderLine.objects.filter(pk=line.pk).update(shipped=delivered, delivered=delivered)
        contract_deliver(
            OrderDelivered(
                order_id=order.pk, account_id=contract.account_id, contract_id=contract.pk,
                currency="CNY", shipment_id=7, delivered_on=date(2026, 1, 14), lines=(), complete=False,
            )
        )  # fmt: skip

    told = (
        LedgerEntry.objects.filter(kind="released").order_by("pk").values_list("amount", flat=True)
    )
    assert list(told) == [D(2000), D(2000), D(1500), D(1500)]
    assert LedgerEntry.objects.filter(
        sentence__contains="56,500.00 of 113,000.00 CNY were delivered"
    )


def test_a_deal_without_a_contract_is_paid_as_before(cast: Cast) -> None:
    version = plan(cast, {"type": "full"}, release=None)
    deal(version, cast.ana, date(2026, 1, 9), 1000)

    assert balances(cast.ana) == {"expense": D(100), "payable": D(100)}

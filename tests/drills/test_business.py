"""Business at random, from the lead to the commission and back by refund: after every step the books agree.

Hypothesis chooses the steps and, when something is untrue, looks for the shortest way there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tonglu.compensation.models import LedgerEntry
from tonglu.finance.services import collections
from tonglu.policy.testing import Cast
from tools.drills.fixture import Drill

from .business import Business, opened, untrue

STEPS = 50
anything = st.integers(0, 10**6)


class Rules(RuleBasedStateMachine):
    """The rules of business in one company; `told` gets the number of steps that each run got done."""

    cast: ClassVar[Cast]
    told: ClassVar[list[int]]
    business: Business

    @initialize(n=anything)
    def open(self, n: int) -> None:
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.business = opened(self.cast)
        for number in (n, n + 1):
            self.business.lead_comes(number)
            self.business.lead_converts(number)
        self.business.contract_made(n)
        self.business.contract_moves(0, "sign")

    def teardown(self) -> None:
        if hasattr(self, "whole"):
            self.told.append(self.business.done)
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)

    @rule(n=anything)
    def lead(self, n: int) -> None:
        self.business.lead_comes(n)
        self.business.lead_converts(n)

    @rule(n=anything)
    def deal(self, n: int) -> None:
        self.business.deal_wins(n)

    @rule(n=anything)
    def quote(self, n: int) -> None:
        self.business.quote_made(n)

    @precondition(lambda self: self.business.quotes)
    @rule(n=anything, verb=st.sampled_from(("send", "accept", "contract", "order", "new_version")))
    def quote_moves(self, n: int, verb: str) -> None:
        self.business.quote_moves(n, verb)

    @rule(n=anything)
    def contract(self, n: int) -> None:
        self.business.contract_made(n)

    @rule(
        n=anything,
        verb=st.sampled_from(("sign", "sign", "order", "amend", "activate", "terminate")),
    )
    def contract_moves(self, n: int, verb: str) -> None:
        self.business.contract_moves(n, verb)

    @rule(n=anything)
    def tamper(self, n: int) -> None:
        self.business.contract_tampered(n)

    @rule(n=anything, of_order=st.booleans())
    def invoice(self, n: int, of_order: bool) -> None:
        self.business.invoice_made(n, of_order)

    @precondition(lambda self: self.business.invoices)
    @rule(n=anything, verb=st.sampled_from(("issue", "issue", "credit")))
    def invoice_moves(self, n: int, verb: str) -> None:
        self.business.invoice_moves(n, verb)

    @rule(n=anything)
    def money_comes(self, n: int) -> None:
        self.business.money_comes(n)

    @precondition(lambda self: self.business.receipts)
    @rule(n=anything, how=st.sampled_from(("invoice", "oldest", "contract", "contract")))
    def money_allocated(self, n: int, how: str) -> None:
        self.business.money_allocated(n, how)

    @precondition(lambda self: self.business.receipts)
    @rule(n=anything, how=st.sampled_from(("reverse", "receipt", "contract")))
    def money_goes_back(self, n: int, how: str) -> None:
        self.business.money_goes_back(n, how)

    @rule()
    def jobs(self) -> None:
        self.business.jobs_run()

    @rule(n=anything)
    def days(self, n: int) -> None:
        self.business.days_pass(n)

    @rule(
        n=anything,
        verb=st.sampled_from(("calculate", "review", "approve", "lock", "pay", "reopen")),
    )
    def month(self, n: int, verb: str) -> None:
        self.business.month_moves(n, verb)

    @invariant()
    def books_agree(self) -> None:
        if hasattr(self, "business"):
            wrong = list(untrue(self.business))
            assert not wrong, "\n".join([*wrong, "after:", *self.business.steps])


def machine_of(cast: Cast, told: list[int]) -> type[RuleBasedStateMachine]:
    """The rules for these people."""
    return type("Company", (Rules,), {"cast": cast, "told": told})


def play(cast: Cast, *, runs: int, steps: int, dice: int, shrink: bool = False) -> tuple[str, int]:
    """What went wrong, if anything, and how many steps were done; the same dice throw the same steps."""
    told: list[int] = []
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    how = settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, database=None,
        phases=phases, suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    try:
        run_state_machine_as_test(seed(dice)(machine_of(cast, told)), settings=how)
    except AssertionError as fault:
        return str(fault), sum(told)
    return "", sum(told)


@pytest.mark.usefixtures("db")
def test_the_books_agree_after_every_step(cast: Cast, drill: Drill) -> None:
    runs, steps = drill.size(2, 400), STEPS if drill.long else 15

    fault, done = play(cast, runs=runs, steps=steps, dice=drill.seed, shrink=drill.long)

    drill.holds(
        f"runs of {steps} steps with untrue books ({done:,} steps done)",
        [fault] * bool(fault),
        of=runs,
    )


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("plant", ["collected", "ledger", "terms"])
def test_planted_faults_in_the_books_are_found(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, plant: str
) -> None:
    business, plants = opened(cast), PLANTS
    for act in (
        lambda: business.lead_comes(1), lambda: business.lead_converts(1), lambda: business.contract_made(2),
        lambda: business.contract_moves(0, "sign"), business.jobs_run, lambda: business.invoice_made(0, False),
        lambda: business.invoice_moves(0, "issue"), lambda: business.money_comes(90_000),
    ):  # fmt: skip
        act()
    assert list(untrue(business)) == []

    plants[plant](business, monkeypatch)

    assert list(untrue(business)) != []


def _careless_allocation(business: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collections, "_collect", lambda *_given: None)
    business.money_allocated(0, "oldest")


def _doubled_movement(_business: Business, _monkeypatch: pytest.MonkeyPatch) -> None:
    earning = LedgerEntry.objects.exclude(earning=None)[0].earning
    assert earning is not None
    type(earning).objects.filter(pk=earning.pk).update(released_amount=1)


def _moved_terms(business: Business, _monkeypatch: pytest.MonkeyPatch) -> None:
    business.signed = {pk: f"{was} and a free pump" for pk, was in business.signed.items()}


PLANTS: dict[str, Callable[[Business, Any], None]] = {
    "collected": _careless_allocation,
    "ledger": _doubled_movement,
    "terms": _moved_terms,
}

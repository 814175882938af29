"""What may follow what, and what an order's lines say about the order."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tonglu.kernel.errors import DomainError
from tonglu.orders.core.states import (
    CONTRACT,
    QUOTE,
    Progress,
    order_state,
    quantity_take,
    step_check,
)

D = Decimal


@pytest.mark.parametrize(
    ("steps", "now", "to"),
    [
        (QUOTE, "draft", "sent"),
        (QUOTE, "sent", "accepted"),
        (QUOTE, "accepted", "superseded"),
        (CONTRACT, "draft", "signed"),
        (CONTRACT, "active", "terminated"),
    ],
)
def test_the_usual_steps_are_allowed(steps, now, to):
    step_check(steps, now, to)


@pytest.mark.parametrize(
    ("steps", "now", "to"),
    [
        (QUOTE, "draft", "accepted"),
        (QUOTE, "superseded", "sent"),
        (QUOTE, "expired", "accepted"),
        (CONTRACT, "signed", "draft"),
        (CONTRACT, "completed", "active"),
    ],
)
def test_other_steps_are_refused(steps, now, to):
    with pytest.raises(DomainError) as refused:
        step_check(steps, now, to)

    assert refused.value.code == "wrong_state"


def progress(ordered: str, reserved="0", shipped="0", delivered="0", returned="0") -> Progress:
    return Progress(
        ordered=D(ordered),
        reserved=D(reserved),
        shipped=D(shipped),
        delivered=D(delivered),
        returned=D(returned),
    )


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([], "new"),
        ([progress("2")], "new"),
        ([progress("2", "1")], "new"),
        ([progress("2", "2")], "reserved"),
        ([progress("2", "2"), progress("1")], "new"),
        ([progress("2", "1", "1"), progress("1")], "partly_shipped"),
        ([progress("2", "0", "2"), progress("1", "0", "1")], "shipped"),
        ([progress("2", "0", "2", "2"), progress("1", "0", "1")], "shipped"),
        ([progress("2", "0", "2", "2"), progress("1", "0", "1", "1")], "delivered"),
        ([progress("2", "0", "2", "2", "1")], "delivered"),
        ([progress("2", "0", "2", "2", "2")], "returned"),
    ],
)
def test_the_lines_say_how_far_the_order_is(lines, state):
    assert order_state(lines) == state


def test_no_more_is_taken_than_is_left():
    assert quantity_take(D("2"), D("2.0000"), "Only %(left)s left.") == D("2")

    with pytest.raises(DomainError) as refused:
        quantity_take(D("3"), D("2.5000"), "Only %(left)s left.")

    assert refused.value.text() == "Only 2.5 left."

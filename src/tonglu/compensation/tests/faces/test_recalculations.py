"""What calculating a month anew changed: whose statement, by how much, through which lines, and who may see it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tonglu.compensation.faces.recalculations import line_changes, recalculations_of
from tonglu.compensation.models import PayPeriod
from tonglu.entities.services import record_run
from tonglu.entities.testing import signed_in
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today

D = Decimal


def test_a_contract_that_came_later_is_the_reason(
    plan: Any, sign: Callable[..., Any], selling: Cast, actor: Any
) -> None:
    cam = actor(selling.cam)
    sign(quantity=1)
    period = PayPeriod.objects.get(first_day=today().replace(day=1))
    record_run(actor=cam, row=period, verb="calculate")
    period.refresh_from_db()
    assert recalculations_of(cam, period) == []

    record_run(actor=cam, row=period, verb="reopen", params={"reason": "one more contract"})
    late = sign(quantity=2)
    period.refresh_from_db()
    record_run(actor=cam, row=period, verb="calculate")
    period.refresh_from_db()
    (change,) = recalculations_of(cam, period)

    assert change.statement.owner == selling.ana
    (earned,) = [one for one in change.sums if one.name == "earned"]
    assert (earned.before, earned.after) == (D(1500), D(5500))
    (line,) = change.lines
    assert (line.line["contract"], line.before, line.after) == (late.number, D(0), D(4000))
    assert "3 % step" in line.why
    assert sum(one.change for one in change.lines) == earned.change

    url = f"/pay-calendar/{period.pk}/changes/"
    assert late.number in signed_in(selling.cam).get(url).content.decode()
    for person in (selling.ana, selling.lee, selling.pat):
        assert signed_in(person).get(url).status_code in {403, 404}


def test_lines_are_told_apart_by_their_cause() -> None:
    before = [{"key": "a", "amount": "1.00"}, {"key": "b", "amount": "2.00"}]
    after = [{"key": "b", "amount": "2.50", "en": "more"}, {"key": "c", "amount": "3.00"}]
    found = [
        (str(one.line["key"]), one.before, one.after) for one in line_changes(before, after, "en")
    ]
    assert found == [("a", D(1), D(0)), ("b", D(2), D("2.50")), ("c", D(0), D(3))]

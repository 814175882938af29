"""The team's board: ranking, targets and cost, as far as the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tonglu.compensation.faces.spans import span_asked
from tonglu.compensation.faces.standing import standings_of
from tonglu.compensation.faces.targets import Target, targets_of
from tonglu.compensation.faces.team import board_of
from tonglu.entities.testing import signed_in
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today

D = Decimal


@pytest.fixture
def year() -> Any:
    return span_asked(f"{today().year}", today())


def test_a_leader_sees_the_team_and_a_stranger_only_themselves(
    plan: Any, sign: Callable[..., Any], selling: Cast, actor: Any, year: Any, join: Any
) -> None:
    sign(quantity=2)
    for person in (selling.ben, selling.cy):
        join(plan, person)

    def seen(person: Any) -> list[str]:
        return [mate.name for mate in board_of(actor(person), year).mates]

    assert seen(selling.lee) == [selling.ana.name, selling.ben.name]
    assert set(seen(selling.max)) == {p.name for p in (selling.ana, selling.ben, selling.cy)}
    assert seen(selling.cy) == [selling.cy.name]
    assert seen(selling.ben) == [selling.ben.name]
    assert signed_in(selling.pat).get("/team-pay/").status_code == 403


def test_the_board_adds_up_and_tells_the_cost(
    plan: Any, sign: Callable[..., Any], selling: Cast, actor: Any, year: Any
) -> None:
    sign(quantity=4)
    board = board_of(actor(selling.max), year)
    (mate,) = board.mates
    assert (mate.earned, mate.signed, mate.cost_rate) == (D(8000), D(200000), D("0.04"))
    assert (board.cost.of_signed, board.cost.of_margin) == (D("0.04"), D("0.1"))
    assert board.chart.series[0].values == (D(8000),)


def test_a_target_behind_is_marked_with_what_helps(
    plan: Any,
    sign: Callable[..., Any],
    make_deal: Callable[..., Any],
    selling: Cast,
    actor: Any,
    year: Any,
    join: Any,
) -> None:
    sign(quantity=7)  # 350,000 of 400,000
    join(plan, selling.ben, quota=D(900000))
    deal = make_deal(amount=D(30000))
    board = board_of(actor(selling.lee), year)
    ana, ben = board.mates

    assert ana.target is not None
    assert ana.help is None
    assert ana.target.step.attainment == D("0.875")
    assert ben.target is not None
    assert ben.help is not None
    assert (ben.help.gap, ben.help.deals, ben.help.is_enough) == (D(900000), (), False)
    page = signed_in(selling.lee).get("/team-pay/").content.decode()
    assert page.count("team-help") == 1
    assert deal.pk


def test_what_helps_names_the_deals_that_close_in_time(
    plan: Any, make_deal: Callable[..., Any], selling: Cast, actor: Any, year: Any
) -> None:
    timely, late = make_deal(name="Timely", amount=D(90000)), make_deal(name="Late", amount=D(1))
    type(late).objects.filter(pk=late.pk).update(close_date=today().replace(year=today().year + 1))
    (ana,) = board_of(actor(selling.lee), year).mates
    assert ana.help is not None
    assert (ana.help.in_time, [deal.pk for deal in ana.help.deals]) == (D(90000), [timely.pk])
    assert ana.help.without_next_step == 2


def test_the_board_and_ones_own_page_agree_on_the_position(
    plan: Any, sign: Callable[..., Any], selling: Cast
) -> None:
    sign(quantity=2)
    sign(quantity=3)
    (standing,) = standings_of(selling.ana.pk, today(), "en")
    target = targets_of([selling.ana.pk], today(), "en")[selling.ana.pk]
    assert target.step == standing.steps[0]


@pytest.mark.parametrize(
    ("reached", "elapsed", "marked"),
    [
        ("0.59", "0.95", True),  # near the end, and under 60 %
        ("0.50", "0.75", True),  # two thirds of what was due, and under 60 %
        ("0.10", "0.08", False),  # January, ahead of time
        ("0.05", "0.08", True),
        ("0.60", "0.95", False),
    ],
)
def test_a_target_under_sixty_percent_is_marked_unless_it_is_in_time(
    reached: str, elapsed: str, marked: bool
) -> None:
    target = Target(
        person_id=1,
        step=SimpleNamespace(attainment=D(reached)),  # type: ignore[arg-type]
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        elapsed=D(elapsed),
    )

    assert target.is_behind is marked

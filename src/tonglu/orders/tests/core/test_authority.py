"""Who may give which discount."""

from __future__ import annotations

from decimal import Decimal

from tonglu.orders.core.authority import (
    NOTHING,
    Authority,
    authority_chain,
    authority_excess,
    authority_widest,
)

D = Decimal
SELLER = Authority(discount=D("0.10"), margin=D("0.25"))
LEADER = Authority(discount=D("0.20"), margin=D("0.15"))
DIRECTOR = Authority(discount=D("0.40"), margin=None)


def excess(authority: Authority, discount: str, margin: str | None):
    return authority_excess(
        authority, discount=D(discount), margin=None if margin is None else D(margin)
    )


def test_within_both_limits_a_salesperson_decides_alone():
    assert excess(SELLER, "0.10", "0.25") == ()


def test_a_deeper_discount_and_a_lower_margin_are_both_named():
    found = excess(SELLER, "0.1001", "0.2499")

    assert [(e.asked, e.limit) for e in found] == [
        (D("0.1001"), D("0.10")),
        (D("0.2499"), D("0.25")),
    ]


def test_an_unknown_margin_is_not_held_against_anyone():
    assert excess(SELLER, "0.05", None) == ()


def test_someone_with_two_roles_has_the_wider_of_each_limit():
    assert authority_widest([SELLER, LEADER]) == LEADER
    assert authority_widest([SELLER, DIRECTOR]) == DIRECTOR
    assert authority_widest([]) == NOTHING


def test_leaders_are_asked_in_turn_until_one_may_decide():
    chain = [("lee", LEADER), ("dee", DIRECTOR), ("max", DIRECTOR)]

    def asked(discount: str) -> list[str]:
        return authority_chain(chain, discount=D(discount), margin=D("0.30"))

    assert asked("0.15") == ["lee"]
    assert asked("0.30") == ["lee", "dee"]
    assert asked("0.90") == ["lee", "dee", "max"]

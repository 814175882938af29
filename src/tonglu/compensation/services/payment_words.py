"""What a payment rule did, in one sentence of each language; kept on the movement as it was booked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from tonglu.compensation.core.explaining.figures import money, percent
from tonglu.compensation.core.payment.rule import PaymentRule
from tonglu.compensation.core.payment.shifts import Shift

Words = tuple[str, str]
_SHIFTS: Mapping[str, Words] = {
    "held_back": (
        "{pct_en} of {came_in} is held back: {amount}{when_en}.",
        "从本期 {came_in} 中暂扣 {pct_zh}，计 {amount}{when_zh}。",
    ),
    "let_go": ("A hold of {amount} has ended and is paid.", "暂扣到期，发放 {amount}。"),
    "drawn": (
        "Below the draw of {limit}: {amount} is advanced, to be recovered.",
        "低于预支标准 {limit}，预支 {amount}，以后抵回。",
    ),
    "draw_recovered": (
        "{amount} of what was advanced earlier is recovered.",
        "抵回此前预支 {amount}。",
    ),
    "forgiven": (
        "{amount} that was advanced is forgiven, as the plan says.",
        "按方案免除预支余额 {amount}。",
    ),
    "guaranteed": (
        "Below the guarantee of {limit}: made up by {amount}.",
        "低于保底 {limit}，补足 {amount}。",
    ),
    "forfeited": (
        "Above the cap of {limit}: {amount} is forfeited, as the plan says.",
        "超过上限 {limit}，按方案不计 {amount}。",
    ),
    "kept": (
        "{amount} is carried into a later month, as the plan says.",
        "按方案结转 {amount} 到以后月份。",
    ),
    "returned": (
        "{amount} carried from an earlier month is paid.",
        "发放此前结转的 {amount}。",
    ),
    "below_zero": (
        "The month is below zero: {amount} is carried and set against later pay.",
        "本期为负，{amount} 结转抵减以后月份。",
    ),
    "set_against": (
        "{amount} that was carried from a month below zero is set against this one.",
        "抵减此前结转的负数 {amount}。",
    ),
}
_RECOVERY: Words = (
    "{amount} of the {owed} that is owed back is recovered from {payable}{share_en}.",
    "从本期应发 {payable} 中抵回应追回的 {owed} 之 {amount}{share_zh}。",
)


def shift_words(shift: Shift, came_in: Decimal) -> Words:
    """What a rule did to a month that brought so much."""
    rule = shift.rule
    english, chinese = _SHIFTS[_case(shift, came_in)]
    when_en, when_zh = _until(rule)
    values = {
        "amount": money(abs(shift.amount)),
        "came_in": money(Fraction(came_in)),
        "limit": money(rule.amount),
        "pct_en": percent(_held_share(rule), " "),
        "pct_zh": percent(_held_share(rule), ""),
        "when_en": when_en,
        "when_zh": when_zh,
    }
    return english.format(**values), chinese.format(**values)


def recovery_words(amount: Decimal, owed: Decimal, payable: Decimal, share: Fraction) -> Words:
    """How much of a debt is recovered from a month."""
    partial = share != 1
    values = {
        "amount": money(Fraction(amount)),
        "owed": money(Fraction(owed)),
        "payable": money(Fraction(payable)),
        "share_en": f", at most {percent(share, ' ')} of a payment" if partial else "",
        "share_zh": f"（每期不超过 {percent(share, '')}）" if partial else "",
    }
    return _RECOVERY[0].format(**values), _RECOVERY[1].format(**values)


def _case(shift: Shift, came_in: Decimal) -> str:
    if shift.kind != "carried":
        return shift.kind
    if shift.rule.type == "negative_carry":
        if shift.amount > 0:
            return "set_against"
        return "below_zero" if came_in < 0 else "returned"
    return "kept" if shift.amount > 0 else "returned"


def _held_share(rule: PaymentRule) -> Fraction:
    return sum((part.pct for part in rule.tranches), Fraction(0)) or rule.pct or Fraction(0)


def _until(rule: PaymentRule) -> Words:
    parts = rule.tranches or rule.releases
    waits = [part.after for part in parts if part.after] or (
        [rule.release_after] if rule.release_after else []
    )
    if not waits:
        return "", ""
    months = ", ".join(str(wait) for wait in waits)
    joined = "、".join(str(wait) for wait in waits)
    return f", to be let go after {months} months", f"，{joined} 个月后发放"

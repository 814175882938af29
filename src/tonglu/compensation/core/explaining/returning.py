"""Why pay was released, taken back or cancelled, in one sentence of each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tonglu.compensation.core.clawback import Clawback, inside
from tonglu.compensation.core.explaining.figures import count, money, percent
from tonglu.compensation.core.returns import CANCELLED, Followed

Words = tuple[str, str]
Number = Fraction | Decimal


@dataclass(frozen=True, kw_only=True)
class Told:
    """What happened to a deal: the customer's amount of it, and of all; how late it was, where that is known."""

    type: str
    amount: Number
    total: Number
    currency: str = ""
    days_late: int | None = None


_CAME: Mapping[str, Words] = {
    "cash": (
        "{cash} of {total}{currency} were collected, which releases {amount}.",
        "合同总额 {total}{currency} 本次回款 {cash}，相应释放提成 {amount}。",
    ),
    "invoice": (
        "{cash} of {total}{currency} were invoiced, which releases {amount}.",
        "合同总额 {total}{currency} 本次开票 {cash}，相应释放提成 {amount}。",
    ),
    "delivery": (
        "{cash} of {total}{currency} were delivered, which releases {amount}.",
        "合同总额 {total}{currency} 本次交付 {cash}，相应释放提成 {amount}。",
    ),
}
_WENT: Mapping[str, Words] = {
    "refund": (
        "{cash} of {total}{currency} went back to the customer",
        "合同总额 {total}{currency} 中有 {cash} 退回客户",
    ),
    "credit_note": (
        "{cash} of {total}{currency} were credited to the customer",
        "合同总额 {total}{currency} 中有 {cash} 已红字冲销",
    ),
    "bounce": (
        "{cash} of {total}{currency} turned out not to be paid on this contract",
        "合同总额 {total}{currency} 中有 {cash} 的回款分配已撤销",
    ),
    "cancelled": ("The contract ended before its time", "合同提前终止"),
    "uncollected": (
        "{cash} of {total}{currency} were not paid {days} days after they were due",
        "合同总额 {total}{currency} 中有 {cash} 逾期 {days} 天未回款",
    ),
}
_BACK: Words = (", which takes {amount} back.", "，相应收回提成 {amount}。")
_SETTLED: Mapping[str, Words] = {
    "percent": (
        ". Of the {fell} that it stands for, the plan takes {pct_en} back: {amount}.",
        "。对应提成 {fell}，按方案追回 {pct_zh}，计 {amount}。",
    ),
    "window": (
        ", within {within_en} of signing: {amount} of pay comes back.",
        "，且发生在签约后 {within_zh}内：追回提成 {amount}。",
    ),
    "prorata_time": (
        ". {left} of {term_en} were not served, so of {fell} of pay {amount} comes back.",
        "。约定期限 {term_zh}，尚余 {left}，对应提成 {fell}，追回 {amount}。",
    ),
    "paid_only": (
        ". What was released of it comes back: {amount}.",
        "。追回已释放的提成 {amount}。",
    ),
    "historic_rate": (
        ". At the rate of that time, {rate_en}, its {volume} had earned {amount}, and that comes back.",
        "。按当时费率 {rate_zh}，对应业绩 {volume}，追回提成 {amount}。",
    ),
    "tier_delta": (
        ". With {after} instead of {before} the steps pay {amount} less, and that comes back.",
        "。业绩由 {before} 降至 {after}，按阶梯少计 {amount}，予以追回。",
    ),
}
_ENDED: Words = (
    ". {why_en}Of {fell} that was earned {kept} stays, and {amount} comes back.",
    "。{why_zh}应计提成 {fell} 中保留 {kept}，追回 {amount}。",
)
_WHY: Mapping[str, Words] = {
    "percent": ("The plan takes {pct_en} back. ", "按方案追回 {pct_zh}。"),
    "window": ("It was within {within_en} of signing. ", "距签约不满 {within_zh}。"),
    "prorata_time": (
        "{left} of {term_en} were not served. ",
        "约定期限 {term_zh}，尚余 {left}。",
    ),
}
_LIMITED: Words = (
    " The plan would have taken {back}; no more comes back than was released.",
    "按方案应追回 {back}，但以已释放金额为限。",
)
_LEFT: Mapping[str, Words] = {
    "window": (
        ", {served_en} after signing. The plan takes pay back only within {within_en} of signing, so nothing comes back.",
        "，距签约已 {served_zh}。方案仅在签约后 {within_zh}内追回，本次不追回提成。",
    ),
    "prorata_time": (
        ". The {term_en} that the plan asks for were served, so nothing comes back.",
        "。方案约定的期限 {term_zh}已满，本次不追回提成。",
    ),
}
_NOTHING: Words = (". The plan takes nothing of it back.", "。按方案本次不追回提成。")
_CANCELLED: Words = (
    "The contract ended before its time: {amount} of what was earned is cancelled and will not fall due.",
    "合同提前终止：应计提成中的 {amount} 取消，不再发放。",
)


def signed_words(amount: Number, earned: Number) -> Words:
    """What is due at signing: all of it, or a part."""
    if amount == earned:
        return "Due at signing, as the plan says.", "按方案约定，签约即可发放。"
    told = {"amount": money(Fraction(amount)), "earned": money(Fraction(earned))}
    english = "{amount} of {earned} is due at signing, as the plan says."
    chinese = "按方案约定，签约时可发放 {earned} 中的 {amount}。"
    return english.format(**told), chinese.format(**told)


def came_in(event: Told, amount: Number, forfeited: Number) -> Words:
    """What the customer's money, an invoice or a delivery releases, and what lateness cost."""
    english, chinese = _CAME.get(event.type, _CAME["cash"])
    told = _figures_of(event, amount)
    late_en, late_zh = _lateness(event, forfeited)
    return english.format(**told) + late_en, chinese.format(**told) + late_zh


def went_back(event: Told, amount: Number, found: Followed) -> Words:
    """What happened, what the plan says of it, and where what was released set the limit."""
    told = _figures_of(event, amount) | _figures(found)
    opening = _WENT.get(event.type, _WENT["refund"])
    kind = "" if found.settled is None else _kind(found.settled)
    closing = _SETTLED.get(kind, _BACK)
    if event.type == CANCELLED:
        why_en, why_zh = (words.format(**told) for words in _WHY.get(kind, ("", "")))
        told |= {"why_en": why_en, "why_zh": why_zh}
        closing = _ENDED
    limit = _LIMITED if found.back > Fraction(amount) else ("", "")
    english, chinese = (a + b + c for a, b, c in zip(opening, closing, limit, strict=True))
    return english.format(**told), chinese.format(**told)


def left_words(event: Told, found: Followed) -> Words:
    """What happened, and why nothing is taken back for it."""
    claw = found.settled
    passed = claw is not None and _within(claw) is not None and not inside(claw)
    kind = "window" if passed else "" if claw is None else claw.type
    told = _figures_of(event, Fraction(0)) | _figures(found)
    parts = zip(_WENT.get(event.type, _WENT["refund"]), _LEFT.get(kind, _NOTHING), strict=True)
    english, chinese = ("".join(pair).format(**told) for pair in parts)
    return english, chinese


def cancelled_words(amount: Number) -> Words:
    """What of an earning will never fall due."""
    told = money(Fraction(amount))
    return _CANCELLED[0].format(amount=told), _CANCELLED[1].format(amount=told)


def _kind(claw: Clawback) -> str:
    """How a clawback is told; what takes all of it needs no reckoning."""
    if claw.type.endswith("tier_delta"):
        return "tier_delta"
    if claw.type in ("full", "percent", "window"):
        if claw.pct != 1:
            return "percent"
        return "window" if _within(claw) else "full"
    return claw.type


def _within(claw: Clawback) -> Fraction | None:
    return claw.window_months or claw.window_days


def _figures(found: Followed) -> dict[str, str]:
    told = {
        "fell": money(found.fell),
        "back": money(found.back),
        "kept": money(found.released),
    }
    claw = found.settled
    if claw is None:
        return told
    months, within = claw.term_months is not None, _within(claw)
    term = claw.term_months or claw.term_days or Fraction(0)
    served = (claw.served_months if months else claw.served_days) or Fraction(0)
    since = (claw.served_months if claw.window_months else claw.served_days) or Fraction(0)
    return told | {
        "pct_en": percent(claw.pct, " "),
        "pct_zh": percent(claw.pct, ""),
        "rate_en": percent(claw.rate or Fraction(0), " "),
        "rate_zh": percent(claw.rate or Fraction(0), ""),
        "volume": money(claw.refund),
        "before": money(claw.volume_before),
        "after": money(claw.volume_after),
        "left": count(max(term - served, Fraction(0))),
        "term_en": f"{count(term)} {'months' if months else 'days'}",
        "term_zh": f"{count(term)} {'个月' if months else '天'}",
        "served_en": f"{count(since)} {'months' if claw.window_months else 'days'}",
        "served_zh": f"{count(since)} {'个月' if claw.window_months else '天'}",
        "within_en": f"{count(within or Fraction(0))} {'months' if claw.window_months else 'days'}",
        "within_zh": f"{count(within or Fraction(0))} {'个月' if claw.window_months else '天'}",
    }


def _lateness(event: Told, forfeited: Number) -> Words:
    """What lateness cost, said only where it cost something."""
    if forfeited <= 0 or event.days_late is None:
        return "", ""
    days, lost = event.days_late, money(Fraction(forfeited))
    return (
        f" It came {days} days late, which forfeits {lost}.",
        f"逾期 {days} 天，按系数不计 {lost}。",
    )


def _figures_of(event: Told, amount: Number) -> dict[str, str]:
    return {
        "cash": money(abs(Fraction(event.amount))),
        "total": money(Fraction(event.total)),
        "currency": f" {event.currency}" if event.currency else "",
        "amount": money(Fraction(amount)),
        "days": str(event.days_late or 0),
    }

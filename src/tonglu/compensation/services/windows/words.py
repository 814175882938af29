"""What a line of a window says beside the engine's sentence: the window, why it was worked out again, and what is due of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tonglu.compensation.core.explaining import figures
from tonglu.compensation.core.explaining.dates import window_text
from tonglu.compensation.core.explaining.returning import Words
from tonglu.compensation.core.explaining.sentence import explain
from tonglu.compensation.core.numbers import ONE
from tonglu.compensation.core.shared import TO_DATE, Span
from tonglu.compensation.core.trace import Row

MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why a window was worked out again: what came late, what was undone, or goals that moved."""

    late: Sequence[str] = ()
    undone: Sequence[str] = ()
    goals: bool = False


def window_words(span: Span) -> Words:
    """The window as people say it."""
    if span.key == TO_DATE:
        day = span.last.isoformat()
        return f"To {day}", f"截至 {day}"
    return window_text(span.key, "en"), window_text(span.key, "zh")


def earned_words(span: Span, rows: Sequence[Row], cause: Cause | None) -> Words:
    """The whole sentence of an earning of a window."""
    english, chinese = window_words(span)
    told = " ".join(explain(row, "en") for row in rows)
    told_zh = "".join(explain(row, "zh") for row in rows)
    if cause is None or span.key == TO_DATE:
        return f"{english}: {told}", f"{chinese}：{told_zh}"
    why, why_zh = _because(cause)
    return (
        f"{english}, worked out again because {why}: {told}",
        f"{chinese}重新计算（{why_zh}）：{told_zh}",
    )


def due_words(span: Span, share: Fraction) -> Words:
    """What is due of an earning of a window, and why not all of it."""
    english, chinese = window_words(span)
    if share >= ONE:
        return (
            f"{english} is over and worked out: all of it is due.",
            f"{chinese}已结束并计算完毕，全额可发。",
        )
    part, part_zh = figures.percent(share, " "), figures.percent(share, "")
    return (
        f"Customers have made {part} of what {english} counts due.",
        f"{chinese}所计业务中，客户款项已到可发条件的占 {part_zh}。",
    )


def taken_words(span: Span, cause: Cause | None, amount: Decimal) -> Words:
    """Why somebody would have less of a window that was worked out before."""
    english, chinese = window_words(span)
    why, why_zh = _because(cause or Cause())
    less = figures.money(Fraction(abs(amount)))
    return (
        f"{english} was worked out again because {why}: {less} less than was booked.",
        f"{chinese}重新计算（{why_zh}）：比已入账少 {less}。",
    )


def _because(cause: Cause) -> Words:
    english, chinese = [], []
    if cause.late:
        names, names_zh = _named(cause.late)
        english.append(f"{names} came late")
        chinese.append(f"{names_zh}补录")
    if cause.undone:
        names, names_zh = _named(cause.undone)
        english.append(f"of {names} something went back")
        chinese.append(f"{names_zh}退款或终止")
    if cause.goals:
        english.append("a goal moved")
        chinese.append("目标完成情况有变")
    return " and ".join(english) or "pay below it moved", "，".join(chinese) or "其依据的提成有变"


def _named(names: Sequence[str]) -> Words:
    shown, rest = names[:MOST_NAMED], len(names) - MOST_NAMED
    more, more_zh = (f" and {rest} more", f"等 {len(names)} 项") if rest > 0 else ("", "")
    return ", ".join(shown) + more, "、".join(shown) + more_zh

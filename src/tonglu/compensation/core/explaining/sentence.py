"""One row as one sentence: how much of what, through which steps, because of which position.

Of 120,000.00 collected, 20,000.00 filled the 5 % step up to 100,000.00 and earned 1,000.00;
100,000.00 fell into the 8 % step from 100,000.00 and earned 8,000.00, because 80,000.00 had
counted before in Q1 2024; in all 9,000.00 (plan v1, clause 3.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from tonglu.compensation.core.facts import HUNDRED
from tonglu.compensation.core.model.measure import MONEY
from tonglu.compensation.core.numbers import ONE, ZERO
from tonglu.compensation.core.trace import Row, Slice, Step

from . import figures
from .dates import window_text
from .voices import ENGLISH, VOICES, Voice

# Kinds whose sentence does not begin with a credit.
_WITHOUT_CREDIT = frozenset({"pool", "rank", "mbo", "adjustment"})
# Pieces that are parts of money whatever the component counts.
_ALWAYS_MONEY = frozenset({"share", "goal", "override"})
_BY_POSITION = frozenset({"tier", "catch_up", "base", "overage", "gap"})


def explain(row: Row, language: str = "en", names: Mapping[str, str] | None = None) -> str:
    """The sentence of a row; languages are matched by their first part (zh-hans, en-GB).

    `names` says how people, components, measures and versions are called: {"p12": "Ana", "csat": "客户满意度"}.
    """
    row = _named(row, names or {})
    tongue = language.lower().replace("_", "-").split("-")[0]
    voice = VOICES.get(tongue, ENGLISH)
    told = _opening(row, voice) + (_slices(row, voice) or voice.nothing)
    told += _because(row, voice, tongue)
    told += "".join(voice.join + _step(step, voice) for step in row.steps)
    if row.rounding:
        told += voice.rounded.format(rounding=figures.money(row.rounding))
    if len(row.slices) + len(row.steps) > 1 or row.rounding:
        told += voice.total.format(amount=figures.money(row.amount))
    sentence = told + _source(row, voice) + voice.end
    return _tidied(sentence, voice)


def slice_words(row: Row, piece: Slice, language: str = "en") -> str:
    """One part of a row in words, as the sentence of the row says it."""
    voice = _voice(language)
    return _tidied(_slice(row, piece, voice), voice)


def step_words(step: Step, language: str = "en") -> str:
    """One change after the rate in words."""
    return _capital(_step(step, _voice(language)))


def _voice(language: str) -> Voice:
    return VOICES.get(language.lower().replace("_", "-").split("-")[0], ENGLISH)


def _tidied(text: str, voice: Voice) -> str:
    """Words put together, without what putting them together left."""
    for rough, smooth in voice.tidy:
        text = text.replace(rough, smooth)
    return _capital(text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _named(row: Row, names: Mapping[str, str]) -> Row:
    """The row with the words of the reader; a code without a name stays as it is."""
    steps = tuple(
        replace(step, params={**step.params, "metric": names.get(metric, metric)})
        if isinstance(metric := step.params.get("metric"), str)
        else step
        for step in row.steps
    )
    return replace(
        row,
        steps=steps,
        reason=names.get(row.reason, row.reason),
        component=names.get(row.component, row.component),
        version=names.get(row.version, row.version),
    )


def _opening(row: Row, voice: Voice) -> str:
    if row.kind in _WITHOUT_CREDIT or any(piece.kind == "override" for piece in row.slices):
        return ""
    phrases = voice.returned if row.credit < 0 else voice.measures
    template = phrases.get(row.measure, phrases[""])
    credit = figures.quantity(abs(row.credit), row.measure)
    measure = row.measure.replace("_", " ")
    return template.format(credit=credit, share=_share(row, voice), measure=measure)


def _share(row: Row, voice: Voice) -> str:
    told = ""
    if row.kind == "rollup" and row.reason:
        told += voice.sold_by.format(reason=row.reason)
    if row.pct is not None and row.pct not in (HUNDRED, ZERO):
        told += voice.share.format(pct=figures.percent(row.pct / HUNDRED, voice.percent_space))
    if row.factor != ONE:
        factor = figures.percent(row.factor, voice.percent_space)
        told += voice.factor.format(factor=factor)
    return told


def _slices(row: Row, voice: Voice) -> str:
    pieces = [p for p in row.slices if p.portion or p.amount] or row.slices[:1]
    return voice.join.join(_slice(row, piece, voice) for piece in pieces)


def _slice(row: Row, piece: Slice, voice: Voice) -> str:
    kind = piece.kind
    if kind == "tier" and piece.hi is not None and row.after >= piece.hi:
        kind = "filled"
    goes_back = piece.portion < 0 and kind in voice.back
    sign = -1 if goes_back or kind == "already" else 1
    phrase = (voice.back if goes_back else voice.slices)[kind]
    return phrase.format(
        portion=_portion(row, piece, sign, voice),
        part=figures.percent(piece.portion, voice.percent_space),
        count=figures.count(piece.portion * sign),
        rate=_rate(row, piece, voice),
        rate_money=figures.money(piece.rate),
        amount=figures.money(piece.amount * sign),
        lo=figures.quantity(piece.lo or ZERO, row.measure),
        hi=figures.quantity(piece.hi or ZERO, row.measure),
        reason=row.reason,
    )


def _portion(row: Row, piece: Slice, sign: int, voice: Voice) -> str:
    if len(row.slices) == 1 and piece.portion == row.credit and piece.kind not in _ALWAYS_MONEY:
        return voice.everything
    measure = "amount" if piece.kind in _ALWAYS_MONEY else row.measure
    return figures.quantity(piece.portion * sign, measure)


def _rate(row: Row, piece: Slice, voice: Voice) -> str:
    if row.measure in MONEY or piece.kind in _ALWAYS_MONEY:
        return figures.percent(piece.rate, voice.percent_space, voice.per_mille)
    return voice.each.format(money=figures.money(piece.rate))


def _because(row: Row, voice: Voice, tongue: str) -> str:
    if row.before == 0 or not _BY_POSITION & {piece.kind for piece in row.slices}:
        return ""
    name = row.window if row.window in voice.windows else "other"
    window = voice.windows[name].format(window=window_text(row.window, tongue))
    return voice.because.format(before=figures.quantity(row.before, row.measure), window=window)


def _step(step: Step, voice: Voice) -> str:
    shown = {name: _shown(value, name) for name, value in step.params.items()}
    shown["op"] = voice.operators.get(shown.get("op", ""), shown.get("op", ""))
    shown["metric"] = shown.get("metric", "").replace("_", " ")
    has_reason = step.code == "multiplier" and bool(shown["metric"])
    shown["why"] = voice.steps["why"].format(**shown) if has_reason else ""
    shown["delta"] = ("+" if step.delta > 0 else "") + figures.money(step.delta)
    return voice.steps[step.code].format(**shown)


def _shown(value: Any, name: str) -> str:
    if isinstance(value, Fraction):
        return figures.money(value) if name == "limit" else figures.count(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _source(row: Row, voice: Voice) -> str:
    if not row.version:
        return ""
    clause = row.clause or row.component
    if clause[:1].isdigit():
        clause = voice.clause.format(clause=clause)
    return voice.source.format(version=row.version, clause=clause)

"""Attainment over a stream of orders: the position after each, from the credit types that count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .model.reading import Field, Spec, many, read, text, texts
from .numbers import ZERO, exact


@dataclass(frozen=True, kw_only=True)
class TypedCredit:
    type: str
    amount: Fraction


@dataclass(frozen=True, kw_only=True)
class CreditEvent:
    id: str
    credits: tuple[TypedCredit, ...]


@dataclass(frozen=True, kw_only=True)
class Stream:
    """No triggering types means that every credit counts."""

    events: tuple[CreditEvent, ...]
    start: Fraction = ZERO
    triggering_types: tuple[str, ...] = ()
    quota: Fraction | None = None


def positions(stream: Stream) -> Mapping[str, Fraction]:
    """The position after each event; a pure function of the credits, whatever their batches."""
    position = stream.start
    after: dict[str, Fraction] = {}
    for event in stream.events:
        position += _counted(event.credits, stream.triggering_types)
        after[event.id] = position
    return after


def stream_from(raw: Any) -> Stream:
    return Stream(**read(_STREAM, raw, "Attainment"))


def _counted(credits: Sequence[TypedCredit], types: Sequence[str]) -> Fraction:
    return sum((c.amount for c in credits if not types or c.type in types), ZERO)


def _credit(raw: Any) -> TypedCredit:
    return TypedCredit(**read(_CREDIT, raw, "Credit"))


def _event(raw: Any) -> CreditEvent:
    return CreditEvent(**read(_EVENT, raw, "Event"))


_CREDIT: Spec = {
    "type": Field(text, ("credit_type",)),
    "amount": Field(exact, ("value",)),
}
_EVENT: Spec = {"id": Field(text), "credits": Field(many(_credit))}
_STREAM: Spec = {
    "start": Field(exact, ("starting_value", "opening")),
    "triggering_types": Field(texts, ("types", "credit_types", "trigger")),
    "events": Field(many(_event), ("orders",)),
    "quota": Field(exact),
}

"""The table in the dialog of an act that asks how much of each line: ordered, open, this time.

A box is posted as `part-<line id>`; the hidden field `parts` says that the table was shown at all, so that a dialog whose boxes
are all empty is told apart from one without a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from tonglu import policy
from tonglu.entities.parts import parts_first
from tonglu.entities.spec import Part, Parts, Text, Verb
from tonglu.kernel.errors import DomainError
from tonglu.kernel.number import decimal_parse

from .formats import format_date, format_money, format_number

SHOWN, BOX = "parts", "part-"


@dataclass(frozen=True, kw_only=True)
class PartBox:
    """One line of the table: its facts, and the box with what was typed."""

    id: int
    name: Text
    facts: tuple[tuple[Text, str, bool], ...]
    open: str
    value: str
    most: Decimal
    errors: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PartTable:
    """The table as it is drawn."""

    title: Text
    heads: tuple[Text, ...]
    take: Text
    boxes: tuple[PartBox, ...]
    money: bool
    currency: str
    total: str
    limit: str
    empty: Text
    errors: tuple[str, ...]


def parts_sent(verb: Verb, sent: QueryDict) -> dict[str, Any]:
    """What a form sent for the table, under the name of its parameter."""
    if verb.parts is None or SHOWN not in sent:
        return {}
    boxes = {n.removeprefix(BOX): sent[n] for n in sent if n.startswith(BOX)}
    return {verb.parts.name: boxes}


def part_table(
    who: policy.Actor,
    verb: Verb,
    row: Any,
    raw: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]],
) -> PartTable | None:
    """The table of an act on a row: as typed when it came back, else with what is taken unless said otherwise."""
    parts = verb.parts
    if parts is None:
        return None
    found = parts.find(who, row)
    typed: Mapping[str, str] = raw.get(parts.name) or parts_first(found)
    currency = str(getattr(row, "currency", "") or "")
    return PartTable(
        title=parts.title,
        heads=parts.heads,
        take=parts.take,
        boxes=tuple(_box(parts, part, typed, currency, errors) for part in found),
        money=parts.money,
        currency=currency,
        total=_total(typed) if parts.money else "",
        limit=format_money(getattr(row, parts.limit), currency) if parts.limit else "",
        empty=parts.empty,
        errors=tuple(errors.get(parts.name, ())),
    )


def drawn_errors(table: PartTable | None, verb: Verb) -> set[str]:
    """The names of the errors that stand beside a box of the table."""
    if table is None or verb.parts is None:
        return set()
    return {verb.parts.name, *(f"{verb.parts.name}.{box.id}" for box in table.boxes)}


def _box(
    parts: Parts,
    part: Part,
    typed: Mapping[str, str],
    currency: str,
    errors: Mapping[str, Sequence[str]],
) -> PartBox:
    currency = currency if parts.money else ""
    facts = tuple(
        (head, _text(fact, currency), isinstance(fact, Decimal))
        for head, fact in zip(parts.heads, part.facts, strict=True)
    )
    return PartBox(
        id=part.id,
        name=part.name,
        facts=facts,
        open=_text(part.open, currency),
        value=typed.get(str(part.id), ""),
        most=part.open,
        errors=tuple(errors.get(f"{parts.name}.{part.id}", ())),
    )


def _text(value: Any, currency: str) -> str:
    if isinstance(value, Decimal):
        return format_money(value, currency) if currency else format_number(value.normalize())
    return format_date(value) if isinstance(value, date) else str(value if value else "")


def _total(typed: Mapping[str, str]) -> str:
    """The sum of the boxes, for readers without scripts; what is no number yet counts nothing."""
    total = Decimal(0)
    for text in typed.values():
        try:
            total += decimal_parse(text) if text else 0
        except DomainError:
            continue
    return format_number(total.quantize(Decimal("0.01")))

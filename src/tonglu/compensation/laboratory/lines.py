"""What one component pays one payee in a trial, row by row: the trial's book worked out once more, for whoever asks where a number comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tonglu.compensation.composing.findings import title_of
from tonglu.compensation.core.explaining.sentence import explain
from tonglu.compensation.core.presets.catalogue import preset
from tonglu.compensation.core.trace import Row
from tonglu.compensation.models import PayEvent, PayFact, PlanVersion
from tonglu.compensation.neutral import money_of
from tonglu.compensation.paper import OpenedRow, rows_opened
from tonglu.compensation.services.receipts import PAYMENT
from tonglu.policy import Actor

from .books import LabBook
from .jobs import Ask, book_asked, is_small
from .trial import evaluations

BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, kw_only=True)
class TrialLine:
    """One row of a trial: the sale or window it is of, why it pays what it pays, and its slices."""

    day: date | None
    name: str
    contract_id: int | None
    sentence: str
    amount: Decimal
    opened: tuple[OpenedRow, ...]


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The rows behind a number; `rest` is what rounding once for all of them moves."""

    lines: tuple[TrialLine, ...]
    total: Decimal

    @property
    def rest(self) -> Decimal:
        """What the rows leave of the number."""
        return self.total - sum((line.amount for line in self.lines), Decimal(0))


def lines_of(
    actor: Actor, ask: Ask, payee: str, component: str, *, side: str, total: Decimal
) -> Opened | None:
    """The rows that make what a component pays somebody; None where the book is too big to be worked out while somebody waits."""
    if not is_small(ask):
        return None
    book, plan, against = book_asked(actor, ask)
    tried = against if side == BEFORE else plan
    if tried is None:
        return None
    called = _called(ask.against if side == BEFORE else ask.plan)
    rows = [
        replace(row, version=called)
        for one in evaluations(book, tried)
        for row in one.trace()
        if (row.payee, row.component) == (payee, component) and row.amount
    ]
    return Opened(lines=tuple(_lines(book, rows, actor.language)), total=total)


def _called(asked: str) -> str:
    """What people call the plan that was tried: the number of its version, or the name of the preset."""
    kind, _colon, key = asked.partition(":")
    if kind == "preset":
        return title_of(preset(key).title)
    return f"v{PlanVersion.objects.get(pk=key).number}"


def _lines(book: LabBook, rows: Iterable[Row], language: str) -> Iterator[TrialLine]:
    spoken = "zh" if language.startswith("zh") else "en"
    rows = list(rows)
    contracts = _contracts({row.fact for row in rows})
    days = {fact.id: fact.date for fact in book.facts}
    for row, opened in zip(rows, rows_opened(rows, spoken), strict=True):
        contract: Any = contracts.get(row.fact)
        yield TrialLine(
            day=row.date or days.get(row.fact),
            name=str(contract) if contract is not None else row.fact or row.window,
            contract_id=None if contract is None else contract.pk,
            sentence=explain(row, language),
            amount=money_of(row.amount),
            opened=(opened,),
        )


def _contracts(facts: Iterable[str]) -> dict[str, Any]:
    """The contracts that facts of an own book stand for, by the name of the fact."""
    parts = (name.partition(":") for name in facts)
    keys = {(kind, int(key)) for kind, _colon, key in parts if key.isdecimal()}
    found = PayFact.objects.filter(
        source_kind__in={kind for kind, _key in keys},
        source_id__in={key for _kind, key in keys},
        contract__isnull=False,
    )
    paid = PayEvent.objects.filter(pk__in={key for kind, key in keys if kind == PAYMENT})
    return {
        f"{one.source_kind}:{one.source_id}": one.contract
        for one in found.select_related("contract")
    } | {f"{PAYMENT}:{one.pk}": one.contract for one in paid.select_related("contract")}

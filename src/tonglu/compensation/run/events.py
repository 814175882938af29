"""What happened to the documents of a run after they were signed: customers' money, invoices, deliveries, refunds, early ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tonglu.compensation.core.model.reading import day
from tonglu.compensation.core.numbers import exact
from tonglu.compensation.core.release import ReleaseEvent, event_from
from tonglu.kernel.errors import DomainError

from .tables import Fault, Line, Table

NAMES: Mapping[str, tuple[str, ...]] = {
    "fact": ("id", "document", "transaction", "contract", "单号", "单据", "编号", "合同号"),
    "type": ("event", "kind", "类型", "事件"),
    "amount": ("cash", "received", "金额", "回款额", "回款"),
    "date": ("day", "日期", "到账日期", "回款日期"),
    "due": ("due_date", "due_on", "到期日", "应收日期"),
    "key": ("event_id", "number", "流水号"),
}
TYPES: Mapping[str, str] = {
    "回款": "cash", "收款": "cash", "到账": "cash", "退款": "refund", "开票": "invoice", "红字": "credit_note",
    "红冲": "credit_note", "交付": "delivery", "发货": "delivery", "终止": "cancelled", "取消": "cancelled",
    "逾期未回款": "uncollected", "terminated": "cancelled", "cancellation": "cancelled",
}  # fmt: skip
KNOWN = frozenset({"cash", "refund", "chargeback", "bounce", "invoice", "credit_note", "delivery", "cancelled", "uncollected"})  # fmt: skip


def events_of(
    table: Table, documents: set[str], faults: list[Fault]
) -> dict[str, list[ReleaseEvent]]:
    """The events of each document in the order of their days; a fault for each that cannot be read or belongs to no fact."""
    found: dict[str, list[ReleaseEvent]] = {}
    for line in table.lines:
        cells = {_meant(column): value for column, value in line.cells.items()}
        name = str(cells.get("fact", ""))
        if name not in documents:
            message = f"“{name}” is no document of the facts."
            faults.append(Fault(file=table.name, row=line.number, column="fact", message=message))
            continue
        event = _event(table, line, cells, faults)
        if event is not None:
            found.setdefault(name, []).append(event)
    for own in found.values():
        own.sort(key=lambda event: event.date or dt.date.min)
    return found


def _event(
    table: Table, line: Line, cells: Mapping[str, Any], faults: list[Fault]
) -> ReleaseEvent | None:
    def wrong(column: str, message: str) -> None:
        faults.append(Fault(file=table.name, row=line.number, column=column, message=message))

    raw: dict[str, Any] = {"id": str(cells.get("key", f"event {line.number}"))}
    for name, parse, told in (("date", day, "a day such as 2026-01-31"), ("due", day, "a day such as 2026-01-31"), ("amount", exact, "a number")):  # fmt: skip
        if name in cells:
            try:
                raw[name] = parse(cells[name])
            except (DomainError, ValueError, TypeError):
                wrong(name, f"“{cells[name]}” is not {told}.")
                return None
    if "date" not in raw:
        wrong("date", "is empty.")
        return None
    kind = _type(cells.get("type"), raw.get("amount"))
    if kind not in KNOWN:
        wrong("type", f"“{kind}” is none of {', '.join(sorted(KNOWN))}.")
        return None
    if kind != "cancelled" and "amount" not in raw:
        wrong("amount", "is empty.")
        return None
    return event_from({**raw, "type": kind})


def _type(word: Any, amount: Any) -> str:
    """What happened; where nobody says, money that came or went back."""
    if word is None:
        return "cash" if amount is None or amount >= 0 else "refund"
    text = str(word).strip().lower()
    return TYPES.get(text) or event_from({"id": "", "type": text}).type


def _meant(column: str) -> str:
    low = column.strip().lower().replace(" ", "_")
    return next((name for name, others in NAMES.items() if low == name or low in others), column)

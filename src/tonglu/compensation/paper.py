"""A statement as people read it: from the frozen lines, in the reader's language, each cent with its way.

Page and PDF read the same value. A line opens into its document, the customer's money that released it, and the rows of its trace; a row
into its slices and steps. On every level the parts add up to the whole; `problems` says where they do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tonglu.entities.fieldtypes import in_language

from .core.explaining.dates import window_text
from .core.explaining.figures import money, percent, quantity
from .core.explaining.sentence import slice_words, step_words
from .core.storing import row_from_dict
from .core.trace import Row
from .models import Correction, LedgerEntry, LedgerPosting, Statement
from .services.ledger import DEBITS, LEGS

ZERO = Decimal(0)
PAYABLE = LedgerPosting.Account.PAYABLE
GROUPS: tuple[tuple[str, ...], ...] = (
    ("earned", "corrected", "cancelled"),
    ("released", "taken_back", "adjusted"),
    (
        "held_back",
        "let_go",
        "drawn",
        "draw_recovered",
        "forgiven",
        "guaranteed",
        "carried",
        "forfeited",
        "recovered",
    ),
)
GROUP_NAMES = ("earned", "due", "rules")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a row: in words, and in money."""

    words: str
    amount: str


@dataclass(frozen=True, kw_only=True)
class OpenedRow:
    """One row of a trace: whose credit, where it stood in the table, its parts, its clause."""

    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    amount: str
    clause: str
    version: str


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """One movement of the month."""

    number: int
    key: str
    kind: str
    label: str
    day: str
    amount: Decimal
    effect: Decimal
    contract: str
    contract_id: int | None
    earning: int | None
    account: str
    title: str
    sentence: str
    why: str
    plan: str
    digest: str
    event: tuple[tuple[str, str], ...]
    released: tuple[Part, ...]
    cause: str
    rows: tuple[OpenedRow, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The lines of one kind of movement and their sum."""

    name: str
    title: str
    note: str
    lines: tuple[PaperLine, ...]
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What one line did to an account."""

    line: PaperLine
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An account before and after the month, before payment, with the lines that moved it."""

    label: str
    before: Decimal
    after: Decimal
    moved: tuple[Moved, ...]

    @property
    def change(self) -> Decimal:
        """By how much the lines moved it."""
        return self.after - self.before


Step = tuple[str, Decimal, str]
"""A step from what was payable before to what is: in words, in money, and where on the page its lines stand."""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A whole statement."""

    row: Statement
    groups: tuple[Group, ...]
    bridge: tuple[Step, ...]
    accounts: tuple[Standing, ...]
    problems: tuple[str, ...]


def paper_of(row: Statement) -> Paper:
    """A statement in the active language."""
    language = "zh" if (get_language() or "en").startswith("zh") else "en"
    lines = tuple(_line(raw, n, language) for n, raw in enumerate(row.lines, start=1))
    return Paper(
        row=row,
        groups=tuple(_groups(lines)),
        bridge=tuple(_bridge(row, lines)),
        accounts=tuple(_accounts(row, lines)),
        problems=tuple(problems_of(row)),
    )


def problems_of(row: Statement) -> list[str]:
    """Where the parts of a statement do not add up; empty for every statement that is right."""
    found = []
    for line in row.lines:
        rows = [row_from_dict(raw) for raw in line.get("trace", ())]
        event = line.get("event") or {}
        if "share" in event and (
            Decimal(event["share"]) - Decimal(event["forfeited"]) != Decimal(line["amount"])
        ):
            found.append(_("The parts of %(key)s do not add up.") % {"key": line["key"]})
        if any(one.unrounded + one.rounding != one.amount for one in rows):
            found.append(_("The parts of %(key)s do not add up.") % {"key": line["key"]})
        booked = line["kind"] in {"earned", "corrected"} and rows
        if booked and sum(one.amount for one in rows) != Fraction(line["amount"]):
            found.append(_("The trace of %(key)s is another amount.") % {"key": line["key"]})
    earned = sum((Decimal(x["amount"]) for x in row.lines if x["kind"] == "earned"), ZERO)
    if earned != row.earned:
        found.append(_("The lines earned are not what the statement says."))
    return found


def _line(raw: Mapping[str, Any], number: int, language: str) -> PaperLine:
    amount, cause = Decimal(raw["amount"]), (raw.get("correction") or {}).get("cause")
    return PaperLine(
        number=number,
        key=raw["key"],
        kind=raw["kind"],
        label=str(LedgerEntry.Kind(raw["kind"]).label),
        day=raw["day"],
        amount=amount,
        effect=_effect(raw["kind"], amount),
        contract=raw["contract"],
        contract_id=raw["contract_id"],
        earning=raw["earning"],
        account=raw["account"],
        title=raw["title"].get(language, raw["component"]),
        sentence=raw[language],
        why=(raw.get("why") or {}).get(language, ""),
        plan=raw["version"].get(language, ""),
        digest=raw.get("digest", "")[:12],
        event=tuple(_event(raw.get("event"))),
        released=tuple(_released(raw)),
        cause=str(Correction.Cause(cause).label) if cause else "",
        rows=opened_rows(raw.get("trace", ()), language),
    )


def told(row: Any) -> str:
    """The sentence of an earning or a movement in the active language."""
    return in_language(row.sentence, row.sentence_zh)


def opened_rows(trace: Sequence[Mapping[str, Any]], language: str) -> tuple[OpenedRow, ...]:
    """A stored trace, each row opened into its slices, steps and rounding."""
    return tuple(_opened(row_from_dict(one), language) for one in trace)


def rows_opened(rows: Sequence[Row], language: str) -> tuple[OpenedRow, ...]:
    """Rows that are stored nowhere, such as those of a deal that is still to be won, opened likewise."""
    return tuple(_opened(one, language) for one in rows)


def _effect(kind: str, amount: Decimal, account: str = PAYABLE) -> Decimal:
    """What a movement does to an account as its payee sees it: to what is payable, unless another is named."""
    rises, falls = LEGS[kind]
    moved = (amount if falls == account else ZERO) - (amount if rises == account else ZERO)
    return -moved if account in DEBITS else moved


def _event(raw: Mapping[str, str] | None) -> list[tuple[str, str]]:
    if not raw:
        return []
    told = [
        (_("Customer's money"), money(Fraction(raw["amount"]))),
        (_("Came on"), raw["day"]),
    ]
    return [*told, (_("Was due on"), raw["due_on"])] if raw["due_on"] else told


def _released(raw: Mapping[str, Any]) -> list[Part]:
    """How the customer's money became this line: its share of what was earned, less what lateness cost."""
    event = raw.get("event") or {}
    if "share" not in event:
        return []
    share, lost = Fraction(event["share"]), Fraction(event["forfeited"])
    words = _("The share of %(earned)s that it stands for") % {
        "earned": money(Fraction(raw["earned"]))
    }
    parts = [Part(words=words, amount=money(share))]
    if lost:
        parts.append(Part(words=_("Lost because it came late"), amount=money(-lost)))
    return parts


def _opened(row: Row, language: str) -> OpenedRow:
    parts = [
        Part(words=slice_words(row, piece, language), amount=money(piece.amount))
        for piece in row.slices
    ]
    parts += [
        Part(words=step_words(step, language), amount=money(step.delta)) for step in row.steps
    ]
    if row.rounding:
        parts.append(Part(words=_("Rounding to the cent"), amount=money(row.rounding)))
    return OpenedRow(
        facts=tuple(_facts(row, language)),
        parts=tuple(parts),
        amount=money(row.amount),
        clause=row.clause or row.component,
        version=row.version,
    )


def _facts(row: Row, language: str) -> list[tuple[str, str]]:
    if row.kind == "adjustment":
        return []
    space = "" if language == "zh" else " "
    credit = quantity(row.credit, row.measure)
    if row.pct is not None and row.pct != 100:
        credit += f" ({percent(row.pct / 100, space)})"
    told = [(_("Credit"), credit)]
    if row.window not in ("transaction", ""):
        window = window_text(row.window, language) if row.window != "all" else ""
        stood = f"{quantity(row.before, row.measure)} → {quantity(row.after, row.measure)}"
        told.append((_("Position in the table"), f"{stood} {window}".strip()))
    if row.quota:
        reached = percent(row.attainment or Fraction(0), space)
        told.append((_("Quota"), f"{quantity(row.quota, row.measure)} · {reached}"))
    return told


def _groups(lines: tuple[PaperLine, ...]) -> list[Group]:
    words = (
        (
            _("Earned"),
            _("What signed contracts and corrections brought; it waits until it is due."),
        ),
        (_("Became due"), _("What the customers' money released, and what it took back.")),
        (_("Rules of the plan"), _("Holds, advances, caps, and what was recovered.")),
    )
    found = []
    for name, kinds, (title, note) in zip(GROUP_NAMES, GROUPS, words, strict=True):
        own = tuple(line for line in lines if line.kind in kinds)
        if own:
            total = sum((_shown(line) for line in own), ZERO)
            found.append(Group(name=name, title=title, note=note, lines=own, total=total))
    return found


def _shown(line: PaperLine) -> Decimal:
    """Earned lines count as earned, the others by what they do to what is payable."""
    return line.amount if line.kind in GROUPS[0] else line.effect


def _bridge(row: Statement, lines: tuple[PaperLine, ...]) -> list[Step]:
    """From what was payable before to what is payable now, kind by kind."""
    before = Decimal(row.accounts.get(PAYABLE, {}).get("before", "0"))
    sums: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        if line.effect:
            key = (line.label, _group_of(line.kind))
            sums[key] = sums.get(key, ZERO) + line.effect
    standing = [(_("Payable before"), before, "balances")] if before else []
    told = [*standing, *((label, amount, group) for (label, group), amount in sums.items())]
    rest = row.payable - sum((amount for _label, amount, _group in told), ZERO)
    return [*told, (_("Below zero, set against later pay"), rest, "balances")] if rest else told


def _group_of(kind: str) -> str:
    """The name of the group in which lines of a kind stand."""
    return next(name for name, kinds in zip(GROUP_NAMES, GROUPS, strict=True) if kind in kinds)


def _accounts(row: Statement, lines: tuple[PaperLine, ...]) -> list[Standing]:
    shown = [
        name
        for name in LedgerPosting.Account.values
        if name in row.accounts and name not in {"expense", "cash"}
    ]
    return [
        Standing(
            label=_account_label(name),
            before=Decimal(row.accounts[name]["before"]),
            after=Decimal(row.accounts[name]["after"]),
            moved=tuple(
                Moved(line=line, amount=moved)
                for line in lines
                if (moved := _effect(line.kind, line.amount, name))
            ),
        )
        for name in shown
    ]


def _account_label(name: str) -> str:
    """An account as its payee knows it: what waits for the customer is not held back by anybody."""
    if name == LedgerPosting.Account.HELD:
        return _("Waiting for customers' money")
    return str(capfirst(LedgerPosting.Account(name).label))

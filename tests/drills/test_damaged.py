"""Good files damaged at random, brought in: each is refused with its reason, or every row of it is stored whole or named.

A row counts as whole when what is stored of it is what stands in the table that the door shows before the import.
"""

from __future__ import annotations

import io
import random
import resource
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.test_torture import FIELDS, bring, workbook
from tonglu.customers.models import Account
from tonglu.entities.transfer import run
from tonglu.entities.transfer.reading import Table, table_read, text_of
from tonglu.kernel.errors import Invalid
from tonglu.policy.testing import Cast
from tools.drills.fixture import Drill

MEMORY = 512
WORDS = ("华为技术", "Acme", "Café Müller", "O'Neill", '"', ",", ";", "\t", "\r", "\n", "=1+1", "0", "\x00", "\ufeff", "1e999", "2026-02-30", "é", "\ud7ff", " ", "")  # fmt: skip
CELLS = ('<c r="A2"><v>1e400</v></c>', '<c r="A2" t="s"><v>-9</v></c>', '<c r="A2" t="s"><v>99999</v></c>', '<c r="A0"><v>1</v></c>', '<c r="ZZZZ9"><v>1</v></c>', '<c t="e"><v>#REF!</v></c>', '<c t="d"><v>never</v></c>', '<c t="b"><v>maybe</v></c>', '<c t="inlineStr"><is/></c>', '<c s="999"><v>45000</v></c>', '<row r="1"/>', '<row r="99999999999"/>', "<sheetData>", "&undefined;", "<!DOCTYPE a>")  # fmt: skip


def sheet_of(dice: random.Random) -> bytes:
    """A good table of accounts as CSV, in some encoding, with some separator and line end."""
    separator, end = dice.choice(",;\t|"), dice.choice(["\n", "\r\n", "\r"])
    lines = [separator.join(FIELDS), *(separator.join(_cells(dice, n)) for n in range(dice.randrange(1, 30)))]  # fmt: skip
    encoding = dice.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
    return (end.join(lines) + end).encode(encoding, "replace")


def _cells(dice: random.Random, n: int) -> list[str]:
    quoted = '"' + dice.choice(["a, b", 'said ""yes""', "two\nlines"]) + '"'
    return [f"Account {n} {dice.choice(['华为', 'Müller', 'Ltd'])}", dice.choice(["", "text", quoted]), dice.choice(["上海", "Wuxi"])]  # fmt: skip


def workbook_of(dice: random.Random) -> bytes:
    """A good table of accounts as a workbook."""

    def write(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, FIELDS)
        for n in range(dice.randrange(1, 30)):
            sheet.write_row(n + 1, 0, [f"Account {n}", dice.choice(["text", n, n / 7]), "上海"])

    return workbook(write)


def flipped(content: bytes, dice: random.Random) -> bytes:
    """Some bits are other ones."""
    bent = bytearray(content)
    for _ in range(dice.randrange(1, 9)):
        bent[dice.randrange(len(bent))] ^= 1 << dice.randrange(8)
    return bytes(bent)


def cut(content: bytes, dice: random.Random) -> bytes:
    """The end, the beginning or a piece in the middle is gone."""
    a, b = sorted((dice.randrange(len(content)), dice.randrange(len(content))))
    return dice.choice([content[:a], content[a:], content[:a] + content[b:]])


def doubled(content: bytes, dice: random.Random) -> bytes:
    """A piece stands there again, somewhere else."""
    a, b = sorted((dice.randrange(len(content)), dice.randrange(len(content))))
    at = dice.randrange(len(content))
    return content[:at] + content[a:b] * dice.randrange(1, 4) + content[at:]


def strewn(content: bytes, dice: random.Random) -> bytes:
    """Words that mean something to a reader of tables stand at random places, in one encoding or another."""
    for _ in range(dice.randrange(1, 6)):
        at, word = dice.randrange(len(content) + 1), dice.choice(WORDS)
        content = content[:at] + word.encode(dice.choice(["utf-8", "gb18030", "utf-16-le"])) + content[at:]  # fmt: skip
    return content


def bent(content: bytes, dice: random.Random) -> bytes:
    """A whole archive of which one part says something else; for a sheet of text, `strewn`."""
    if not content.startswith(b"PK"):
        return strewn(content, dice)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as again:
        names = packed.namelist()
        victim = dice.choice([*(name for name in names if "sheet1" in name or "shared" in name), *names])  # fmt: skip
        for name in names:
            part = packed.read(name)
            if name != victim:
                again.writestr(name, part)
            elif dice.random() < 0.9:
                again.writestr(name, _spoilt(part, dice))
    return out.getvalue()


def _spoilt(part: bytes, dice: random.Random) -> bytes:
    if dice.random() < 0.5:
        return dice.choice([flipped, cut, doubled])(part, dice)
    at = part.find(b"<c ", dice.randrange(len(part)))
    return part[:at] + dice.choice(CELLS).encode() + part[at:]


DAMAGES: list[Callable[[bytes, random.Random], bytes]] = [flipped, cut, doubled, strewn]


def damaged(dice: random.Random) -> bytes:
    """A good file, damaged once or twice."""
    content = dice.choice([sheet_of, workbook_of])(dice)
    for damages in ([bent, *DAMAGES], DAMAGES)[: dice.choice([1, 1, 2])]:
        content = dice.choice(damages)(content, dice) or b"\n"
    return content


def fault(cast: Cast, content: bytes) -> str:
    """What is wrong with how a file was met; nothing when it was refused or read to its last row."""
    try:
        table = table_read(content, "accounts.csv")
    except Invalid as refusal:
        said = [str(reason) % refusal.params for reason in refusal.errors.get("file", [])]
        return "" if said and all(said) else "refused without a reason"
    except Exception as crash:
        return f"the reader broke: {crash!r}"
    return _brought(cast, table)


def _brought(cast: Cast, table: Table) -> str:
    Account.objects.all().delete()
    try:
        report = bring(cast, table)
    except Exception as crash:
        return f"the import broke: {crash!r}"
    stored = {(_letters(one.name), _letters(one.description)) for one in Account.objects.all()}
    named = {problem.line for problem in report.problems}
    if any(not problem.header or not problem.reason for problem in report.problems):
        return "a row is named without column or reason"
    if len(named) + report.created + report.updated + report.unchanged != table.count:
        return f"{table.count} rows, {report.created} stored, {len(named)} named"
    if report.created != Account.objects.count():
        return f"{report.created} said to be stored, {Account.objects.count()} are"
    return "" if stored <= _shown(table) else f"stored, but in no row: {stored - _shown(table)}"


def _shown(table: Table) -> set[tuple[str, str]]:
    columns = [header for header in table.headers if header]
    wide = min(len(columns), 2)
    places = [table.headers.index(header) for header in columns[:wide]]
    said = [
        [_letters(text_of(row[at])) if at < len(row) else "" for at in places] for row in table.rows
    ]
    return {(cells[0], cells[1] if wide > 1 else "") for cells in said}


def _letters(text: str) -> str:
    """What is left whatever a field tidies: blanks, marks that are not shown, and wide letters."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


def test_a_damaged_file_is_refused_or_each_of_its_rows_is_stored_or_named(
    cast: Cast, drill: Drill
) -> None:
    files, dice = drill.size(300, 3_000), drill.dice()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    tried = [(content, fault(cast, content)) for content in (damaged(dice) for _ in range(files))]

    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    drill.tell("memory they took", round(grown), files, bound=MEMORY, unit="MB")
    assert grown < MEMORY
    drill.holds("damaged files that broke the import, or came in by halves", [f"{said}: {content[:200]!r}" for content, said in tried if said], of=files)  # fmt: skip


def test_planted_rows_that_are_dropped_in_silence_are_found(
    cast: Cast, drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_run = run.import_run

    def careless(**given: Any) -> Any:
        report = import_run(**given)
        return replace(report, problems=report.problems[1:])

    monkeypatch.setattr("tests.test_torture.import_run", careless)
    dice = drill.dice()

    assert any("named" in fault(cast, damaged(dice)) for _ in range(60))

"""Tables as the engine's input: facts with their credits, people with their managers, quotas by period.

Columns are found by their usual names in English and Chinese, or as `--column payee=EmployeeKey` says.
Columns nobody asked for stay on the fact, so that a plan may filter or measure by them.
Several rows of one document are its split when they have a percent or an amount of credit, and else its
lines: `SO1`, `SO1#2`, `SO1#3`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tonglu.compensation.core.complete import feeds_team
from tonglu.compensation.core.context import Context, context_from
from tonglu.compensation.core.facts import Fact, fact_from
from tonglu.compensation.core.model.plan import Plan
from tonglu.compensation.core.model.reading import day
from tonglu.compensation.core.numbers import exact
from tonglu.compensation.core.release import ReleaseEvent
from tonglu.kernel.errors import DomainError

from .columns import headed, missing, renamed, require_one_word, tried
from .events import events_of
from .quotas import quotas_of
from .tables import MOST_FAULTS, Fault, Line, RowsUnreadable, Table

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("transaction", "transaction_id", "document", "number", "单号", "单据", "编号", "合同号"),
    "date": ("day", "valid_date", "日期", "签约日期"),
    "payee": ("person", "salesperson", "rep", "employee", "业务员", "销售", "人员", "工号"),
    "amount": ("revenue", "sales", "net_amount", "金额", "销售额", "合同额"),
    "cost": ("cost_base", "成本"),
    "units": ("qty", "quantity", "数量"),
    "received": ("collected", "回款", "回款额"),
    "currency": ("币种",),
    "deal_total": ("价税合计", "合同总额"),
    "pct": (
        "percent",
        "share_percent",
        "split_percent",
        "credit_percent",
        "split_pct",
        "credit_pct",
        "比例",
        "分成",
        "分成比例",
    ),
    "role": ("角色",),
}
PEOPLE: Mapping[str, tuple[str, ...]] = {
    "payee": ("id", "person", "employee", "工号", "业务员"),
    "name": ("姓名", "title"),
    "manager": ("reports_to", "上级", "主管"),
    "effective_from": ("from", "valid_from", "生效日期"),
}
_DATES = ("date", "known_at", "signed_date", "order_date", "booked_date", "settled_date")
_NUMBERS = ("amount", "cost", "units", "received", "pct", "share", "quota_pct", "credit_factor",
            "payout_factor", "fx", "credit_amount", "deal_total")  # fmt: skip
DOCUMENT = "document of the line"
_OF_DOCUMENT = ("date", "amount", "cost", "units", "received", "currency", "fx", "deal_total")
_OF_CREDIT = ("payee", "pct", "share", "role", "quota_pct", "credit_amount", "path")
_OF_SPLIT = ("pct", "share", "credit_amount")
Row = tuple[Line, dict[str, Any]]
"""A row of the facts: where it stands, and its cells by the engine's names."""


@dataclass
class Given:
    """What was read; `rows` says where each fact came from, `documents` which document it is a line of, `names` how people are called."""

    facts: list[Fact] = field(default_factory=list)
    context: Context = field(default_factory=Context)
    rows: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    events: dict[str, list[ReleaseEvent]] = field(default_factory=dict)


def given_from(
    plan: Plan,
    facts: Table,
    people: Table | None = None,
    quotas: Table | None = None,
    columns: Mapping[str, str] | None = None,
    events: Table | None = None,
) -> Given:
    """Everything the engine needs, or RowsUnreadable with the place of each fault."""
    faults: list[Fault] = []
    given = Given()
    read = list(_facts_raw(facts, columns or {}, plan, faults))
    for line, raw in () if faults else read:
        fact = tried(facts.name, line, lambda raw=raw: _fact(raw), faults)  # type: ignore[misc]
        if fact is not None:
            given.facts.append(fact)
            given.rows.setdefault(fact.id, line.number)
            given.documents[fact.id] = str(raw.get(DOCUMENT, fact.id))
    around: dict[str, Any] = {}
    if people is not None:
        around |= _people(people, given.names, faults)
    if quotas is not None:
        around["quotas"] = quotas_of(quotas, plan, faults)
    if events is not None and not faults:
        given.events = events_of(events, set(given.documents.values()), faults)
    if faults:
        raise RowsUnreadable(faults[:MOST_FAULTS])
    given.context = context_from(around)
    return given


def _facts_raw(
    table: Table, columns: Mapping[str, str], plan: Plan, faults: list[Fault]
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """The neutral facts of a table, splits put together and lines numbered."""
    roles = {role for version in plan.versions for one in version.components for role in one.roles}
    for_team = feeds_team(plan)
    heads = headed(table.columns, NAMES, columns)
    _require_columns(table, columns, heads, faults, for_team=for_team)
    require_one_word(table, heads, faults, "choose with --column {name}=...")
    known = [(line, renamed(line.cells, heads)) for line in table.lines]
    documents: dict[str, list[Row]] = {}
    for line, cells in known:
        _check_cells(table.name, line, cells, columns, faults)
        name = str(cells.get("id", f"row {line.number}"))
        documents.setdefault(name, []).append((line, {**cells, "id": name}))
    for name, rows in documents.items():
        revisions = _by_revision(rows)
        _require_every_line(table.name, name, revisions, faults)
        for own in revisions.values():
            if any(key in cells for _, cells in own for key in _OF_SPLIT):
                _require_one_document(table.name, own, columns, faults)
                yield own[0][0], _split(own)
            else:
                yield from _lines_of(name, own, roles)


def _by_revision(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows of a document by the revision that they are of."""
    found: dict[str, list[Row]] = {}
    for line, cells in rows:
        found.setdefault(str(cells.get("revision", 1)), []).append((line, cells))
    return found


def _require_every_line(
    file: str, name: str, revisions: Mapping[str, Sequence[Row]], faults: list[Fault]
) -> None:
    """A later revision tells a document anew, line by line: a line it leaves out would stay as it was."""
    told = [
        rows
        for rows in revisions.values()
        if not any(key in cells for _, cells in rows for key in (*_OF_SPLIT, "deleted"))
    ]
    for before, after in itertools.pairwise(told):
        if len(before) != len(after):
            message = f"“{name}” has {len(after)} lines in this revision and {len(before)} in another: tell every line in each, with 0 for one that fell away."
            faults.append(
                Fault(file=file, row=after[0][0].number, column="revision", message=message)
            )


def _lines_of(
    name: str, rows: Sequence[Row], roles: Collection[str]
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Each row by itself; a role that the plan pays by is that of its credit, any other word stays for filters."""
    for index, (line, cells) in enumerate(rows, start=1):
        line_of = {"id": name if index == 1 else f"{name}#{index}", DOCUMENT: name}
        by_role = "payee" in cells and str(cells.get("role")) in roles
        credits = {"credits": [_credit(cells)]} if by_role else {}
        yield line, {**cells, **line_of, **credits}


def _require_one_document(
    file: str,
    rows: Sequence[Row],
    columns: Mapping[str, str],
    faults: list[Fault],
) -> None:
    """The rows of a split say the same of their document; which of two amounts is shared is not for us to guess."""
    faults += [
        Fault(file=file, row=line.number, column=columns.get("payee", "payee"), message="is empty.")
        for line, cells in rows
        if "payee" not in cells and "deleted" not in cells
    ]
    first_line, first = rows[0]
    for line, cells in rows[1:]:
        for name in _OF_DOCUMENT:
            told, other = cells.get(name), first.get(name)
            if told is not None and other is not None and not _alike(told, other):
                column = columns.get(name, name)
                message = f"“{told}” differs from “{other}” in row {first_line.number} of the same split “{first['id']}”."
                faults.append(Fault(file=file, row=line.number, column=column, message=message))


def _alike(one: Any, other: Any) -> bool:
    try:
        return one == other or exact(one) == exact(other)
    except DomainError:
        return str(one) == str(other)


def _fact(raw: Mapping[str, Any]) -> Fact:
    return fact_from({key: value for key, value in raw.items() if key != DOCUMENT})


def _split(rows: Sequence[Row]) -> dict[str, Any]:
    first = {key: value for key, value in rows[0][1].items() if key not in _OF_CREDIT}
    return {**first, "credits": [_credit(cells) for _, cells in rows if "payee" in cells]}


def _credit(cells: Mapping[str, Any]) -> dict[str, Any]:
    credit = {key: cells[key] for key in _OF_CREDIT if key in cells}
    if "credit_amount" in credit:
        credit["amount"] = credit.pop("credit_amount")
    if "path" in credit:
        credit["path"] = [step.strip() for step in str(credit["path"]).split(">")]
    return credit


def _require_columns(
    table: Table,
    columns: Mapping[str, str],
    heads: Mapping[str, str],
    faults: list[Fault],
    *,
    for_team: bool,
) -> None:
    """The columns without which nothing can be paid, and those that were promised."""
    for name, header in columns.items():
        if header not in table.columns:
            faults.append(
                Fault(
                    file=table.name,
                    column=header,
                    message=f"there is no such column, which {name} should be.",
                )
            )
    have = set(heads.values())
    if not for_team and "payee" not in have and "credits" not in have:
        faults.append(
            Fault(
                file=table.name,
                column="payee",
                message="no column says who is paid: head it payee, salesperson or 业务员.",
            )
        )
    if faults:
        raise RowsUnreadable(faults)


def _check_cells(
    file: str, line: Line, cells: Mapping[str, Any], columns: Mapping[str, str], faults: list[Fault]
) -> None:
    """Dates and numbers, each at its place."""
    checks: tuple[tuple[tuple[str, ...], Callable[[Any], Any], str], ...] = (
        (_DATES, day, "is not a day such as 2026-01-31"),
        (_NUMBERS, exact, "is not a number"),
    )
    for names, parse, wrong in checks:
        for name in names:
            if name not in cells:
                continue
            try:
                parse(cells[name])
            except (DomainError, ValueError, TypeError):
                faults.append(
                    Fault(
                        file=file,
                        row=line.number,
                        column=columns.get(name, name),
                        message=f"“{cells[name]}” {wrong}.",
                    )
                )


def _people(table: Table, names: dict[str, str], faults: list[Fault]) -> dict[str, Any]:
    """Measures of people, and the trees of managers by the day from which they hold."""
    metrics: dict[str, dict[str, Any]] = {}
    managers: dict[tuple[str, str], str] = {}
    heads = headed(table.columns, PEOPLE, {})
    require_one_word(table, heads, faults, "keep one of them.")
    for line in table.lines:
        cells = renamed(line.cells, heads)
        payee = str(cells.pop("payee", ""))
        if not payee:
            faults.append(missing(table, line, "payee"))
            continue
        begins = cells.pop("effective_from", None)
        start = tried(table.name, line, lambda day=begins: _day_text(day), faults, "from")  # type: ignore[misc]
        names[payee] = str(cells.pop("name", names.get(payee, payee)))
        manager = str(cells.pop("manager", ""))
        if managers.setdefault((start or "", payee), manager) != manager:
            message = f"another row tells {payee} another manager from the same day."
            faults.append(
                Fault(file=table.name, row=line.number, column="manager", message=message)
            )
        metrics.setdefault(payee, {}).update(cells)
    return {
        "metrics": metrics,
        "hierarchy": _trees((start, payee, above) for (start, payee), above in managers.items()),
    }


def _day_text(value: Any) -> str:
    try:
        return "" if value is None else day(value).isoformat()
    except ValueError:
        raise ValueError(f"“{value}” is not a day such as 2026-01-31.") from None


def _trees(managers: Iterable[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """The whole tree from each day on which somebody's manager changed."""
    rows = sorted(managers, key=lambda row: row[0])
    valid: dict[str, str] = {}
    trees: dict[str, dict[str, str]] = {}
    for start, payee, manager in rows:
        valid = {**valid, payee: manager}
        trees[start] = {who: above for who, above in valid.items() if above}
    return [
        {"manager_of": tree, **({"effective_from": start} if start else {})}
        for start, tree in trees.items()
    ]

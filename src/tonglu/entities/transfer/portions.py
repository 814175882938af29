"""The portions of an import: rows read from the file, matched with stored ones, cleaned, and given to the write door together.

A *portion* is committed as a whole, with a note of how far the run is, of its counts, of the rows it left out and of those that wait
for a later row of the same file. A run that was killed reads these notes and goes on, so that its report is that of one run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.audit.services import context
from tonglu.entities import bulk, selectors
from tonglu.entities.changesets import changeset_continue
from tonglu.entities.fields import Field, Type, fields_of
from tonglu.entities.forms import EntityForm, FormRules
from tonglu.entities.handing import Lot, kept_back, lots_added, lots_of, lots_told
from tonglu.entities.lookups import Lookups
from tonglu.entities.models import ChangeSet, ImportPortion
from tonglu.entities.spec import Entity
from tonglu.entities.writing import row_differs
from tonglu.kernel.errors import DomainError, Invalid

from .converting import Cells, cell_of
from .plans import ImportPlan
from .reading import Table, text_of
from .report import Problem, Report, shown

PORTION = 2000
Progress = Callable[[int, int], None]


@dataclass(kw_only=True, slots=True)
class Item:
    """One record to bring in: its first line in the file, its raw values and lines."""

    line: int
    record: dict[str, Any]
    values: dict[str, Any]
    lines: dict[str, list[dict[str, Any]]]
    unread: frozenset[str] = frozenset()
    """Fields whose cells could not be read: the row is left out, and what else is wrong with it is told with them."""


class Portions:
    """One run of a plan over a table."""

    def __init__(
        self,
        actor: policy.Actor,
        entity: Entity,
        plan: ImportPlan,
        table: Table,
        line_fields: Mapping[str, Field],
        changeset: ChangeSet | None = None,
    ) -> None:
        self.actor, self.entity, self.plan, self.table = actor, entity, plan, table
        self.changeset = changeset
        self.fields = {**fields_of(entity), **line_fields}
        self.cells = Cells(plan, self.fields)
        self.has_lines = any(column.field in line_fields for column in plan.columns)
        self.lookups = Lookups(actor, by_id=False)
        self.rules = FormRules(entity, actor, lookups=self.lookups)
        self.report = Report(kind=entity.kind, file=plan.file, changeset=changeset)
        self.waiting: list[Item] = []
        self.given: list[Lot] = []
        self.done = self.noted = 0

    def run(self, progress: Progress | None) -> None:
        """Every portion, then once more the rows that pointed at a later row of the same file."""
        items = self._items()
        if self._taken_up(items):
            return
        while portion := list(islice(items, PORTION)):
            self.done += len(portion)
            self._bring(portion, last=False)
            if progress is not None:
                progress(min(self.done, self.table.count), self.table.count)
        self._bring(self.waiting, last=True)

    def _taken_up(self, items: Iterator[Item]) -> bool:
        """Skip what an interrupted run of the same change-set has done; gives whether that was all."""
        notes = list(self.changeset.portions.order_by("pk")) if self.changeset else []
        if not notes:
            return False
        waiting = {line for note in notes for line in note.waiting}
        self.waiting = [item for item in islice(items, notes[-1].done) if item.line in waiting]
        problems = [problem for note in notes for problem in note.problems]
        self.report.take_up(notes[-1].counts, problems)
        self.given = lots_added(_lot(*lot) for note in notes for lot in note.given)
        self.done, self.noted = notes[-1].done, len(problems)
        return notes[-1].last

    def _items(self) -> Iterator[Item]:
        """The records of the file; rows with the same key become one when the plan fills lines."""
        return iter(list(self._grouped())) if self.has_lines else self._read()

    def _grouped(self) -> Iterator[Item]:
        grouped: dict[str, Item] = {}
        for item in self._read():
            key = str(item.values.get(self.plan.key, ""))
            if key and key in grouped:
                for name, more in item.lines.items():
                    grouped[key].lines.setdefault(name, []).extend(more)
                self.report.total -= 1
            else:
                grouped[key] = item
                yield item

    def _read(self) -> Iterator[Item]:
        seen: set[tuple[str, ...]] = set()
        headers = self.table.headers
        for line, row in self.table.numbered():
            record = dict(zip(headers, row, strict=False))
            if not self._wanted(record, seen):
                continue
            surplus = self.table.surplus(row) if len(row) > len(headers) else ""
            if surplus:
                self._too_many(line, surplus)
                continue
            values, errors = self.cells.values(record)
            if errors:
                for name, reason in errors.items():
                    self._problem(line, name, record, reason)
                if not self.has_lines:
                    yield _item(line, record, values, frozenset(errors))
                continue
            self.report.total += 1
            yield _item(line, record, values)

    def _wanted(self, record: dict[str, Any], seen: set[tuple[str, ...]]) -> bool:
        for header, allowed in self.plan.where.items():
            if text_of(record.get(header)) not in allowed:
                return False
        if self.plan.distinct:
            mark = tuple(text_of(record.get(header)) for header in self.plan.distinct)
            if mark in seen or not any(mark):
                return False
            seen.add(mark)
        return True

    def _bring(self, items: list[Item], *, last: bool) -> None:
        """One portion in one transaction, with its note."""
        earlier = [] if last else self.waiting
        scope = (
            changeset_continue(self.actor, self.changeset)
            if self.changeset is not None
            else context(self.actor, verb=f"{self.entity.kind}.import")
        )
        with scope:
            with kept_back() as handed:
                left = self._stored_in_turns(items)
                if last:
                    self._store(left, last=True)
            self.waiting = [*earlier, *([] if last else left)]
            lots = lots_of(handed)
            self.given = lots_added([*self.given, *lots])
            self._note([] if last else [item.line for item in left], lots, last=last)
            if last and self.changeset is not None:
                lots_told(self.changeset.pk, self.actor.person_id, self.given)

    def _stored_in_turns(self, items: list[Item]) -> list[Item]:
        """Store what can be stored, then what pointed at that, and so on; gives the rows that point at nothing yet."""
        while items:
            self.waiting = []
            self._preload(items)
            for batch in _without_repeats(items, self.plan.key):
                self._store(batch, last=False)
            if len(self.waiting) == len(items):
                break
            items = self.waiting
        return items

    def _note(self, waiting: list[int], lots: list[Lot], *, last: bool) -> None:
        if self.changeset is None:
            return
        problems = [asdict(problem) for problem in self.report.problems[self.noted :]]
        self.noted = len(self.report.problems)
        ImportPortion.objects.create(
            changeset=self.changeset,
            done=self.done,
            counts=self.report.counts,
            problems=problems,
            waiting=waiting,
            given=[(lot.kind, lot.to_id, lot.row_id, lot.count) for lot in lots],
            last=last,
        )

    def _preload(self, items: list[Item]) -> None:
        """Ask for the related rows that the portion names, with one query for each kind and name."""
        wanted: dict[str, set[str]] = {}
        for column in self.plan.columns:
            field = self.fields[column.field]
            if field.type is Type.FK:
                texts = {cell_of(column, item.record) for item in items}
                wanted.setdefault(field.related, set()).update(texts)
        self.lookups.trim()
        for kind, texts in wanted.items():
            self.lookups.preload(kind, texts)

    def _store(self, items: list[Item], *, last: bool) -> None:
        existing = self._existing(items)
        stored_lines = self._stored_lines(existing)
        news: list[bulk.NewRow] = []
        olds: list[bulk.OldRow] = []
        for item in items:
            found = existing.get(str(item.values.get(self.plan.key) or ""), [])
            if len(found) > 1:
                reason = _("%(count)s records have this key; make it unique first.")
                reason %= {"count": len(found)}
                self._problem(item.line, self.plan.key, item.record, reason)
            elif found and not self.plan.update:
                self.report.unchanged += not item.unread
            else:
                self._clean(item, found[0] if found else None, news, olds, stored_lines, last)
        bulk.records_create(actor=self.actor, model=self.entity.model, news=news)
        bulk.records_update(actor=self.actor, model=self.entity.model, olds=olds)
        self.lookups.forget(self.entity.kind)
        self._count({item.line: item for item in items}, news, olds)

    def _existing(self, items: list[Item]) -> dict[str, list[Any]]:
        keys = sorted({str(item.values.get(self.plan.key) or "") for item in items} - {""})
        found: dict[str, list[Any]] = {}
        if keys:
            rows = selectors.rows(self.actor, self.entity.model)
            for row in rows.filter(**{f"{self.plan.key}__in": keys}):
                found.setdefault(str(getattr(row, self.plan.key)), []).append(row)
        return found

    def _stored_lines(self, existing: dict[str, list[Any]]) -> dict[tuple[Any, int], list[Any]]:
        """The lines that the matched rows have by now, by model and row."""
        found: dict[tuple[Any, int], list[Any]] = {}
        ids = [row.pk for rows in existing.values() for row in rows]
        for lines in self.entity.lines if self.has_lines and ids else ():
            rows = lines.model._default_manager.filter(**{f"{lines.parent}__in": ids})
            for line in rows.order_by("pk"):
                parent = getattr(line, f"{lines.parent}_id")
                found.setdefault((lines.model, parent), []).append(line)
        return found

    def _clean(
        self,
        item: Item,
        row: Any,
        news: list[bulk.NewRow],
        olds: list[bulk.OldRow],
        stored_lines: dict[tuple[Any, int], list[Any]],
        last: bool,
    ) -> None:
        if row is not None:
            item.values.pop("created_at", None)
        form = EntityForm(
            self.entity,
            self.actor,
            {**item.values, **item.lines},
            row=row,
            partial=row is not None,
            rules=self.rules,
        )
        if item.unread:
            self._refused_as_well(item, {} if form.is_valid() else form.errors)
        elif not form.is_valid():
            self._refused(item, form.errors, last=last)
        elif row is None:
            news.append(bulk.NewRow(place=item.line, values=form.values, lines=form.lines))
        else:
            same = all(
                _same_lines(stored_lines.get((model, row.pk), []), given)
                for model, given in form.lines.items()
            )
            lines = None if same else form.lines
            olds.append(bulk.OldRow(place=item.line, row=row, values=form.values, lines=lines))

    def _count(
        self, by_line: dict[int, Item], news: list[bulk.NewRow], olds: list[bulk.OldRow]
    ) -> None:
        for new in news:
            if new.error is not None:
                self._errors(by_line[new.place], new.error)
            else:
                self.report.created += 1
        for old in olds:
            if old.error is not None:
                self._errors(by_line[old.place], old.error)
            else:
                self.report.updated += old.changed
                self.report.unchanged += not old.changed

    def _refused(self, item: Item, errors: dict[str, list[str]], *, last: bool) -> None:
        """A row that points at its own kind may point at a later row; it gets a second chance."""
        if not last and any(map(self._is_own, errors)):
            self.waiting.append(item)
            return
        for name, messages in errors.items():
            for message in messages:
                self._problem(item.line, name, item.record, message)

    def _refused_as_well(self, item: Item, errors: dict[str, list[str]]) -> None:
        """What else is wrong with a row that is left out; what it names of its own kind may come later in the file."""
        for name, messages in errors.items():
            if name in item.unread or self._is_own(name):
                continue
            for message in messages:
                self._problem(item.line, name, item.record, message)

    def _is_own(self, name: str) -> bool:
        """Whether a field points at the kind that is brought in."""
        return name in self.fields and self.fields[name].related == self.entity.kind

    def _errors(self, item: Item, error: DomainError) -> None:
        if isinstance(error, Invalid):
            for name, messages in error.errors.items():
                for message in messages:
                    text = _(str(message))
                    said = text % error.params if error.params else text
                    self._problem(item.line, name, item.record, said)
        else:
            self._problem(item.line, error.field, item.record, error.text(_))

    def _problem(self, line: int, name: str, record: dict[str, Any], reason: str) -> None:
        parts = name.split(".")
        if len(parts) == 3 and parts[1].isdecimal():
            name = f"{parts[0]}.{parts[2]}"
        column = next((c for c in self.plan.columns if c.field == name), None)
        header = (" + ".join(column.headers) if column else "") or name
        self._add(line, header, cell_of(column, record) if column else "", reason)

    def _too_many(self, line: int, surplus: str) -> None:
        reason = _("The row has more cells than there are headers; put its text into quotes.")
        self._add(line, self.table.headers[-1], surplus, reason)

    def _add(self, line: int, header: str, value: str, reason: str) -> None:
        problem = Problem(
            line=line,
            header=header,
            value=shown(value),
            reason=reason,
            file=self.plan.file,
            sheet=self.table.sheet,
        )
        self.report.problems.append(problem)


def _lot(kind: str, to_id: int, row_id: int, count: int) -> Lot:
    return Lot(kind=kind, to_id=to_id, row_id=row_id, count=count)


def _item(
    line: int,
    record: dict[str, Any],
    values: dict[str, Any],
    unread: frozenset[str] = frozenset(),
) -> Item:
    own: dict[str, Any] = {}
    lines: dict[str, list[dict[str, Any]]] = {}
    for name, value in values.items():
        if "." in name and not name.startswith("custom."):
            key, column = name.split(".", 1)
            lines.setdefault(key, [{}])[0][column] = value
        else:
            own[name] = value
    filled = {key: rows for key, rows in lines.items() if any(v != "" for v in rows[0].values())}
    return Item(line=line, record=record, values=own, lines=filled, unread=unread)


def _without_repeats(items: list[Item], key: str) -> Iterator[list[Item]]:
    """The items in their order, cut before each that has the key of an earlier one: it will change what that one made."""
    batch: list[Item] = []
    seen: set[str] = set()
    for item in items:
        mark = str(item.values.get(key) or "")
        if mark and mark in seen:
            yield batch
            batch, seen = [], set()
        seen.add(mark)
        batch.append(item)
    if batch:
        yield batch


def _same_lines(stored: list[Any], given: list[dict[str, Any]]) -> bool:
    """Whether the stored lines already hold what the file says, so that a second import changes nothing."""
    if len(stored) != len(given):
        return False
    return not any(row_differs(line, values) for line, values in zip(stored, given, strict=True))

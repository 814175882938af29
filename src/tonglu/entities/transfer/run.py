"""Running an import plan: every row through the write door, in portions, as one change-set.

A dry run does all of it in a transaction that is rolled back, so that it reports exactly what a real run would meet. A real run
commits portion by portion and notes in the change-set how far it came, in the same transaction: a run that was killed goes on
where it stopped. A row with a problem is left out and named by line and column; the others are brought in, unless `strict`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.audit.services import context
from tonglu.directory.memory import memory
from tonglu.entities import bulk, selectors
from tonglu.entities.changesets import changeset_continue
from tonglu.entities.fields import Field, Type, fields_of, lines_fields
from tonglu.entities.forms import EntityForm, line_key
from tonglu.entities.lookups import Lookups
from tonglu.entities.models import ChangeSet
from tonglu.entities.registry import entity_of
from tonglu.entities.spec import Entity
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_

from .converting import cell_of, row_values
from .plans import ImportPlan
from .reading import Table, text_of

PORTION = 500
KEYS = frozenset({Type.TEXT, Type.EMAIL, Type.PHONE, Type.CHOICE})
"""The types of fields by which a row of a file can be found again."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a row was left out: the line in the file, the header and value at fault, and the reason."""

    line: int
    header: str
    value: str
    reason: str
    file: str = ""
    sheet: str = ""


@dataclass(kw_only=True)
class Report:
    """What a run did, or would do."""

    kind: str
    file: str = ""
    total: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    changeset: ChangeSet | None = None

    @property
    def bad_lines(self) -> frozenset[int]:
        """The lines that were left out."""
        return frozenset(problem.line for problem in self.problems)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of the report."""
        return {
            "total": self.total,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "left_out": len(self.bad_lines),
        }


@dataclass(kw_only=True)
class _Item:
    """One record to bring in: its first line in the file, its raw values and lines."""

    line: int
    record: dict[str, Any]
    values: dict[str, Any]
    lines: dict[str, list[dict[str, Any]]]


def import_run(
    *,
    actor: policy.Actor,
    plan: ImportPlan,
    table: Table,
    dry_run: bool = False,
    strict: bool = False,
    changeset: ChangeSet | None = None,
    progress: Progress | None = None,
) -> Report:
    """Bring a table in by a plan. With `strict`, a dry run is made first and any problem refuses the whole file."""
    with memory():
        return _run(actor, plan, table, dry_run, strict, changeset, progress)


def _run(
    actor: policy.Actor,
    plan: ImportPlan,
    table: Table,
    dry_run: bool,
    strict: bool,
    changeset: ChangeSet | None,
    progress: Progress | None,
) -> Report:
    entity = entity_of(plan.kind)
    policy.require(actor, "create", entity.kind)
    run = _Run(replace(actor, door="import"), entity, plan, table)
    if strict and not dry_run:
        tried = _run(actor, plan, table, True, False, None, None)
        if tried.problems:
            return tried
    if dry_run:
        with transaction.atomic():
            run.all(progress)
            transaction.set_rollback(True)
        return run.report
    made = changeset or changeset_start(actor, plan)
    run.report.changeset = made
    run.all(progress, made)
    made.state, made.counts = ChangeSet.State.DONE, {**made.counts, **run.report.counts}
    made.save(update_fields=["state", "counts"])
    return run.report


def changeset_start(actor: policy.Actor, plan: ImportPlan) -> ChangeSet:
    """The change-set that an import writes into."""
    title = plan.title or _("Import of %(file)s") % {"file": plan.file or plan.kind}
    return ChangeSet.objects.create(
        act="import", kind=plan.kind, title=title, actor_id=actor.person_id
    )


def plan_check(entity: Entity, plan: ImportPlan, table: Table) -> None:
    """Refuse a plan that names headers the file lacks or fields the kind lacks."""
    missing = sorted(plan.headers - set(table.headers))
    if missing:
        raise Invalid(
            {"file": [N_("The file has no column “%(header)s”.")]}, params={"header": missing[0]}
        )
    known = {**fields_of(entity), **line_fields(entity)}
    if plan.key not in known or known[plan.key].type not in KEYS:
        raise Invalid(
            {"key": [N_("Rows cannot be matched by “%(name)s”.")]}, params={"name": plan.key}
        )
    for column in plan.columns:
        if column.field not in known:
            raise Invalid(
                {"columns": [N_("%(kind)s has no field “%(field)s”.")]},
                params={"kind": entity.kind, "field": column.field},
            )


def line_fields(entity: Entity) -> dict[str, Field]:
    """The fields of the entity's lines as `<line>.<field>`."""
    return {
        f"{line_key(lines)}.{name}": found
        for lines in entity.lines
        for name, found in lines_fields(lines.model, lines.fields).items()
    }


class _Run:
    """One run of a plan over a table."""

    def __init__(self, actor: policy.Actor, entity: Entity, plan: ImportPlan, table: Table) -> None:
        plan_check(entity, plan, table)
        self.actor, self.entity, self.plan, self.table = actor, entity, plan, table
        self.fields = {**fields_of(entity), **line_fields(entity)}
        self.headers = {column.field: column.header for column in plan.columns}
        self.lookups = Lookups(actor, by_id=False)
        self.report = Report(kind=entity.kind, file=plan.file)
        self.waiting: list[_Item] = []

    def all(self, progress: Progress | None, changeset: ChangeSet | None = None) -> None:
        """Every portion, then once more the rows that pointed at a later row of the same file."""
        items = list(self._items())
        self.report.total = len(items)
        self._preload(items)
        start = int((changeset.counts if changeset else {}).get("next", 0))
        for at in range(start, len(items), PORTION):
            self._portion(items[at : at + PORTION], changeset, at + PORTION)
            if progress is not None:
                progress(min(at + PORTION, len(items)), len(items))
        again, self.waiting = self.waiting, []
        if again:
            self._portion(again, changeset, len(items), last=True)

    def _items(self) -> Iterator[_Item]:
        seen: set[tuple[str, ...]] = set()
        grouped: dict[str, _Item] = {}
        has_lines = any("." in f and f in line_fields(self.entity) for f in self.headers)
        for line, record in zip(self.table.lines, self.table.records(), strict=True):
            if not self._wanted(record, seen):
                continue
            values, errors = row_values(self.plan, record, self.fields)
            if errors:
                for name, reason in errors.items():
                    self._problem(line, name, record, reason)
                continue
            item = _item(line, record, values)
            key = str(item.values.get(self.plan.key, ""))
            if has_lines and key and key in grouped:
                for name, more in item.lines.items():
                    grouped[key].lines.setdefault(name, []).extend(more)
                continue
            grouped[key] = item
            yield item

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

    def _preload(self, items: list[_Item]) -> None:
        wanted: dict[str, set[str]] = {}
        for name, found in self.fields.items():
            if found.type is Type.FK and name in self.headers:
                wanted.setdefault(found.related, set()).update(
                    cell_of(column, item.record)
                    for column in self.plan.columns
                    if column.field == name
                    for item in items
                )
        for kind, values in wanted.items():
            self.lookups.preload(kind, values)

    def _portion(
        self, items: list[_Item], changeset: ChangeSet | None, after: int, *, last: bool = False
    ) -> None:
        scope = (
            changeset_continue(self.actor, changeset)
            if changeset is not None
            else context(self.actor, verb=f"{self.entity.kind}.import")
        )
        with scope:
            existing = self._existing(items)
            news: list[bulk.NewRow] = []
            for item in items:
                self._one(item, existing, news, last=last)
            bulk.records_create(actor=self.actor, model=self.entity.model, news=news)
            self.lookups.forget(self.entity.kind)
            self._note(items, news)
            if changeset is not None:
                changeset.counts = {**self.report.counts, "next": after}
                changeset.save(update_fields=["counts"])

    def _existing(self, items: list[_Item]) -> dict[str, list[Any]]:
        keys = sorted({str(item.values.get(self.plan.key) or "") for item in items} - {""})
        found: dict[str, list[Any]] = {}
        if keys:
            rows = selectors.rows(self.actor, self.entity.model)
            for row in rows.filter(**{f"{self.plan.key}__in": keys}):
                found.setdefault(str(getattr(row, self.plan.key)), []).append(row)
        return found

    def _one(
        self,
        item: _Item,
        existing: dict[str, list[Any]],
        news: list[bulk.NewRow],
        *,
        last: bool,
    ) -> None:
        key = str(item.values.get(self.plan.key) or "")
        matches = existing.get(key, [])
        if len(matches) > 1:
            reason = _("%(count)s records have this key; make it unique first.")
            self._problem(item.line, self.plan.key, item.record, reason % {"count": len(matches)})
            return
        row = matches[0] if matches else None
        if row is not None and not self.plan.update:
            self.report.unchanged += 1
            return
        if row is not None:
            item.values.pop("created_at", None)
        form = EntityForm(
            self.entity,
            self.actor,
            {**item.values, **item.lines},
            row=row,
            partial=row is not None,
            lookups=self.lookups,
        )
        if not form.is_valid():
            self._refused(item, form.errors, last=last)
        elif row is None:
            news.append(bulk.NewRow(place=item.line, values=form.values, lines=form.lines))
        else:
            self._change(item, row, form)

    def _change(self, item: _Item, row: Any, form: EntityForm) -> None:
        lines = form.lines if not _same_lines(self.entity, row, form) else None
        _row, changed, error = bulk.record_change(
            actor=self.actor, row=row, values=form.values, lines=lines
        )
        if error is not None:
            self._errors(item, error)
        elif changed:
            self.report.updated += 1
        else:
            self.report.unchanged += 1

    def _note(self, items: list[_Item], news: list[bulk.NewRow]) -> None:
        by_line = {item.line: item for item in items}
        for new in news:
            if new.error is not None:
                self._errors(by_line[new.place], new.error)
            else:
                self.report.created += 1

    def _refused(self, item: _Item, errors: dict[str, list[str]], *, last: bool) -> None:
        """A row that points at its own kind may point at a later row; it gets a second chance."""
        own = {n for n, f in self.fields.items() if f.related == self.entity.kind}
        if not last and set(errors) <= own:
            self.waiting.append(item)
            return
        for name, messages in errors.items():
            for message in messages:
                self._problem(item.line, name, item.record, message)

    def _errors(self, item: _Item, error: DomainError) -> None:
        if isinstance(error, Invalid):
            for name, messages in error.errors.items():
                for message in messages:
                    said = str(message) % error.params if error.params else str(message)
                    self._problem(item.line, name, item.record, said)
        else:
            self._problem(item.line, error.field, item.record, error.text(_))

    def _problem(self, line: int, name: str, record: dict[str, Any], reason: str) -> None:
        parts = name.split(".")
        if len(parts) == 3 and parts[1].isdecimal():
            name = f"{parts[0]}.{parts[2]}"
        column = next((c for c in self.plan.columns if c.field == name), None)
        self.report.problems.append(
            Problem(
                line=line,
                header=(column.header if column else "") or name,
                value=cell_of(column, record) if column else "",
                reason=reason,
                file=self.plan.file,
                sheet=self.table.sheet,
            )
        )


def _item(line: int, record: dict[str, Any], values: dict[str, Any]) -> _Item:
    own: dict[str, Any] = {}
    lines: dict[str, list[dict[str, Any]]] = {}
    for name, value in values.items():
        if "." in name and not name.startswith("custom."):
            key, column = name.split(".", 1)
            lines.setdefault(key, [{}])[0][column] = value
        else:
            own[name] = value
    filled = {key: rows for key, rows in lines.items() if any(v != "" for v in rows[0].values())}
    return _Item(line=line, record=record, values=own, lines=filled)


def _same_lines(entity: Entity, row: Any, form: EntityForm) -> bool:
    """Whether the stored lines already hold what the file says, so that a second import changes nothing."""
    for lines in entity.lines:
        given = form.lines.get(lines.model)
        if given is None:
            continue
        stored = list(lines.model._default_manager.filter(**{lines.parent: row}).order_by("pk"))
        if len(stored) != len(given):
            return False
        for line, values in zip(stored, given, strict=True):
            if any(getattr(line, name) != value for name, value in values.items()):
                return False
    return True

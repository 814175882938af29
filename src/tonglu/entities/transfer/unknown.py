"""Values of a file that a list here does not have: each once, with what may stand for it, so that one choice mends many rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from tonglu import policy
from tonglu.entities import selectors
from tonglu.entities.fields import Field, Type
from tonglu.entities.forms import EntityForm
from tonglu.entities.models import Import
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.entities.services import record_create
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

from .headers import spelled
from .importing import import_map
from .plans import plan_of
from .suggesting import importable_fields

MOST_OFFERED = 100
"""A list with more entries is not offered as one; the name is typed."""
MOST_SHOWN = 20
"""So many values of a column are settled one by one, those in most rows first."""
MOST_MADE = 200
"""So many entries of a list are made at once; more of them are a file of their own."""
EMPTY, CREATE, TAKE = "empty", "create", "take:"


@dataclass(frozen=True, kw_only=True)
class UnknownValue:
    """One value that the list of its column does not have, and how many rows it stops."""

    name: str
    """The name of its control on the page."""
    value: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class UnknownColumn:
    """The values of one column that its list does not have."""

    name: str
    header: str
    label: Any
    all_values: tuple[UnknownValue, ...]
    options: tuple[tuple[str, str], ...]
    """What the list has; none for a list too long to be offered."""
    may_be_empty: bool
    may_create: bool

    @property
    def values(self) -> tuple[UnknownValue, ...]:
        """Those that are settled one by one."""
        return self.all_values[:MOST_SHOWN]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return len(self.all_values) - len(self.values)


def unknown_columns(actor: policy.Actor, made: Import) -> list[UnknownColumn]:
    """The columns of a tried import some of whose values are in no list here."""
    fields = importable_fields(entity_of(made.kind), actor)
    found = []
    for number, column in enumerate(plan_of(made.plan).columns):
        field = fields.get(column.field)
        if field is None or column.joined or field.type not in {Type.FK, Type.CHOICE}:
            continue
        counts = _counts(made, column.header)
        if counts:
            found.append(_column(actor, field, column.header, number, counts))
    return found


def unknown_settle(*, actor: policy.Actor, made: Import, chosen: Mapping[str, str]) -> None:
    """Keep what was chosen for each value, make what is to be made, and try the import out again."""
    if made.state != Import.State.TRIED:
        raise DomainError(N_("Try the import out first, and run it once."), code="state")
    plan = plan_of(made.plan)
    fields = importable_fields(entity_of(made.kind), actor)
    columns = {column.header: column for column in plan.columns}
    with transaction.atomic():
        for unknown in unknown_columns(actor, made):
            column = columns[unknown.header]
            settled = dict(_settled(actor, unknown, fields[column.field], chosen))
            columns[unknown.header] = replace(column, values={**column.values, **settled})
        kept = tuple(columns.get(column.header, column) for column in plan.columns)
        import_map(actor=actor, made=made, plan=replace(plan, columns=kept))


def _settled(
    actor: policy.Actor, unknown: UnknownColumn, field: Field, chosen: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """What stands for each value from now on; entries that are to be made are made, and need nothing in their stead."""
    for_all = chosen.get(f"{unknown.name}-all", "")
    for one in unknown.all_values:
        choice = chosen.get(one.name) or for_all
        typed = chosen.get(f"{one.name}-typed", "").strip()
        if typed:
            yield one.value, typed
        elif choice == CREATE and unknown.may_create:
            related = entity_of(field.related)
            record_create(actor=actor, model=related.model, values={related.title: one.value})
        elif choice == EMPTY and unknown.may_be_empty:
            yield one.value, ""
        elif choice.startswith(TAKE):
            yield one.value, choice.removeprefix(TAKE)


def _counts(made: Import, header: str) -> dict[str, int]:
    """The values of a column that stop rows, with the number of rows, most first."""
    counts: dict[str, int] = {}
    for problem in made.report.get("problems", []):
        if header and problem["header"] == header and problem["value"]:
            counts[problem["value"]] = counts.get(problem["value"], 0) + 1
    return dict(sorted(counts.items(), key=lambda one: -one[1]))


def _column(
    actor: policy.Actor, field: Field, header: str, number: int, counts: Mapping[str, int]
) -> UnknownColumn:
    return UnknownColumn(
        name=f"column-{number}",
        header=header,
        label=field.label,
        all_values=tuple(
            UnknownValue(name=f"column-{number}-{place}", value=value, rows=rows)
            for place, (value, rows) in enumerate(counts.items())
        ),
        options=_options(actor, field),
        may_be_empty=not field.required,
        may_create=len(counts) <= MOST_MADE
        and not spelled(header).endswith("id")
        and _may_create(actor, field, next(iter(counts))),
    )


def _options(actor: policy.Actor, field: Field) -> tuple[tuple[str, str], ...]:
    if field.type is Type.CHOICE:
        return tuple((str(key), str(label)) for key, label in field.choices if key)
    if not entity_declared(field.related):
        return ()
    title = entity_of(field.related).title
    rows = selectors.rows(actor, field.related).order_by(title)[: MOST_OFFERED + 1]
    names = list(dict.fromkeys(str(getattr(row, title)) for row in rows))
    return () if len(rows) > MOST_OFFERED else tuple((name, name) for name in names)


def _may_create(actor: policy.Actor, field: Field, value: str) -> bool:
    """Whether a name is all that a new entry of the list needs, and the actor may make one."""
    if field.type is not Type.FK or not entity_declared(field.related):
        return False
    entity = entity_of(field.related)
    if not entity.creatable or not policy.may(actor, "create", entity.kind):
        return False
    return EntityForm(entity, actor, {entity.title: value}).is_valid()

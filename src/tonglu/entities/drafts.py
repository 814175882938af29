"""A record as it would be with what stands in its form now: derived and never saved, for panels that answer while somebody types."""

from __future__ import annotations

from copy import copy
from typing import Any

from tonglu.kernel.errors import Invalid

from . import lines as line_tables
from .forms import EntityForm, line_key
from .writing import owner_default, owner_follow, row_assign


def draft_of(form: EntityForm) -> Any:
    """The unsaved row. Fields that are not clean keep what they were; a line that is not clean is refused."""
    form.is_valid()
    _refuse_broken_lines(form)
    values = {name: value for name, value in form.values.items() if not _is_many(form, name)}
    row: Any = form.entity.model() if form.row is None else copy(form.row)
    row.custom = dict(row.custom)
    if form.row is None:
        owner_default(form.actor, row, values)
    row_assign(row, values)
    owner_follow(row)
    line_tables.lines_attach(form.entity, row, form.lines)
    if form.entity.draft is not None:
        form.entity.draft(form.actor, row)
    return row


def _refuse_broken_lines(form: EntityForm) -> None:
    tables = tuple(f"{line_key(lines)}." for lines in form.entity.lines)
    broken = {name: found for name, found in form.errors.items() if name.startswith(tables)}
    if broken:
        raise Invalid(broken)


def _is_many(form: EntityForm, name: str) -> bool:
    if name.startswith("custom."):
        return False
    return bool(form.entity.model._meta.get_field(name).many_to_many)

"""Running an import plan: every row through the write door, in portions, as one change-set.

A dry run does all of it in a transaction that is rolled back, so that it reports exactly what a real run would meet. A real run
commits portion by portion and notes beside the change-set how far it came, in the same transaction: a run that was killed goes on
where it stopped. A row with a problem is left out and named by line and column; the others are brought in, unless `strict`.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.directory.memory import memory
from tonglu.entities.fields import Field, Type, fields_of, lines_fields
from tonglu.entities.forms import line_key
from tonglu.entities.models import ChangeSet
from tonglu.entities.registry import entity_of
from tonglu.entities.spec import Entity
from tonglu.kernel.errors import Invalid
from tonglu.kernel.text import N_
from tonglu.toolkit.numbers import numbers_rehearsed

from .plans import ImportPlan
from .portions import Portions, Progress
from .reading import Table
from .report import Problem, Report

__all__ = ["Problem", "Report", "changeset_start", "import_run", "line_fields", "plan_check"]

KEYS = frozenset({Type.TEXT, Type.EMAIL, Type.PHONE, Type.CHOICE})
"""The types of fields by which a row of a file can be found again."""


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
    """Bring a table in by a plan. With `strict`, a dry run is made first and any problem refuses the whole file.

    Who gives a `changeset` may call again after a kill, until the report is kept; the notes of the portions are theirs to delete.
    """
    entity = entity_of(plan.kind)
    with memory():
        policy.require(actor, "create", entity.kind)
        plan_check(entity, plan, table)
        actor = replace(actor, door="import")
        if dry_run or strict:
            tried = _tried(actor, entity, plan, table, progress)
            if dry_run or tried.problems:
                return tried
        return _brought(actor, entity, plan, table, progress, changeset)


def changeset_start(actor: policy.Actor, plan: ImportPlan) -> ChangeSet:
    """The change-set that an import writes into."""
    title = plan.title or _("Import of %(file)s") % {"file": plan.file or plan.kind}
    return ChangeSet.objects.create(
        act="import", kind=plan.kind, title=title[:200], actor_id=actor.person_id
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


def _tried(
    actor: policy.Actor, entity: Entity, plan: ImportPlan, table: Table, progress: Progress | None
) -> Report:
    portions = Portions(actor, entity, plan, table, line_fields(entity))
    with transaction.atomic(), numbers_rehearsed():
        portions.run(progress)
        transaction.set_rollback(True)
    return portions.report


def _brought(
    actor: policy.Actor,
    entity: Entity,
    plan: ImportPlan,
    table: Table,
    progress: Progress | None,
    changeset: ChangeSet | None,
) -> Report:
    made = changeset or changeset_start(actor, plan)
    portions = Portions(actor, entity, plan, table, line_fields(entity), made)
    portions.run(progress)
    made.state, made.counts = ChangeSet.State.DONE, portions.report.counts
    made.save(update_fields=["state", "counts"])
    if changeset is None:
        made.portions.all().delete()
    return portions.report

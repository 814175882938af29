"""An import as people meet it: upload, map, try out, bring in, take back; and the two jobs behind it."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.directory.selectors import person_by_id
from tonglu.entities.models import Import
from tonglu.entities.registry import entity_of
from tonglu.entities.spec import Entity
from tonglu.kernel.errors import DomainError, NotFound
from tonglu.kernel.text import N_
from tonglu.toolkit.files import file_open, file_store
from tonglu.toolkit.jobs import defer, task, work_start, working

from .plans import ImportPlan, plan_as_dict, plan_of
from .printing import safe_cell
from .reading import Table, table_read
from .run import Report, changeset_start, import_run, plan_check
from .suggesting import plan_remember, plan_suggest

KIND = "entities.import"
SHOWN_PROBLEMS = 500


def import_open(*, actor: policy.Actor, entity: Entity, name: str, stream: BinaryIO) -> Import:
    """Keep an uploaded file and suggest its mapping; a file that is no table is refused before it is kept."""
    policy.require(actor, "create", entity.kind)
    content = stream.read()
    table = table_read(content, name)
    file = file_store(actor, name, io.BytesIO(content))
    plan = plan_suggest(entity, actor, table)
    return Import.objects.create(
        kind=entity.kind, file=file, person_id=actor.person_id, plan=plan_as_dict(plan)
    )


def import_of(actor: policy.Actor, kind: str, pk: int) -> Import:
    """One of the actor's own imports."""
    found = (
        Import.objects.select_related("file", "work", "changeset")
        .filter(pk=pk, kind=kind, person_id=actor.person_id or 0)
        .first()
    )
    if found is None:
        raise NotFound(N_("There is no such import of yours."))
    return found


def import_table(made: Import) -> Table:
    """The table in the import's file."""
    with file_open(made.file) as stream:
        return table_read(stream.read(), made.file.name)


def import_map(*, actor: policy.Actor, made: Import, plan: ImportPlan) -> None:
    """Keep the mapping, remember it for files like this one, and try it out in the background."""
    table = import_table(made)
    plan_check(entity_of(made.kind), plan, table)
    plan_remember(plan, table.headers)
    _start(actor, made, plan, Import.State.TRYING, "entities.import_try")


def import_bring(*, actor: policy.Actor, made: Import) -> None:
    """Bring in the rows that the trial found good."""
    with transaction.atomic():
        current = Import.objects.select_for_update().get(pk=made.pk)
        if current.state != Import.State.TRIED:
            raise DomainError(N_("Try the import out first, and run it once."), code="state")
        plan = plan_of(current.plan)
        current.changeset = changeset_start(actor, _titled(plan, made))
        current.save(update_fields=["changeset"])
        _start(actor, current, plan, Import.State.RUNNING, "entities.import_run")


def problems_file(made: Import) -> bytes:
    """The rows that were left out, as a CSV to mend and send again: the file's own columns and the reason."""
    table = import_table(made)
    reasons: dict[int, list[str]] = {}
    for problem in made.report.get("problems", []):
        said = f"{problem['header']}: {problem['reason']}"
        reasons.setdefault(problem["line"], []).append(said)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe_cell(cell) for cell in (*table.headers, _("Reason"))])
    for line, row in table.numbered():
        if line in reasons:
            writer.writerow([safe_cell(cell) for cell in (*row, "; ".join(reasons[line]))])
    return out.getvalue().encode("utf-8-sig")


@task(name="entities.import_try", retries=2)
def import_try_job(*, import_id: int) -> None:
    """Try an import out, changing nothing."""
    _job(import_id, dry_run=True)


@task(name="entities.import_run", retries=5)
def import_run_job(*, import_id: int) -> None:
    """Run an import; after a kill it goes on where its change-set stopped."""
    _job(import_id, dry_run=False)


def _job(import_id: int, *, dry_run: bool) -> None:
    made = Import.objects.select_related("file", "work", "changeset", "person").get(pk=import_id)
    expected = Import.State.TRYING if dry_run else Import.State.RUNNING
    if made.state != expected or made.work is None:
        return
    actor = policy.actor_of(person_by_id(made.person_id or 0), door="import")
    with translation.override(actor.language), working(made.work.pk) as progress:
        try:
            report = import_run(
                actor=actor,
                plan=_titled(plan_of(made.plan), made),
                table=import_table(made),
                dry_run=dry_run,
                changeset=None if dry_run else made.changeset,
                progress=progress,
            )
        except DomainError as refusal:
            _end(made, Import.State.FAILED, {"error": refusal.text(_)})
            raise
        _end(made, Import.State.TRIED if dry_run else Import.State.DONE, report_as_dict(report))


def report_as_dict(report: Report) -> dict[str, Any]:
    """The report as JSON keeps it."""
    return {
        **report.counts,
        "file": report.file,
        "kind": report.kind,
        "problems": [asdict(one) for one in sorted(report.problems, key=lambda one: one.line)],
        "changeset": report.changeset.pk if report.changeset else None,
    }


def _end(made: Import, state: str, report: dict[str, Any]) -> None:
    made.state, made.report = state, report
    with transaction.atomic():
        made.save(update_fields=["state", "report"])
        if state == Import.State.DONE and made.changeset is not None:
            made.changeset.portions.all().delete()


def _start(actor: policy.Actor, made: Import, plan: ImportPlan, state: str, job: str) -> None:
    entity = entity_of(made.kind)
    with transaction.atomic():
        title = _("Import of %(plural)s") % {"plural": entity.plural}
        made.work = work_start(actor=actor, kind=KIND, title=title)
        made.state, made.plan = state, plan_as_dict(plan)
        made.save(update_fields=["work", "state", "plan", "changeset"])
        defer(job, import_id=made.pk)


def _titled(plan: ImportPlan, made: Import) -> ImportPlan:
    from dataclasses import replace

    return replace(plan, file=made.file.name)

"""The trail as a file: one row for each changed field, made by a job, under the reader's own rights, and noted in the trail."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tonglu import policy
from tonglu.audit.services import audit_note
from tonglu.directory.selectors import person_by_id
from tonglu.entities.transfer.printing import safe_cell
from tonglu.toolkit.clock import now, zone_of
from tonglu.toolkit.files import file_store
from tonglu.toolkit.jobs import defer, task, work_finish, work_start, working
from tonglu.toolkit.models import Work

from .rights import AUDIT
from .telling import Reading, Told
from .trail import TrailQuery, trail_page

MOST = 200_000
PORTION = 1000


def trail_export(*, actor: policy.Actor, query: TrailQuery) -> Work:
    """Ask for the entries that were looked for as a file; it appears among the person's works."""
    policy.require(actor, "export", AUDIT)
    work = work_start(
        actor=actor, kind="administration.trail", title=_("Export of the audit trail")
    )
    until = query.until or timezone.localdate()
    frozen = replace(query, until=until).values()
    defer("administration.trail", work_id=work.pk, person_id=actor.person_id, query=frozen)
    return work


@task(name="administration.trail", retries=2)
def trail_export_job(*, work_id: int, person_id: int, query: dict[str, str]) -> None:
    """Write the file."""
    actor = policy.actor_of(person_by_id(person_id))
    zone = zone_of(actor.timezone)
    with (
        working(work_id) as progress,
        translation.override(actor.language),
        timezone.override(zone),
    ):
        policy.require(actor, "export", AUDIT)
        out = io.StringIO()
        writer, count = csv.writer(out), 0
        writer.writerow(_headers())
        for reading in _portions(actor, TrailQuery.of(query)):
            writer.writerows(_rows(reading))
            count += len(reading.entries)
            progress(count)
        name = f"audit-{now():%Y%m%d-%H%M}.csv"
        content = io.BytesIO(out.getvalue().encode("utf-8-sig"))
        expires = now() + timedelta(days=7)
        file = file_store(actor, name, content, limit=2**31, expires_at=expires)
        audit_note(actor, verb="audit.exported", kind=AUDIT, note={"entries": count, **query})
        work_finish(work_id, result={"rows": count, "complete": count < MOST}, file=file)


def _portions(actor: policy.Actor, query: TrailQuery) -> Iterator[Reading]:
    cursor, left = "", MOST
    while left > 0:
        page = trail_page(query, cursor, min(PORTION, left))
        yield Reading(actor, page.entries)
        cursor, left = page.next, left - len(page.entries)
        if not cursor:
            return


def _headers() -> list[str]:
    return [
        *(
            _("When"),
            pgettext("of a change", "Who"),
            _("Door"),
            _("Act"),
            _("Kind of record"),
            _("Number"),
        ),
        *(_("Record"), _("Reason"), _("Field"), _("Before"), _("After"), _("Place in the chain")),
    ]


def _rows(reading: Reading) -> Iterator[list[Any]]:
    for told in reading.told():
        entry = told.entry
        moment = timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S")
        head = [moment, told.who, told.door, told.act, told.kind, entry.row_id or ""]
        for values in _values(reading, told):
            row = [*head, told.record, told.reason, *values, entry.seq or ""]
            yield [safe_cell(cell) for cell in row]


def _values(reading: Reading, told: Told) -> list[tuple[str, str, str]]:
    lines = reading.lines(told.entry)
    return [(line.label, line.old, line.new) for line in lines] or [("", "", "")]

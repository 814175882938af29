"""A list as a file: written portion by portion by a job, in the order and with the columns of the list, under its reader's permissions.

Cells that a spreadsheet would run as a formula are written with a leading apostrophe, which the import takes off again. Export is a
right of its own; how many rows a person may take out in a day is limited, and the trail says who took what.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, cast

from django.conf import settings
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.audit.services import audit_note
from tonglu.directory.selectors import person_by_id
from tonglu.entities.listing import columns_of, listing_order, listing_rows, query_of
from tonglu.entities.registry import entity_by_slug
from tonglu.entities.serial import readable
from tonglu.entities.spec import Entity
from tonglu.entities.views import views_of
from tonglu.kernel.errors import DomainError, TooMany
from tonglu.kernel.text import N_
from tonglu.toolkit.clock import now
from tonglu.toolkit.files import file_store
from tonglu.toolkit.jobs import defer, task, work_finish, work_start, working
from tonglu.toolkit.models import Work

from .printing import Printing, safe_cell

PORTION = 2000
MOST_SHEET_ROWS = 1_048_575
KIND = "entities.export"


def export_start(
    *, actor: policy.Actor, entity: Entity, query: str, format: str = "csv", columns: str = "list"
) -> Work:
    """Ask for an export; its file appears on the person's list of works when it is ready."""
    policy.require(actor, "export", entity.kind)
    _require_quota(actor)
    work = work_start(
        actor=actor, kind=KIND, title=_("Export of %(plural)s") % {"plural": entity.plural}
    )
    defer(
        "entities.export",
        work_id=work.pk,
        person_id=actor.person_id,
        slug=entity.slug,
        query=query,
        format=format,
        columns=columns,
    )
    return work


@task(name="entities.export", retries=2)
def export_job(
    *, work_id: int, person_id: int, slug: str, query: str, format: str, columns: str
) -> None:
    """Write the file of an export."""
    person = person_by_id(person_id)
    actor = policy.actor_of(person)
    entity = entity_by_slug(slug)
    with working(work_id) as progress, translation.override(actor.language):
        policy.require(actor, "export", entity.kind)
        rows = ExportRows(actor, entity, query, columns)
        name = f"{entity.slug}-{now():%Y%m%d-%H%M}.{format}"
        with TemporaryFile() as made:
            write = xlsx_write if format == "xlsx" else csv_write
            write(rows, made, progress)
            made.seek(0)
            expires = now() + timedelta(days=7)
            file = file_store(actor, name, cast(BinaryIO, made), limit=2**33, expires_at=expires)
        audit_note(
            actor, verb=f"{entity.kind}.exported", kind=entity.kind, note={"rows": rows.count}
        )
        work_finish(work_id, result={"rows": rows.count}, file=file)


class ExportRows:
    """The rows of an export, portion by portion, as printable values: those of the list that may also be taken out."""

    def __init__(self, actor: policy.Actor, entity: Entity, query: str, columns: str) -> None:
        self.actor, self.entity = actor, entity
        self.query = views_of(actor, entity).applied(query_of(QueryDict(query)))
        names = list(self.query.columns or entity.columns)
        if columns == "all":
            names = [name for name in readable(entity, actor) if name not in {"id", "version"}]
        self.fields = [column.field for column in columns_of(actor, entity, names)]
        self.headers = [safe_cell(str(field.label)) for field in self.fields]
        self.count = 0

    def portions(self) -> Iterator[list[tuple[str, ...]]]:
        """The rows in the list's order, read as bare values."""
        order = listing_order(self.actor, self.entity, self.query.sort)
        sort = f"-{order.path}" if order.descending else order.path
        listed = listing_rows(self.actor, self.entity, self.query)
        rows = policy.visible(self.actor, listed, "export").order_by(sort, "pk")
        print_ = Printing(self.actor, self.entity, self.fields)
        portion: list[tuple[Any, ...]] = []
        for row in rows.values_list(*print_.columns).iterator(chunk_size=PORTION):
            portion.append(row)
            if len(portion) == PORTION:
                self.count += PORTION
                yield print_.portion(portion)
                portion = []
        if portion:
            self.count += len(portion)
            yield print_.portion(portion)


def csv_write(
    rows: ExportRows,
    out: IO[bytes],
    progress: Callable[[int], None],
    *,
    encoding: str = "utf-8-sig",
) -> None:
    """The rows as CSV, portion by portion; by default with the mark by which spreadsheets know UTF-8."""
    text = io.TextIOWrapper(out, encoding=encoding, newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(rows.headers)
    for portion in rows.portions():
        writer.writerows(portion)
        progress(rows.count)
    text.detach()


def xlsx_write(rows: ExportRows, out: IO[bytes], progress: Callable[[int], None]) -> None:
    """The rows as a workbook; its rows wait in a temporary file, not in memory."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, rows.headers, book.add_format({"bold": True}))
    at = 1
    for portion in rows.portions():
        if at + len(portion) > MOST_SHEET_ROWS:
            raise DomainError(
                N_("A workbook holds at most %(most)s rows."),
                code="too_many",
                params={"most": MOST_SHEET_ROWS},
                next_step=N_("Export as CSV, or narrow the list first."),
            )
        at = _write_portion(sheet, portion, at)
        progress(rows.count)
    book.close()


def _write_portion(sheet: Any, portion: Iterable[Iterable[Any]], at: int) -> int:
    for row in portion:
        for column, value in enumerate(row):
            sheet.write_string(at, column, str(value))
        at += 1
    return at


def _require_quota(actor: policy.Actor) -> None:
    most = getattr(settings, "EXPORTS_PER_DAY", 50)
    since = now() - timedelta(days=1)
    asked = Work.objects.filter(person_id=actor.person_id, kind=KIND, created_at__gte=since)
    if asked.count() >= most:
        raise TooMany(
            N_(
                "You asked for %(most)s exports within a day; ask an administrator if you need more."
            ),
            retry_after=3600,
            params={"most": most},
        )

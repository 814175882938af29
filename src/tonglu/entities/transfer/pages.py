"""The pages of import and export.

Import, in three steps for whoever has a file: choose it, look over the suggested mapping, look over the trial and bring it in.
Export, in one tap from a list: the file appears among the person's works.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tonglu import policy
from tonglu.entities.changesets import changeset_undo
from tonglu.entities.fields import Field
from tonglu.entities.forms import line_key
from tonglu.entities.models import Import
from tonglu.entities.registry import entity_by_slug
from tonglu.entities.spec import Entity
from tonglu.kernel.errors import DomainError, NotFound
from tonglu.kernel.text import N_
from tonglu.toolkit.files import file_response
from tonglu.toolkit.models import Work
from tonglu.toolkit.work import work_cancel

from .converting import order_of_dates
from .exporting import export_start
from .importing import (
    SHOWN_PROBLEMS,
    import_bring,
    import_map,
    import_of,
    import_open,
    import_table,
    problems_file,
)
from .marks import COMMA, COMMA_COUNTRIES, is_marked, mark_of
from .plans import ColumnPlan, ImportPlan, plan_of
from .posted import plan_accept, plan_posted
from .reading import Table
from .run import line_fields
from .suggesting import importable_fields, values_seen
from .unknown import UnknownColumn, unknown_columns, unknown_settle

PREVIEW = 5


@dataclass(frozen=True, kw_only=True)
class MappedHeader:
    """One header of the file: the field it fills, a few of its values, the value map as text, the order of its dates and what marks its decimals."""

    number: int
    header: str
    field: str
    samples: list[str]
    values: str
    joined: bool = False
    dated: bool = False
    marked: bool = False
    format: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportPage:
    """What every step of an import shows."""

    entity: Entity
    step: int
    made: Import | None = None
    headers: tuple[MappedHeader, ...] = ()
    fields: tuple[tuple[Any, tuple[tuple[str, Any], ...]], ...] = ()
    """The fields as the lists offer them: those of the record, then those of its lines under their title."""
    plan: ImportPlan | None = None
    keys: tuple[tuple[str, Any], ...] = ()
    unknown: tuple[UnknownColumn, ...] = ()
    error: str = ""
    encoding: str = ""
    above: int = 0
    rows: int = 0

    @property
    def problems(self) -> list[dict[str, Any]]:
        """The first problems of the report."""
        found: list[dict[str, Any]] = (self.made.report if self.made else {}).get("problems", [])
        return found[:SHOWN_PROBLEMS]

    @property
    def running(self) -> bool:
        """Whether the page should look again soon."""
        return self.made is not None and self.made.state in {"trying", "running"}

    @property
    def good(self) -> int:
        """How many rows would be, or were, brought in."""
        report = self.made.report if self.made else {}
        return int(report.get("created", 0)) + int(report.get("updated", 0))


@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Step one: choose a file."""
    entity, actor = entity_by_slug(slug), request.actor  # type: ignore[attr-defined]
    policy.require(actor, "create", entity.kind)
    if request.method == "GET" or "file" not in request.FILES:
        page = ImportPage(entity=entity, step=1)
        return render(request, "entities/transfer/import.html", {"page": page})
    upload: Any = request.FILES["file"]
    try:
        made = import_open(actor=actor, entity=entity, name=upload.name or "file", stream=upload)
    except DomainError as refusal:
        page = ImportPage(entity=entity, step=1, error=refusal.text(_))
        return render(request, "entities/transfer/import.html", {"page": page}, status=422)
    return redirect("entities:import-one", slug=slug, pk=made.pk)


@require_http_methods(["GET", "POST"])
def import_one_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Step two, the mapping, and step three, the trial and the result."""
    entity, actor = entity_by_slug(slug), request.actor  # type: ignore[attr-defined]
    made = import_of(actor, entity.kind, pk)
    if request.method == "POST":
        table = import_table(made)
        fields = importable_fields(entity, actor)
        seen = values_seen(table)
        plan = plan_posted(request.POST, entity, table, seen, fields)
        try:
            plan_accept(plan, fields, seen, table.separator)
            import_map(actor=actor, made=made, plan=plan)
        except DomainError as refusal:
            page = _mapping_page(entity, actor, made, plan, refusal.text(_))
            return render(request, "entities/transfer/import.html", {"page": page}, status=422)
        return redirect("entities:import-one", slug=slug, pk=pk)
    remap = request.GET.get("step") == "2" and made.state in {"tried", "failed"}
    if made.state == Import.State.MAPPING or remap:
        page = _mapping_page(entity, actor, made, plan_of(made.plan), "")
    else:
        tried = made.state == Import.State.TRIED
        unknown = tuple(unknown_columns(actor, made)) if tried else ()
        page = ImportPage(entity=entity, step=3, made=made, unknown=unknown)
    template = "entities/transfer/import.html"
    if request.headers.get("HX-Request"):
        template += "#result"
    return render(request, template, {"page": page})


@require_POST
def import_values_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Settle what stands for values that our lists do not have, and try the file out again."""
    entity, actor = entity_by_slug(slug), request.actor  # type: ignore[attr-defined]
    made = import_of(actor, entity.kind, pk)
    unknown_settle(actor=actor, made=made, chosen=request.POST)
    return redirect("entities:import-one", slug=slug, pk=pk)


@require_POST
def import_bring_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Bring in what the trial found good."""
    entity, actor = entity_by_slug(slug), request.actor  # type: ignore[attr-defined]
    import_bring(actor=actor, made=import_of(actor, entity.kind, pk))
    return redirect("entities:import-one", slug=slug, pk=pk)


@require_POST
def import_undo_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take the whole import back."""
    entity, actor = entity_by_slug(slug), request.actor  # type: ignore[attr-defined]
    made = import_of(actor, entity.kind, pk)
    if made.changeset is None:
        raise DomainError(N_("This import has brought nothing in."), code="state")
    undone = changeset_undo(actor=actor, changeset=made.changeset)
    made.report = {**made.report, "undone": dict(undone.counts), "kept": undone.kept[:100]}
    made.save(update_fields=["report"])
    if request.headers.get("HX-Request"):
        page = reverse("entities:import-one", kwargs={"slug": slug, "pk": pk})
        return HttpResponse(status=204, headers={"HX-Redirect": page})
    return redirect("entities:import-one", slug=slug, pk=pk)


@require_GET
def import_problems_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The rows that were left out, as a file."""
    entity, actor = entity_by_slug(slug), request.actor  # type: ignore[attr-defined]
    content = problems_file(import_of(actor, entity.kind, pk))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-to-mend.csv"'
    return response


@require_http_methods(["GET", "POST"])
def export_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose format and columns, and ask for the file of the list as it stands."""
    entity, actor = entity_by_slug(slug), request.actor  # type: ignore[attr-defined]
    policy.require(actor, "export", entity.kind)
    query = request.GET.urlencode()
    if request.method == "GET":
        context = {"entity": entity, "query": query}
        return render(request, "entities/transfer/export.html", context)
    work = export_start(
        actor=actor,
        entity=entity,
        query=query,
        format="xlsx" if request.POST.get("format") == "xlsx" else "csv",
        columns="all" if request.POST.get("columns") == "all" else "list",
    )
    return redirect("entities:works-one", pk=work.pk)


@require_GET
def works_page(request: HttpRequest) -> HttpResponse:
    """Everything long that this person asked for, newest first."""
    from tonglu.toolkit.work import works_of

    actor = request.actor  # type: ignore[attr-defined]
    context = {"works": works_of(actor.person_id or 0)}
    return render(request, "entities/transfer/works.html", context)


@require_GET
def work_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress and the result of one long work."""
    work = _work(request, pk)
    template = "entities/transfer/work.html"
    if request.headers.get("HX-Request"):
        template += "#work"
    return render(request, template, {"work": work})


@require_GET
def work_file_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file a work made."""
    work = _work(request, pk)
    if work.file is None:
        raise NotFound(N_("This work has made no file, or it has been deleted."))
    response: HttpResponseBase = file_response(work.file)
    return response


@require_POST
def work_cancel_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a work to stop."""
    work_cancel(_work(request, pk).pk)
    return redirect("entities:works-one", pk=pk)


def _work(request: HttpRequest, pk: int) -> Work:
    actor = request.actor  # type: ignore[attr-defined]
    found = Work.objects.select_related("file").filter(pk=pk, person_id=actor.person_id).first()
    if found is None:
        raise NotFound(N_("There is no such work of yours."))
    return found


def _mapping_page(
    entity: Entity, actor: policy.Actor, made: Import, plan: ImportPlan, error: str
) -> ImportPage:
    table = import_table(made)
    seen = values_seen(table)
    fields = importable_fields(entity, actor)
    by_header = {header: column for column in plan.columns for header in column.headers}
    headers = tuple(
        _mapped(number, header, by_header.get(header), seen[header], table, fields)
        for number, header in enumerate(table.headers)
    )
    keys = list(dict.fromkeys(("external_id", *entity.import_key, entity.title)))
    return ImportPage(
        entity=entity,
        step=2,
        made=made,
        headers=headers,
        fields=tuple(_offered(entity, fields)),
        plan=plan,
        keys=tuple((name, fields[name].label) for name in keys if name in fields),
        error=error,
        encoding=table.encoding or table.sheet,
        above=table.above,
        rows=table.count,
    )


def _offered(
    entity: Entity, fields: Mapping[str, Field]
) -> Iterator[tuple[Any, tuple[tuple[str, Any], ...]]]:
    of_lines = line_fields(entity)
    yield "", tuple((name, one.label) for name, one in fields.items() if name not in of_lines)
    for lines in entity.lines:
        title = lines.title or lines.model._meta.verbose_name_plural
        start = f"{line_key(lines)}."
        yield title, tuple((n, one.label) for n, one in of_lines.items() if n.startswith(start))


def _mapped(
    number: int,
    header: str,
    column: ColumnPlan | None,
    values: list[str],
    table: Table,
    fields: Mapping[str, Field],
) -> MappedHeader:
    marked = is_marked(fields.get(column.field)) if column else False
    is_asked = table.separator == COMMA_COUNTRIES or mark_of(values) in (None, COMMA)
    return MappedHeader(
        number=number,
        header=header,
        field=column.field if column else "",
        samples=values[:PREVIEW],
        values=_values_text(column if column and column.header == header else None),
        joined=bool(column and column.joined),
        dated=order_of_dates(values) != "",
        marked=marked and is_asked,
        format=column.format if column else order_of_dates(values) or "",
    )


def _values_text(column: ColumnPlan | None) -> str:
    return "\n".join(f"{old} = {new}" for old, new in (column.values if column else {}).items())

"""The page of one record: stage bar, acts, fields edited in place, lines, panels, and the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tonglu import policy
from tonglu.directory.memory import remember
from tonglu.entities import selectors
from tonglu.entities.fields import Field, Type, field_of, fields_of, in_language
from tonglu.entities.filters import may_read
from tonglu.entities.listing import query_of
from tonglu.entities.merging import ACT as MERGE
from tonglu.entities.panels import Panel, RelatedRows, panel_named, panels_of
from tonglu.entities.related import Names, names_of, wanted_by
from tonglu.entities.spec import Entity, Text
from tonglu.entities.timeline import timeline, timeline_groups
from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_

from .cells import Shown, shown
from .changes import told
from .editable import editable_names
from .factgroups import FactGroup, fact_groups
from .lineforms import ReadLines, ShownLines, lines_read, lines_shown, lines_wanted
from .shell import actor, entity_page, show
from .titles import lead_of, title_of
from .verbs import Button, buttons_of

TEMPLATE = "entities/detail.html"
PANEL = "entities/panel.html"
_COMMON = ("owner", "department", "created_at", "created_by", "updated_at", "external_id")


@dataclass(frozen=True, kw_only=True)
class RelatedLine:
    """A row of a related panel; its first cell carries the link."""

    title: str
    url: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of the stage bar."""

    value: str
    label: Text
    state: str
    url: str


@dataclass(frozen=True, kw_only=True)
class DetailPage:
    """Everything the record page shows."""

    entity: Entity
    row: Any
    title: str
    subtitle: Any
    glance: tuple[Shown, ...]
    groups: tuple[FactGroup, ...]
    lines: tuple[ShownLines, ...]
    more_lines: bool
    stages: tuple[Stage, ...]
    guidance: tuple[Text, ...]
    warnings: tuple[Text, ...]
    buttons: tuple[Button, ...]
    panels: tuple[Panel, ...]
    may_update: bool
    may_delete: bool
    trashed: bool
    walk: str

    @property
    def url(self) -> str:
        """The address of the page itself."""
        return self.entity.url("detail", self.row.pk)

    @cached_property
    def primary(self) -> tuple[Button, ...]:
        """The acts that stand as buttons: the primary ones whose turn it is; where none is declared, the first two harmless ones.

        One that asks for something stands there with what it asks for. What is done, or comes later, is in the menu with its
        reason; when all of them are, as on a closed deal, the first harmless act that is left stands there. Only the first
        primary one is filled. Merging is rare and its name long: it waits in the menu.
        """
        harmless = tuple(
            b
            for b in self.buttons
            if b.enabled and b.verb.tone != "danger" and b.verb.name != MERGE
            if not self._settled(b)
        )
        if not any(verb.primary for verb in self.entity.verbs):
            return harmless[:2]
        turns = (b for b in self.buttons if b.verb.primary and (b.enabled or b.missing))
        now = tuple(b for b in turns if not self._settled(b))
        if not now:
            return tuple(replace(b, plain=True) for b in harmless[:1])
        first = next((b for b in now if b.enabled), None)
        return tuple(b if b is first else replace(b, plain=True) for b in now)

    def _settled(self, button: Button) -> bool:
        return button.verb.settled is not None and button.verb.settled(self.row)

    @cached_property
    def instead(self) -> Button | None:
        """The act that takes the place of Edit on a record whose content is fixed; Edit itself waits in the menu."""
        fixed = self.entity.fixed
        if fixed is None or not fixed.when(self.row):
            return None
        found = (b for b in self.buttons if b.enabled and b.verb.name == fixed.verb)
        return next((replace(b, plain=True) for b in found), None)

    @property
    def acts(self) -> tuple[Button, ...]:
        """The buttons at the head of the page."""
        names = {button.verb.name for button in self.primary}
        more = self.instead
        return (*self.primary, more) if more and more.verb.name not in names else self.primary

    @property
    def other(self) -> tuple[Button, ...]:
        """The acts that stand in the menu."""
        shown = {button.verb.name for button in self.acts}
        return tuple(b for b in self.buttons if b.verb.name not in shown)

    @property
    def open_groups(self) -> tuple[FactGroup, ...]:
        """The groups that stand open, at the top."""
        return tuple(group for group in self.groups if not group.folded)

    @property
    def folded_groups(self) -> tuple[FactGroup, ...]:
        """The groups that are folded, below the panels."""
        return tuple(group for group in self.groups if group.folded)

    @property
    def main_panels(self) -> tuple[Panel, ...]:
        """The panels of the wide column, below the fields."""
        return tuple(panel for panel in self.panels if not panel.side and not panel.first)

    @property
    def first_panels(self) -> tuple[Panel, ...]:
        """The panels above the fields."""
        return tuple(panel for panel in self.panels if panel.first)

    @property
    def side_panels(self) -> tuple[Panel, ...]:
        """The panels of the narrow column."""
        return tuple(panel for panel in self.panels if panel.side)

    @property
    def why_url(self) -> str:
        """Who can see this record, and why."""
        return f"/why/{self.entity.kind}/{self.row.pk}/"


@require_GET
@entity_page
def detail_page(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """The record; one in the trash is shown, with a way back, to those who may restore it."""
    who = actor(request)
    row, trashed = _row(who, entity, pk)
    walk = query_of(request.GET).encode() if request.GET else ""
    page = detail_view(who, entity, row, trashed=trashed, walk=walk)
    first = [(panel, _panel_html(request, who, page, panel)) for panel in page.first_panels]
    context = {"page": page, "entity": entity, "first_panels": first}
    return show(request, TEMPLATE, context, part="record")


@require_GET
@entity_page
def panel_page(request: HttpRequest, entity: Entity, pk: int, name: str) -> HttpResponse:
    """One panel of a record."""
    who = actor(request)
    row = selectors.row(who, entity.kind, pk)
    panel = panel_named(who, entity.kind, row, name)
    if panel is None:
        raise NotFound(N_("There is no such panel."))
    return show(request, PANEL, _panel_context(who, entity, row, panel), part="panel")


def _panel_html(request: HttpRequest, who: policy.Actor, page: DetailPage, panel: Panel) -> str:
    """A panel above the fields is drawn with the page: coming later it would push away what is being read."""
    context = _panel_context(who, page.entity, page.row, panel)
    return render_to_string(f"{PANEL}#panel", context, request=request)


def _panel_context(who: policy.Actor, entity: Entity, row: Any, panel: Panel) -> dict[str, Any]:
    context = {"panel": panel, "entity": entity, "row": row, **panel.render(who, row)}
    if isinstance(related := context.get("related"), RelatedRows):
        context["lines"] = related_lines(related)
    return context


@require_GET
@entity_page
def timeline_page(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """The timeline of a record, narrowed to a group or continued from a cursor."""
    who = actor(request)
    row, _trashed = _row(who, entity, pk)
    group, cursor = request.GET.get("group", ""), request.GET.get("before", "")
    found = timeline(who, entity, row, group=group, cursor=cursor)
    context = {
        "entity": entity,
        "row": row,
        "title": title_of(row, entity),
        "timeline": found,
        "entries": [(item, told(item.changes, found.names)) for item in found.items],
        "groups": timeline_groups(),
        "group": group,
    }
    return show(
        request, "entities/timeline.html", context, part="entries" if cursor else "timeline"
    )


@require_GET
@entity_page
def lines_page(request: HttpRequest, entity: Entity, pk: int) -> HttpResponse:
    """The tables of lines after the first one, which the record page holds itself."""
    who = actor(request)
    row = selectors.row(who, entity.kind, pk)
    read = lines_read(row, entity.lines[1:])
    tables = lines_shown(read, names_of(who, lines_wanted(read)))
    context = {
        "entity": entity,
        "row": row,
        "title": title_of(row, entity),
        "tables": [table for table in tables if table.rows],
        "empty": [table.title for table in tables if not table.rows],
        "may_update": entity.editable and policy.may(who, "update", entity.kind, row),
    }
    return show(request, "entities/lines.html", context, part="lines")


def related_lines(related: RelatedRows) -> list[RelatedLine]:
    """The rows of a related panel, drawn."""
    lines = []
    for one in related.rows:
        cells = tuple(shown(one, field, related.names) for field in related.fields)
        url, title = related.entity.url("detail", one.pk), lead_of(one, related.entity, cells[0])
        lines.append(RelatedLine(title=title, url=url, cells=cells))
    return lines


def detail_view(
    who: policy.Actor, entity: Entity, row: Any, *, trashed: bool = False, walk: str = ""
) -> DetailPage:
    """The view model of the record page."""
    sections = _sections(who, entity)
    glance = _glance(who, entity)
    fields = [*glance, *(field for _title, found, _folded in sections for field in found)]
    subtitle = _subtitle(who, entity)
    lines = lines_read(row, entity.lines[:1])
    names = _names(who, row, [*fields, *([subtitle] if subtitle else [])], lines)
    may_update = (
        entity.editable and not trashed and bool(policy.may(who, "update", entity.kind, row))
    )
    editable = editable_names(who, entity, fields) if may_update else frozenset()
    buttons = () if trashed else buttons_of(who, entity, row)
    return DetailPage(
        entity=entity,
        row=row,
        title=title_of(row, entity),
        subtitle=_subtitle_html(row, subtitle, names),
        glance=tuple(one for f in glance if not (one := shown(row, f, names)).empty),
        groups=fact_groups(entity, row, editable, sections, names),
        lines=lines_shown(lines, names),
        more_lines=len(entity.lines) > 1,
        stages=_stages(who, entity, row),
        guidance=_guidance(who, entity, row, buttons),
        warnings=tuple(bar.warnings(who, row))
        if (bar := entity.stage_bar) and bar.warnings
        else (),
        buttons=buttons,
        panels=() if trashed else panels_of(who, entity.kind, row),
        may_update=may_update,
        may_delete=not trashed and bool(policy.may(who, "delete", entity.kind, row)),
        trashed=trashed,
        walk=walk,
    )


def _names(
    who: policy.Actor, row: Any, fields: Sequence[Field], lines: Sequence[ReadLines]
) -> Names:
    """The names of everything the page points at; one query."""
    many = [field.name for field in fields if field.type is Type.MANY]
    prefetch_related_objects([row], *many)
    wanted = wanted_by([row], fields)
    for kind, ids in lines_wanted(lines).items():
        wanted.setdefault(kind, set()).update(ids)
    return names_of(who, wanted)


def _row(who: policy.Actor, entity: Entity, pk: int) -> tuple[Any, bool]:
    """The record and whether it is in the trash; the stage is read along with it, for everything asks for it."""
    links = [entity.board.column] if entity.board and _is_link(entity, entity.board.column) else []
    found = selectors.rows(who, entity.kind).filter(pk=pk)
    row = (found.select_related(*links) if links else found).first()
    if row is not None:
        return remember(("row", entity.kind, pk), lambda: row), False
    trashed = selectors.trashed(who, entity.kind).filter(pk=pk).first()
    if trashed is None:
        raise NotFound(N_("There is no such record."))
    return trashed, True


def _is_link(entity: Entity, name: str) -> bool:
    return bool(entity.model._meta.get_field(name).is_relation)


def _sections(who: policy.Actor, entity: Entity) -> list[tuple[Text, list[Field], bool]]:
    """The form's sections, then the custom fields, then what the form does not hold."""
    known = fields_of(entity)
    declared = [
        (s.title, [known[n] for n in s.fields if n in known], s.folded) for s in entity.form
    ]
    used = {*entity.form_fields, *(field.name for field in _glance(who, entity))}
    custom = [f for f in known.values() if f.is_custom and f.name not in used]
    rest = [
        found
        for name in _record_names(entity)
        if name not in used and (found := known.get(name)) and found.type is not Type.MANY
    ]
    groups = [*declared, (_("Additional fields"), custom, False), (_("Record"), rest, True)]
    readable = [
        (t, [f for f in found if may_read(who, entity, f.name)], folded)
        for t, found, folded in groups
    ]
    return [group for group in readable if group[1]]


def _glance(who: policy.Actor, entity: Entity) -> list[Field]:
    """What a list shows of a record that its form does not hold: how it stands and what it comes to, first on its page."""
    known, bar = fields_of(entity), ["state"] if entity.stage_bar else []
    said = {entity.title, entity.subtitle, *entity.form_fields, *bar, *_COMMON}
    return [
        known[name]
        for name in entity.columns
        if name not in said and name in known and may_read(who, entity, name)
    ]


def _record_names(entity: Entity) -> tuple[str, ...]:
    named = [*entity.readonly, *(c for c in entity.columns if "." not in c)]
    return tuple(dict.fromkeys([*named, *_COMMON]))


def _subtitle(who: policy.Actor, entity: Entity) -> Field | None:
    if not entity.subtitle or not may_read(who, entity, entity.subtitle):
        return None
    return field_of(entity, entity.subtitle)


def _subtitle_html(row: Any, field: Field | None, names: Names) -> Any:
    if field is None:
        return ""
    if chinese := getattr(row, f"{field.name}_zh", ""):
        return in_language(str(getattr(row, field.name)), chinese)
    one = shown(row, field, names)
    return "" if one.empty else one.html


def _stages(who: policy.Actor, entity: Entity, row: Any) -> tuple[Stage, ...]:
    bar = entity.stage_bar
    if bar is None:
        return ()
    move = entity.url("verb", row.pk, verb=bar.move) if bar.move else ""
    return tuple(
        Stage(
            value=str(value),
            label=label,
            state=state,
            url=f"{move}?to={value}" if move and state in ("done", "ahead") else "",
        )
        for value, label, state in bar.stages(who, row)
    )


def _guidance(
    who: policy.Actor, entity: Entity, row: Any, buttons: Sequence[Button]
) -> tuple[Text, ...]:
    """What to do in this stage, without what stands beside a button already."""
    bar = entity.stage_bar
    asked = {str(text) for button in buttons if button.verb.primary for text in button.missing}
    told = bar.guidance(who, row) if bar is not None and bar.guidance else ()
    return tuple(text for text in told if str(text) not in asked)

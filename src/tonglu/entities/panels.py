"""Panels: what other modules put on a record's page, such as the orders of an account.

A panel is registered by the module that owns its content (`orders/panels.py`), so that the page needs no import of it. Panels are
fetched after the page, one request each, but for the first: a page costs the same with two panels as with twenty, and a slow one holds up nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tonglu import policy

from . import selectors
from .fields import Field, Type, fields_of
from .listing import columns_of
from .registry import entity_declared, entity_of
from .related import Names, names_of, wanted_by

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .spec import Entity, Text

RELATED = "entities/panels/related.html"
MOST = 6

Render = Callable[["Actor", Any], Mapping[str, Any]]


def _always(_actor: Actor, _row: Any) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A card on the page of a kind: `render(actor, row)` gives the context of `template`.

    `side` panels stand in the narrow column, `first` ones above the fields, drawn with the page. `allowed(actor, row)` says who gets the panel at all.
    A panel with a `form_template` stands in the record's form too, where it answers to every change with an unsaved row.
    """

    on: str
    name: str
    title: Text
    render: Render
    template: str
    order: int = 100
    icon: str = ""
    side: bool = False
    first: bool = False
    allowed: Callable[[Actor, Any], bool] = _always
    form_template: str = ""


@dataclass(frozen=True, kw_only=True)
class RelatedRows:
    """The rows of another kind that point at a record, with links to all of them and to making one."""

    entity: Entity
    fields: tuple[Field, ...]
    rows: list[Any]
    names: Names
    count: int
    list_url: str
    new_url: str


EVERYWHERE = "*"
"""The kind to register a panel on that may stand on every record's page."""

_panels: dict[str, dict[str, Panel]] = {}


def register_panel(panel: Panel) -> None:
    """Put a panel on the page of a kind; its name is unique there."""
    on_kind = _panels.setdefault(panel.on, {})
    if panel.name in on_kind:
        raise ValueError(f"{panel.on} has two panels named {panel.name}")
    on_kind[panel.name] = panel


def panels_of(actor: Actor, kind: str, row: Any) -> tuple[Panel, ...]:
    """The panels this person gets on this record, in order."""
    found = (panel for panel in _on(kind).values() if panel.allowed(actor, row))
    return tuple(sorted(found, key=lambda panel: (panel.order, panel.name)))


def panel_named(actor: Actor, kind: str, row: Any, name: str) -> Panel | None:
    """One panel by name, if this person gets it."""
    panel = _on(kind).get(name)
    return panel if panel is not None and panel.allowed(actor, row) else None


def form_panels_of(kind: str) -> tuple[Panel, ...]:
    """The panels that stand in the form of a kind, whoever fills it in."""
    found = (panel for panel in _on(kind).values() if panel.form_template)
    return tuple(sorted(found, key=lambda panel: (panel.order, panel.name)))


def form_panel_named(actor: Actor, kind: str, draft: Any, name: str) -> Panel | None:
    """One panel of the form by name, if this person gets it for what is typed."""
    panel = _on(kind).get(name)
    if panel is None or not panel.form_template or not panel.allowed(actor, draft):
        return None
    return panel


def _on(kind: str) -> dict[str, Panel]:
    return {**_panels.get(EVERYWHERE, {}), **_panels.get(kind, {})}


def related_panel(
    *,
    on: str,
    kind: str,
    field: str,
    title: Text,
    columns: tuple[str, ...] = (),
    icon: str = "",
    order: int = 100,
) -> Panel:
    """A panel that lists the rows of `kind` whose foreign key `field` points at the record."""

    def render(actor: Actor, row: Any) -> Mapping[str, Any]:
        return {"related": related_rows(actor, kind, field, row, columns)}

    def allowed(actor: Actor, _row: Any) -> bool:
        return entity_declared(kind) and bool(policy.may(actor, "read", kind))

    return Panel(
        on=on,
        name=f"{kind}.{field}".replace(".", "-"),
        title=title,
        render=render,
        template=RELATED,
        order=order,
        icon=icon,
        allowed=allowed,
    )


@dataclass(frozen=True, kw_only=True)
class Related:
    """How the rows of one kind are listed, on whichever record's page they hang."""

    kind: str
    title: Text
    columns: tuple[str, ...]
    icon: str

    def on(self, page: str, field: str, order: int) -> Panel:
        """The list on the page of records of kind `page`, at which the rows' foreign key `field` points."""
        return related_panel(
            on=page,
            kind=self.kind,
            field=field,
            title=self.title,
            columns=self.columns,
            icon=self.icon,
            order=order,
        )


def _order(entity: Entity) -> tuple[str, ...]:
    """What is kept in an order of its own is shown in it, as the stages of a pipeline; the newest come first otherwise."""
    return ("position", "pk") if entity.sort == "position" else ("-pk",)


def _titles(entity: Entity) -> tuple[str, ...]:
    """What names a row where that is another record, read with it rather than row by row."""
    named = fields_of(entity).get(entity.title)
    return (entity.title,) if named is not None and named.type is Type.FK else ()


def related_rows(
    actor: Actor, kind: str, field: str, row: Any, columns: tuple[str, ...] = ()
) -> RelatedRows:
    """The visible rows of `kind` that point at `row`; three queries."""
    entity = entity_of(kind)
    found = selectors.rows(actor, kind).filter(**{field: row})
    found = found.select_related(*_titles(entity))
    fields = tuple(
        c.field for c in columns_of(actor, entity, columns or entity.columns[:4]) if c.name != field
    )
    shown = list(found.order_by(*_order(entity))[:MOST])
    filled = urlencode({field: row.pk, "next": entity_of(row).url("detail", row.pk)})
    may_create = entity.creatable and policy.may(actor, "create", kind)
    return RelatedRows(
        entity=entity,
        fields=fields,
        rows=shown,
        names=names_of(actor, wanted_by(shown, fields)),
        count=found.count() if len(shown) == MOST else len(shown),
        list_url=f"{entity.url()}?view=all&f.{field}={row.pk}",
        new_url=f"{entity.url('new')}?{filled}" if may_create else "",
    )

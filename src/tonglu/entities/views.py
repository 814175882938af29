"""The lists a person can choose from: all records, the views a module ships, and those that people saved.

A view is named by a key: `all`, the name of a shipped view, or `s` and the id of a saved one. Each person has a default view,
pins some views as tabs, and chooses columns and widths; nobody's choice changes another person's list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.kernel.errors import Denied, Invalid, NotFound
from tonglu.kernel.text import N_

from .filters import condition_filter, condition_read
from .listing import Query, columns_of, condition_whole, listing_order
from .models import ListPreference, SavedView
from .pins import pins_changed

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .spec import Entity, Text

ALL = "all"
NARROWEST, WIDEST = 60, 800


@dataclass(frozen=True, kw_only=True)
class ListView:
    """One view that can be chosen; `editable` says whether this person may change it."""

    key: str
    title: Text
    condition: Mapping[str, Any] = field(default_factory=dict, hash=False)
    text: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    shared: bool = False
    saved: bool = False
    editable: bool = False
    pinned: bool = False
    default: bool = False

    @property
    def pk(self) -> int:
        """The id of a saved view."""
        return int(self.key[1:])


@dataclass(frozen=True, kw_only=True)
class Views:
    """All views of one kind for one person, with this person's widths and columns."""

    views: tuple[ListView, ...]
    widths: Mapping[str, int]
    columns: Mapping[str, tuple[str, ...]]

    def chosen(self, key: str) -> ListView:
        """The view of that key; without one, the person's default; NotFound for a key that does not exist."""
        if not key:
            return next((view for view in self.views if view.default), self.views[0])
        found = next((view for view in self.views if view.key == key), None)
        if found is None:
            raise NotFound(N_("This view does not exist or is not shared with you."))
        return found

    @property
    def tabs(self) -> tuple[ListView, ...]:
        """The views shown as tabs."""
        return tuple(view for view in self.views if view.pinned or view.key == ALL)

    def asked(self, query: Query) -> Query:
        """The query as short as it can be told: with its view, without what that view says anyway."""
        view = self.chosen(query.view)
        return replace(
            query,
            view=view.key,
            text="" if query.text == view.text else query.text,
            condition=None if query.condition == dict(view.condition) else query.condition,
            sort="" if query.sort == view.sort else query.sort,
        )

    def applied(self, query: Query) -> Query:
        """The query with what the chosen view and the person's columns say where the address is silent."""
        view = self.chosen(query.view)
        condition = query.condition
        return replace(
            query,
            view=view.key,
            text=query.text or view.text,
            condition=dict(view.condition) if condition is None else condition,
            sort=query.sort or view.sort,
            columns=query.columns or self.columns.get(view.key, ()) or view.columns,
        )


def views_of(actor: Actor, entity: Entity) -> Views:
    """The views this person can choose from; two queries."""
    preference = _preference(actor, entity)
    saved = SavedView.objects.filter(kind=entity.kind).filter(
        Q(shared=True) | Q(owner=actor.person_id)
    )
    shipped = policy.kept_for(actor, ("views", entity), lambda: _shipped(actor, entity))
    own = (_saved(actor, row) for row in saved)
    usable = [_all(entity), *shipped, *(view for view in own if _may_ask(actor, entity, view))]
    return Views(
        views=tuple(_marked(view, entity, preference) for view in usable),
        widths=preference.widths,
        columns={key: tuple(names) for key, names in preference.columns.items()},
    )


def view_create(
    *, actor: Actor, entity: Entity, title: str, query: Query, shared: bool = False
) -> SavedView:
    """Save a query as a view of this person."""
    view = SavedView(kind=entity.kind, owner_id=_person(actor))
    return _store(actor, entity, view, title=title, query=query, shared=shared)


def view_update(
    *, actor: Actor, entity: Entity, pk: int, title: str, query: Query, shared: bool
) -> SavedView:
    """Replace what a saved view says."""
    with transaction.atomic():
        view = _own(actor, entity, pk)
        pins_changed()
        return _store(actor, entity, view, title=title, query=query, shared=shared)


def view_delete(*, actor: Actor, entity: Entity, pk: int) -> None:
    """Delete a saved view; who had it as default falls back to all records."""
    with transaction.atomic():
        _own(actor, entity, pk).delete()
        pins_changed()


def view_make_default(*, actor: Actor, entity: Entity, key: str) -> None:
    """Open this kind with that view from now on."""
    views_of(actor, entity).chosen(key)
    _prefer(actor, entity, default_view=key)


def view_pin(*, actor: Actor, entity: Entity, key: str, pinned: bool) -> None:
    """Show a view as a tab, or no longer."""
    views_of(actor, entity).chosen(key)
    with transaction.atomic():
        row = _locked(actor, entity)
        row.pinned = [k for k in row.pinned if k != key] + ([key] if pinned else [])
        row.unpinned = [k for k in row.unpinned if k != key] + ([] if pinned else [key])
        row.save()
        pins_changed()


def columns_choose(*, actor: Actor, entity: Entity, key: str, columns: Sequence[str]) -> None:
    """Remember which columns this person wants in a view, in order; none brings back the view's own."""
    known = [column.name for column in columns_of(actor, entity, columns)]
    with transaction.atomic():
        row = _locked(actor, entity)
        row.columns = {k: v for k, v in row.columns.items() if k != key}
        if known:
            row.columns[key] = known
        row.save()


def widths_choose(*, actor: Actor, entity: Entity, widths: Mapping[str, int]) -> None:
    """Remember the widths of columns in pixels, within reason."""
    within = {name: min(max(width, NARROWEST), WIDEST) for name, width in widths.items()}
    known = {column.name for column in columns_of(actor, entity, within)}
    with transaction.atomic():
        row = _locked(actor, entity)
        row.widths = {**row.widths, **{n: w for n, w in within.items() if n in known}}
        row.save()


def _all(entity: Entity) -> ListView:
    return ListView(key=ALL, title=_("All"), sort=entity.sort, columns=entity.columns)


def _shipped(actor: Actor, entity: Entity) -> tuple[ListView, ...]:
    """What the module ships and the actor may ask."""
    views = (
        ListView(
            key=view.name,
            title=view.title,
            condition=view.condition,
            sort=view.sort or entity.sort,
            columns=view.columns or entity.columns,
            pinned=view.pinned,
        )
        for view in entity.views
    )
    return tuple(view for view in views if _may_ask(actor, entity, view))


def _saved(actor: Actor, row: SavedView) -> ListView:
    return ListView(
        key=f"s{row.pk}",
        title=row.title,
        condition=row.condition,
        text=row.text,
        sort=row.sort,
        columns=tuple(row.columns),
        shared=row.shared,
        saved=True,
        editable=_may_edit(actor, row),
    )


def _may_ask(actor: Actor, entity: Entity, view: ListView) -> bool:
    """Whether the view asks only for fields this person may read; another's shared view may not."""
    try:
        condition_read(actor, entity, view.condition)
    except Invalid:
        return False
    return True


def _marked(view: ListView, entity: Entity, preference: ListPreference) -> ListView:
    pinned = view.key in preference.pinned or (view.pinned and view.key not in preference.unpinned)
    return replace(
        view,
        pinned=pinned,
        default=view.key == (preference.default_view or _opening(entity)),
        columns=view.columns or entity.columns,
        sort=view.sort or entity.sort,
    )


def _opening(entity: Entity) -> str:
    return next((view.name for view in entity.views if view.opens), ALL)


def _may_edit(actor: Actor, row: SavedView) -> bool:
    return row.owner_id == actor.person_id or "administrator" in actor.roles


def _own(actor: Actor, entity: Entity, pk: int) -> SavedView:
    readable = Q(shared=True) | Q(owner=actor.person_id)
    row = SavedView.objects.select_for_update().filter(readable, kind=entity.kind, pk=pk).first()
    if row is None:
        raise NotFound(N_("This view does not exist or is not shared with you."))
    if not _may_edit(actor, row):
        raise Denied(
            N_("Only its owner may change this view."),
            next_step=N_("Save your own copy of it."),
        )
    return row


def _store(
    actor: Actor, entity: Entity, view: SavedView, *, title: str, query: Query, shared: bool
) -> SavedView:
    """Save after asking whether the actor may ask such a question at all."""
    view.title = title.strip()
    view.shared = shared
    view.condition = condition_whole(entity, query)
    view.text = query.text
    view.sort = query.sort
    view.columns = [column.name for column in columns_of(actor, entity, query.columns)]
    _check(actor, entity, view)
    view.save()
    return view


def _check(actor: Actor, entity: Entity, view: SavedView) -> None:
    if not view.title:
        raise Invalid({"title": [N_("Give the view a title.")]})
    twin = SavedView.objects.filter(kind=view.kind, owner_id=view.owner_id, title=view.title)
    if twin.exclude(pk=view.pk).exists():
        raise Invalid({"title": [N_("You already have a view of that title.")]})
    if view.condition:
        condition_filter(actor, entity, view.condition)
    listing_order(actor, entity, view.sort)


def _preference(actor: Actor, entity: Entity) -> ListPreference:
    found = ListPreference.objects.filter(person=actor.person_id, kind=entity.kind).first()
    return found or ListPreference(kind=entity.kind)


def _prefer(actor: Actor, entity: Entity, **values: Any) -> None:
    ListPreference.objects.update_or_create(
        person_id=_person(actor), kind=entity.kind, defaults=values
    )


def _locked(actor: Actor, entity: Entity) -> ListPreference:
    rows = ListPreference.objects.select_for_update()
    return rows.get_or_create(person_id=_person(actor), kind=entity.kind)[0]


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise Denied(N_("Only a person can keep views."))
    return actor.person_id

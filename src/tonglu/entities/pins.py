"""The views a person pinned, as the left navigation shows them; kept by epoch, so that a page pays nothing for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tonglu.directory.epochs import cached, epoch, epoch_bump

from .models import ListPreference, SavedView
from .registry import entity_declared, entity_of

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .spec import Entity, Text

EPOCH = "pinned_views"
Pin = tuple[str, str, str]
"""The kind, the key of the view, and the title of a saved one."""


@dataclass(frozen=True, kw_only=True)
class PinnedView:
    """One view in the navigation."""

    entity: Entity
    title: Text
    url: str


def pinned_views(actor: Actor) -> list[PinnedView]:
    """The views this person pinned by hand, by kind; nothing is asked while nobody ever pinned one."""
    if actor.person_id is None or not epoch(EPOCH):
        return []
    person_id = actor.person_id
    pins = cached(EPOCH, lambda: _load(person_id), str(person_id))
    return [view for pin in pins if (view := _view(*pin)) is not None]


def pins_changed() -> None:
    """Say that somebody pinned, renamed or removed a view."""
    epoch_bump(EPOCH)


def _load(person_id: int) -> list[Pin]:
    chosen = [
        (row.kind, key)
        for row in ListPreference.objects.filter(person_id=person_id).order_by("kind")
        for key in row.pinned
    ]
    ids = [int(key[1:]) for _kind, key in chosen if _is_saved(key)]
    titles = dict(SavedView.objects.filter(pk__in=ids).values_list("pk", "title")) if ids else {}
    return [
        (kind, key, titles.get(int(key[1:]), "") if _is_saved(key) else "") for kind, key in chosen
    ]


def _view(kind: str, key: str, title: str) -> PinnedView | None:
    if not entity_declared(kind):
        return None
    entity = entity_of(kind)
    shipped = {view.name: view.title for view in entity.views}
    name = title or shipped.get(key)
    url = f"{entity.url()}?{urlencode({'view': key})}"
    return PinnedView(entity=entity, title=name, url=url) if name else None


def _is_saved(key: str) -> bool:
    return key[:1] == "s" and key[1:].isdecimal()

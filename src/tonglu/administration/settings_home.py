"""Everything that can be set, in one place and by subject, as far as its reader may open it.

A page or a kind of record that stands in the area "administration" and is named in no group still appears, under "More": nothing
can be reached by its address alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tonglu import policy
from tonglu.entities.registry import all_entities
from tonglu.toolkit.ui import navigation

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tonglu.policy import Actor

AREA = "administration"
HERE = "administration:home"
IMPORTED = ("accounts", "contacts", "leads", "opportunities", "products", "people")


@dataclass(frozen=True, kw_only=True)
class Link:
    """One thing to set or to look at."""

    title: str
    url: str
    icon: str


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A group of links, in the order their names stand in."""

    title: _StrPromise
    text: _StrPromise
    names: tuple[str, ...]


SUBJECTS = (
    Subject(
        title=gettext_lazy("People and rights"),
        text=gettext_lazy("Who works here, in which roles, and what each role may see and do."),
        names=(
            *("people", "departments", "roles", "role-assignments", "deputies", "territories"),
            *("policy:matrix", "tokens:all", "administration:networks"),
        ),
    ),
    Subject(
        title=gettext_lazy("Processes"),
        text=gettext_lazy("Stages and their owners, approvals, limits, and who gets which lead."),
        names=(
            *("pipelines", "stages", "win-loss-reasons", "discount-limits", "approvals"),
            *("assignment-rules", "score-rules", "pay-plans", "calendars", "holidays"),
        ),
    ),
    Subject(
        title=gettext_lazy("Fields and lists"),
        text=gettext_lazy("Fields of your own, and the values that others choose from."),
        names=(
            *("custom-fields", "industries", "sources", "product-categories", "price-lists"),
            *("currencies", "exchange-rates"),
        ),
    ),
    Subject(
        title=gettext_lazy("What happens here"),
        text=gettext_lazy("Who did what, what runs in the background, and how the machine fares."),
        names=(
            "administration:audit",
            "administration:work",
            "administration:backups",
            "administration:pulse",
        ),
    ),
)
MORE = gettext_lazy("More")


@dataclass(frozen=True, kw_only=True)
class Group:
    """A subject as this reader sees it."""

    title: Any
    text: Any
    links: list[Link]


def settings_home(actor: Actor) -> list[Group]:
    """The groups that have something in them for this actor."""
    links = {**_pages(actor), **_lists(actor)}
    placed = {name for subject in SUBJECTS for name in subject.names}
    groups = [Group(title=s.title, text=s.text, links=_in_order(links, s.names)) for s in SUBJECTS]
    groups.append(
        Group(title=_("Files in and out"), text=_("Bring records in."), links=list(_files(actor)))
    )
    rest = [name for name in _own_names() if name not in placed]
    groups.append(Group(title=MORE, text="", links=_in_order(links, rest)))
    return [group for group in groups if group.links]


def _in_order(links: dict[str, Link], names: Iterable[str]) -> list[Link]:
    return [links[name] for name in names if name in links]


def _own_names() -> list[str]:
    """What stands in the administration's corner of the navigation."""
    pages = [page.url_name for page in navigation.registered() if page.area == AREA]
    return [name for name in pages if name != HERE] + [
        entity.slug for entity in all_entities() if entity.area == AREA and entity.menu
    ]


def _pages(actor: Actor) -> dict[str, Link]:
    return {
        page.url_name: Link(title=str(page.title), url=reverse(page.url_name), icon=page.icon)
        for page in navigation.registered()
        if page.area == AREA and page.allowed(actor)
    }


def _lists(actor: Actor) -> dict[str, Link]:
    return {
        entity.slug: Link(title=str(entity.plural), url=entity.url(), icon=entity.icon)
        for entity in all_entities()
        if policy.may(actor, "read", entity.kind)
    }


def _files(actor: Actor) -> Iterator[Link]:
    for entity in all_entities():
        if entity.slug in IMPORTED and policy.may(actor, "create", entity.kind):
            title = _("Import %(plural)s") % {"plural": entity.plural}
            yield Link(
                title=title, url=reverse("entities:import", args=[entity.slug]), icon="file-import"
            )
    yield Link(title=_("My exports and imports"), url=reverse("entities:works"), icon="files")

"""The frame around every page: navigation, person, preferences, and the words that scripts say.

`shell` is the view model of `web/base.html`; a context processor offers it to every page, and it is only put together when
a template asks for it, so that fragments do not pay for it. Modules enter their pages in `toolkit.ui.navigation`; lists of
records come from the entity registry, as far as the person may read that kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info

from tonglu import policy
from tonglu.entities.pins import pinned_views
from tonglu.entities.registry import all_entities
from tonglu.entities.spec import Entity
from tonglu.toolkit.templatetags.ui import initials
from tonglu.toolkit.ui import navigation
from tonglu.toolkit.ui.navigation import AREAS, AreaSpec, Page

from .words import words

SALES = "sales"
SELLERS = frozenset({"salesperson", "team_leader", "sales_director", "managing_director"})
WORKPLACES = {
    "order_operations": "orders",
    "finance": "finance",
    "service_engineer": "service",
    "procurement": "supply",
    "compensation_administrator": "compensation",
    "marketing": "marketing",
    "telesales": "marketing",
}
"""The area in which a role works, where it is not sales."""
DAILY = (
    *("follow-ups", "leads", "accounts", "contacts", "opportunities", "quotes", "orders"),
    *("collections", "invoices", "tickets", "purchases", "expenses", "tasks", "events", "notes"),
)
"""The kinds of record the quick-create menu offers, by slug and in this order."""
ADMINISTRATION = "administration"
LOOKED_UP = frozenset({"people", "departments", "holidays"})
"""What everybody looks up, though few may change it, by slug."""
NAV_COOKIE = "tonglu_nav"
"""Written by the navigation's script as `folded:area.area` or `wide:area.area`."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One link of the navigation, or of the quick-create menu."""

    title: str
    url: str
    icon: str
    active: bool = False
    count: int | None = None
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Area:
    """A titled group of links; `url` is the address of its first page."""

    name: str
    title: str
    icon: str
    items: tuple[Item, ...]
    is_open: bool = False

    @property
    def active(self) -> bool:
        """Whether the reader is on one of its pages."""
        return any(item.active for item in self.items)

    @property
    def url(self) -> str:
        """Where a click on the area itself leads."""
        return self.items[0].url if self.items else ""


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language of the interface, named in itself."""

    code: str
    name: str
    active: bool


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who is signed in, as far as the frame shows it."""

    name: str
    initials: str
    email: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Shell:
    """Everything `web/base.html` shows around a page."""

    areas: tuple[Area, ...]
    creations: tuple[Item, ...]
    person: Reader | None
    languages: tuple[Language, ...]
    theme: str = "auto"
    density: str = "comfortable"
    unread: int = 0
    folded: bool = False
    links: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    workplace: str = SALES

    @property
    def bottom(self) -> tuple[Area, ...]:
        """The areas with a place of their own in a phone's bottom bar."""
        wanted = {"today", "customers", self.workplace}
        return tuple(area for area in self.areas if area.name in wanted)


LINKS = {
    "home": "web:home",
    "search": "web:search",
    "notifications": "notifications:page",
    "preferences": "me:preferences",
    "profile": "me:profile",
    "security": "mfa_index",
    "sessions": "usersessions_list",
    "tokens": "tokens:mine",
    "password": "account_change_password",
    "sign_in": "account_login",
    "sign_out": "account_logout",
    "set_language": "set_language",
    "help": "web:help",
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `shell`, put together on first use."""
    return {"shell": SimpleLazyObject(lambda: shell_of(request))}


def shell_of(request: HttpRequest) -> Shell:
    """The frame for this request."""
    user = getattr(request, "user", None)
    common: dict[str, Any] = {
        "languages": languages(),
        "links": {name: link(target) for name, target in LINKS.items()},
        "words": words(),
    }
    if user is None or not user.is_authenticated:
        return Shell(areas=(), creations=(), person=None, **common)
    actor = getattr(request, "actor", None) or policy.actor_of(user)
    workplace = workplace_of(actor.roles)
    width, opened = nav_state(request.COOKIES.get(NAV_COOKIE, ""), workplace)
    return Shell(
        workplace=workplace,
        areas=tuple(_areas(actor, request.path, opened)),
        folded=width == "folded",
        creations=tuple(_creations(actor)),
        person=_reader(user),
        theme=getattr(user, "theme", "") or "auto",
        density=getattr(user, "density", "") or "comfortable",
        unread=navigation.unread(actor),
        **common,
    )


def workplace_of(roles: frozenset[str]) -> str:
    """The area that stands open at first and in a phone's bottom bar: where somebody in these roles works most."""
    if roles & SELLERS:
        return SALES
    return next((area for role, area in WORKPLACES.items() if role in roles), SALES)


def nav_state(cookie: str, workplace: str = SALES) -> tuple[str, frozenset[str]]:
    """How the person left the navigation: its width, and the areas that stand open."""
    width, found, opened = cookie.partition(":")
    return (
        (width, frozenset(opened.split(".")))
        if found
        else ("wide", frozenset({"customers", workplace}))
    )


def languages() -> tuple[Language, ...]:
    """The interface's languages."""
    return _languages(get_language())


@lru_cache(maxsize=8)
def _languages(now: str | None) -> tuple[Language, ...]:
    return tuple(
        Language(code=code, name=get_language_info(code)["name_local"], active=code == now)
        for code, _name in settings.LANGUAGES
    )


@lru_cache(maxsize=256)
def link(name: str) -> str:
    """The address of a named page, or nothing where that page is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _reader(user: Any) -> Reader:
    name = str(getattr(user, "name", "") or user)
    return Reader(
        name=name,
        initials=initials(name),
        email=getattr(user, "email", ""),
        title=str(getattr(user, "job_title", "") or ""),
    )


def _areas(actor: Any, path: str, opened: frozenset[str]) -> Iterator[Area]:
    concerning = _concerning(actor)
    entities = [one for one in all_entities() if one.menu and one.kind in concerning]
    pages = [page for page in navigation.registered() if page.allowed(actor)]
    for spec in AREAS:
        if items := _items(spec, entities, pages, actor, path):
            yield Area(
                name=spec.name,
                title=str(spec.title),
                icon=spec.icon,
                items=items,
                is_open=spec.name in opened or any(item.active for item in items),
            )


def _concerning(actor: Any) -> frozenset[str]:
    """The kinds whose lists belong in this person's navigation: tables of the set-up only where they may change them."""
    readable = policy.granted(actor, "read")
    changeable = policy.granted(actor, "create") | policy.granted(actor, "update")
    return frozenset(
        entity.kind
        for entity in all_entities()
        if entity.kind in readable
        and (entity.area != ADMINISTRATION or entity.slug in LOOKED_UP or entity.kind in changeable)
    )


def _items(
    spec: AreaSpec, entities: Iterable[Entity], pages: Iterable[Page], actor: Any, path: str
) -> tuple[Item, ...]:
    found = [_page_item(page, actor) for page in pages if page.area == spec.name]
    found += [_entity_item(entity) for entity in entities if entity.area == spec.name]
    found += [
        Item(title=str(pin.title), url=pin.url, icon="pin", order=pin.entity.order)
        for pin in pinned_views(actor)
        if pin.entity.area == spec.name and pin.entity in entities
    ]
    found = sorted((item for item in found if item.url), key=lambda item: item.order)
    here = max((item.url for item in found if path.startswith(item.url)), key=len, default="")
    return tuple(_marked(item, item.url == here and _covers(here, path)) for item in found)


def _covers(url: str, path: str) -> bool:
    return url != "/" or path == "/"


def _marked(item: Item, active: bool) -> Item:
    return Item(**{**vars(item), "active": active})


def _page_item(page: Page, actor: Any) -> Item:
    return Item(
        title=str(page.title),
        url=link(page.url_name),
        icon=page.icon,
        count=page.count(actor) if page.count else None,
        order=page.order,
    )


def _entity_item(entity: Entity) -> Item:
    return _entity_item_in(entity, get_language())


@lru_cache(maxsize=1024)
def _entity_item_in(entity: Entity, _language: str | None) -> Item:
    """The entry of a kind, which is the same for everybody who may read it."""
    title = str(entity.plural)
    return Item(
        title=title[:1].upper() + title[1:],
        url=_entity_url(entity, "list"),
        icon=entity.icon,
        order=entity.order,
    )


def _creations(actor: Any) -> Iterator[Item]:
    """What people create in passing; everything else is created on its list, or found in the palette."""
    daily = {slug: place for place, slug in enumerate(DAILY)}
    creatable = policy.granted(actor, "create")
    wanted = [entity for entity in all_entities() if entity.slug in daily and entity.creatable]
    for entity in sorted(wanted, key=lambda entity: daily[entity.slug]):
        if entity.kind in creatable:
            title = str(entity.label)
            url = _entity_url(entity, "new")
            yield Item(title=title[:1].upper() + title[1:], url=url, icon=entity.icon)


def _entity_url(entity: Entity, page: str) -> str:
    try:
        return entity.url(page)
    except NoReverseMatch:
        return ""

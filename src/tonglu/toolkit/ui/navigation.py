"""The entries of the left navigation: areas of the house, and the pages modules put into them.

An *area* is a department's corner of the navigation. Lists of records come by themselves from the entity registry; a page
that is no list (a dashboard, a calendar, a settings page) is entered here by its module's `apps.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise


@dataclass(frozen=True, kw_only=True)
class AreaSpec:
    """A corner of the navigation: its name in addresses and declarations, its title and its icon."""

    name: str
    title: Text
    icon: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """A navigation entry that is not a list of records.

    `url_name` is reversed without arguments; `allowed(actor)` says who sees the entry; `count(actor)` gives the number beside it.
    """

    area: str
    title: Text
    icon: str
    url_name: str
    order: int = 100
    allowed: Callable[[Any], bool] = lambda actor: True
    count: Callable[[Any], int] | None = None


AREAS = (
    AreaSpec(name="today", title=pgettext_lazy("area", "Today"), icon="sun"),
    AreaSpec(name="customers", title=pgettext_lazy("area", "Customers"), icon="building"),
    AreaSpec(name="marketing", title=pgettext_lazy("area", "Marketing"), icon="speakerphone"),
    AreaSpec(name="sales", title=pgettext_lazy("area", "Sales"), icon="target-arrow"),
    AreaSpec(name="orders", title=pgettext_lazy("area", "Orders"), icon="shopping-cart"),
    AreaSpec(name="finance", title=pgettext_lazy("area", "Finance"), icon="cash"),
    AreaSpec(name="compensation", title=pgettext_lazy("area", "Compensation"), icon="award"),
    AreaSpec(name="service", title=pgettext_lazy("area", "Service"), icon="headset"),
    AreaSpec(name="supply", title=pgettext_lazy("area", "Supply"), icon="packages"),
    AreaSpec(name="collaboration", title=pgettext_lazy("area", "Collaboration"), icon="checklist"),
    AreaSpec(name="insights", title=pgettext_lazy("area", "Insights"), icon="chart-bar"),
    AreaSpec(name="administration", title=pgettext_lazy("area", "Administration"), icon="settings"),
)

_pages: list[Page] = []
_unread: list[Callable[[Any], int]] = []


def register(*pages: Page) -> None:
    """Enter pages into the navigation."""
    _pages.extend(pages)


def registered() -> tuple[Page, ...]:
    """All entered pages."""
    return tuple(_pages)


def register_unread(count: Callable[[Any], int]) -> None:
    """Say how many notices wait for an actor; the numbers of all callers are added at the bell."""
    _unread.append(count)


def unread(actor: Any) -> int:
    """The number on the bell."""
    return sum(count(actor) for count in _unread)

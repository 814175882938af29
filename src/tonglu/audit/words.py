"""What the trail says in the reader's language: through which door somebody came, and who acted when no person did."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

SYSTEM = "System"
_DOORS: dict[str, Callable[[], str]] = {
    "page": lambda: _("page"),
    "api": lambda: _("API"),
    "import": lambda: _("import"),
    "job": lambda: _("background job"),
    "cli": lambda: _("command line"),
    "sql": lambda: _("SQL"),
}


def door_label(door: str) -> str:
    """The door in words."""
    return _DOORS[door]() if door in _DOORS else door


def who_label(name: str, person_id: int | None) -> str:
    """Whoever acted: a person by name, the house's own jobs and the database in words."""
    if person_id is None and name == SYSTEM:
        return _("System")
    return name or _("Database")

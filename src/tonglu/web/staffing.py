"""Who comes, who goes, who is away and who may do nothing yet: what HR and the administrator look at first in the morning."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from tonglu.directory.selectors import assignments_today
from tonglu.entities.selectors import rows
from tonglu.insights.links import equals, filled, list_url
from tonglu.policy import Actor

from .sources import Source, named

PERSON, DEPUTY, HELD = "directory.person", "directory.deputy", "directory.roleassignment"
KEEPERS = frozenset({"hr", "administrator"})
AHEAD = timedelta(days=30)
NEW = timedelta(days=14)
"""For so long somebody counts as new."""


def joining(actor: Actor, day: date) -> QuerySet[Any]:
    """Active people who joined in the last two weeks or will within a month."""
    found = rows(actor, PERSON).filter(is_active=True, joined_on__range=(day - NEW, day + AHEAD))
    return found.order_by("joined_on", "pk")


def leaving(actor: Actor, day: date) -> QuerySet[Any]:
    """People who leave within a month, and those whose last day is over but who may still sign in."""
    found = rows(actor, PERSON).filter(is_active=True, left_on__lte=day + AHEAD)
    return found.order_by("left_on", "pk")


def away(actor: Actor, day: date) -> QuerySet[Any]:
    """Who is stood in for now, or will be within a fortnight."""
    found = rows(actor, DEPUTY).filter(valid_from__lte=day + NEW, person__deleted_at=None)
    return found.exclude(valid_until__lt=day).order_by("valid_from", "pk")


def without_role(actor: Actor, day: date) -> QuerySet[Any]:
    """People who can sign in but hold no role today, and so may do next to nothing."""
    found = rows(actor, PERSON).filter(is_active=True, email__isnull=False)
    held = assignments_today(day).filter(role__deleted_at=None)
    return found.exclude(pk__in=held.values("person_id")).order_by("-created_at", "pk")


def roles_ending(actor: Actor, day: date) -> QuerySet[Any]:
    """Roles of people who stay that run out within a month."""
    found = rows(actor, HELD).filter(person__is_active=True, person__deleted_at=None)
    return found.filter(valid_until__range=(day, day + AHEAD)).order_by("valid_until", "pk")


STAFFING = (
    Source(
        name="leaving",
        kind=PERSON,
        title=lambda: _("Leaving"),
        icon="logout",
        find=leaving,
        tone="warning",
        address=lambda: list_url(PERSON, equals("is_active", "true"), filled("left_on")),
        roles=KEEPERS,
        label=F("name"),
        about=named("department"),
        when=F("left_on"),
    ),
    Source(
        name="joining",
        kind=PERSON,
        title=lambda: _("Joining"),
        icon="user-plus",
        find=joining,
        query="?view=active&sort=-joined_on",
        roles=KEEPERS,
        due=False,
        label=F("name"),
        about=named("department"),
        when=F("joined_on"),
    ),
    Source(
        name="away",
        kind=DEPUTY,
        title=lambda: _("Away, with a deputy"),
        icon="user-share",
        find=away,
        roles=KEEPERS,
        due=False,
        label=Concat("person__name", Value(" → "), "deputy__name", output_field=TextField()),
        about=F("reason"),
        when=F("valid_until"),
    ),
    Source(
        name="without_role",
        kind=PERSON,
        title=lambda: _("Can sign in, but hold no role"),
        icon="id-badge",
        find=without_role,
        query="?view=active",
        roles=frozenset({"administrator"}),
        due=False,
        label=F("name"),
        about=F("job_title"),
    ),
    Source(
        name="roles_ending",
        kind=HELD,
        title=lambda: _("Roles that end within a month"),
        icon="hourglass",
        find=roles_ending,
        address=lambda: list_url(HELD, filled("valid_until")),
        roles=KEEPERS,
        due=False,
        label=F("person__name"),
        about=named("role"),
        when=F("valid_until"),
    ),
)

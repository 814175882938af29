"""Announcements, goals and notes: their lists, forms and acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.collaboration import rules, services
from tonglu.collaboration.measures import BY_HAND, goal_unit, measure_choices
from tonglu.collaboration.models import Announcement, Goal, Link, Note
from tonglu.collaboration.targets import seen_by_audience
from tonglu.entities.spec import Entity, Refusal, Section, Verb, View

if TYPE_CHECKING:
    from tonglu.policy import Actor

MINE = {"field": "owner", "op": "=", "value": "me"}


def _is_out(_actor: Actor, row: Any) -> Refusal | None:
    if row.state != Announcement.State.PUBLISHED:
        return Refusal(reason=_("This announcement is not out."))
    return None


def _is_not_out(_actor: Actor, row: Any) -> Refusal | None:
    if row.state == Announcement.State.PUBLISHED:
        return Refusal(reason=_("This announcement is out already."))
    return None


def _is_counted(_actor: Actor, row: Any) -> Refusal | None:
    if row.measure == BY_HAND:
        return Refusal(
            reason=_("This goal is counted by hand."), next_step=_("Enter the actual figure.")
        )
    return None


ANNOUNCEMENT = Entity(
    model=Announcement,
    slug="announcements",
    area="collaboration",
    closed={"field": "state", "op": "=", "value": "withdrawn"},
    icon="news",
    order=30,
    title="title",
    columns=("title", "state", "audience", "published_at", "expires_on", "owner"),
    form=(
        Section(
            title=_("Announcement"),
            fields=("title", "text", "audience", "must_confirm", "expires_on"),
        ),
    ),
    search=("title", "text"),
    filters=("state", "audience", "published_at"),
    nothing={"audience": pgettext_lazy("audience", "Everybody")},
    sort="-published_at",
    readonly=("state", "published_at"),
    verbs=(
        Verb(
            name="publish",
            label=_("Publish"),
            help=_("Those it is for see it from now on."),
            run=services.announcement_publish,
            act="publish",
            when=_is_not_out,
            icon="speakerphone",
            tone="success",
            primary=True,
        ),
        Verb(
            name="read",
            label=_("I have read this"),
            help=_("It is noted that you have read it."),
            run=services.announcement_read,
            act="read",
            when=_is_out,
            icon="eye-check",
        ),
        Verb(
            name="withdraw",
            label=_("Withdraw"),
            help=_("Nobody sees it any more. Who has read it stays on record."),
            run=services.announcement_withdraw,
            act="publish",
            when=_is_out,
            icon="eye-off",
            tone="danger",
        ),
    ),
    views=(
        View(
            name="out",
            title=_("Published"),
            condition={"all": [{"field": "state", "op": "=", "value": "published"}]},
            pinned=True,
        ),
    ),
    prepare=rules.announcement_prepare,
    scope={"shared": seen_by_audience},
    empty=_("News for everybody or for a department, with a list of who has read it."),
)

GOAL = Entity(
    model=Goal,
    slug="goals",
    area="collaboration",
    icon="target-arrow",
    order=40,
    columns=("name", "measure", "owner", "team", "starts_on", "ends_on", "target", "actual"),
    form=(
        Section(
            title=_("Goal"),
            fields=("name", "measure", "owner", "team", "starts_on", "ends_on", "target", "actual"),
        ),
        Section(title=_("Description"), fields=("description",), folded=True),
    ),
    search=("name",),
    filters=("measure", "owner", "team", "ends_on"),
    sort="-starts_on",
    choices={"measure": measure_choices},
    units={"target": goal_unit, "actual": goal_unit},
    readonly=("counted_at",),
    verbs=(
        Verb(
            name="count",
            label=_("Count now"),
            help=_("What is reached so far is counted from the records."),
            run=services.goal_count,
            when=_is_counted,
            icon="calculator",
        ),
    ),
    views=(
        View(
            name="mine",
            title=_("My goals"),
            condition={"all": [MINE, {"field": "ends_on", "op": ">=", "value": "today"}]},
            pinned=True,
        ),
    ),
    prepare=rules.goal_prepare,
    empty=_("What a person or a department wants to reach in a period, in numbers."),
)

NOTE = Entity(
    model=Note,
    slug="notes",
    area="collaboration",
    icon="note",
    order=50,
    title="title",
    columns=("title", "target_name", "pinned", "updated_at"),
    form=(
        Section(
            title=pgettext_lazy("of one's own", "Note"),
            fields=("title", "text", "pinned", "account"),
        ),
    ),
    search=("title", "text"),
    quick=("title", "text"),
    filters=("pinned", "account"),
    readonly=("target_kind", "target_id", "target_name"),
    prepare=rules.note_prepare,
    scope={"department": None},
    empty=_("What you write down for yourself. Nobody else reads it."),
)

LINK = Entity(
    model=Link,
    slug="links",
    area="collaboration",
    icon="link",
    order=55,
    columns=("name", "topic", "url", "note", "updated_at"),
    form=(Section(title=_("Link"), fields=("name", "url", "topic", "note")),),
    search=("name", "topic", "note"),
    quick=("name", "url"),
    filters=("topic",),
    sort="name",
    scope={"department": None},
    empty=_("Addresses you keep at hand: a tariff, a tender site, a customer's portal."),
)

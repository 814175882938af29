"""Follow-ups, calendar events and documents: their lists and forms."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tonglu.collaboration import rules
from tonglu.collaboration.models import CalendarEvent, Document, FollowUp
from tonglu.collaboration.targets import seen_by_participants, seen_through_target
from tonglu.entities.spec import Entity, Section, View

MINE = {"field": "owner", "op": "=", "value": "me"}
TARGET = ("target_kind", "target_id", "target_name")

FOLLOWUP = Entity(
    model=FollowUp,
    slug="follow-ups",
    area="collaboration",
    icon="message-circle",
    order=10,
    title="subject",
    subtitle="target_name",
    columns=(
        "subject",
        "kind",
        "target_name",
        "account",
        "contact",
        "at",
        "next_contact_on",
        "owner",
    ),
    form=(
        Section(
            title=_("What happened"),
            fields=("kind", "text", "subject", "at", "minutes", "incoming"),
        ),
        Section(
            title=_("With whom"), fields=("account", "contact", "place", "owner", "sourced_by")
        ),
        Section(title=_("What next"), fields=("next_contact_on", "next_step")),
    ),
    search=("subject", "text", "place"),
    quick=("kind", "text", "account", "next_contact_on"),
    filters=("kind", "at", "owner", "account", "contact", "next_contact_on"),
    sort="-at",
    proposed={"at": rules.at_once},
    readonly=TARGET,
    views=(
        View(name="mine", title=_("My follow-ups"), condition={"all": [MINE]}, pinned=True),
        View(
            name="week",
            title=_("This week"),
            condition={"all": [{"field": "at", "op": "within", "value": "this_week"}]},
            pinned=True,
        ),
        View(
            name="visits",
            title=_("Visits"),
            condition={"all": [{"field": "kind", "op": "=", "value": "visit"}]},
        ),
    ),
    prepare=rules.followup_prepare,
    after=rules.followup_after,
    scope={"shared": seen_through_target},
    empty=_(
        "Calls, visits and mails. Log one in ten seconds on the page of the record it is about."
    ),
)

EVENT = Entity(
    model=CalendarEvent,
    slug="events",
    area="today",
    icon="calendar-event",
    order=30,
    title="title",
    subtitle="place",
    columns=("title", "kind", "starts_at", "ends_at", "place", "target_name", "owner"),
    form=(
        Section(
            title=_("When and where"),
            fields=("title", "kind", "starts_at", "ends_at", "all_day", "place"),
        ),
        Section(title=_("People"), fields=("owner", "participants", "account", "contact")),
        Section(title=_("Description"), fields=("description",), folded=True),
    ),
    search=("title", "place"),
    quick=("title", "kind", "starts_at", "ends_at", "place"),
    filters=("kind", "starts_at", "owner", "account"),
    sort="starts_at",
    proposed={"starts_at": rules.next_hour, "ends_at": rules.hour_after},
    readonly=TARGET,
    views=(
        View(
            name="coming",
            title=_("Coming"),
            condition={"all": [{"field": "starts_at", "op": ">=", "value": "today"}]},
            sort="starts_at",
            pinned=True,
        ),
    ),
    prepare=rules.event_prepare,
    scope={"shared": seen_by_participants},
    empty=_("Meetings, visits and calls to come. Add one here, on the calendar, or on a record."),
)

DOCUMENT = Entity(
    model=Document,
    slug="documents",
    area="collaboration",
    icon="files",
    order=20,
    title="title",
    subtitle="target_name",
    columns=("title", "kind", "target_name", "account", "owner", "updated_at"),
    form=(
        Section(title=_("Document"), fields=("title", "kind", "description", "account", "owner")),
    ),
    search=("title", "description"),
    filters=("kind", "owner", "account"),
    readonly=TARGET,
    creatable=False,
    prepare=rules.document_prepare,
    scope={"shared": seen_through_target},
    empty=_(
        "Files on records, with all their versions. Drop one on the page of the record it belongs to."
    ),
)

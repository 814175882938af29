"""What collaboration puts on records' pages: follow-ups with the ten-second form, tasks, files; and the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tonglu import policy
from tonglu.collaboration import selectors
from tonglu.collaboration.forms import FollowUpForm, TaskForm
from tonglu.collaboration.models import Announcement, Document, FollowUp, Task
from tonglu.collaboration.targets import CONTACT, account_id_of
from tonglu.entities.panels import EVERYWHERE, Panel
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.entities.selectors import rows
from tonglu.entities.timeline import Item
from tonglu.entities.web.filterbar import lookup_url
from tonglu.toolkit.clock import now, today

if TYPE_CHECKING:
    from tonglu.entities.spec import Entity
    from tonglu.policy import Actor

QUIET_AREAS = frozenset({"administration", "today", "collaboration"})
"""Areas whose records are not what people talk to customers about."""

TALKED_TO = ("customers.account", "customers.contact", "marketing.lead", "sales.opportunity")
"""The pages on which what was said comes before everything else; on papers it stands below what they say."""

REACHED = frozenset({"contact", "phone", "mobile", "telephone"})
ORDERED = frozenset({"account", "order"})

SHOWN = 3
MOST_CONTACTS = 50

_ICONS = {
    FollowUp.Kind.CALL: "phone",
    FollowUp.Kind.VISIT: "map-pin",
    FollowUp.Kind.MAIL: "mail",
    FollowUp.Kind.MEETING: "users",
    FollowUp.Kind.CHAT: "message",
    FollowUp.Kind.NOTE: "note",
}


def page_of(row: Any) -> str:
    """The address of a record's page."""
    return entity_of(row).url("detail", row.pk)


def contacts_of(actor: Actor, row: Any) -> list[Any]:
    """The contacts one may have spoken to about a record: those of its account."""
    account_id = account_id_of(row)
    if account_id is None or not entity_declared(CONTACT) or row._meta.label_lower == CONTACT:
        return []
    found = rows(actor, CONTACT).filter(account_id=account_id, state="active")
    return list(found.order_by("-is_primary", "name")[:MOST_CONTACTS])


def _talked_about(kind: str) -> Any:
    def allowed(actor: Actor, row: Any) -> bool:
        return entity_of(row).area not in QUIET_AREAS and bool(policy.may(actor, "read", kind))

    return allowed


def _in_touch(actor: Actor, row: Any) -> bool:
    """Follow-ups stand on records with somebody to call, or with what a customer ordered: not on a stock level or a pay plan."""
    names = {field.name for field in row._meta.concrete_fields}
    talks = bool(names & REACHED) or names >= ORDERED
    return talks and bool(_talked_about("collaboration.followup")(actor, row))


def _followups(actor: Actor, row: Any) -> Mapping[str, Any]:
    kind = row._meta.label_lower
    return {
        "followups": list(selectors.record_followups(kind, row.pk, most=SHOWN)),
        "form": FollowUpForm(contacts=contacts_of(actor, row)),
        "may_add": policy.may(actor, "create", "collaboration.followup"),
        "url": _url("log", row),
        "people_url": lookup_url("directory.person"),
        "today": today(actor),
    }


def _tasks(actor: Actor, row: Any) -> Mapping[str, Any]:
    kind = row._meta.label_lower
    return {
        "tasks": list(selectors.record_tasks(kind, row.pk)),
        "form": TaskForm(),
        "may_add": policy.may(actor, "create", "collaboration.task"),
        "url": _url("task", row),
        "slug": entity_of(row).slug,
        "own_ids": actor.own_ids,
        "today": today(actor),
    }


def _files(actor: Actor, row: Any) -> Mapping[str, Any]:
    return {
        "documents": list(selectors.record_documents(row._meta.label_lower, row.pk)),
        "may_add": policy.may(actor, "create", "collaboration.document"),
        "url": _url("file-add", row),
    }


def _versions(actor: Actor, row: Document) -> Mapping[str, Any]:
    versions = row.versions.select_related("file", "created_by").order_by("-number")
    return {
        "versions": list(versions),
        "may_add": policy.may(actor, "update", "collaboration.document", row),
        "url": reverse("collaboration:file-revise", args=[row.pk]),
    }


def _readers(_actor: Actor, row: Announcement) -> Mapping[str, Any]:
    done, waiting = selectors.announcement_readers(row)
    return {"done": done, "waiting": waiting}


def _sees_readers(actor: Actor, row: Any) -> bool:
    return bool(policy.may(actor, "publish", "collaboration.announcement", row))


def _url(name: str, row: Any) -> str:
    return reverse(f"collaboration:{name}", args=[entity_of(row).slug, row.pk])


FOLLOWUPS = Panel(
    on=EVERYWHERE,
    name="followups",
    title=_("Follow-ups"),
    render=_followups,
    template="collaboration/followups.html",
    order=90,
    icon="message-circle",
    allowed=_in_touch,
)
FIRST_FOLLOWUPS = tuple(replace(FOLLOWUPS, on=kind, first=True, order=5) for kind in TALKED_TO)
TASKS = Panel(
    on=EVERYWHERE,
    name="tasks",
    title=_("Tasks"),
    render=_tasks,
    template="collaboration/tasks.html",
    order=10,
    icon="checkbox",
    side=True,
    allowed=_talked_about("collaboration.task"),
)
FILES = Panel(
    on=EVERYWHERE,
    name="files",
    title=_("Files"),
    render=_files,
    template="collaboration/files.html",
    order=20,
    icon="paperclip",
    side=True,
    allowed=_talked_about("collaboration.document"),
)
VERSIONS = Panel(
    on="collaboration.document",
    name="versions",
    title=_("Versions"),
    render=_versions,
    template="collaboration/versions.html",
    icon="versions",
)
READERS = Panel(
    on="collaboration.announcement",
    name="readers",
    title=_("Who has read it"),
    render=_readers,
    template="collaboration/readers.html",
    icon="eye-check",
    side=True,
    allowed=_sees_readers,
)
PANELS = (FOLLOWUPS, *FIRST_FOLLOWUPS, TASKS, FILES, VERSIONS, READERS)


def followup_items(
    _actor: Actor, entity: Entity, row: Any, before: datetime | None, most: int
) -> Sequence[Item]:
    """The follow-ups of a record for its timeline."""
    found = selectors.record_followups(entity.kind, row.pk, before=before, most=most)
    return [_followup_item(followup, row) for followup in found]


def task_items(
    _actor: Actor, entity: Entity, row: Any, before: datetime | None, most: int
) -> Sequence[Item]:
    """The tasks that were done on a record, for its timeline."""
    found = selectors.record_tasks_done(entity.kind, row.pk, before=before or now(), most=most)
    return [_task_item(task) for task in found]


def file_items(
    _actor: Actor, entity: Entity, row: Any, before: datetime | None, most: int
) -> Sequence[Item]:
    """The files that were added to a record, for its timeline."""
    found = selectors.record_versions(entity.kind, row.pk, before=before or now(), most=most)
    return [
        Item(
            at=version.created_at,
            group="files",
            title=gettext("filed %(title)s, version %(number)s")
            % {"title": version.document.title, "number": version.number},
            who=version.created_by.name if version.created_by else "",
            who_id=version.created_by_id,
            icon="paperclip",
            body=version.note,
            url=reverse("collaboration:file", args=[version.pk]),
        )
        for version in found
    ]


def _followup_item(followup: FollowUp, row: Any) -> Item:
    elsewhere = followup.target_id != row.pk or followup.target_kind != row._meta.label_lower
    about = followup.target_name if elsewhere else ""
    title = str(followup.get_kind_display())
    return Item(
        at=followup.at,
        group="followups",
        title=f"{title} · {about}" if about else title,
        who=followup.owner.name if followup.owner else "",
        who_id=followup.owner_id,
        icon=_ICONS[FollowUp.Kind(followup.kind)],
        body=followup.text or followup.subject,
        url=page_of(followup),
    )


def _task_item(task: Task) -> Item:
    return Item(
        at=task.done_at or task.updated_at,
        group="tasks",
        title=gettext("did: %(subject)s") % {"subject": task.subject},
        who=task.owner.name if task.owner else "",
        who_id=task.owner_id,
        icon="checkbox",
        body=task.answer,
        url=page_of(task),
    )


SOURCES = (
    ("followups", _("Follow-ups"), followup_items),
    ("tasks", _("Tasks"), task_items),
    ("files", _("Files"), file_items),
)

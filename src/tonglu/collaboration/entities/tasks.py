"""The task: its list, board, form and acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.collaboration import rules, services
from tonglu.collaboration.core.urging import urging_refused
from tonglu.collaboration.models import Task
from tonglu.collaboration.selectors import task_is_overdue
from tonglu.collaboration.targets import seen_by_asker
from tonglu.entities.spec import Entity, Refusal, Section, Verb, View
from tonglu.toolkit.clock import now

if TYPE_CHECKING:
    from tonglu.policy import Actor

MINE = {"field": "owner", "op": "=", "value": "me"}
OPEN = {"field": "state", "op": "=", "value": "open"}


def _must_be_open(_actor: Actor, row: Any) -> Refusal | None:
    if row.state != Task.State.OPEN:
        return Refusal(reason=_("This task is closed."), next_step=_("Reopen it first."))
    return None


def _must_be_closed(_actor: Actor, row: Any) -> Refusal | None:
    return Refusal(reason=_("This task is open.")) if row.state == Task.State.OPEN else None


def _may_urge(actor: Actor, row: Any) -> Refusal | None:
    refused = urging_refused(
        is_open=row.state == Task.State.OPEN,
        is_own=row.owner_id == actor.person_id,
        urged_at=row.urged_at,
        now=now(),
    )
    return Refusal(reason=_(refused)) if refused else None


def _text(label: Any, *, required: bool = False) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=1000, required=required, widget=widget)


TASK = Entity(
    model=Task,
    slug="tasks",
    area="today",
    closed={"field": "state", "op": "in", "value": ["done", "dropped"]},
    icon="checkbox",
    order=20,
    title="subject",
    subtitle="target_name",
    columns=("subject", "target_name", "due_on", "priority", "state", "owner", "asked_by"),
    late={"due_on": task_is_overdue},
    form=(
        Section(
            title=_("Task"),
            fields=("subject", "kind", "due_on", "priority", "owner", "account", "description"),
        ),
    ),
    search=("subject", "description"),
    quick=("subject", "due_on", "owner"),
    filters=("state", "kind", "priority", "due_on", "owner", "account"),
    sort="due_on",
    importable=("state", "done_at"),
    readonly=(
        "state",
        "target_kind",
        "target_id",
        "target_name",
        "asked_by",
        "answer",
        "done_at",
        "urged_at",
        "urged_times",
    ),
    verbs=(
        Verb(
            name="done",
            label=_("Mark done"),
            run=services.task_done,
            params={"answer": _text(_("Answer"))},
            when=_must_be_open,
            icon="check",
            tone="success",
            primary=True,
        ),
        Verb(
            name="hand_over",
            label=_("Hand over"),
            run=services.task_hand_over,
            params={"to": forms.IntegerField(label=_("New owner")), "note": _text(_("Note"))},
            related={"to": "directory.person"},
            required=("to",),
            when=_must_be_open,
            icon="user-share",
        ),
        Verb(
            name="urge",
            label=_("Urge"),
            run=services.task_urge,
            act="urge",
            params={"note": _text(_("Note"))},
            when=_may_urge,
            icon="bell-ringing",
            help=_("Asks whoever does the task about it, at most once an hour."),
        ),
        Verb(
            name="drop",
            label=_("Drop"),
            run=services.task_drop,
            params={"reason": _text(_("Reason"), required=True)},
            when=_must_be_open,
            icon="x",
        ),
        Verb(
            name="reopen",
            label=_("Reopen"),
            help=_("It is open again and stands on the list of whoever it is for."),
            run=services.task_reopen,
            when=_must_be_closed,
            icon="rotate",
        ),
    ),
    views=(
        View(
            name="mine",
            title=_("My open tasks"),
            condition={"all": [MINE, OPEN]},
            sort="due_on",
            pinned=True,
            opens=True,
        ),
        View(
            name="today",
            title=_("Due by today"),
            condition={"all": [MINE, OPEN, {"field": "due_on", "op": "<=", "value": "today"}]},
            sort="due_on",
            pinned=True,
        ),
        View(
            name="asked",
            title=_("I asked for"),
            condition={"all": [OPEN, {"field": "asked_by", "op": "=", "value": "me"}]},
            sort="due_on",
            pinned=True,
        ),
        View(
            name="done",
            title=_("Done"),
            condition={"all": [MINE, {"field": "state", "op": "=", "value": "done"}]},
            sort="-done_at",
        ),
    ),
    prepare=rules.task_prepare,
    after=rules.task_after,
    scope={"shared": seen_by_asker},
    empty=_(
        "What is to be done, by whom and until when. Add one here, or on the record it is about."
    ),
)

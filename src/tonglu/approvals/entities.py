"""What approvals show and offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.entities.spec import Entity, Refusal, Section, Verb, View

from . import passing, ports, selectors, services
from .models import ApprovalRequest
from .states import State

if TYPE_CHECKING:
    from tonglu.policy import Actor


def _must_wait_for_me(actor: Actor, row: Any) -> Refusal | None:
    if row.state != State.PENDING:
        return _DECIDED
    if selectors.waits_for_me(actor, row):
        return None
    return Refusal(reason=_("This request does not wait for you."))


def _must_be_mine(actor: Actor, row: Any) -> Refusal | None:
    if row.state != State.PENDING:
        return _DECIDED
    return (
        None if row.owner_id in actor.own_ids else Refusal(reason=_("Only who asked can do this."))
    )


_DECIDED = Refusal(reason=_("This request is decided already."))
_COMMENT = forms.CharField(label=_("Comment"), required=False, widget=forms.Textarea)

REQUEST = Entity(
    model=ApprovalRequest,
    slug="approvals",
    area="approvals",
    icon="clipboard-check",
    order=10,
    title="title",
    subtitle="number",
    columns=("title", "subject", "amount", "state", "owner", "created_at", "due_on"),
    form=(
        Section(
            title=_("Request"),
            fields=("title", "subject", "amount", "currency", "reason", "due_on"),
        ),
    ),
    search=("number", "title"),
    filters=("state", "subject", "owner", "automatic", "created_at"),
    choices={"subject": ports.subjects},
    sort="-created_at",
    readonly=(
        "number",
        "subject",
        "title",
        "target_kind",
        "target_id",
        "amount",
        "currency",
        "reason",
        "facts",
        "fingerprint",
        "state",
        "automatic",
        "due_on",
        "decided_at",
        "condition",
        "urged_at",
        "urges",
        "owner",
    ),
    creatable=False,
    editable=False,
    hidden=("fingerprint", "facts"),
    scope={
        "shared": selectors.shared_with,
        "acts": ("read", "export", "approve", "withdraw"),
    },
    verbs=(
        Verb(
            name="approve",
            label=_("Approve"),
            run=services.approval_approve,
            act="approve",
            params={
                "comment": _COMMENT,
                "condition": forms.CharField(label=_("On condition that"), required=False),
            },
            when=_must_wait_for_me,
            icon="check",
            tone="success",
            primary=True,
        ),
        Verb(
            name="return",
            label=_("Send back"),
            run=services.approval_return,
            act="approve",
            params={
                "comment": forms.CharField(label=_("What is the matter"), widget=forms.Textarea)
            },
            when=_must_wait_for_me,
            icon="arrow-back-up",
            primary=True,
        ),
        Verb(
            name="add",
            label=_("Ask one more"),
            run=services.approval_add,
            act="approve",
            params={"person": forms.IntegerField(label=_("Person"))},
            related={"person": "directory.person"},
            required=("person",),
            when=_must_wait_for_me,
            icon="user-plus",
            bulk=False,
        ),
        Verb(
            name="delegate",
            label=_("Hand to somebody"),
            run=passing.approval_delegate,
            act="approve",
            params={"person": forms.IntegerField(label=_("Person"))},
            related={"person": "directory.person"},
            required=("person",),
            when=_must_wait_for_me,
            icon="user-share",
            help=_("They decide in your name; both names stay in the record."),
        ),
        Verb(
            name="copy",
            label=_("Copy to somebody"),
            run=passing.approval_copy,
            act="read",
            params={"person": forms.IntegerField(label=_("Person"))},
            related={"person": "directory.person"},
            required=("person",),
            icon="send",
            bulk=False,
        ),
        Verb(
            name="comment",
            label=_("Comment"),
            run=passing.approval_comment,
            act="read",
            params={"text": forms.CharField(label=_("Comment"), widget=forms.Textarea)},
            icon="message",
            bulk=False,
        ),
        Verb(
            name="withdraw",
            label=_("Withdraw"),
            run=services.approval_withdraw,
            act="withdraw",
            params={"reason": forms.CharField(label=_("Reason"), required=False)},
            when=_must_be_mine,
            icon="x",
        ),
        Verb(
            name="urge",
            label=_("Urge"),
            help=_("Those it waits for are reminded once more."),
            run=services.approval_urge,
            act="withdraw",
            when=_must_be_mine,
            icon="bell",
        ),
    ),
    views=(
        View(
            name="pending",
            title=_("Waiting"),
            condition={"all": [{"field": "state", "op": "=", "value": "pending"}]},
            sort="created_at",
            pinned=True,
        ),
        View(
            name="asked",
            title=_("Asked by me"),
            condition={"all": [{"field": "owner", "op": "me"}]},
        ),
        View(
            name="automatic",
            title=_("Within own authority"),
            condition={"all": [{"field": "automatic", "op": "=", "value": True}]},
        ),
    ),
    empty=_(
        "Decisions that wait for somebody. A quote with a deep discount, for one, asks for approval by itself."
    ),
)

ENTITIES = (REQUEST,)

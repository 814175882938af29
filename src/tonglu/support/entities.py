"""The entities of support."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.entities.spec import Board, Entity, Section, Verb, View
from tonglu.policy import Actor

from . import services
from .models import Article, ServiceOrder, Ticket
from .selectors import ticket_is_late
from .services import may_go


def _ticket_move(*, actor: Actor, row: Ticket, to: str) -> Ticket:
    """A card dropped on the board: the verb that leads to that state."""
    if to == Ticket.State.OPEN:
        return services.ticket_take(actor=actor, row=row)
    if to == Ticket.State.WAITING:
        return services.ticket_wait(actor=actor, row=row)
    if to == Ticket.State.SOLVED:
        return services.ticket_solve(actor=actor, row=row, solution=row.solution)
    return services.ticket_close(actor=actor, row=row)


TICKETS = Entity(
    model=Ticket,
    also_called=("case", "服务单"),
    slug="tickets",
    area="service",
    closed={"field": "state", "op": "in", "value": ["solved", "closed"]},
    icon="lifebuoy",
    title="subject",
    subtitle="number",
    columns=("number", "subject", "account", "priority", "state", "due_at", "owner"),
    form=(
        Section(
            title=_("Ticket"),
            fields=("subject", "description", "kind", "priority", "channel", "owner"),
        ),
        Section(title=_("Customer"), fields=("account", "contact", "product", "order")),
        Section(title=_("Solution"), fields=("solved_at", "satisfaction", "solution")),
    ),
    readonly=("number", "state", "due_at", "solved_at", "closed_at", "solution", "satisfaction"),
    search=("number", "subject", "description"),
    quick=("subject", "account", "priority", "description"),
    filters=("state", "priority", "kind", "owner"),
    sort="-created_at",
    importable=("state", "solved_at", "closed_at", "created_at"),
    board=Board(column="state", move=_ticket_move, card=("account", "priority", "due_at")),
    late={"due_at": ticket_is_late},
    verbs=(
        Verb(
            name="take",
            label=_("Take"),
            help=_("It is yours from now on and in work."),
            run=services.ticket_take,
            when=services.may_take,
            icon="hand-grab",
            primary=True,
        ),
        Verb(
            name="wait",
            label=_("Wait for the customer"),
            help=_("It rests until the customer answers."),
            run=services.ticket_wait,
            when=may_go("waiting"),
            icon="clock-pause",
        ),
        Verb(
            name="solve",
            label=_("Solved"),
            run=services.ticket_solve,
            when=may_go("solved"),
            params={"solution": forms.CharField(label=_("Solution"), widget=forms.Textarea)},
            icon="check",
            tone="success",
            primary=True,
        ),
        Verb(
            name="close",
            label=_("Close"),
            run=services.ticket_close,
            when=may_go("closed"),
            params={
                "satisfaction": forms.IntegerField(
                    label=_("Satisfaction (1–5)"), min_value=1, max_value=5, required=False
                )
            },
            icon="archive",
        ),
        Verb(
            name="reopen",
            label=_("Reopen"),
            run=services.ticket_reopen,
            when=services.may_reopen,
            params={"reason": forms.CharField(label=_("Reason"), max_length=200)},
            icon="rotate",
        ),
        Verb(
            name="send_engineer",
            label=_("Send an engineer"),
            run=services.ticket_send_engineer,
            params={
                "task": forms.CharField(
                    label=_("Work to do"), required=False, widget=forms.Textarea
                )
            },
            related={"engineer": "directory.person"},
            required=("engineer",),
            icon="tool",
            bulk=False,
            url=lambda made: f"/service-orders/{made.pk}/",
        ),
    ),
    views=(
        View(
            name="open",
            title=_("Unsolved"),
            condition={"field": "state", "op": "in", "value": ["new", "open", "waiting"]},
            sort="due_at",
            pinned=True,
        ),
        View(
            name="mine",
            title=_("Mine"),
            condition={
                "all": [
                    {"field": "owner", "op": "me"},
                    {"field": "state", "op": "in", "value": ["new", "open", "waiting"]},
                ]
            },
            sort="due_at",
            pinned=True,
        ),
        View(
            name="unassigned",
            title=_("Without an owner"),
            condition={
                "all": [
                    {"field": "owner", "op": "is_empty"},
                    {"field": "state", "op": "in", "value": ["new", "open", "waiting"]},
                ]
            },
            sort="due_at",
            pinned=True,
        ),
        View(
            name="complaints",
            title=_("Complaints"),
            condition={"field": "kind", "op": "=", "value": "complaint"},
        ),
    ),
    prepare=services.ticket_prepare,
    scope={"parents": ("account",)},
    order=10,
    empty=_(
        "What customers ask and complain about. The first ticket is made here or on a customer's page."
    ),
)

SERVICE_ORDERS = Entity(
    model=ServiceOrder,
    slug="service-orders",
    area="service",
    closed={"field": "state", "op": "in", "value": ["done", "cancelled"]},
    icon="tool",
    title="number",
    subtitle="account",
    columns=("number", "kind", "account", "state", "planned_at", "owner"),
    form=(
        Section(
            title=_("Service order"),
            fields=("account", "kind", "ticket", "order", "owner", "planned_at", "address", "task"),
        ),
        Section(title=_("Work done"), fields=("done_at", "hours", "signed_by", "report")),
    ),
    readonly=("number", "state", "report", "hours", "done_at", "signed_by"),
    search=("number", "task", "address"),
    filters=("state", "kind", "owner", "planned_at"),
    sort="-created_at",
    verbs=(
        Verb(
            name="begin",
            label=_("Begin the work"),
            help=_("The engineer has arrived and starts."),
            run=services.service_begin,
            when=services.may_begin,
            icon="player-play",
            primary=True,
        ),
        Verb(
            name="finish",
            label=_("Finish"),
            run=services.service_finish,
            when=services.may_serve,
            params={
                "report": forms.CharField(label=_("Report"), widget=forms.Textarea),
                "hours": forms.DecimalField(
                    label=_("Hours"), max_digits=6, decimal_places=2, min_value=0
                ),
                "signed_by": forms.CharField(
                    label=_("Accepted by"), max_length=120, required=False
                ),
            },
            icon="check",
            tone="success",
            primary=True,
            bulk=False,
        ),
        Verb(
            name="cancel",
            label=_("Call off"),
            run=services.service_cancel,
            when=services.may_serve,
            params={"reason": forms.CharField(label=_("Reason"), max_length=200)},
            icon="x",
            tone="danger",
        ),
    ),
    views=(
        View(
            name="mine",
            title=_("Mine"),
            condition={
                "all": [
                    {"field": "owner", "op": "me"},
                    {"field": "state", "op": "in", "value": ["planned", "under_way"]},
                ]
            },
            sort="planned_at",
            pinned=True,
        ),
    ),
    prepare=services.service_prepare,
    scope={"parents": ("account",)},
    order=20,
    empty=_("Visits of our engineers: installation, repair, maintenance, training."),
)

ARTICLES = Entity(
    model=Article,
    slug="articles",
    area="service",
    closed={"field": "state", "op": "=", "value": "retired"},
    icon="book",
    title="title",
    subtitle="state",
    columns=("title", "state", "product", "language", "review_on", "helpful", "owner"),
    form=(
        Section(title=_("Article"), fields=("title", "body", "language", "product")),
        Section(title=_("Use"), fields=("public", "review_on", "owner")),
    ),
    readonly=("state", "published_at", "helpful", "unhelpful"),
    search=("title", "body"),
    quick=("title", "body"),
    filters=("state", "product", "language"),
    verbs=(
        Verb(
            name="publish",
            label=_("Publish"),
            help=_("Everybody who may read articles finds it."),
            run=services.article_publish,
            when=services.may_publish,
            icon="send",
            primary=True,
        ),
        Verb(
            name="retire",
            label=_("Retire"),
            help=_("It no longer holds. It stays readable in the archive."),
            run=services.article_retire,
            when=services.may_retire,
            icon="archive",
        ),
        Verb(
            name="rate",
            label=_("Did it help?"),
            run=services.article_rate,
            act="read",
            params={"helpful": forms.BooleanField(label=_("It helped"), required=False)},
            icon="thumb-up",
            bulk=False,
        ),
    ),
    views=(
        View(
            name="published",
            title=_("Published"),
            condition={"field": "state", "op": "=", "value": "published"},
            pinned=True,
        ),
        View(
            name="review",
            title=_("To look over"),
            condition={
                "all": [
                    {"field": "state", "op": "=", "value": "published"},
                    {"field": "review_on", "op": "within", "value": "this_month"},
                ]
            },
        ),
    ),
    order=30,
    empty=_(
        "Answers worth keeping. Write down what solved a ticket, and the next one takes a minute."
    ),
)

ENTITIES = (TICKETS, SERVICE_ORDERS, ARTICLES)

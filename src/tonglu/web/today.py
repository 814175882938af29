"""What waits for me: the blocks of the home page, each from the module that knows.

Who opens it wants to know what to do next, in one look and one tap. A block is a short list with a count and the way to all of it;
empty blocks are left out, and people whose roles do not concern them never see them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.approvals.selectors import requests_waiting_for
from tonglu.collaboration.selectors import announcements, followups_due, my_tasks
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.entities.selectors import rows
from tonglu.finance.selectors import invoices_overdue
from tonglu.marketing.selectors import lead_queue
from tonglu.orders.selectors import contracts_to_renew
from tonglu.policy import Actor
from tonglu.support.selectors import service_orders_mine, tickets_open
from tonglu.toolkit.clock import today

SHOWN = 5
LEADERS = frozenset({"team_leader", "sales_director", "managing_director"})
COUNTED = 100


@dataclass(frozen=True, kw_only=True)
class TodayRow:
    """One thing to do: what, about what, when, and where a tap leads."""

    title: str
    about: str
    when: date | None
    late: bool
    url: str


@dataclass(frozen=True, kw_only=True)
class TodayBlock:
    """One short list of things to do."""

    name: str
    title: str
    icon: str
    count: int
    rows: tuple[TodayRow, ...]
    url: str
    tone: str = ""

    @property
    def more(self) -> bool:
        """Whether the count stopped at its bound."""
        return self.count >= COUNTED


@dataclass(frozen=True, kw_only=True)
class _Source:
    """Where a block comes from: the kind it needs, its rows, and how a row is shown."""

    name: str
    kind: str
    title: Callable[[], str]
    icon: str
    find: Callable[[Actor, date], QuerySet[Any]]
    about: Callable[[Any], Any]
    when: Callable[[Any], date | None]
    query: str = ""
    tone: str = ""
    address: Callable[[], str] | None = None
    label: Callable[[Any], Any] = str
    due: bool = True
    """Whether `when` is a day by which something should be done, so that a day past is late."""


def today_blocks(actor: Actor) -> list[TodayBlock]:
    """The blocks that have something in them, the most pressing first."""
    day = today(actor)
    return [block for source in SOURCES for block in _block(actor, source, day)]


def _block(actor: Actor, source: _Source, day: date) -> Iterator[TodayBlock]:
    if not entity_declared(source.kind) or not policy.may(actor, "read", source.kind):
        return
    found = list(source.find(actor, day)[:COUNTED])
    if not found:
        return
    yield TodayBlock(
        name=source.name,
        title=source.title(),
        icon=source.icon,
        count=len(found),
        rows=tuple(_rows(source, found[:SHOWN], day)),
        url=source.address() if source.address else f"{entity_of(source.kind).url()}{source.query}",
        tone=source.tone,
    )


def _rows(source: _Source, found: Iterable[Any], day: date) -> Iterator[TodayRow]:
    for row in found:
        when = source.when(row)
        yield TodayRow(
            title=str(source.label(row)),
            about=str(source.about(row) or ""),
            when=when,
            late=source.due and when is not None and when < day,
            url=_url(row),
        )


def _url(row: Any) -> str:
    """A promised contact leads to the record it is about, a statement to its lines, anything else to its own page."""
    kind, pk = row._meta.label_lower, row.pk
    if kind == "collaboration.followup" and entity_declared(row.target_kind or ""):
        kind, pk = row.target_kind, row.target_id
    if kind == "compensation.statement":
        return reverse("compensation:statement", args=[pk])
    return entity_of(kind).url("detail", pk)


def _deals_closing(actor: Actor, day: date) -> QuerySet[Any]:
    found = rows(actor, "sales.opportunity").filter(
        is_open=True, owner_id__in=actor.own_ids, close_date__lte=day + timedelta(days=7)
    )
    return found.select_related("account").order_by("close_date", "pk")


def _deals_standing_still(actor: Actor, day: date) -> QuerySet[Any]:
    """Deals that have stood longer in their stage than is usual: a leader's whole team's, else one's own."""
    found = rows(actor, "sales.opportunity").filter(is_open=True, stage_due_on__lt=day)
    if not actor.roles & LEADERS:
        found = found.filter(owner_id__in=actor.own_ids)
    return found.select_related("owner").order_by("stage_due_on", "pk")


def _statements(actor: Actor, _day: date) -> QuerySet[Any]:
    found = rows(actor, "compensation.statement").filter(owner_id__in=actor.own_ids, state="issued")
    return found.select_related("period", "owner").order_by("-period__first_day")


def _news(actor: Actor, _day: date) -> QuerySet[Any]:
    return announcements(actor).filter(is_read=False)


def _overdue(actor: Actor, day: date) -> QuerySet[Any]:
    found = invoices_overdue(actor, day)
    if not actor.roles & {"finance", *LEADERS}:
        found = found.filter(owner_id__in=actor.own_ids)
    return found.select_related("account").order_by("due_on")


def _tickets(actor: Actor, _day: date) -> QuerySet[Any]:
    found = tickets_open(actor).filter(owner_id__in=actor.own_ids)
    return found.select_related("account").order_by("due_at")


def _day_of(moment: Any) -> date | None:
    return moment.date() if moment else None


SOURCES = (
    _Source(
        name="approvals",
        kind="approvals.approvalrequest",
        title=lambda: _("To approve"),
        icon="rubber-stamp",
        find=lambda actor, day: requests_waiting_for(actor),
        about=lambda row: row.owner,
        when=lambda row: row.created_at.date(),
        tone="warning",
        due=False,
        address=lambda: reverse("approvals:mine"),
    ),
    _Source(
        name="contacts",
        kind="collaboration.followup",
        title=lambda: _("To contact"),
        icon="phone",
        find=lambda actor, day: followups_due(actor, day),
        label=lambda row: row.next_step or row.subject,
        about=lambda row: row.target_name,
        when=lambda row: row.next_contact_on,
    ),
    _Source(
        name="tasks",
        kind="collaboration.task",
        title=lambda: _("Tasks"),
        icon="checkbox",
        find=lambda actor, day: my_tasks(actor).filter(due_on__lte=day + timedelta(days=1)),
        label=lambda row: row.subject,
        about=lambda row: row.target_name,
        when=lambda row: row.due_on,
    ),
    _Source(
        name="leads",
        kind="marketing.lead",
        title=lambda: _("Leads to call"),
        icon="user-plus",
        find=lambda actor, day: lead_queue(actor),
        about=lambda row: row.company,
        when=lambda row: row.next_contact_on,
    ),
    _Source(
        name="deals",
        kind="sales.opportunity",
        title=lambda: _("Deals that should close within a week"),
        icon="target-arrow",
        find=_deals_closing,
        about=lambda row: row.account,
        when=lambda row: row.close_date,
    ),
    _Source(
        name="standing",
        kind="sales.opportunity",
        title=lambda: _("Deals that stand still"),
        icon="hourglass",
        find=_deals_standing_still,
        about=lambda row: row.owner,
        when=lambda row: row.stage_due_on,
        query="?view=stuck",
    ),
    _Source(
        name="invoices",
        kind="finance.invoice",
        title=lambda: _("Overdue invoices"),
        icon="file-alert",
        find=_overdue,
        about=lambda row: row.account,
        when=lambda row: row.due_on,
        query="?view=overdue",
        tone="danger",
    ),
    _Source(
        name="renewals",
        kind="orders.contract",
        title=lambda: _("Contracts that end or renew within a month"),
        icon="refresh",
        find=lambda actor, day: (
            contracts_to_renew(actor, day + timedelta(days=30))
            .filter(owner_id__in=actor.own_ids)
            .select_related("account")
        ),
        about=lambda row: row.account,
        when=lambda row: row.renewal_on or row.ends_on,
    ),
    _Source(
        name="tickets",
        kind="support.ticket",
        title=lambda: _("My tickets"),
        icon="lifebuoy",
        find=_tickets,
        about=lambda row: row.account,
        when=lambda row: _day_of(row.due_at),
        query="?view=mine",
    ),
    _Source(
        name="visits",
        kind="support.serviceorder",
        title=lambda: _("My service orders"),
        icon="tool",
        find=lambda actor, day: service_orders_mine(actor).select_related("account"),
        about=lambda row: row.account,
        when=lambda row: _day_of(row.planned_at),
        query="?view=mine",
    ),
    _Source(
        name="statements",
        kind="compensation.statement",
        title=lambda: _("Pay statements to look over"),
        icon="file-dollar",
        find=_statements,
        about=lambda row: "",
        when=lambda row: None,
    ),
    _Source(
        name="news",
        kind="collaboration.announcement",
        title=lambda: _("Unread news"),
        icon="speakerphone",
        find=_news,
        about=lambda row: "",
        when=lambda row: _day_of(row.published_at),
        due=False,
    ),
)

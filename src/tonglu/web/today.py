"""What waits for me: the blocks of the home page, each from the module that knows.

Who opens it wants to know what to do next, in one look and one tap. A block is a short list with a count and the way to all of it;
empty blocks are left out, and people whose roles do not concern them never see them. Every source says its columns in SQL, so
that all blocks come in one query, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    F,
    Func,
    IntegerField,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.approvals.selectors import requests_waiting_for
from tonglu.collaboration.selectors import announcements, followups_due, my_tasks
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.entities.selectors import rows
from tonglu.finance.selectors import invoices_overdue
from tonglu.marketing.selectors import lead_queue
from tonglu.orders.selectors import contracts_to_renew, orders_to_ship
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
    """Where a block comes from: the kind it needs, its rows, and the columns that show a row."""

    name: str
    kind: str
    title: Callable[[], str]
    icon: str
    find: Callable[[Actor, date], QuerySet[Any]]
    label: Any
    about: Any = None
    when: Any = None
    leads_to: tuple[str, str] | None = None
    """The columns with the kind and the id of the record a tap opens, where it is another one."""
    query: str = ""
    tone: str = ""
    address: Callable[[], str] | None = None
    roles: frozenset[str] = frozenset()
    """Whom it concerns, where it is not everybody who may read the kind."""
    due: bool = True
    """Whether `when` is a day by which something should be done, so that a day past is late."""


class _Found(NamedTuple):
    """One row of any source, as the database tells it."""

    place: int
    pk: int
    kind: str
    target: int
    label: str
    about: str
    when: date | None


def today_blocks(actor: Actor) -> list[TodayBlock]:
    """The blocks that have something in them, the most pressing first; one query."""
    day = today(actor)
    found: dict[int, list[_Found]] = {}
    for row in _everything(actor, day):
        found.setdefault(row.place, []).append(row)
    return [_block(SOURCES[place], found[place], day) for place in sorted(found)]


def _everything(actor: Actor, day: date) -> Iterator[_Found]:
    """The first rows of every source that concerns the actor, each source in its own order."""
    parts = [
        _told(place, source, source.find(actor, day))
        for place, source in enumerate(SOURCES)
        if not source.roles or actor.roles & source.roles
        if entity_declared(source.kind) and policy.may(actor, "read", source.kind)
    ]
    if not parts:
        return
    rows_ = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    yield from (_Found(*row) for row in rows_)


def _told(place: int, source: _Source, found: QuerySet[Any]) -> QuerySet[Any, Any]:
    kind, pk = source.leads_to or (Value(source.kind), "pk")
    told: QuerySet[Any, Any] = found.annotate(
        _place=Value(place, output_field=IntegerField()),
        _kind=Cast(Coalesce(kind, Value("")), TextField()),
        _target=Cast(pk, BigIntegerField()),
        _label=Cast(source.label, TextField()),
        _about=Cast(Coalesce(source.about or Value(""), Value("")), TextField()),
        _when=Cast(source.when or Value(None), DateField()),
    ).values_list("_place", "pk", "_kind", "_target", "_label", "_about", "_when")
    return told[:COUNTED]


def _block(source: _Source, found: list[_Found], day: date) -> TodayBlock:
    return TodayBlock(
        name=source.name,
        title=source.title(),
        icon=source.icon,
        count=len(found),
        rows=tuple(_rows(source, found[:SHOWN], day)),
        url=source.address() if source.address else f"{entity_of(source.kind).url()}{source.query}",
        tone=source.tone,
    )


def _rows(source: _Source, found: Iterable[_Found], day: date) -> Iterator[TodayRow]:
    for row in found:
        yield TodayRow(
            title=row.label,
            about=row.about,
            when=row.when,
            late=source.due and row.when is not None and row.when < day,
            url=_url(source, row),
        )


def _url(source: _Source, row: _Found) -> str:
    """A promised contact leads to the record it is about, a statement to its lines, anything else to its own page."""
    if source.kind == "compensation.statement":
        return reverse("compensation:statement", args=[row.pk])
    if entity_declared(row.kind):
        return entity_of(row.kind).url("detail", row.target)
    return entity_of(source.kind).url("detail", row.pk)


def _month(column: str) -> Any:
    return Func(F(column), Value("YYYY-MM"), function="to_char", output_field=TextField())


def _choice(kind: str, column: str) -> Any:
    """The name of a choice, in the reader's language."""
    choices: Any = apps.get_model(kind)._meta.get_field(column).flatchoices
    return Case(
        *(When(**{column: value}, then=_said(name)) for value, name in choices),
        default=F(column),
        output_field=TextField(),
    )


def _said(name: Any) -> Value:
    """A lazily translated text, which is put into words when the query is asked."""
    return Value(name, output_field=TextField())


def _deals_closing(actor: Actor, day: date) -> QuerySet[Any]:
    found = rows(actor, "sales.opportunity").filter(
        is_open=True, owner_id__in=actor.own_ids, close_date__lte=day + timedelta(days=7)
    )
    return found.order_by("close_date", "pk")


def _deals_standing_still(actor: Actor, day: date) -> QuerySet[Any]:
    """Deals that have stood longer in their stage than is usual: a leader's whole team's, else one's own."""
    found = rows(actor, "sales.opportunity").filter(is_open=True, stage_due_on__lt=day)
    if not actor.roles & LEADERS:
        found = found.filter(owner_id__in=actor.own_ids)
    return found.order_by("stage_due_on", "pk")


def _statements(actor: Actor, _day: date) -> QuerySet[Any]:
    found = rows(actor, "compensation.statement").filter(owner_id__in=actor.own_ids, state="issued")
    return found.order_by("-period__first_day", "pk")


def _news(actor: Actor, _day: date) -> QuerySet[Any]:
    return announcements(actor).filter(is_read=False)


def _overdue(actor: Actor, day: date) -> QuerySet[Any]:
    found = invoices_overdue(actor, day)
    if not actor.roles & {"finance", *LEADERS}:
        found = found.filter(owner_id__in=actor.own_ids)
    return found.order_by("due_on", "pk")


def _tickets(actor: Actor, _day: date) -> QuerySet[Any]:
    found = tickets_open(actor).filter(owner_id__in=actor.own_ids)
    return found.order_by("due_at", "pk")


SOURCES = (
    _Source(
        name="approvals",
        kind="approvals.approvalrequest",
        title=lambda: _("To approve"),
        icon="rubber-stamp",
        find=lambda actor, day: requests_waiting_for(actor),
        tone="warning",
        due=False,
        address=lambda: reverse("approvals:mine"),
        label=F("title"),
        about=F("owner__name"),
        when=TruncDate("created_at"),
    ),
    _Source(
        name="contacts",
        kind="collaboration.followup",
        title=lambda: _("To contact"),
        icon="phone",
        find=lambda actor, day: followups_due(actor, day),
        label=Coalesce(NullIf(F("next_step"), Value("")), F("subject")),
        about=F("target_name"),
        when=F("next_contact_on"),
        leads_to=("target_kind", "target_id"),
    ),
    _Source(
        name="tasks",
        kind="collaboration.task",
        title=lambda: _("Tasks"),
        icon="checkbox",
        find=lambda actor, day: my_tasks(actor).filter(due_on__lte=day + timedelta(days=1)),
        label=F("subject"),
        about=F("target_name"),
        when=F("due_on"),
    ),
    _Source(
        name="leads",
        kind="marketing.lead",
        title=lambda: _("Leads to call"),
        icon="user-plus",
        find=lambda actor, day: lead_queue(actor),
        label=Coalesce(NullIf(F("name"), Value("")), F("company")),
        about=F("company"),
        when=F("next_contact_on"),
    ),
    _Source(
        name="deals",
        kind="sales.opportunity",
        title=lambda: _("Deals that should close within a week"),
        icon="target-arrow",
        find=_deals_closing,
        label=F("name"),
        about=F("account__name"),
        when=F("close_date"),
    ),
    _Source(
        name="standing",
        kind="sales.opportunity",
        title=lambda: _("Deals that stand still"),
        icon="hourglass",
        find=_deals_standing_still,
        query="?view=stuck",
        label=F("name"),
        about=F("owner__name"),
        when=F("stage_due_on"),
    ),
    _Source(
        name="invoices",
        kind="finance.invoice",
        title=lambda: _("Overdue invoices"),
        icon="file-alert",
        find=_overdue,
        query="?view=overdue",
        tone="danger",
        label=F("number"),
        about=F("account__name"),
        when=F("due_on"),
    ),
    _Source(
        name="shipping",
        kind="orders.order",
        title=lambda: _("Orders to ship"),
        icon="truck",
        find=lambda actor, day: orders_to_ship(actor),
        query="?view=to_ship",
        roles=frozenset({"order_operations"}),
        label=F("number"),
        about=F("account__name"),
        when=F("promised_on"),
    ),
    _Source(
        name="renewals",
        kind="orders.contract",
        title=lambda: _("Contracts that end or renew within a month"),
        icon="refresh",
        find=lambda actor, day: contracts_to_renew(actor, day + timedelta(days=30)).filter(
            owner_id__in=actor.own_ids
        ),
        label=F("number"),
        about=F("account__name"),
        when=Coalesce("renewal_on", "ends_on"),
    ),
    _Source(
        name="tickets",
        kind="support.ticket",
        title=lambda: _("My tickets"),
        icon="lifebuoy",
        find=_tickets,
        query="?view=mine",
        label=Concat("number", Value(" "), "subject", output_field=TextField()),
        about=F("account__name"),
        when=TruncDate("due_at"),
    ),
    _Source(
        name="visits",
        kind="support.serviceorder",
        title=lambda: _("My service orders"),
        icon="tool",
        find=lambda actor, day: service_orders_mine(actor),
        query="?view=mine",
        label=Concat(
            "number", Value(" "), _choice("support.serviceorder", "kind"), output_field=TextField()
        ),
        about=F("account__name"),
        when=TruncDate("planned_at"),
    ),
    _Source(
        name="statements",
        kind="compensation.statement",
        title=lambda: _("Pay statements to look over"),
        icon="file-dollar",
        find=_statements,
        label=Concat(
            _month("period__first_day"), Value(" · "), "owner__name", output_field=TextField()
        ),
    ),
    _Source(
        name="news",
        kind="collaboration.announcement",
        title=lambda: _("Unread news"),
        icon="speakerphone",
        find=_news,
        due=False,
        label=F("title"),
        when=TruncDate("published_at"),
    ),
)

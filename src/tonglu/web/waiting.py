"""Where the blocks of the home page come from: for each, the kind it needs, its rows, and the columns that show a row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Concat, NullIf, TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _

from tonglu.approvals.selectors import requests_waiting_for
from tonglu.collaboration.selectors import announcements, followups_due, my_tasks
from tonglu.entities.selectors import own_rows, rows
from tonglu.finance.selectors import (
    collections_to_allocate,
    expenses_to_decide,
    invoices_overdue,
)
from tonglu.insights.links import equals, list_url
from tonglu.marketing.selectors import lead_queue
from tonglu.orders.selectors import contracts_to_renew, orders_to_ship
from tonglu.policy import Actor
from tonglu.support.selectors import service_orders_mine, tickets_open

from .sources import Source, choice, month
from .staffing import STAFFING

LEADERS = frozenset({"team_leader", "sales_director", "managing_director"})


def _deals_closing(actor: Actor, day: date) -> QuerySet[Any]:
    found = own_rows(actor, "sales.opportunity").filter(
        is_open=True, close_date__lte=day + timedelta(days=7)
    )
    return found.order_by("close_date", "pk")


def _deals_standing_still(actor: Actor, day: date) -> QuerySet[Any]:
    """Deals that have stood longer in their stage than is usual: a leader's whole team's, else one's own."""
    asked = rows if actor.roles & LEADERS else own_rows
    found = asked(actor, "sales.opportunity").filter(is_open=True, stage_due_on__lt=day)
    return found.order_by("stage_due_on", "pk")


def _statements(actor: Actor, _day: date) -> QuerySet[Any]:
    found = rows(actor, "compensation.statement").filter(owner_id__in=actor.own_ids, state="issued")
    return found.order_by("-period__first_day", "pk")


def _disputes(actor: Actor, _day: date) -> QuerySet[Any]:
    found = rows(actor, "compensation.dispute").filter(state="open")
    return found.exclude(owner_id__in=actor.own_ids).order_by("answer_due_on", "pk")


def _months_to_close(actor: Actor, day: date) -> QuerySet[Any]:
    """Months that are over and not paid yet."""
    found = rows(actor, "compensation.payperiod").filter(first_day__lt=day.replace(day=1))
    return found.exclude(state="paid").order_by("first_day")


def _news(actor: Actor, _day: date) -> QuerySet[Any]:
    return announcements(actor).filter(is_read=False)


def _overdue(actor: Actor, day: date) -> QuerySet[Any]:
    found = invoices_overdue(actor, day)
    if not actor.roles & {"finance", *LEADERS}:
        found = found.filter(owner_id__in=actor.own_ids)
    return found.order_by("due_on", "pk")


def _deliveries(actor: Actor, day: date) -> QuerySet[Any]:
    """Purchases that should have come in, or will within three days."""
    found = rows(actor, "supply.purchase").filter(
        state__in=("ordered", "partly"), expected_on__lte=day + timedelta(days=3)
    )
    return found.order_by("expected_on", "pk")


def _provisional(actor: Actor, _day: date) -> QuerySet[Any]:
    """Accounts that accounting does not know yet, the longest waiting first."""
    return rows(actor, "customers.account").filter(state="provisional").order_by("created_at", "pk")


def _tickets(actor: Actor, _day: date) -> QuerySet[Any]:
    found = tickets_open(actor).filter(owner_id__in=actor.own_ids)
    return found.order_by("due_at", "pk")


SOURCES = (
    Source(
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
    Source(
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
    Source(
        name="tasks",
        kind="collaboration.task",
        title=lambda: _("Tasks"),
        icon="checkbox",
        find=lambda actor, day: my_tasks(actor).filter(due_on__lte=day + timedelta(days=1)),
        label=F("subject"),
        about=F("target_name"),
        when=F("due_on"),
    ),
    Source(
        name="leads",
        kind="marketing.lead",
        title=lambda: _("Leads to call"),
        icon="user-plus",
        find=lambda actor, day: lead_queue(actor),
        label=Coalesce(NullIf(F("name"), Value("")), F("company")),
        about=F("company"),
        when=F("next_contact_on"),
    ),
    Source(
        name="deals",
        kind="sales.opportunity",
        title=lambda: _("Closing within a week"),
        icon="target-arrow",
        find=_deals_closing,
        label=F("name"),
        about=F("account__name"),
        when=F("close_date"),
    ),
    Source(
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
    Source(
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
    Source(
        name="receipts",
        kind="finance.collection",
        title=lambda: _("Receipts to allocate"),
        icon="cash",
        find=lambda actor, day: collections_to_allocate(actor).order_by("received_on", "pk"),
        query="?view=open",
        roles=frozenset({"finance"}),
        due=False,
        label=F("number"),
        about=F("account__name"),
        when=F("received_on"),
    ),
    Source(
        name="expenses",
        kind="finance.expense",
        title=lambda: _("Expenses to decide"),
        icon="receipt",
        find=lambda actor, day: expenses_to_decide(actor).order_by("spent_on", "pk"),
        query="?view=waiting",
        roles=frozenset({"finance"}),
        due=False,
        label=F("title"),
        about=F("owner__name"),
        when=F("spent_on"),
    ),
    Source(
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
    Source(
        name="deliveries",
        kind="supply.purchase",
        title=lambda: _("Deliveries expected"),
        icon="truck",
        find=_deliveries,
        query="?view=expected",
        roles=frozenset({"procurement"}),
        label=F("number"),
        about=F("supplier__name"),
        when=F("expected_on"),
    ),
    Source(
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
    Source(
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
    Source(
        name="visits",
        kind="support.serviceorder",
        title=lambda: _("My service orders"),
        icon="tool",
        find=lambda actor, day: service_orders_mine(actor),
        query="?view=mine",
        label=Concat(
            "number", Value(" "), choice("support.serviceorder", "kind"), output_field=TextField()
        ),
        about=F("account__name"),
        when=TruncDate("planned_at"),
    ),
    Source(
        name="disputes",
        kind="compensation.dispute",
        title=lambda: _("Pay disputes to answer"),
        icon="message-exclamation",
        find=_disputes,
        query="?view=all&f.state=open",
        roles=frozenset({"compensation_administrator"}),
        label=Concat(
            month("statement__period__first_day"),
            Value(" · "),
            "owner__name",
            output_field=TextField(),
        ),
        about=F("text"),
        when=F("answer_due_on"),
    ),
    Source(
        name="pay_months",
        kind="compensation.payperiod",
        title=lambda: _("Months of pay to close"),
        icon="calendar-dollar",
        find=_months_to_close,
        address=lambda: reverse("compensation:calendar"),
        roles=frozenset({"compensation_administrator"}),
        due=False,
        label=month("first_day"),
        about=choice("compensation.payperiod", "state"),
    ),
    Source(
        name="statements",
        kind="compensation.statement",
        title=lambda: _("Pay statements to look over"),
        icon="file-dollar",
        find=_statements,
        label=Concat(
            month("period__first_day"), Value(" · "), "owner__name", output_field=TextField()
        ),
    ),
    Source(
        name="accounts",
        kind="customers.account",
        title=lambda: _("Accounts to verify"),
        icon="circle-check",
        find=_provisional,
        address=lambda: list_url("customers.account", equals("state", "provisional")),
        roles=frozenset({"data_steward"}),
        due=False,
        label=F("name"),
        about=F("owner__name"),
        when=TruncDate("created_at"),
    ),
    *STAFFING,
    Source(
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

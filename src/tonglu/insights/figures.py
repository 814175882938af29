"""The few figures each reader steers by, for the home page; each opens its records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Sum
from django.db.models.functions import NullIf
from django.utils.timezone import make_aware
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.compensation.selectors import balances_of
from tonglu.compensation.services.ledger import month_after
from tonglu.entities.registry import entity_of
from tonglu.finance.selectors import collected_between, invoices_open
from tonglu.marketing.selectors import lead_queue, leads_since
from tonglu.policy import Actor
from tonglu.sales.selectors import open_sum, won_sum
from tonglu.toolkit.clock import today
from tonglu.toolkit.formatting import compact_text, money_text
from tonglu.toolkit.money import base_currency

from .links import before, between, equals, list_url, more_than

DEAL, INVOICE, COLLECTION = "sales.opportunity", "finance.invoice", "finance.collection"
LEAD = "marketing.lead"
SELLERS = frozenset({"salesperson", "team_leader", "sales_director", "managing_director"})
KEEPERS = frozenset({"administrator"})
"""Who keeps the house, and reads deals and invoices only to help others with them."""
LEAD_ROLES = frozenset({"marketing", "telesales"})
"""Who lives on leads, and steers by them rather than by deals of others."""
OPEN_IN_BASE = ExpressionWrapper(
    F("open_amount") * F("base_amount") / NullIf(F("amount"), Decimal(0)),
    output_field=DecimalField(max_digits=18, decimal_places=2),
)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number with its name, a note, and the address of what is behind it."""

    label: str
    value: str
    note: str = ""
    icon: str = ""
    url: str = ""
    alarm: bool = False
    """Whether it should not stay as it is."""


def figures_of(actor: Actor) -> list[Figure]:
    """The figures that concern the reader, at most six."""
    day = today(actor)
    first = day.replace(day=1)
    found: list[Figure] = []
    if actor.roles <= KEEPERS:
        return found
    if actor.roles & LEAD_ROLES and policy.may(actor, "read", LEAD):
        found += _lead_figures(actor, first, day)
    deals = (
        _deal_figures(actor, first, month_after(first)) if policy.may(actor, "read", DEAL) else ()
    )
    money = _money_figures(actor, first, day) if policy.may(actor, "read", INVOICE) else ()
    found += (*deals, *money) if actor.roles & SELLERS else (*money, *deals)
    if actor.person_id and policy.may(actor, "read", "compensation.earning"):
        found += _pay_figures(actor, first, day)
    return found[:6]


def _lead_figures(actor: Actor, first: date, day: date) -> Iterator[Figure]:
    mine = lead_queue(actor).order_by().count()
    if mine:
        yield Figure(
            label=_("My live leads"),
            value=str(mine),
            icon="user-plus",
            url=f"{entity_of(LEAD).url()}?view=my_live",
        )
    came, converted = leads_since(actor, make_aware(datetime.combine(first, time())))
    yield Figure(
        label=_("New leads this month"),
        value=str(came),
        note=_("%(count)s of them converted") % {"count": converted},
        icon="speakerphone",
        url=list_url(LEAD, between("created_at", first, day)),
    )


def _deal_figures(actor: Actor, first: date, following: date) -> Iterator[Figure]:
    last = date.fromordinal(following.toordinal() - 1)
    open_, won = open_sum(actor), won_sum(actor, first, last)
    if not (open_.count or won.count or actor.roles & SELLERS):
        return
    yield Figure(
        label=_("Open deals"),
        value=shown(open_.amount),
        note=_deals(open_.count),
        icon="target-arrow",
        url=list_url(DEAL, equals("is_open", "true")),
    )
    yield Figure(
        label=_("Won this month"),
        value=shown(won.amount),
        note=_deals(won.count),
        icon="trophy",
        url=list_url(DEAL, equals("stage.kind", "won"), between("closed_at", first, last)),
    )


def _deals(count: int) -> str:
    return ngettext("%(count)s deal", "%(count)s deals", count) % {"count": count}


def _money_figures(actor: Actor, first: date, day: date) -> Iterator[Figure]:
    overdue = invoices_open(actor).filter(due_on__lt=day)
    sums = overdue.order_by().aggregate(count=Count("pk"), amount=Sum(OPEN_IN_BASE))
    yield Figure(
        label=_("Overdue"),
        value=shown(sums["amount"]),
        note=ngettext("%(count)s invoice", "%(count)s invoices", sums["count"])
        % {"count": sums["count"]},
        icon="file-alert",
        url=list_url(
            INVOICE, equals("state", "issued"), more_than("open_amount", 0), before("due_on", day)
        ),
    )
    for one in collected_between(actor, first, day)[:1]:
        yield Figure(
            label=_("Collected this month"),
            value=compact_text(one["amount"], one["currency"], language()),
            note=ngettext("%(count)s receipt", "%(count)s receipts", one["count"])
            % {"count": one["count"]},
            icon="cash",
            url=list_url(COLLECTION, between("received_on", first, day)),
        )


def _pay_figures(actor: Actor, first: date, day: date) -> Iterator[Figure]:
    pay = balances_of(actor.person_id or 0, first, day)
    if pay.earned or pay.held or pay.payable:
        yield Figure(
            label=_("My commission this month"),
            value=money_text(pay.earned, base_currency(), language()),
            note=_("%(held)s wait for customers' money") % {"held": shown(pay.held)},
            icon="coins",
            url="/my-pay/",
        )


def shown(amount: Decimal | None) -> str:
    """An amount in base currency, short enough for a tile."""
    return compact_text(amount or Decimal(0), base_currency(), language())


def language() -> str:
    """The reader's language."""
    return get_language() or "en"

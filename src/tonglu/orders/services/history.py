"""Contracts for deals that were won in another system, so that what was sold there is delivered, collected and paid for here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tonglu.audit.services import context
from tonglu.directory.memory import memory
from tonglu.entities.services import record_create
from tonglu.orders.models import Contract, ContractLine
from tonglu.sales import selectors as sales
from tonglu.toolkit.clock import zone_of

from .contracts import contract_sign

if TYPE_CHECKING:
    from tonglu.policy import Actor
    from tonglu.sales.models import Opportunity


def contracts_from_won(*, actor: Actor, start: date, until: date) -> int:
    """Sign a contract for every deal won in those days that has none: on the day it was won, for what it was won at.

    What it pays follows from the plan its owner is on that day, as with any contract. Gives how many were made; a second run
    makes none.
    """
    made = 0
    with memory():
        won = sales.won_between(actor, start, until).order_by("closed_at", "pk")
        known = set(
            Contract.objects.exclude(opportunity=None).values_list("opportunity", flat=True)
        )
        for deal in won.select_related("account", "owner", "contact").iterator(chunk_size=500):
            if deal.pk not in known:
                contract_from_won(actor=actor, deal=deal)
                made += 1
    return made


@transaction.atomic
def contract_from_won(*, actor: Actor, deal: Opportunity) -> Contract:
    """The signed contract of one won deal."""
    with context(actor, verb="orders.contract.from_won"):
        draft: Contract = record_create(
            actor=actor,
            model=Contract,
            values={
                "name": deal.name,
                "account": deal.account,
                "contact": deal.contact,
                "opportunity": deal,
                "owner": deal.owner,
                "currency": deal.currency,
            },
            lines={ContractLine: _lines(deal)},
        )
        return contract_sign(actor=actor, row=draft, signed_on=_day(deal))


def _lines(deal: Opportunity) -> list[dict[str, Any]]:
    lines = sales.opportunity_lines(deal)
    if not lines:
        return [{"description": deal.name, "quantity": 1, "price": deal.amount, "vat_rate": 0}]
    return [
        {
            "product": line.product,
            "quantity": line.quantity,
            "price": line.amount / line.quantity,
        }
        for line in lines
    ]


def _day(deal: Opportunity) -> date | None:
    return deal.closed_at.astimezone(zone_of("")).date() if deal.closed_at else deal.close_date

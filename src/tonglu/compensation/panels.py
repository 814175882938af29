"""What pay puts on the pages of deals, quotes and contracts, shown only to whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tonglu.entities.panels import Panel, register_panel
from tonglu.policy import Actor
from tonglu.toolkit.money import base_currency

from .estimates import deal_of_document, deal_of_opportunity, deal_pay
from .selectors import earnings_on

ESTIMATE = "compensation/panels/estimate.html"
EARNED = "compensation/panels/earned.html"


def register_panels() -> None:
    """Called once from apps.py."""
    register_panel(
        Panel(
            on="sales.opportunity",
            name="pay",
            title=_("What it pays me"),
            icon="coins",
            render=_of_opportunity,
            template=ESTIMATE,
            allowed=_concerns_opportunity,
            side=True,
            order=5,
        )
    )
    for kind in ("orders.quote", "orders.contract"):
        register_panel(
            Panel(
                on=kind,
                name="pay",
                title=_("What it pays me"),
                icon="coins",
                render=_of_document,
                template=ESTIMATE,
                allowed=_concerns_document,
                side=True,
                order=5,
            )
        )
    register_panel(
        Panel(
            on="orders.contract",
            name="earned",
            title=_("Commission"),
            icon="coins",
            render=_earned,
            template=EARNED,
            allowed=_has_earnings,
            order=40,
        )
    )


def _of_opportunity(actor: Actor, row: Any) -> Mapping[str, Any]:
    return {
        "pays": deal_pay(actor, deal_of_opportunity(actor, row)),
        "row": row,
        "base": base_currency(),
    }


def _of_document(actor: Actor, row: Any) -> Mapping[str, Any]:
    return {
        "pays": deal_pay(actor, deal_of_document(actor, row)),
        "row": row,
        "base": base_currency(),
    }


def _concerns_opportunity(actor: Actor, row: Any) -> bool:
    if row.closed_at is not None:
        return False
    credits = deal_of_opportunity(actor, row).credits
    return actor.person_id in {credit[0] for credit in credits}


def _concerns_document(actor: Actor, row: Any) -> bool:
    if getattr(row, "signed_on", None) is not None or row.state not in {
        "draft",
        "sent",
        "accepted",
    }:
        return False
    credits = deal_of_document(actor, row).credits
    return actor.person_id in {credit[0] for credit in credits}


def _earned(actor: Actor, row: Any) -> Mapping[str, Any]:
    return {"earnings": list(earnings_on(actor, row.pk)), "base": base_currency()}


def _has_earnings(actor: Actor, row: Any) -> bool:
    return row.signed_on is not None and earnings_on(actor, row.pk).exists()

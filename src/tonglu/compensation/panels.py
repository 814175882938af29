"""What pay puts on the pages and into the forms of deals, quotes and contracts, shown only to whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tonglu.entities.panels import Panel, register_panel
from tonglu.entities.registry import entity_of
from tonglu.policy import Actor
from tonglu.toolkit.money import base_currency

from .estimates import Wish, deal_of, deal_pay, deal_wished
from .selectors import earnings_on
from .services.earning import Deal

ESTIMATE = "compensation/panels/estimate.html"
LIVE = "compensation/panels/live.html"
EARNED = "compensation/panels/earned.html"
UNSIGNED = frozenset({"draft", "sent", "accepted"})
DEALS = ("sales.opportunity", "orders.quote", "orders.contract")


def register_panels() -> None:
    """Called once from apps.py."""
    for kind in DEALS:
        register_panel(
            Panel(
                on=kind,
                name="pay",
                title=_("What it pays me"),
                icon="coins",
                render=estimate_context,
                template=ESTIMATE,
                form_template=LIVE,
                allowed=concerns,
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


def concerns(actor: Actor, row: Any) -> bool:
    """Whether a deal is still to be decided and the person has credit on it."""
    if not _is_open(row):
        return False
    return actor.person_id in {credit[0] for credit in deal_of(actor, row).credits}


def estimate_context(actor: Actor, row: Any, wish: Wish | None = None) -> Mapping[str, Any]:
    """What the deal pays the person, as it stands or as they wish it."""
    deal = deal_of(actor, row)
    if wish is not None:
        deal = deal_wished(actor, deal, wish)
    pays = deal_pay(actor, deal)
    return {
        "pays": pays,
        "total": sum(pay.adds for pay in pays),
        "row": row,
        "base": base_currency(),
        "day": deal.day,
        "share": _share(actor, deal),
        "try_url": _try_url(row),
    }


def _is_open(row: Any) -> bool:
    if row._meta.label_lower == "sales.opportunity":
        return row.closed_at is None
    return getattr(row, "signed_on", None) is None and row.state in UNSIGNED


def _share(actor: Actor, deal: Deal) -> Any:
    return sum(percent for person, percent, _role in deal.credits if person == actor.person_id)


def _try_url(row: Any) -> str:
    if row.pk is None:
        return ""
    return reverse("compensation:estimate", args=(entity_of(row).slug, row.pk))


def _earned(actor: Actor, row: Any) -> Mapping[str, Any]:
    return {"earnings": list(earnings_on(actor, row.pk)), "base": base_currency()}


def _has_earnings(actor: Actor, row: Any) -> bool:
    return row.signed_on is not None and earnings_on(actor, row.pk).exists()

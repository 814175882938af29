"""What a deal, quote or contract pays whoever looks at it: whom it concerns, and what the panel and the strip in the form show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from tonglu.compensation.faces.estimates import (
    Wish,
    credits_of,
    day_of,
    deal_of,
    deal_pay,
    deal_wished,
)
from tonglu.compensation.faces.overrides import lifts_of
from tonglu.compensation.services.earning import Deal
from tonglu.directory.memory import remember_reading
from tonglu.entities.registry import entity_of
from tonglu.policy import Actor
from tonglu.toolkit.money import base_currency

ACCEPTED = "accepted"
UNSIGNED = frozenset({"draft", "sent", ACCEPTED})
DEALS = ("sales.opportunity", "orders.quote", "orders.contract")


def concerns(actor: Actor, row: Any) -> bool:
    """Whether a deal is still to be decided, and the person has credit on it or is paid an override for it."""
    if not _is_open(row) or actor.person_id is None:
        return False
    sellers = {credit[0] for credit in credits_of(row)}
    return actor.person_id in sellers or bool(
        lifts_of(actor.person_id, sellers, day_of(actor, row))
    )


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
    if row._meta.label_lower == "orders.quote" and row.state == ACCEPTED:
        return not quote_is_signed(row)
    return getattr(row, "signed_on", None) is None and row.state in UNSIGNED


def quote_is_signed(row: Any) -> bool:
    """Whether a contract of an accepted quote is signed; a page asks once."""
    signed = row.contracts.filter(signed_on__isnull=False)
    return row.state == ACCEPTED and bool(remember_reading(("quote_signed", row.pk), signed.exists))


def _share(actor: Actor, deal: Deal) -> Any:
    return sum(percent for person, percent, _role in deal.credits if person == actor.person_id)


def _try_url(row: Any) -> str:
    if row.pk is None:
        return ""
    return reverse("compensation:estimate", args=(entity_of(row).slug, row.pk))

"""The customer's side of a quote: a link nobody can guess, a log of what happened on it, and an answer by name.

The link carries the quote's id and a random key of the quote, signed; neither the database nor the address bar of another quote
gives it away, and a new version closes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.core.signing import BadSignature
from django.db.models import F

from tonglu.audit.services import context
from tonglu.kernel.errors import DomainError, NotFound
from tonglu.kernel.text import N_
from tonglu.orders.events import QuoteViewed
from tonglu.orders.models import Quote, QuoteEvent
from tonglu.policy import Actor
from tonglu.toolkit.clock import now
from tonglu.toolkit.events import publish

from . import quotes
from .links import signer

NOT_THERE = N_("This link does not lead to a quote, or no longer does.")
VIEW_LOG_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Where somebody on a link comes from."""

    address: str | None = None
    agent: str = ""


def quote_by_token(token: str) -> Quote:
    """The quote of a link; NotFound when the link was made up, or is closed."""
    try:
        pk, key = signer().unsign(token).split(".")
    except (BadSignature, ValueError):
        raise NotFound(NOT_THERE) from None
    found = Quote.objects.filter(pk=int(pk), link_key=key, deleted_at__isnull=True).first()
    if found is None:
        raise NotFound(NOT_THERE)
    return found


def quote_view(*, row: Quote, visitor: Visitor) -> None:
    """Note that the customer looked."""
    seen = now()
    with context(_customer(""), verb="orders.quote.viewed"):
        if row.views < VIEW_LOG_LIMIT:
            _log(row, QuoteEvent.Act.VIEWED, visitor)
        Quote.objects.filter(pk=row.pk).update(views=F("views") + 1, viewed_at=seen)
        if row.views == 0:
            publish(
                QuoteViewed(
                    quote_id=row.pk,
                    account_id=row.account_id,
                    opportunity_id=row.opportunity_id,
                    owner_id=row.owner_id,
                )
            )


def quote_answer_accept(*, row: Quote, name: str, note: str, visitor: Visitor) -> Quote:
    """The customer accepts on the link, in their own name."""
    name = _named(name)
    actor = _customer(name)
    with context(actor, verb="orders.quote.accepted"):
        accepted = quotes.quote_accept(actor=actor, row=row, accepted_by=name, note=note)
        _log(accepted, QuoteEvent.Act.ACCEPTED, visitor, name, note)
    return accepted


def quote_answer_decline(*, row: Quote, name: str, note: str, visitor: Visitor) -> Quote:
    """The customer declines on the link, in their own words."""
    name = _named(name)
    actor = _customer(name)
    with context(actor, verb="orders.quote.declined"):
        declined = quotes.quote_decline(actor=actor, row=row, declined_by=name, note=note)
        _log(declined, QuoteEvent.Act.DECLINED, visitor, name, note)
    return declined


def _log(row: Quote, act: QuoteEvent.Act, visitor: Visitor, name: str = "", note: str = "") -> None:
    QuoteEvent.objects.create(
        quote=row,
        act=act,
        at=now(),
        name=name,
        note=note,
        address=visitor.address,
        agent=visitor.agent[:200],
    )


def _named(name: str) -> str:
    name = " ".join(name.split())[:120]
    if not name:
        raise DomainError(N_("Please give your name."), code="name_needed", field="name")
    return name


def _customer(name: str) -> Actor:
    """Somebody at the customer: no person of ours, and named in the trail as such."""
    return replace(Actor.system("page"), name=f"{name} (link)".strip())

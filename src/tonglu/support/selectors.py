"""Reading tickets and articles; each starts from what the actor may see."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from tonglu.entities.selectors import rows
from tonglu.policy import Actor
from tonglu.toolkit.clock import now
from tonglu.toolkit.search import search_filter

from .models import Article, ServiceOrder, Ticket

FINISHED = (Ticket.State.SOLVED, Ticket.State.CLOSED)


def account_tickets(actor: Actor, account_id: int) -> QuerySet[Ticket]:
    """A customer's tickets, the newest first."""
    found: QuerySet[Ticket] = rows(actor, Ticket).filter(account_id=account_id)
    return found.order_by("-id")


def tickets_open(actor: Actor) -> QuerySet[Ticket]:
    """Tickets that are not solved."""
    found: QuerySet[Ticket] = rows(actor, Ticket).exclude(state__in=FINISHED)
    return found


def ticket_is_late(row: Ticket) -> bool:
    """Whether the answer to a ticket is overdue: one that waits for its customer is not."""
    done = row.state in (*FINISHED, Ticket.State.WAITING)
    return row.due_at is not None and not done and bool(row.due_at < now())


def service_orders_mine(actor: Actor) -> QuerySet[ServiceOrder]:
    """The actor's service orders that are still to do, in the order of their time."""
    todo = (ServiceOrder.State.PLANNED, ServiceOrder.State.UNDER_WAY)
    found: QuerySet[ServiceOrder] = rows(actor, ServiceOrder).filter(
        owner_id__in=actor.own_ids, state__in=todo
    )
    return found.order_by("planned_at")


def articles_suggested(actor: Actor, ticket: Ticket, most: int = 5) -> list[Any]:
    """Published articles that may answer a ticket: about its product first, then by its subject's words."""
    published = rows(actor, Article).filter(state=Article.State.PUBLISHED)
    found: list[Any] = []
    if ticket.product_id:
        found += list(published.filter(product_id=ticket.product_id)[:most])
    for word in sorted(ticket.subject.split(), key=len, reverse=True)[:3]:
        if len(found) < most and len(word) > 1:
            seen = [article.pk for article in found]
            found += list(search_filter(published, word).exclude(pk__in=seen)[: most - len(found)])
    return found

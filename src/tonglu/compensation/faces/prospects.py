"""Open deals, priced: which of them pays most when closed now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tonglu.compensation.services.earning import Deal, versions_for
from tonglu.kernel.errors import DomainError
from tonglu.policy import Actor
from tonglu.sales.selectors import opportunities_credited
from tonglu.toolkit.clock import today

from .books import Added, Book, book_of
from .estimates import deal_of, fact_of, require_cost

MOST = 200
SHOWN = 8
ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """An open deal and what it would pay; it `crosses` when part of it earns the rate of a higher step."""

    row: Any
    deal: Deal
    adds: Decimal = ZERO
    catch_up: Decimal = ZERO
    crosses: bool = False

    @property
    def rate(self) -> Decimal | None:
        """What the deal pays for each unit of its amount."""
        return self.adds / self.deal.amount if self.deal.amount else None


@dataclass(frozen=True, kw_only=True)
class BestDeals:
    """The deals that pay most when closed now, of how many, and what the listed ones pay together."""

    deals: list[Prospect]
    count: int
    together: Decimal

    @property
    def apart(self) -> Decimal:
        """What the listed deals pay each by itself."""
        return sum((one.adds for one in self.deals), ZERO)


def prospects_of(actor: Actor) -> list[Prospect]:
    """The open deals in which the actor has credit, not priced yet."""
    found = opportunities_credited(actor, actor.person_id or 0, MOST)
    return [Prospect(row=row, deal=deal_of(actor, row)) for row in found]


def best_deals(actor: Actor) -> BestDeals:
    """The open deals by what closing each of them today pays the actor, the most first."""
    person_id, day = actor.person_id or 0, today(actor)
    books = [book_of(version, person_id, day) for version in versions_for(person_id, day)]
    priced = [_priced(actor, one, books, day) for one in prospects_of(actor)]
    paying = sorted(
        (one for one in priced if one.adds > 0), key=lambda one: (-one.adds, one.row.pk)
    )
    shown = paying[:SHOWN]
    together = [_add(actor, shown, book, day) for book in books] if shown else []
    return BestDeals(
        deals=shown,
        count=len(priced),
        together=sum((added.adds for added in together if added is not None), ZERO),
    )


def _priced(actor: Actor, one: Prospect, books: Sequence[Book], day: date) -> Prospect:
    added = [found for book in books if (found := _add(actor, [one], book, day)) is not None]
    return replace(
        one,
        adds=sum((found.adds for found in added), ZERO),
        catch_up=sum((found.catch_up for found in added), ZERO),
        crosses=any(len(row.slices) > 1 for found in added for row in found.rows),
    )


def _add(actor: Actor, deals: Sequence[Prospect], book: Book, day: date) -> Added | None:
    """The deals closed on a day on top of a book; None when the plan cannot price one of them."""
    try:
        for one in deals:
            require_cost(one.deal, book)
        facts = [
            fact_of(replace(one.deal, day=day), actor.person_id or 0, f"deal:{one.row.pk}")
            for one in deals
        ]
        return book.add(facts, actor.language)
    except DomainError:
        return None

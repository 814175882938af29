"""Open deals, priced: which of them pays most when closed now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from .lifting import Lifting

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
    override: Decimal = ZERO

    @property
    def name(self) -> str:
        """How it is called while it is priced."""
        return f"deal:{self.row.pk}"

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
    """The open deals in which the actor has credit, then those that pay them an override, not priced yet."""
    person_id = actor.person_id or 0
    own = opportunities_credited(actor, [person_id], MOST)
    found = [Prospect(row=row, deal=deal_of(actor, row)) for row in own]
    lifting = Lifting(person_id)
    if below := lifting.below():
        known = {one.row.pk for one in found}
        others = opportunities_credited(actor, below, MOST)
        more = [Prospect(row=r, deal=deal_of(actor, r)) for r in others if r.pk not in known]
        found += [one for one in more if lifting.reaches(one.deal)]
    return found[:MOST]


def best_deals(actor: Actor) -> BestDeals:
    """The open deals by what closing each of them today pays the actor, the most first."""
    person_id, day = actor.person_id or 0, today(actor)
    books = [book_of(version, person_id, day) for version in versions_for(person_id, day)]
    found, lifting = prospects_of(actor), Lifting(person_id)
    over = lifting.adds([(one.name, replace(one.deal, day=day)) for one in found], apart=True)
    priced = [_lifted(_priced(actor, one, books, day), over) for one in found]
    paying = sorted(
        (one for one in priced if one.adds > 0), key=lambda one: (-one.adds, one.row.pk)
    )
    shown = paying[:SHOWN]
    own = [one for one in shown if _is_own(actor, one)]
    together = [_add(actor, own, book, day) for book in books] if own else []
    above = lifting.adds([(one.name, replace(one.deal, day=day)) for one in shown], apart=False)
    return BestDeals(
        deals=shown,
        count=len(priced),
        together=sum((added.adds for added in together if added is not None), ZERO)
        + sum(above.values(), ZERO),
    )


def _is_own(actor: Actor, one: Prospect) -> bool:
    return any(person == actor.person_id for person, _percent, _role in one.deal.credits)


def _lifted(one: Prospect, over: Mapping[str, Decimal]) -> Prospect:
    """A priced deal with what it pays for being above its sellers."""
    override = over.get(one.name, ZERO)
    return replace(one, adds=one.adds + override, override=override)


def _priced(actor: Actor, one: Prospect, books: Sequence[Book], day: date) -> Prospect:
    if not _is_own(actor, one):
        return one
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
            fact_of(replace(one.deal, day=day), actor.person_id or 0, one.name, book.version)
            for one in deals
        ]
        return book.add(facts, actor.language)
    except DomainError:
        return None

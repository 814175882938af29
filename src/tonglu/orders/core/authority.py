"""How far a person may go below list price without asking.

An authority is two numbers: the deepest discount on any line, and the lowest margin of the whole quote. Whoever stays within
both decides alone, and the decision is only logged; whoever goes beyond either asks the next person whose authority reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from tonglu.kernel.text import N_

Key = TypeVar("Key")


@dataclass(frozen=True, kw_only=True)
class Authority:
    """The limits of one person: discount up to, margin down to (None: no floor)."""

    discount: Decimal = Decimal(0)
    margin: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Excess:
    """One limit that a quote goes beyond."""

    reason: str
    asked: Decimal
    limit: Decimal


NOTHING = Authority()


def authority_widest(limits: Iterable[Authority]) -> Authority:
    """What a person with several roles may do: the widest of each limit; without any limit, nothing below list price."""
    rows = tuple(limits)
    if not rows:
        return NOTHING
    floors = [row.margin for row in rows if row.margin is not None]
    return Authority(
        discount=max(row.discount for row in rows),
        margin=min(floors) if len(floors) == len(rows) else None,
    )


def authority_excess(
    authority: Authority, *, discount: Decimal, margin: Decimal | None
) -> tuple[Excess, ...]:
    """What goes beyond the authority; empty when the person may decide alone. An unknown margin is not held against them."""
    found = []
    if discount > authority.discount:
        found.append(
            Excess(
                reason=N_("The discount of %(asked)s is deeper than your limit of %(limit)s."),
                asked=discount,
                limit=authority.discount,
            )
        )
    if margin is not None and authority.margin is not None and margin < authority.margin:
        found.append(
            Excess(
                reason=N_("The margin of %(asked)s is lower than your floor of %(limit)s."),
                asked=margin,
                limit=authority.margin,
            )
        )
    return tuple(found)


def authority_chain(
    chain: Sequence[tuple[Key, Authority]], *, discount: Decimal, margin: Decimal | None
) -> list[Key]:
    """Who must agree, in turn: every leader up the line until one whose authority reaches; the last one decides if none does."""
    asked = []
    for key, authority in chain:
        asked.append(key)
        if not authority_excess(authority, discount=discount, margin=margin):
            break
    return asked

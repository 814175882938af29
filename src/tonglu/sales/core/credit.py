"""Who gets the credit for a deal: direct shares add up to exactly 100 %; overlay shares come on top."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tonglu.kernel.errors import DomainError
from tonglu.kernel.percent import Percent
from tonglu.kernel.text import N_


@dataclass(frozen=True, kw_only=True)
class Credit:
    """One person's share, as a fraction; `direct` shares divide the deal, others stand beside it: whoever `sourced` it, and overlay."""

    person_id: int
    percent: Decimal
    direct: bool = True
    sourced: bool = False


def credits_check(credits: Iterable[Credit]) -> None:
    """Refuse a person named twice in the same way, a share outside 0..1, and direct shares that do not make a whole."""
    rows = tuple(credits)
    if not rows:
        return
    seen = {(row.person_id, row.direct, row.sourced) for row in rows}
    if len(seen) != len(rows):
        raise DomainError(N_("A person is named twice in the credit split."), field="person")
    if any(not 0 < row.percent <= 1 for row in rows):
        raise DomainError(
            N_("Each share must be more than zero and at most the whole."), field="percent"
        )
    whole = sum((row.percent for row in rows if row.direct), Decimal(0))
    if whole != 1:
        raise DomainError(
            N_("The direct shares add up to %(sum)s, not to 100%%."),
            field="percent",
            params={"sum": str(Percent(whole))},
            next_step=N_("Change the shares, or mark a helper as overlay."),
        )


def credits_or_owner(credits: Iterable[Credit], owner_id: int | None) -> tuple[Credit, ...]:
    """The agreed split; without one, the owner has it all."""
    rows = tuple(credits)
    if rows or owner_id is None:
        return rows
    return (Credit(person_id=owner_id, percent=Decimal(1)),)

"""Making one lead of two that speak of the same person; the one given up keeps its history in the trash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tonglu.entities.merging import merge_plain
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

from .models import Lead

if TYPE_CHECKING:
    from tonglu.entities.models import ChangeSet
    from tonglu.policy import Actor


def lead_merge(
    *, actor: Actor, row: Lead, into: Lead, values: dict[str, Any], changeset: ChangeSet
) -> dict[str, int]:
    """Merge two leads; one that became a customer is the one that stays."""
    if row.status == Lead.Status.CONVERTED:
        raise DomainError(
            N_("%(name)s became a customer already."),
            code="converted",
            params={"name": str(row)},
            next_step=N_("Keep that lead, and merge the other one into it."),
        )
    return merge_plain(actor=actor, row=row, into=into, values=values, changeset=changeset)

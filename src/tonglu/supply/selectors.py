"""Reading what was ordered and has not come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tonglu.entities.spec import Part

from .models import Purchase

if TYPE_CHECKING:
    from tonglu.policy import Actor


def missing_goods(_actor: Actor, row: Purchase) -> list[Part]:
    """The lines of a purchase of which a part is missing."""
    return [
        Part(
            id=line.pk,
            name=str(line.product),
            facts=(line.quantity, line.received),
            open=line.missing,
        )
        for line in row.lines.select_related("product").order_by("position", "pk")
        if line.missing > 0
    ]

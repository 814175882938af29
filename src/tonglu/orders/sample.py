"""The discount limits a new company starts with; theirs to change from then on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tonglu.directory.models import Role
from tonglu.entities.services import record_create

from .models import DiscountLimit

if TYPE_CHECKING:
    from tonglu.policy import Actor

LIMITS = (
    ("salesperson", "0.05", "0.25"),
    ("telesales", "0.03", "0.25"),
    ("team_leader", "0.15", "0.18"),
    ("sales_director", "0.30", "0.10"),
    ("managing_director", "1", None),
    ("administrator", "1", None),
)


def orders_load_sample(*, actor: Actor) -> None:
    """Load the limits, unless there are any."""
    if DiscountLimit.objects.exists():
        return
    roles = {role.code: role for role in Role.objects.all()}
    for code, discount, margin in LIMITS:
        values = {
            "role": roles[code],
            "discount": discount,
            "margin": margin,
            "valid_from": date(2000, 1, 1),
        }
        record_create(actor=actor, model=DiscountLimit, values=values)

"""What goals can count of sales: the amount won, and the deals won."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Sum

from tonglu.collaboration.measures import goal_owner_filter

from .core.stages import WON
from .models import Opportunity

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tonglu.collaboration.models import Goal


def won_amount(goal: Goal) -> Decimal:
    """What was won in the goal's time, in base currency."""
    return _won(goal).aggregate(sum=Sum("base_amount"))["sum"] or Decimal(0)


def won_deals(goal: Goal) -> Decimal:
    """How many deals were won in the goal's time."""
    return Decimal(_won(goal).count())


def _won(goal: Goal) -> QuerySet[Opportunity]:
    return Opportunity.objects.filter(
        **goal_owner_filter(goal),
        stage__kind=WON,
        closed_at__date__range=(goal.starts_on, goal.ends_on),
        deleted_at__isnull=True,
    )

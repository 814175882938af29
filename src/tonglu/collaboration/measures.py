"""What goals can count: measures that modules above offer, and "by hand".

`measure_register("sales.won", _("Revenue won"), count)` offers one; `count(goal)` gives the number reached so far.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.directory.selectors import department_below
from tonglu.toolkit.money import base_currency

from .models import FollowUp, Goal, Task

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

BY_HAND = "manual"
MONEY = "money"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Something that can be counted for a person or a department in a period."""

    name: str
    label: str | _StrPromise
    count: Callable[[Goal], Decimal] | None = None
    unit: str | _StrPromise = ""
    """What one of it is called; `MONEY` for amounts in base currency."""


_measures: dict[str, Measure] = {BY_HAND: Measure(name=BY_HAND, label=_("Entered by hand"))}


def measure_register(
    name: str,
    label: str | _StrPromise,
    count: Callable[[Goal], Decimal],
    *,
    unit: str | _StrPromise = "",
) -> None:
    """Offer a measure to goals."""
    _measures[name] = Measure(name=name, label=label, count=count, unit=unit)


def goal_unit(goal: Goal) -> str | _StrPromise:
    """What a goal counts: the base currency, a word, or nothing where it is entered by hand."""
    measure = _measures.get(goal.measure)
    unit = "" if measure is None else measure.unit
    return base_currency() if unit == MONEY else unit


def measure_known(name: str) -> bool:
    """Whether a goal may count it."""
    return name in _measures


def measure_choices() -> list[tuple[str, Any]]:
    """The measures by name, in the order they were offered."""
    return [(measure.name, measure.label) for measure in _measures.values()]


def measure_count(goal: Goal) -> Decimal | None:
    """What is reached so far; None when that is entered by hand."""
    measure = _measures.get(goal.measure)
    return measure.count(goal) if measure is not None and measure.count is not None else None


def goal_owner_filter(goal: Goal) -> dict[str, Any]:
    """Whose rows count: the department and those below it when the goal names one, else its owner."""
    if goal.team_id is not None:
        return {"department_id__in": department_below([goal.team_id])}
    return {"owner_id": goal.owner_id}


def _count(rows: QuerySet[Any]) -> Decimal:
    return Decimal(rows.aggregate(n=Count("pk"))["n"])


def _followups(kind: str) -> Callable[[Goal], Decimal]:
    def count(goal: Goal) -> Decimal:
        rows = FollowUp.objects.filter(**goal_owner_filter(goal), kind=kind, deleted_at=None)
        return _count(rows.filter(at__date__gte=goal.starts_on, at__date__lte=goal.ends_on))

    return count


def _tasks_done(goal: Goal) -> Decimal:
    rows = Task.objects.filter(**goal_owner_filter(goal), deleted_at=None)
    return _count(rows.filter(done_at__date__gte=goal.starts_on, done_at__date__lte=goal.ends_on))


measure_register(
    "visits", _("Visits"), _followups(FollowUp.Kind.VISIT), unit=pgettext_lazy("so many", "visits")
)
measure_register(
    "calls", _("Calls"), _followups(FollowUp.Kind.CALL), unit=pgettext_lazy("so many", "calls")
)
measure_register(
    "meetings",
    _("Meetings"),
    _followups(FollowUp.Kind.MEETING),
    unit=pgettext_lazy("so many", "meetings"),
)
measure_register("tasks", _("Tasks done"), _tasks_done, unit=pgettext_lazy("so many", "tasks"))

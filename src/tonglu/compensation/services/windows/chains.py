"""Which windows of which plan versions a month of pay has to work out.

A window ends with a month and is worked out when that month is calculated; again, in a later open month, when something of it arrived
late. A share of sales follows the version that each sale keeps (its signing day's). A fixed pool, a contest and goals belong to the window:
the version that held when it began governs it, whatever is issued meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import QuerySet

from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.rules import Rank
from tonglu.compensation.core.shared import (
    TO_DATE,
    Span,
    ends_with,
    follows_sales,
    is_shared,
    last_day_of,
    span_of,
)
from tonglu.compensation.models import PayFact, PayPeriod, PayWindow, PlanVersion
from tonglu.compensation.models.earnings import NO_SALES
from tonglu.compensation.neutral import version_read
from tonglu.toolkit.clock import today

WINDOW = "compensation.window"


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A component of a version over one window: each time it is worked out is a link."""

    version: PlanVersion
    component: Component
    span: Span

    @property
    def follows_sales(self) -> bool:
        """Whether it counts the facts of its own version only."""
        return follows_sales(self.component)


@dataclass(frozen=True, kw_only=True)
class Reign:
    """A version and the days it holds for new contracts; the last one has no end."""

    version: PlanVersion
    first: date
    last: date

    def holds_in(self, span: Span) -> bool:
        """Whether it was in force on a day of a window."""
        return self.first <= span.last and span.first <= self.last


def chains_of(period: PayPeriod) -> Iterator[Chain]:
    """What ends with the month or stands to date, and what ended before and was worked out, or has no month of its own."""
    month = span_of("month", period.first_day)
    for reigns in reigns_by_plan():
        for reign in reigns:
            for component in shared_of(reign.version):
                yield from _chains(reign, component, month, reigns)


def reigns_by_plan() -> list[list[Reign]]:
    """The issued versions of every plan that has pay by window, with the days they hold."""
    found: dict[int, list[PlanVersion]] = {}
    issued = PlanVersion.objects.filter(state=PlanVersion.State.ISSUED).select_related("plan")
    for version in issued.order_by("plan_id", "effective_from"):
        found.setdefault(version.plan_id, []).append(version)
    return [_reigns(one) for one in found.values() if any(shared_of(version) for version in one)]


def shared_of(version: PlanVersion) -> list[Component]:
    """The team pools, contests and goals of a version."""
    return [one for one in version_read(version.definition)[1].components if is_shared(one)]


def governs(reign: Reign, span: Span, reigns: Sequence[Reign]) -> bool:
    """Whether a version held when the window began, or was the first to hold in it."""
    before = [one for one in reigns if one.first <= span.first]
    inside = [one for one in reigns if one.holds_in(span)]
    return reign is (before[-1] if before else inside[0] if inside else None)


def has_ended(span: Span) -> bool:
    """Whether the last day of a window is there."""
    return span.last <= today()


def _reigns(versions: Sequence[PlanVersion]) -> list[Reign]:
    starts = [one.effective_from or date.min for one in versions]
    ends = [after - timedelta(days=1) for _, after in pairwise(starts)] + [date.max]
    return [
        Reign(version=one, first=first, last=last)
        for one, first, last in zip(versions, starts, ends, strict=True)
    ]


def _chains(
    reign: Reign, component: Component, month: Span, reigns: Sequence[Reign]
) -> Iterator[Chain]:
    spans = _open_spans if component.window == TO_DATE else _calendar_spans
    for span in spans(reign, component, month, reigns):
        if has_ended(span):
            yield Chain(version=reign.version, component=component, span=span)


def _open_spans(
    reign: Reign, component: Component, month: Span, _reigns: Sequence[Reign]
) -> Iterator[Span]:
    """A window without an end: to date, month by month; a contest only when its last day has come."""
    until = min(reign.last, month.last, last_day_of(component) or date.max)
    if reign.first > month.last:
        return
    if isinstance(component.rule, Rank) and (
        (ends := last_day_of(component)) is None or ends > month.last
    ):
        return
    if until >= month.first or _is_known(reign.version, component, TO_DATE):
        yield Span(key=TO_DATE, first=reign.first, last=until)


def _calendar_spans(
    reign: Reign, component: Component, month: Span, reigns: Sequence[Reign]
) -> Iterator[Span]:
    this = span_of(component.window, month.last)
    if ends_with(component, month) and _concerns(reign, component, this, reigns):
        yield this
    known = PayWindow.objects.filter(
        plan_version=reign.version, component=component.id, last_day__lt=month.first, number=0
    )
    for one in known.order_by("last_day"):
        yield Span(key=one.window, first=one.first_day, last=one.last_day)
    yield from _missed(reign, component, month, reigns)


def _concerns(reign: Reign, component: Component, span: Span, reigns: Sequence[Reign]) -> bool:
    if not follows_sales(component):
        return governs(reign, span, reigns)
    return reign.holds_in(span) or sales_of(reign.version, span).exists()


def _missed(
    reign: Reign, component: Component, month: Span, reigns: Sequence[Reign]
) -> Iterator[Span]:
    """Windows that ended in months that were never opened: nothing was booked in them, and then they sold."""
    sold = PayFact.objects.filter(plan_version=reign.version, day__lt=month.first)
    months = sold.exclude(source_kind__in=NO_SALES).dates("day", "month")
    spans = {span_of(component.window, day) for day in months}
    for span in sorted(spans, key=lambda one: one.last):
        closing = PayPeriod.objects.filter(first_day=span.last.replace(day=1))
        if (
            span.last < month.first
            and not closing.exists()
            and not _is_known(reign.version, component, span.key)
            and _concerns(reign, component, span, reigns)
        ):
            yield span


def sales_of(version: PlanVersion, span: Span) -> QuerySet[PayFact]:
    """The facts that a version keeps of a window."""
    found = PayFact.objects.filter(plan_version=version, day__range=(span.first, span.last))
    return found.exclude(source_kind__in=NO_SALES)


def _is_known(version: PlanVersion, component: Component, window: str) -> bool:
    known = PayWindow.objects.filter(plan_version=version, component=component.id, window=window)
    return known.exists()

"""The reports, as charts whose every figure opens its records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tonglu.entities.fields import field_of
from tonglu.entities.registry import entity_of
from tonglu.marketing.selectors import dead_leads_report, dead_leads_table
from tonglu.policy import Actor
from tonglu.sales.selectors import (
    Lane,
    Outcome,
    Won,
    closed_by_quarter,
    forecasts,
    funnels,
    pipelines_issued,
    won_by_department,
    won_by_month,
    won_by_person,
    years_closed,
)
from tonglu.toolkit.clock import today
from tonglu.toolkit.money import base_currency
from tonglu.toolkit.ui.charts import Chart, Series

from .links import between, empty, equals, list_url, none_of

DEAL, LEAD = "sales.opportunity", "marketing.lead"
MOST_BARS = 20
OTHERS = "others"
CATEGORIES = ("commit", "best_case", "best", "pipeline")


def funnel_charts(actor: Actor) -> list[Chart]:
    """The open deals of each pipeline by stage."""
    pipelines = pipelines_issued()
    found = funnels(actor, [pipeline.pk for pipeline in pipelines])
    charts = [_funnel(*one) for one in zip(pipelines, found, strict=True)]
    return [chart for chart in charts if not chart.is_empty] or charts[:1]


def forecast_chart(actor: Actor, months: int = 6) -> Chart:
    """What should close in each of the coming months, weighted by probability, by category."""
    spans = month_spans(today(actor), months)
    found = forecasts(actor, spans)
    names = sorted({name for one in found for name in one.weighted}, key=_category_order)
    return Chart(
        title=_("Forecast by month, weighted"),
        kind="stack",
        unit=base_currency(),
        labels=tuple(f"{first:%Y-%m}" for first, _last in spans),
        label_title=_("Month"),
        series=tuple(
            Series(
                name=_category_label(name),
                values=tuple(one.weighted.get(name, Decimal(0)) for one in found),
                urls=tuple(
                    list_url(
                        DEAL,
                        equals("is_open", "true"),
                        equals("forecast_category", name),
                        between("close_date", first, last),
                    )
                    for first, last in spans
                ),
            )
            for name in names
        ),
        empty=_("Open deals with a closing date in the coming months are added up here."),
    )


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """The days a report is about, both included."""

    year: int | None
    first: date
    last: date
    label: str


def stretches(actor: Actor) -> list[Stretch]:
    """What may be asked about: the last twelve months, then each year that has closed deals."""
    day = today(actor)
    last_year = Stretch(
        year=None, first=_months_back(day, 11), last=day, label=_("Last twelve months")
    )
    years = [
        Stretch(year=one, first=date(one, 1, 1), last=min(date(one, 12, 31), day), label=str(one))
        for one in years_closed(actor)
    ]
    return [last_year, *years]


def outcomes_table(actor: Actor, days: Stretch) -> list[dict[str, Any]]:
    """Won and lost by quarter, then in all; each count and sum with the list it comes from."""
    found = closed_by_quarter(actor, days.first, days.last)
    return [
        {
            "label": _("Total") if number == len(found) else _quarter(one),
            "whole": number == len(found),
            "outcome": one,
            "won_url": _closed_url("won", one.first, one.last),
            "lost_url": _closed_url("lost", one.first, one.last),
        }
        for number, one in enumerate(found, start=1)
    ]


def wins_by_month_chart(actor: Actor, days: Stretch) -> Chart:
    """What was won in each month."""
    won = won_by_month(actor, days.first, days.last)
    return _wins(_("Won by month"), _("Month"), won, lambda one: _month_url(one.key), "bar")


def wins_by_department_chart(actor: Actor, days: Stretch) -> Chart:
    """Which departments won how much."""
    won = won_by_department(actor, days.first, days.last)
    return _ranked(_("Won by department"), _("Department"), won, "department", days)


def wins_by_person_chart(actor: Actor, days: Stretch) -> Chart:
    """Who won how much."""
    won = won_by_person(actor, days.first, days.last)
    return _ranked(_("Won by person"), _("Person"), won, "owner", days)


def dead_leads_chart(actor: Actor) -> Chart:
    """What leads died of, by where they came from."""
    counts = dead_leads_report(actor)
    table = dead_leads_table(counts)
    causes = sorted({one.cause for one in counts})
    return Chart(
        title=_("Why leads die, by source"),
        kind="stack",
        labels=tuple(str(origin) or _("unknown") for origin in table),
        label_title=_("Source"),
        series=tuple(
            Series(
                name=_cause_label(cause),
                values=tuple(causes_.get(cause, 0) for causes_ in table.values()),
                urls=tuple(
                    list_url(LEAD, equals("lead_class", "dead"), equals("dead_cause", cause))
                    for _origin in table
                ),
            )
            for cause in causes
        ),
        empty=_("Leads that are marked dead keep their cause, and are counted here."),
    )


def month_spans(day: date, months: int) -> list[tuple[date, date]]:
    """The first and last days of this and the following months."""
    spans, first = [], day.replace(day=1)
    for _number in range(months):
        following = (first + timedelta(days=32)).replace(day=1)
        spans.append((first, following - timedelta(days=1)))
        first = following
    return spans


def _funnel(pipeline: Any, lanes: list[Lane]) -> Chart:
    return Chart(
        title=_("Funnel: %(pipeline)s") % {"pipeline": pipeline},
        kind="hbar",
        unit=base_currency(),
        labels=tuple(f"{lane.stage} ({lane.count})" for lane in lanes),
        label_title=_("Stage"),
        series=(
            Series(
                name=_("Amount"),
                values=tuple(lane.amount for lane in lanes),
                urls=tuple(
                    list_url(DEAL, equals("is_open", "true"), equals("stage", lane.stage.pk))
                    for lane in lanes
                ),
            ),
            Series(name=_("Weighted"), values=tuple(lane.weighted for lane in lanes)),
        ),
        empty=_("Open deals of this pipeline are added up here, stage by stage."),
    )


def _wins(title: str, label_title: str, won: list[Won], url: Any, kind: str) -> Chart:
    return Chart(
        title=title,
        kind=kind,
        unit=base_currency(),
        labels=tuple(one.label for one in won),
        label_title=label_title,
        series=(
            Series(
                name=_("Amount"),
                values=tuple(one.amount for one in won),
                urls=tuple(url(one) for one in won),
            ),
        ),
        empty=_("Won deals are added up here."),
    )


def _ranked(title: str, label_title: str, won: list[Won], field: str, days: Stretch) -> Chart:
    """The most first; those who come after the first twenty are one bar, so that the bars are all there is."""
    shown, others = won[:MOST_BARS], won[MOST_BARS:]
    named = [one.key for one in shown if one.key]
    if others:
        count, amount = sum(one.count for one in others), sum(one.amount for one in others)
        label = _("%(count)s others") % {"count": len(others)}
        shown = [*shown, Won(key=OTHERS, label=label, count=count, amount=Decimal(amount))]

    def url(one: Won) -> str:
        whose = none_of(field, *named) if one.key is OTHERS else equals(field, one.key)
        return _closed_url("won", days.first, days.last, whose if one.key else empty(field))

    return _wins(title, label_title, shown, url, "hbar")


def _closed_url(kind: str, first: date, last: date, *more: dict[str, Any]) -> str:
    return list_url(DEAL, equals("stage.kind", kind), between("closed_at", first, last), *more)


def _quarter(one: Outcome) -> str:
    first = one.first
    if first.month % 3 != 1:
        return (
            f"{first:%Y-%m} – {one.last:%Y-%m}"
            if first.month != one.last.month
            else f"{first:%Y-%m}"
        )
    return _("Q%(quarter)s %(year)s") % {"quarter": (first.month + 2) // 3, "year": first.year}


def _month_url(first: date) -> str:
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return _closed_url("won", first, last)


def _months_back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _category_order(name: str) -> int:
    return CATEGORIES.index(name) if name in CATEGORIES else len(CATEGORIES)


def _category_label(name: str) -> str:
    return _choice(DEAL, "forecast_category", name)


def _cause_label(cause: str) -> str:
    return _choice(LEAD, "dead_cause", cause) or _("unknown")


def _choice(kind: str, name: str, value: str) -> str:
    field = field_of(entity_of(kind), name)
    return str(field.choice_label(value)) if field is not None else value

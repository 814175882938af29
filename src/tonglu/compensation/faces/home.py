"""The home of one's own pay: what this month and year brought, what waits, where one stands, and the months beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tonglu.compensation.core.spans import months_after
from tonglu.policy import Actor
from tonglu.toolkit.clock import today
from tonglu.toolkit.formatting import money_text
from tonglu.toolkit.money import base_currency
from tonglu.toolkit.ui.charts import Chart, Series

from .ledgers import FLOWS, STANDS, Line, Rest, Sums, lines_of, rests_of
from .spans import Span, year_of
from .standing import Standing, standings_of

MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One tile; `name` says which lines it opens."""

    name: str
    label: str
    amount: Decimal
    icon: str
    note: str = ""
    shown: bool = False


@dataclass(frozen=True, kw_only=True)
class Home:
    """Everything the page shows."""

    span: Span
    figures: tuple[Figure, ...]
    stands: tuple[Figure, ...]
    standings: list[Standing]
    chart: Chart
    show: str
    show_label: str
    lines: list[Line]
    rests: list[Rest]
    total: Decimal


def home_of(actor: Actor, span: Span, show: str) -> Home:
    """The page of whoever asks; `show` names the figure whose lines stand below."""
    person_id = actor.person_id or 0
    show = show if show in FLOWS or show in STANDS else "earned"
    sums = Sums(person_id)
    figures = tuple(_flows(sums, span, show, actor.language))
    stands = tuple(_stands(sums, show))
    chosen = next((one for one in (*figures, *stands) if one.name == show), figures[0])
    lines = lines_of(person_id, show, span.first, span.last) if show in FLOWS else []
    rests = rests_of(person_id, show) if show in STANDS else []
    return Home(
        span=span,
        figures=figures,
        stands=stands,
        standings=standings_of(person_id, today(actor), actor.language),
        chart=months_chart(sums, span),
        show=show,
        show_label=chosen.label,
        lines=lines,
        rests=rests,
        total=sum((one.amount for one in lines), Decimal(0))
        + sum((one.amount for one in rests), Decimal(0)),
    )


def months_chart(sums: Sums, span: Span) -> Chart:
    """The twelve months up to the span's last, each opening to itself."""
    last = span.last.replace(day=1)
    firsts = [months_after(last, back - MONTHS + 1) for back in range(MONTHS)]
    labels = {"earned": _("Earned"), "payable": _("Became payable"), "paid": _("Paid out")}
    return Chart(
        title=_("Month by month"),
        unit=base_currency(),
        labels=tuple(f"{first:%Y-%m}" for first in firsts),
        label_title=_("Month"),
        series=tuple(
            Series(
                name=label,
                values=tuple(sums.flow(name, first, first) for first in firsts),
                urls=tuple(f"?span={first:%Y-%m}&show={name}#lines" for first in firsts),
            )
            for name, label in labels.items()
        ),
        empty=_("What you earn is added up here month by month."),
    )


def _flows(sums: Sums, span: Span, show: str, language: str) -> Iterator[Figure]:
    first, last = year_of(span)
    told: dict[str, tuple[Any, str]] = {
        "earned": (_("Earned"), "coins"),
        "payable": (_("Became payable"), "cash"),
        "paid": (_("Paid out"), "wallet"),
    }
    for name, (label, icon) in told.items():
        in_year = money_text(sums.flow(name, first, last), base_currency(), language)
        note = _("%(year)s: %(amount)s") % {"year": first.year, "amount": in_year}
        yield Figure(
            name=name,
            label=label,
            amount=sums.flow(name, span.first, span.last),
            icon=icon,
            note="" if span.is_year else note,
            shown=name == show,
        )


def _stands(sums: Sums, show: str) -> Iterator[Figure]:
    told: dict[str, tuple[Any, str]] = {
        "held": (_("Waiting for customers' money, now"), "hourglass"),
        "due": (_("Payable, now"), "cash"),
        "retained": (_("Held back by the plan, now"), "lock"),
        "carried": (pgettext("pay", "Carried into later months, now"), "arrow-right"),
        "draw": (_("Drawn in advance, now"), "arrow-back-up"),
        "owed": (_("Owed back, now"), "arrow-back-up"),
    }
    for name, (label, icon) in told.items():
        amount = sums.stand(name)
        if amount or name in ("held", "due"):
            yield Figure(name=name, label=label, amount=amount, icon=icon, shown=name == show)

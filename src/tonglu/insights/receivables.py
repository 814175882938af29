"""Receivables by age, each sum opening the invoices it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.entities.registry import entity_of
from tonglu.finance.core.ageing import BANDS, Band
from tonglu.finance.selectors import AgedRow, band_totals, receivables_by_age
from tonglu.policy import Actor
from tonglu.toolkit.clock import today
from tonglu.toolkit.ui.charts import Chart, Series

from .links import before, between, equals, list_url, more_than, on_or_after

INVOICE = "finance.invoice"


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What is open, and the list of the invoices that make it."""

    amount: Decimal
    url: str


@dataclass(frozen=True, kw_only=True)
class AgedLine:
    """What one customer owes in one currency: in all, then by age."""

    account: str
    currency: str
    total: Sum
    remind: str
    """Where the customer is asked for what is overdue; "" when nothing is, or the reader may not ask."""
    reminded_on: date | None
    promised_on: date | None
    bands: tuple[Sum, ...]


@dataclass(frozen=True, kw_only=True)
class AgedTotal:
    """What all customers owe in one currency: in all, then by age."""

    currency: str
    total: Decimal
    bands: tuple[Decimal, ...]


def ageing(actor: Actor) -> tuple[list[AgedLine], list[Chart]]:
    """A line per customer and currency, the most owed first, and a chart per currency."""
    aged, day = receivables_by_age(actor), today(actor)
    charts = [
        Chart(
            title=_("Receivables by age, %(currency)s") % {"currency": currency},
            unit=currency,
            labels=tuple(_(band.label) for band in BANDS),
            label_title=_("Age"),
            series=(
                Series(
                    name=_("Still open"),
                    values=tuple(sums[band.code] for band in BANDS),
                    urls=tuple(
                        _open_url(equals("currency", currency), _due(band, day)) for band in BANDS
                    ),
                ),
            ),
        )
        for currency, sums in sorted(band_totals(aged).items())
    ]
    asks = bool(policy.may(actor, "issue", INVOICE))
    return [_line(row, day, asks=asks) for row in aged], charts


def totals(lines: list[AgedLine]) -> list[AgedTotal]:
    """What all customers owe together, by currency."""
    found: dict[str, list[AgedLine]] = {}
    for line in lines:
        found.setdefault(line.currency, []).append(line)
    return [
        AgedTotal(
            currency=currency,
            total=sum((one.total.amount for one in theirs), Decimal(0)),
            bands=tuple(
                sum((band.amount for band in column), Decimal(0))
                for column in zip(*(one.bands for one in theirs), strict=True)
            ),
        )
        for currency, theirs in sorted(found.items())
    ]


def _line(row: AgedRow, day: date, *, asks: bool) -> AgedLine:
    theirs = equals("account", row.account_id), equals("currency", row.currency)
    return AgedLine(
        account=row.account,
        currency=row.currency,
        total=Sum(amount=row.total, url=_open_url(*theirs)),
        remind=entity_of(INVOICE).url("verb", row.oldest_id, verb="remind")
        if asks and row.oldest_due_on < day and row.reminded_on != day
        else "",
        reminded_on=row.reminded_on,
        promised_on=row.promised_on,
        bands=tuple(
            Sum(amount=row.bands[band.code], url=_open_url(*theirs, _due(band, day)))
            for band in BANDS
        ),
    )


def _open_url(*conditions: dict[str, Any]) -> str:
    """The list of invoices that are issued and not fully paid."""
    issued = equals("state", "issued"), equals("kind", "invoice")
    return list_url(INVOICE, *issued, more_than("open_amount", 0), *conditions)


def _due(band: Band, day: date) -> dict[str, Any]:
    """The days on which something in the band is due; an issued invoice always has one."""
    if band.first is None:
        return on_or_after("due_on", day - timedelta(days=band.last or 0))
    latest = day - timedelta(days=band.first)
    if band.last is None:
        return before("due_on", latest + timedelta(days=1))
    return between("due_on", day - timedelta(days=band.last), latest)

"""Receivables by age, each sum opening the invoices it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

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
    bands: tuple[Sum, ...]


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
    return [_line(row, day) for row in aged], charts


def _line(row: AgedRow, day: date) -> AgedLine:
    theirs = equals("account", row.account_id), equals("currency", row.currency)
    return AgedLine(
        account=row.account,
        currency=row.currency,
        total=Sum(amount=row.total, url=_open_url(*theirs)),
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

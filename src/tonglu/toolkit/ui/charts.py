"""What a chart shows: labels and series of figures, each with the address of the records behind it.

`web/components/chart.html` draws it and puts the same figures in a table beside it, so that nobody depends on colours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Figure = int | Decimal | float | None

KINDS = ("bar", "stack", "hbar", "line", "area", "pie", "funnel", "gauge")


@dataclass(frozen=True, kw_only=True)
class Series:
    """Figures of one name, one per label; `urls` opens the records behind each."""

    name: str
    values: tuple[Figure, ...]
    urls: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One figure of the table beside the chart."""

    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One label of the table with its figures."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart and its table. `unit` stands before amounts, such as CNY; `percent` shows fractions as percentages."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    kind: str = "bar"
    unit: str = ""
    percent: bool = False
    label_title: str = ""
    empty: str = ""

    @property
    def height(self) -> int:
        """How high a chart of many lying bars is, in pixels, so that the page leaves room before it is drawn; 0 for the usual height."""
        bars = len(self.labels) * max(1, len(self.series) * 0.8) if self.kind == "hbar" else 0
        return round(24 * bars + 50) if bars > 8 else 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for series in self.series for value in series.values)

    @property
    def data(self) -> dict[str, Any]:
        """What the drawing script reads. Floats are right here: pixels need no cents."""
        return {
            "kind": self.kind,
            "labels": list(self.labels),
            "unit": self.unit,
            "percent": self.percent,
            "series": [_series(series) for series in self.series],
        }

    @property
    def rows(self) -> Iterator[Row]:
        """The table, exact."""
        for index, label in enumerate(self.labels):
            yield Row(label=label, cells=tuple(self._cell(series, index) for series in self.series))

    def _cell(self, series: Series, index: int) -> Cell:
        url = series.urls[index] if index < len(series.urls) else ""
        return Cell(text=self._text(series.values[index]), url=url)

    def _text(self, value: Figure) -> str:
        if value is None:
            return "–"
        if self.percent:
            return f"{value * 100:.1f}%"
        return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _series(series: Series) -> dict[str, Any]:
    values = [None if value is None else float(value) for value in series.values]
    drawn: dict[str, Any] = {"name": series.name, "values": values, "urls": list(series.urls)}
    return {**drawn, "kind": series.kind} if series.kind else drawn

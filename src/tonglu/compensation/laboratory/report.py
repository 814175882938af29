"""A stored trial for people: charts with their tables, sentences of the plan check, and a file."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from tonglu.compensation.selectors import component_choices
from tonglu.entities.fields import in_language
from tonglu.kernel.cells import cell_guarded
from tonglu.toolkit.money import base_currency
from tonglu.toolkit.ui.charts import Chart, Series

from .trial import BANDS, band_of

CHARTED = 15
HEAD = ("payee", "name", "before", "after", "change")


ALL = "all"
"""Everybody, where the parts of one payee are asked for."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one component pays, before and after."""

    component: str
    name: str
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        """What it pays more."""
        return self.after - self.before


@dataclass(frozen=True, kw_only=True)
class Person:
    """One payee of a trial."""

    payee: str
    name: str
    before: Decimal
    after: Decimal
    change: Decimal

    parts: tuple[Part, ...] = ()

    @property
    def person_id(self) -> int | None:
        """Who it is in this house; nobody where a file brought the name."""
        return int(self.payee[1:]) if self.payee[1:].isdecimal() else None

    @property
    def band(self) -> int:
        """Which band the change falls into."""
        return band_of(Fraction(self.before), Fraction(self.change))

    @property
    def rate(self) -> Decimal | None:
        """The change as a share of what it was."""
        return self.change / abs(self.before) if self.before else None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A sentence of the plan check; an error would forbid issuing the plan."""

    text: str
    is_error: bool


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything the result page shows."""

    people: list[Person]
    facts: int
    before: Decimal
    after: Decimal
    amount: Decimal
    margin: Decimal | None
    bands: list[int]
    findings: list[Finding]

    @property
    def change(self) -> Decimal:
        """What the plan costs more."""
        return self.after - self.before

    @property
    def gains(self) -> int:
        """How many people gain."""
        return sum(1 for one in self.people if one.change > 0)

    @property
    def losers(self) -> int:
        """How many people lose."""
        return sum(1 for one in self.people if one.change < 0)

    @property
    def of_amount(self) -> Decimal | None:
        """The pay as a share of what was sold."""
        return self.after / self.amount if self.amount else None

    @property
    def of_margin(self) -> Decimal | None:
        """The pay as a share of the margin."""
        return self.after / self.margin if self.margin else None

    @property
    def was_of_margin(self) -> Decimal | None:
        """The same before."""
        return self.before / self.margin if self.margin else None

    def opened(self, payee: str) -> Person | None:
        """A payee, or everybody together, with the components that make the pay."""
        if payee != ALL:
            return next((one for one in self.people if one.payee == payee), None)
        sums: dict[str, Part] = {}
        for part in (part for one in self.people for part in one.parts):
            known = sums.get(part.component, replace(part, before=Decimal(0), after=Decimal(0)))
            before, after = known.before + part.before, known.after + part.after
            sums[part.component] = replace(part, before=before, after=after)
        sides = {"before": self.before, "after": self.after, "change": self.change}
        return Person(payee=ALL, name=_("Everybody"), parts=tuple(sums.values()), **sides)

    @property
    def changes(self) -> Chart:
        """Who gains and who loses: the ends of the list when it is long."""
        half = CHARTED // 2
        long = len(self.people) > CHARTED
        shown = [*self.people[:half], *self.people[-half:]] if long else self.people
        return Chart(
            title=_("Who gains, who loses"),
            kind="hbar",
            unit=base_currency(),
            labels=tuple(one.name for one in shown),
            label_title=_("Person"),
            series=(
                Series(
                    name=_("Change"),
                    values=tuple(one.change for one in shown),
                    urls=tuple(f"?person={quote(one.payee)}#parts" for one in shown),
                ),
            ),
            empty=_("Nobody's pay changes."),
        )

    @property
    def distribution(self) -> Chart:
        """How many people change by how much."""
        return Chart(
            title=_("How many change by how much"),
            labels=tuple(band_labels()),
            label_title=_("Change"),
            series=(
                Series(
                    name=_("People"),
                    values=tuple(self.bands),
                    urls=tuple(f"?band={n}#people" for n in range(len(self.bands))),
                ),
            ),
            empty=_("Nobody's pay changes."),
        )


def report_of(result: Mapping[str, Any]) -> Report:
    """The report of a stored result."""
    cost = result["cost"]
    called = _called(result)
    return Report(
        people=[
            Person(
                payee=one["payee"],
                name=one["name"],
                before=Decimal(one["before"]),
                after=Decimal(one["after"]),
                change=Decimal(one["change"]),
                parts=_parts(one, called),
            )
            for one in result["people"]
        ],
        facts=result["facts"],
        before=Decimal(cost["before"]),
        after=Decimal(cost["after"]),
        amount=Decimal(cost["amount"]),
        margin=None if cost["margin"] is None else Decimal(cost["margin"]),
        bands=list(result["bands"]),
        findings=[_finding(one) for one in result["findings"]],
    )


def _called(result: Mapping[str, Any]) -> dict[str, str]:
    """What components are called in the reader's language, those of the plans tried first."""
    tried = result.get("titles", {})
    own = {code: in_language(one["en"], one["zh"]) for code, one in tried.items()}
    return {**dict(component_choices()), **own}


def _parts(one: Mapping[str, Any], called: Mapping[str, str]) -> tuple[Part, ...]:
    return tuple(
        Part(component=code, name=called.get(code, code), before=Decimal(was), after=Decimal(then))
        for code, (was, then) in one.get("parts", {}).items()
    )


def _finding(stored: Mapping[str, Any]) -> Finding:
    message, params = stored["message"], stored["params"]
    text = _(message) % params if message else stored["code"]
    return Finding(text=text, is_error=stored["severity"] == "error")


def band_labels() -> Iterator[str]:
    """The bands of change in words of numbers."""
    yield f"< {BANDS[0]} %"
    for low, high in itertools.pairwise(BANDS):
        yield f"{low} … {high} %"
    yield f"≥ {BANDS[-1]} %"


def people_csv(result: Mapping[str, Any]) -> str:
    """Everybody's line as a file; what could be read as a formula is kept from it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for one in result["people"]:
        writer.writerow([cell_guarded(str(one[name])) for name in HEAD])
    return out.getvalue()

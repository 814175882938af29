"""A closed month for the payroll office: one line per payee, every kind of movement in a column of its own, as CSV or XLSX."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tonglu.toolkit.money import base_currency

from .models import LedgerEntry, PayPeriod, Statement
from .sheets import Cell, sheet_write

KINDS = tuple(kind for kind in LedgerEntry.Kind if kind != LedgerEntry.Kind.PAID)


def payroll_write(row: PayPeriod, form: str) -> bytes:
    """The file of a month in that form."""
    return sheet_write(list(payroll_rows(row)), form)


def payroll_rows(row: PayPeriod) -> Iterator[list[Cell]]:
    """The heading, and a line per payee; amounts stay numbers."""
    statements = list(
        row.statements.select_related("owner__department").order_by(
            "owner__employee_number", "owner__name", "pk"
        )
    )
    sums = {one.pk: _sums(one) for one in statements}
    used = [kind for kind in KINDS if any(kind in of for of in sums.values())]
    yield [
        _("Employee number"),
        _("Name"),
        _("Department"),
        _("Period"),
        *(str(kind.label).capitalize() for kind in used),
        _("Payable"),
        _("Paid out"),
        _("Currency"),
        _("Fingerprint"),
    ]
    for one in statements:
        owner: Any = one.owner
        yield [
            owner.employee_number or "",
            owner.name,
            str(owner.department or ""),
            str(row),
            *(sums[one.pk].get(kind, Decimal("0.00")) for kind in used),
            one.payable,
            one.paid,
            base_currency(),
            one.digest[:16],
        ]


def _sums(statement: Statement) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in statement.lines:
        sums[line["kind"]] = sums.get(line["kind"], Decimal("0.00")) + Decimal(line["amount"])
    return sums

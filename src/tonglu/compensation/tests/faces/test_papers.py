"""What leaves the house of a month of pay: the statement on paper, and the file for the payroll office."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from tonglu.compensation.documents import statement_values
from tonglu.compensation.models import Earning, PayPeriod, Statement
from tonglu.compensation.paper import opened_rows
from tonglu.compensation.payroll import payroll_rows, payroll_write
from tonglu.compensation.tests.months import month_closed
from tonglu.entities.services import record_run
from tonglu.entities.testing import signed_in
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today

from .test_home import collect


@pytest.fixture
def statement(plan: Any, sign: Callable[..., Any], selling: Cast) -> Statement:
    """Ana's month, paid out."""
    selling.ana.employee_number = "HY0007"
    selling.ana.save(update_fields=["employee_number"])
    collect(sign(quantity=4), "226000.00", 1)
    month_closed(today().replace(day=1))
    return Statement.objects.get(owner=selling.ana)


def test_a_statement_names_who_pays_whom_and_when(statement: Statement, selling: Cast) -> None:
    with translation.override("en"):
        told = statement_values(statement)
    facts = dict(told["facts"])

    assert told["company"]
    assert facts["Employee number"] == "HY0007"
    assert facts["Department"] == str(selling.ana.department)
    assert facts["Paid on"]
    labels = [label for label, _amount in told["bridge"]]
    labels += [line["label"] for group in told["groups"] for line in group["lines"]]
    assert labels
    assert all(label[0].isupper() for label in labels)


def test_no_number_of_the_payroll_file_is_wider_than_its_column(statement: Statement) -> None:
    rows = list(payroll_rows(statement.period))
    book = zipfile.ZipFile(io.BytesIO(payroll_write(statement.period, "xlsx")))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    widths: dict[int, float] = {}
    for first, last, width in re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', sheet):
        widths |= dict.fromkeys(range(int(first), int(last) + 1), float(width))

    assert len(rows) > 1
    for row in rows[1:]:
        for at, cell in enumerate(row, start=1):
            if isinstance(cell, Decimal):
                assert len(f"{cell:,.2f}") < widths[at]


def test_the_next_step_of_a_month_stands_first_among_its_acts(
    plan: Any, sign: Callable[..., Any], actor: Any, selling: Cast
) -> None:
    sign(quantity=1)
    month = PayPeriod.objects.get()
    record_run(actor=actor(selling.cam), row=month, verb="calculate")

    page = signed_in(selling.cam).get(f"/pay-calendar/{month.pk}/").content.decode()

    acts = re.findall(
        r'<button class="btn([^"]*)"[^>]*hx-get="/pay-periods/[^"]*/(\w+)/\?next', page
    )
    tones = {name: tone.strip() for tone, name in acts}
    assert [name for _tone, name in acts] == ["approve", "calculate", "review", "reopen"]
    assert tones["calculate"] == ""
    assert "Payroll XLSX" in page


def test_a_slice_reads_as_its_sentence_does(
    plan: Any, sign: Callable[..., Any], selling: Cast
) -> None:
    sign(quantity=1)
    earning = Earning.objects.get()

    (row,) = opened_rows(earning.trace, "zh")

    assert row.parts[0].words.startswith("全部落在")
    assert row.parts[0].words in earning.sentence_zh

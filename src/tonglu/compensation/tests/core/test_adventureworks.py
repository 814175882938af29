"""A real book: 57,851 reseller sales of AdventureWorks pay what their published table says."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

pytest.importorskip("polars", reason="the extra `volume` is not installed")

from tonglu.compensation.core.facts import facts_from
from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.volume.book import book_of
from tonglu.compensation.core.volume.run import evaluate_volume

FOLDER = "shared/data/10_adventureworks"
BOOK = next((up / FOLDER for up in Path(__file__).parents if (up / FOLDER).is_dir()), None)


def lines(name, delimiter=","):
    with (BOOK / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def plan():
    rates = {row["EmployeeKey"]: row["CommissionPct"] or "0" for row in lines("rep_map.csv")}
    return plan_from_dict(
        {
            "components": [{"id": "a", "window": "quarter", "base_rate": rates}],
            "rounding": {"stage": "transaction", "scale": 2},
        }
    )


def sales():
    """Sales added up per person and quarter: the plan rounds once for both."""
    sums = {}
    for row in lines("star/Sales.csv", "|"):
        year, month, _ = row["OrderDate"].split("/")
        key = (row["EmployeeKey"], year, (int(month) + 2) // 3)
        sums[key] = sums.get(key, Fraction(0)) + Fraction(row["Sales"])
    return facts_from(
        {"id": f"{payee}-{year}Q{quarter}", "date": f"{year}-{quarter * 3:02}-01", "payee": payee,
         "amount": amount}
        for (payee, year, quarter), amount in sums.items()
    )  # fmt: skip


@pytest.mark.skipif(BOOK is None, reason="the AdventureWorks extract is not beside this checkout")
def test_every_person_and_quarter_is_paid_to_the_cent():
    expected = {
        f"{row['EmployeeKey']}-{row['q']}": Fraction(row["planA_flat"])
        for row in lines("expected_commission_planA_2017-2018.csv")
    }

    paid = evaluate_volume(plan().versions[0], book_of(sales())).rows

    got = {row["fact"]: Fraction(row["amount"], 100) for row in paid.to_dicts()}
    assert len(expected) == 67
    assert {key: got[key] for key in expected} == expected

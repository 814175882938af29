"""`tonglu pay run --events`: pay that waits for the customer, in parts, late, given back and ended early, to the cent."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest

from tonglu.compensation.run.command import BAD_INPUT, WRITTEN, main
from tonglu.compensation.run.documents import document_run

ROOT = Path(__file__).resolve().parents[5]
EXAMPLE = ROOT / "docs" / "examples" / "pay-collection"


def run(folder, *more, events="events.csv", facts=EXAMPLE / "facts.csv"):
    files = ["--plan", str(EXAMPLE / "plan.yaml"), "--facts", str(facts)]
    return main([*files, "--events", str(EXAMPLE / events), "--out", str(folder), *more])


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_pay_falls_due_as_the_customer_pays_and_comes_back_as_the_plan_says(tmp_path):
    assert run(tmp_path) == WRITTEN

    told = [(r["fact"], r["date"], r["amount"], r["forfeited"], r["cancelled"], r["held"])
            for r in rows(tmp_path / "releases.csv")]  # fmt: skip
    assert told == [
        ("C-1", "2026-01-20", "2500.00", "0.00", "0.00", "2500.00"),
        ("C-1", "2026-03-15", "2000.00", "500.00", "0.00", "0.00"),
        ("C-1", "2026-04-20", "-675.00", "-100.00", "0.00", "775.00"),
        ("C-2", "2026-02-10", "884.96", "0.00", "0.00", "1615.04"),
        ("C-2", "2026-02-20", "1615.04", "0.00", "0.00", "0.00"),
        ("C-2", "2026-08-01", "-1250.00", "0.00", "1250.00", "0.00"),
    ]
    summary = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert {name: summary[name] for name in ("total", "due", "cancelled", "forfeited", "held")} == {
        "total": "7500", "due": "5075", "cancelled": "1250", "forfeited": "400", "held": "775",
    }  # fmt: skip
    months = [(r["period"], r["earned"], r["payment"]) for r in rows(tmp_path / "payments.csv")]
    assert months == [
        ("2026-01", "2500.00", "2250.00"),
        ("2026-02", "2500.00", "2250.00"),
        ("2026-03", "2000.00", "2050.00"),
        ("2026-04", "-675.00", "-425.00"),
        ("2026-08", "-1250.00", "-1050.00"),
    ]


def test_every_movement_says_why_in_both_languages(tmp_path):
    run(tmp_path / "en")
    run(tmp_path / "zh", "--language", "zh")

    english = (tmp_path / "en" / "statements" / "ana.md").read_text(encoding="utf-8")
    chinese = (tmp_path / "zh" / "statements" / "ana.md").read_text(encoding="utf-8")
    assert "It came 43 days late, which forfeits 500.00." in english
    assert "9 of 12 months were not served, so of 900.00 of pay 675.00 comes back." in english
    assert "Of 2,500.00 that was earned 1,250.00 stays, and 1,250.00 comes back." in english
    assert "Held until the customers pay: **775.00**." in english
    assert "约定期限 12 个月，尚余 9，对应提成 900.00，追回 675.00。" in chinese
    assert "应计提成中的 1,250.00 取消，不再发放。" in chinese


def test_what_is_known_on_a_day_and_without_events(tmp_path):
    run(tmp_path / "early", "--as-of", "2026-02-15")
    early = rows(tmp_path / "early" / "releases.csv")
    assert [(r["fact"], r["amount"]) for r in early] == [("C-1", "2500.00"), ("C-2", "884.96")]

    files = ["--plan", str(EXAMPLE / "plan.yaml"), "--facts", str(EXAMPLE / "facts.csv")]
    assert main([*files, "--out", str(tmp_path / "none")]) == WRITTEN
    summary = json.loads((tmp_path / "none" / "run.json").read_text(encoding="utf-8"))
    assert (summary["due"], summary["held"]) == ("0", "7500")


def test_the_same_over_the_api_with_lines_splits_and_parts_at_signing():
    """A document of two lines, split in two; a third at signing, the rest with the money; the cents add up."""
    document = {
        "plan": {
            "components": [{"id": "comm", "window": "month", "base_rate": "0.0333"}],
            "release": {"steps": [{"event": "booking", "pct": "1/3"},
                                  {"event": "cash", "pct": "2/3", "prorata": True}]},
        },
        "facts": [
            {"id": "S1", "date": "2026-03-02", "payee": "ana", "pct": 60, "amount": "100.01"},
            {"id": "S1", "date": "2026-03-02", "payee": "ben", "pct": 40, "amount": "100.01"},
            {"id": "S2", "date": "2026-03-02", "payee": "ana", "amount": "10.01"},
            {"id": "S2", "date": "2026-03-02", "payee": "ana", "amount": "20.02"},
        ],
        "events": [
            {"单号": "S1", "回款": "33.33", "日期": "2026-03-09"},
            {"单号": "S1", "回款": "66.68", "日期": "2026-04-09"},
            {"fact": "S2", "amount": "30.03", "date": "2026-03-10", "type": "回款"},
        ],
    }  # fmt: skip

    answer = document_run(document)

    paid = {p["payee"]: Fraction(p["amount"]) for p in answer["payouts"]}
    due: dict[str, Fraction] = {}
    for one in answer["releases"]:
        due[one["payee"]] = due.get(one["payee"], Fraction(0)) + Fraction(one["amount"])
    assert due == paid == {"ana": Fraction("3.00"), "ben": Fraction("1.33")}
    assert answer["held"] == "0"
    assert [p["period"] for p in answer["payments"]] == ["2026-03", "2026-04"] * 2


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("C-9,cash,5,2026-01-20,", "events.csv, row 2, column “fact”: “C-9” is no document of the facts."),
        ("C-1,cash,x,2026-01-20,", "row 2, column “amount”: “x” is not a number."),
        ("C-1,cash,5,,", "row 2, column “date”: is empty."),
        ("C-1,gift,5,2026-01-20,", "row 2, column “type”: “gift” is none of bounce"),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_read_is_told_with_its_place(tmp_path, capsys, row, told):
    path = tmp_path / "events.csv"
    path.write_text(f"fact,type,amount,date,due\n{row}\n", encoding="utf-8")

    assert run(tmp_path / "out", events=path) == BAD_INPUT
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()

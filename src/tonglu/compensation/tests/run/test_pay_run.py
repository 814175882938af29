"""`tonglu pay run`: files in, a folder out, and every refusal with its place."""

from __future__ import annotations

import csv
import json
import os
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tonglu.compensation.run.command import BAD_INPUT, LOOK_AT, WRITTEN, main
from tonglu.compensation.run.writing import file_name

ROOT = Path(__file__).resolve().parents[5]
EXAMPLE = ROOT / "docs" / "examples" / "pay-run"
AW = "shared/data/10_adventureworks"
BOOK = next((up / AW for up in ROOT.parents if (up / AW).is_dir()), None)
# Line by line for three people with few sales and order by order for the others; with TONGLU_LONG=1 every line of everybody.
LINE_BY_LINE = ("272", "286", "290")
IS_LONG = bool(os.environ.get("TONGLU_LONG"))
COLUMNS = {"id": "SalesOrderNumber", "date": "OrderDate", "payee": "EmployeeKey", "amount": "Sales"}
PLAN = "components: [{id: comm, window: month, base_rate: 5%}]\n"


def example(out, *more):
    files = {name: str(EXAMPLE / f"{name}.csv") for name in ("facts", "people", "quotas")}
    given = [part for name, file in files.items() for part in (f"--{name}", file)]
    return main(["--plan", str(EXAMPLE / "plan.yaml"), *given, "--out", str(out), *more])


def rows(path, delimiter=","):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def run(tmp_path, facts, *more, plan=PLAN):
    (tmp_path / "plan.yaml").write_text(plan, encoding="utf-8")
    (tmp_path / "facts.csv").write_text(facts, encoding="utf-8")
    files = ["--plan", str(tmp_path / "plan.yaml"), "--facts", str(tmp_path / "facts.csv")]
    return main([*files, "--out", str(tmp_path / "out"), *more])


def test_the_example_in_the_docs_pays_what_the_page_says(tmp_path):
    assert example(tmp_path) == WRITTEN

    paid = {
        (row["payee"], row["component"]): row["amount"] for row in rows(tmp_path / "payouts.csv")
    }
    assert paid == {
        ("ana", "steps"): "4200.00",
        ("ana", "new"): "500.00",
        ("ben", "steps"): "6000.00",
        ("ben", "new"): "500.00",
        ("lee", "override"): "600.00",
        ("dee", "override"): "600.00",
    }


def test_the_trace_adds_up_to_the_payouts_and_names_its_rows(tmp_path):
    example(tmp_path, "--format", "json")

    trace = json.loads((tmp_path / "trace.json").read_text())
    paid = json.loads((tmp_path / "payouts.json").read_text())
    assert sum(Fraction(row["amount"]) for row in trace) == sum(Fraction(p["amount"]) for p in paid)
    assert {row["source_row"] for row in trace} == {2, 3, 5, 6}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Of 30,000.00 sold"), ("zh", "10,000.00 补满 4% 档（至 90,000.00），提成 400.00")],
)
def test_a_statement_tells_every_line_in_words(tmp_path, language, sentence):
    example(tmp_path, "--language", language)

    assert sentence in (tmp_path / "statements" / "ana.md").read_text(encoding="utf-8")


def test_the_same_input_writes_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        example(tmp_path / name, "--format", "csv", "--format", "json")

    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) > 8
    assert all(
        (tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files
    )


def test_payment_rules_of_the_plan_are_applied_month_by_month(tmp_path):
    example(tmp_path)

    march = rows(tmp_path / "payments.csv")[2]
    assert (march["payee"], march["period"], march["payment"], march["held_balance"]) == (
        "ana", "2026-03", "-230.00", "160.00",
    )  # fmt: skip


def test_every_fault_is_told_with_its_row_and_column(tmp_path, capsys):
    facts = "id,date,payee,amount\na,2026-01-31,ana,100\nb,soon,ana,ten\n"

    assert run(tmp_path, facts) == BAD_INPUT
    assert capsys.readouterr().err.splitlines() == [
        "facts.csv, row 3, column “date”: “soon” is not a day such as 2026-01-31.",
        "facts.csv, row 3, column “amount”: “ten” is not a number.",
    ]
    assert not (tmp_path / "out").exists()


def test_what_the_engine_refuses_is_told_with_the_row_of_its_document(tmp_path, capsys):
    facts = "id,date,payee,amount\na,2026-01-31,ana,100\nb,,ana,100\n"

    assert run(tmp_path, facts, "--json") == BAD_INPUT
    fault = json.loads(capsys.readouterr().out)["faults"][0]
    assert (fault["file"], fault["row"]) == ("facts.csv", 3)
    assert "needs a date" in fault["message"]


@pytest.mark.parametrize(
    ("facts", "more", "told"),
    [
        ("id,date,who,amount\na,2026-01-31,ana,1\n", (), "no column says who is paid"),
        ("id,date,rep,amount\na,2026-01-31,ana,1\n", ("--column", "payee=Rep"), "no such column"),
        ("id,id,payee\n", (), "names each column once"),
        ("id,date,payee,amount\na,2026-01-31,ana,1\n", ("--column", "payee"), "must look like"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused(tmp_path, capsys, facts, more, told):
    assert run(tmp_path, facts, *more) == BAD_INPUT
    assert told in capsys.readouterr().err


def test_a_plan_that_means_nothing_is_refused_by_name(tmp_path, capsys):
    code = run(tmp_path, "id,payee\n", plan="components: [{id: c, base_rate: 5%, magic: 1}]")

    assert code == BAD_INPUT
    assert "plan.yaml: Component c has an unknown field “magic”" in capsys.readouterr().err


def test_a_split_that_is_not_whole_is_paid_and_reported(tmp_path):
    facts = "id,date,payee,pct,amount\na,2026-01-31,ana,60,100\na,2026-01-31,ben,30,100\n"

    assert run(tmp_path, facts) == LOOK_AT
    assert rows(tmp_path / "out" / "problems.csv") == [
        {"code": "split_not_100", "fact": "a", "source_row": "2", "detail": "fact a; sum 90"}
    ]


def test_lines_of_one_document_are_paid_one_by_one(tmp_path):
    facts = "id,date,payee,amount\na,2026-01-31,ana,100\na,2026-01-31,ana,50\n"

    assert run(tmp_path, facts) == WRITTEN
    assert [row["fact"] for row in rows(tmp_path / "out" / "trace.csv")] == ["a", "a#2"]


def test_a_chinese_file_from_a_spreadsheet_is_read(tmp_path):
    (tmp_path / "facts.csv").write_bytes(
        "单号;日期;业务员;金额\nA1;2026/1/31;小王;1.2万\n".encode("gb18030")
    )
    (tmp_path / "plan.yaml").write_text(PLAN)
    files = ["--plan", str(tmp_path / "plan.yaml"), "--facts", str(tmp_path / "facts.csv")]

    assert main([*files, "--out", str(tmp_path / "out")]) == WRITTEN
    assert rows(tmp_path / "out" / "payouts.csv")[0]["amount"] == "600.00"
    assert (tmp_path / "out" / "statements" / "小王.md").exists()


def test_a_parquet_file_with_floats_is_read_as_the_decimals_it_shows(tmp_path):
    polars = pytest.importorskip("polars")
    polars.DataFrame({"id": ["a"], "date": ["2026-01-31"], "payee": ["ana"], "amount": [0.1 + 0.2]})
    frame = polars.DataFrame(
        {"id": ["a"], "date": ["2026-01-31"], "payee": ["ana"], "amount": [66.6]}
    )
    frame.write_parquet(tmp_path / "facts.parquet")
    (tmp_path / "plan.yaml").write_text(PLAN)
    files = ["--plan", str(tmp_path / "plan.yaml"), "--facts", str(tmp_path / "facts.parquet")]

    assert main([*files, "--out", str(tmp_path / "out")]) == WRITTEN
    assert rows(tmp_path / "out" / "payouts.csv")[0]["exact"] == "3.33"


def test_a_short_float_of_a_parquet_file_is_the_decimal_it_shows(tmp_path):
    polars = pytest.importorskip("polars")
    amounts = polars.Series([3.3, None], dtype=polars.Float32)
    frame = polars.DataFrame({"id": [1, 2], "payee": ["ana", "ana"], "received": amounts})
    frame.write_parquet(tmp_path / "facts.parquet")
    plan = tmp_path / "plan.yaml"
    plan.write_text("components: [{id: comm, base_rate: 1, measure: received}]\n")
    given = ["--plan", str(plan), "--facts", str(tmp_path / "facts.parquet")]

    assert main([*given, "--out", str(tmp_path / "out")]) == WRITTEN
    assert [row["exact"] for row in rows(tmp_path / "out/payouts.csv")] == ["3.3"]


def test_cells_that_a_spreadsheet_would_run_are_written_as_text(tmp_path):
    assert run(tmp_path, "id,date,payee,amount\n=1+1,2026-01-31,@ana,100\n") == WRITTEN
    assert rows(tmp_path / "out" / "trace.csv")[0]["fact"] == "'=1+1"


def test_different_people_have_different_files():
    taken = set()

    assert [file_name(name, taken) for name in ("a/b", "a?b", "A_B", "../..")] == [
        "a_b", "a_b_2", "A_B_3", "payee",
    ]  # fmt: skip


def book_of(folder):
    """All sales in a file of the same form; most people's lines are added up to their orders, exactly."""
    sales = BOOK / "star" / "Sales.csv"
    if IS_LONG:
        return sales
    lines, orders = [], {}
    for row in rows(sales, "|"):
        cells = [row[head] for head in COLUMNS.values()]
        if row["EmployeeKey"] in LINE_BY_LINE:
            lines.append("|".join(cells))
        else:
            key = tuple(cells[:3])
            orders[key] = orders.get(key, Decimal(0)) + Decimal(cells[3])
    lines += ["|".join((*key, str(amount))) for key, amount in orders.items()]
    (folder / "sales.csv").write_text("\n".join(["|".join(COLUMNS.values()), *lines]))
    return folder / "sales.csv"


@pytest.mark.skipif(BOOK is None, reason="the AdventureWorks extract is not beside this checkout")
def test_the_lines_of_another_companys_books_pay_what_was_published(tmp_path):
    rates = {r["EmployeeKey"]: r["CommissionPct"] or "0" for r in rows(BOOK / "rep_map.csv")}
    plan = {"components": [{"id": "a", "window": "quarter", "base_rate": rates}]}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    columns = [part for name, head in COLUMNS.items() for part in ("--column", f"{name}={head}")]
    files = ["--plan", str(tmp_path / "plan.json"), "--facts", str(book_of(tmp_path))]

    assert main([*files, *columns, "--out", str(tmp_path / "out")]) == WRITTEN

    paid = {(r["payee"], r["window"]): r["amount"] for r in rows(tmp_path / "out" / "windows.csv")}
    expected = rows(BOOK / "expected_commission_planA_2017-2018.csv")
    assert len(expected) == 67
    for row in expected:
        year, quarter = row["q"].split("Q")
        assert paid[row["EmployeeKey"], f"{year}-Q{quarter}"] == row["planA_flat"]

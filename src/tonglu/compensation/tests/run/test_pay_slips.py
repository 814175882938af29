"""`tonglu pay run`: what a file says in two ways, or to nobody, is told with its place and never guessed."""

from __future__ import annotations

import pytest

from tonglu.compensation.run.command import BAD_INPUT, LOOK_AT, WRITTEN

from .test_pay_run import rows, run


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (
            'id,payee,amount\na,ana,"1000,50"\n',
            "row 2, column “amount”: “1000,50” is not a number.",
        ),
        (
            "id;payee;amount\na;ana;1.000,50\n",
            "row 2, column “amount”: “1.000,50” is not a number.",
        ),
        ("id,payee,amount\na,ana,1\nb,,1\n", "row 3, column “payee”: Transaction b names nobody"),
        ("id,payee,amount,pct\na,ana,1,60\na,,1,40\n", "row 3, column “payee”: is empty."),
        (
            "id,payee,amount,pct\na,ana,100,60\na,ben,90,40\n",
            "row 3, column “amount”: “90” differs",
        ),
        ("id,payee,amount\na,ana,1,000\n", "row 2: has 4 cells, but there are 3 columns."),
        ("id,payee,sales,revenue\na,ana,1,2\n", "both say amount and differ"),
        ("id,payee,amount\na,ana\n", "row 2, column “amount”: Transaction a has no amount."),
    ],
)
def test_a_row_that_could_be_read_in_two_ways_is_refused(tmp_path, capsys, facts, told):
    assert run(tmp_path, facts, plan="components: [{id: comm, base_rate: 5%}]\n") == BAD_INPUT
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_role_that_the_plan_pays_by_is_that_of_the_credit(tmp_path):
    plan = "components: [{id: comm, base_rate: 5%}, {id: help, base_rate: 1%, roles: overlay}]\n"
    facts = "id,payee,amount,role\na,ana,100,\nb,eve,100,overlay\nc,ben,100,AE\n"

    assert run(tmp_path, facts, plan=plan) == WRITTEN
    paid = [(r["payee"], r["component"], r["amount"]) for r in rows(tmp_path / "out/payouts.csv")]
    assert sorted(paid) == [
        ("ana", "comm", "5.00"),
        ("ben", "comm", "5.00"),
        ("eve", "help", "1.00"),
    ]


FLAT = "components: [{id: comm, base_rate: 10%}]\n"


@pytest.mark.parametrize(
    ("facts", "paid"),
    [
        ("id,payee,amount,share\na,ana,100,0.6\na,ben,100,40%\n", {"ana": "6.00", "ben": "4.00"}),
        (
            "id,revision,payee,amount,pct\na,1,ana,100,60\na,1,ben,100,40\na,2,ana,200,50\na,2,ben,200,50\n",
            {"ana": "10.00", "ben": "10.00"},
        ),
        (
            "id,revision,payee,amount\na,1,ana,100\na,1,ana,50\na,2,ana,10\na,2,ana,5\n",
            {"ana": "1.50"},
        ),
    ],
)
def test_shares_and_revisions_of_a_split_are_read_as_told(tmp_path, facts, paid):
    assert run(tmp_path, facts, plan=FLAT) == WRITTEN
    found = {row["payee"]: row["amount"] for row in rows(tmp_path / "out/payouts.csv")}
    assert found == paid


def test_a_deleted_row_needs_no_payee_and_keeps_the_money(tmp_path):
    facts = "id,revision,payee,amount,deleted\na,1,ana,100,\na,2,,,true\n"

    assert run(tmp_path, facts, plan=FLAT) == LOOK_AT
    assert [row["amount"] for row in rows(tmp_path / "out/payouts.csv")] == ["10.00"]
    assert [row["code"] for row in rows(tmp_path / "out/problems.csv")] == ["source_deleted"]


def test_a_line_that_a_revision_leaves_out_is_not_paid_by_silence(tmp_path, capsys):
    facts = "id,revision,payee,amount\na,1,ana,100\na,1,ana,50\na,2,ana,100\n"

    assert run(tmp_path, facts, plan=FLAT) == BAD_INPUT
    assert "row 4, column “revision”: “a” has 1 lines" in capsys.readouterr().err


def test_sales_of_a_department_feed_a_pool_without_a_payee(tmp_path):
    plan = "components: [{id: pool, kind: pool, rate: 1%, weights: {ana: 3, ben: 1}}]\n"

    assert run(tmp_path, "id,amount\na,10000\n", plan=plan) == WRITTEN
    found = {row["payee"]: row["amount"] for row in rows(tmp_path / "out/payouts.csv")}
    assert found == {"ana": "75.00", "ben": "25.00"}


AT_QUOTA = "components: [{id: comm, window: %s, base_rate: 10%%, table: {mode: slab, axis: attainment, tiers: [[0, 1, 1], [1, null, 2]]}}]\n"


@pytest.mark.parametrize(
    ("window", "period"),
    [
        ("quarter", "2024-Q1"),
        ("quarter", "2024Q1"),
        ("quarter", "Q1 2024"),
        ("quarter", "2024年第1季度"),
        ("quarter", "q1"),
        ("month", "2024/1"),
        ("month", "2024年01月"),
        ("month", "202401"),
        ("half", "H1 2024"),
        ("year", "2024"),
        ("year", ""),
    ],
)
def test_a_quota_of_a_period_in_any_usual_writing_counts(tmp_path, window, period):
    quotas = tmp_path / "quotas.csv"
    quotas.write_text(f"payee,period,quota\nana,{period},100\n", encoding="utf-8")
    facts = "id,date,payee,amount\na,2024-01-31,ana,150\n"

    assert run(tmp_path, facts, "--quotas", str(quotas), plan=AT_QUOTA % window) == WRITTEN
    assert [row["amount"] for row in rows(tmp_path / "out/payouts.csv")] == ["20.00"]


@pytest.mark.parametrize(
    ("quotas", "told"),
    [
        ("payee,period,quota\nana,spring,100\n", "row 2, column “period”: “spring” is no period"),
        ("payee,period,quota\nana,2024-13,100\n", "“2024-13” is no period"),
        (
            "payee,component,quota\nana,com,100\n",
            "column “component”: the plan has no component “com”",
        ),
        ("payee,year,quarter,quota\nana,2024,Q1,100\n", "“year” and “quarter” both say window"),
        (
            "payee,quota\nana,100\nana,200\n",
            "row 3, column “quota”: another row tells default otherwise",
        ),
    ],
)
def test_a_quota_that_would_reach_nothing_is_refused(tmp_path, capsys, quotas, told):
    file = tmp_path / "quotas.csv"
    file.write_text(quotas, encoding="utf-8")
    facts = "id,date,payee,amount\na,2024-01-31,ana,150\n"

    assert run(tmp_path, facts, "--quotas", str(file), plan=AT_QUOTA % "year") == BAD_INPUT
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("component", "field"),
    [
        ("measure: tonnes", "tonnes"),
        ("measure: received", "received"),
        ("filter: {produkt: X}", "produkt"),
        ("filter: {any: [{kind: a}, {not: {land: b}}]}", "land"),
        ("effective_from: 2024-01-01", "date"),
    ],
)
def test_a_field_that_no_fact_has_is_told(tmp_path, component, field):
    plan = f"components: [{{id: comm, base_rate: 10%, {component}}}]\n"
    facts = "id,payee,amount,tons,kind\na,ana,150,2,a\n"

    assert run(tmp_path, facts, plan=plan) == LOOK_AT
    found = rows(tmp_path / "out/problems.csv")
    assert [row["detail"] for row in found] == [f"component comm; field {field}"]


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ("payee,manager,from\nana,lee,2024-01-01\nana,dee,2024-01-01\n", "row 3, column “manager”"),
        ("payee,manager,from\nana,lee,soon\n", "row 2, column “from”: “soon” is not a day"),
        ("person,employee\nana,7\n", "“person” and “employee” both say payee"),
    ],
)
def test_people_who_are_told_in_two_ways_are_refused(tmp_path, capsys, people, told):
    file = tmp_path / "people.csv"
    file.write_text(people, encoding="utf-8")

    assert (
        run(tmp_path, "id,payee,amount\na,ana,1\n", "--people", str(file), plan=FLAT) == BAD_INPUT
    )
    assert told in capsys.readouterr().err


def test_a_column_under_its_very_name_comes_before_its_synonyms(tmp_path):
    facts = "id,payee,qty,units,amount,revenue\na,ana,7,2,100,900\n"
    plan = "components: [{id: comm, base_rate: 10%}, {id: spif, base_rate: 1, measure: units}]\n"

    assert run(tmp_path, facts, plan=plan) == WRITTEN
    assert [row["amount"] for row in rows(tmp_path / "out/payouts.csv")] == ["10.00", "2.00"]


def test_who_is_not_among_the_people_is_paid_and_told(tmp_path):
    (tmp_path / "people.csv").write_text("payee,name\nana,Ana\n", encoding="utf-8")
    facts = "id,payee,amount\na,ana,100\nb,anna,100\n"
    plan = "components: [{id: comm, base_rate: 5%}]\n"

    assert run(tmp_path, facts, "--people", str(tmp_path / "people.csv"), plan=plan) == LOOK_AT
    found = rows(tmp_path / "out/problems.csv")
    assert [(row["code"], row["source_row"]) for row in found] == [("unknown_payee", "3")]

"""Every worked example passes, and the checker tells a wrong one from a right one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tonglu.compensation.check import ALL_PASS, BAD_FILE, SOME_FAIL, check_file, main

ROOT = Path(__file__).resolve().parents[5]
OWN = ROOT / "docs" / "examples" / "pay-cases.yaml"
SHARED = next(
    (path for up in ROOT.parents if (path := up / "shared" / "pay-cases.yaml").exists()), None
)

ONE_CASE = """
cases:
- {id: X, mode: calc, plan: {components: [{id: comm, base_rate: %s}]},
   transactions: [{id: t, date: 2024-01-01, payee: Ana, amount: 100}],
   expected: {payouts: {Ana: {comm: %s}}}}
"""


@pytest.mark.parametrize("case", check_file(OWN), ids=lambda case: case.id)
def test_our_worked_examples_pass(case):
    assert case.passed, case.error or [check for check in case.checks if not check.passed]


def test_we_bring_more_than_sixty_examples_of_our_own():
    assert len(check_file(OWN)) >= 60


@pytest.mark.skipif(SHARED is None, reason="the shared example file is not beside this checkout")
def test_the_shared_worked_examples_pass():
    failed = [case for case in check_file(SHARED) if not case.passed]

    assert failed == []


def test_the_command_prints_one_line_per_case_and_leaves_with_zero(tmp_path, capsys):
    file = tmp_path / "good.yaml"
    file.write_text(ONE_CASE % ('"0.1"', 10))

    assert main([str(file)]) == ALL_PASS
    assert capsys.readouterr().out.splitlines() == [
        "ok   X [calc] : payouts.Ana.comm expected 10 got 10",
        "1 of 1 cases pass.",
    ]


def test_a_wrong_expectation_fails_and_shows_both_numbers(tmp_path, capsys):
    file = tmp_path / "wrong.yaml"
    file.write_text(ONE_CASE % ('"0.1"', '"10.01"'))

    assert main([str(file), "--json"]) == SOME_FAIL
    document = json.loads(capsys.readouterr().out)
    assert document["failed"] == 1
    assert document["cases"][0]["expected"] == {"payouts.Ana.comm": "10.01"}
    assert document["cases"][0]["got"] == {"payouts.Ana.comm": "10"}


def test_a_payee_nobody_expected_to_miss_counts_as_zero_but_not_as_any_other_number(tmp_path):
    file = tmp_path / "missing.yaml"
    file.write_text(ONE_CASE.replace("{Ana: {comm: %s}}}", "{Ben: {comm: %s}}}") % ('"0.1"', 5))

    assert main([str(file)]) == SOME_FAIL


def test_a_case_that_expects_nothing_fails(tmp_path):
    file = tmp_path / "empty.yaml"
    file.write_text("cases: [{id: X, mode: calc, plan: {components: []}, expected: {}}]")

    assert main([str(file)]) == SOME_FAIL


def test_an_empty_set_of_payouts_expects_that_nobody_is_paid(tmp_path):
    text = ONE_CASE.replace("{payouts: {Ana: {comm: %s}}}", "{payouts: {}}")
    for rate, left in (("0", ALL_PASS), ("0.1", SOME_FAIL)):
        file = tmp_path / "nobody.yaml"
        file.write_text(text % f'"{rate}"')
        assert main([str(file)]) == left


@pytest.mark.parametrize(
    "text",
    [
        "cases: []",
        "just text",
        "cases: [1, 2]",
        "cases: [",
        "a: 1\na: 2",
        "cases: [{title: no id}]",
        "schema_version: 2\ncases: [{id: x, mode: retro, results: [{revision: a, value: 1}], expected: {total: 1}}]",
    ],
)
def test_a_file_that_is_no_case_file_is_refused(tmp_path, text, capsys):
    file = tmp_path / "bad.yaml"
    file.write_text(text)

    assert main([str(file)]) == BAD_FILE
    assert "bad.yaml" in capsys.readouterr().err


def test_a_missing_file_is_refused(tmp_path):
    assert main([str(tmp_path / "none.yaml")]) == BAD_FILE


def test_unquoted_numbers_are_read_as_decimals(tmp_path):
    file = tmp_path / "plain.yaml"
    file.write_text(ONE_CASE % ("0.035", "3.5"))

    assert main([str(file)]) == ALL_PASS


def test_yes_and_on_are_words_and_not_truth(tmp_path):
    file = tmp_path / "words.yaml"
    text = (ONE_CASE % ('"0.1", filter: {answer: yes}', 10)).replace(
        "amount: 100", "amount: 100, answer: yes"
    )
    file.write_text(text)

    assert main([str(file)]) == ALL_PASS


def test_an_unknown_field_is_named_in_the_line(tmp_path, capsys):
    file = tmp_path / "odd.yaml"
    file.write_text(ONE_CASE % ('"0.1", wizardry: 3', 10))

    assert main([str(file)]) == SOME_FAIL
    assert "Component comm has an unknown field “wizardry”" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("- 7", "is not a set of fields with an id"),
        ("- {title: no id}", "is not a set of fields with an id"),
        ("- {id: BAD, id: BAD, mode: retro, results: [], expected: {total: 1}}", "“id” is given"),
        (
            (
                "- {id: BAD, plan: {components: [{id: c, base_rate: 1, base_rate: 2}]},"
                " expected: {payouts: {A: {c: 1}}}}"
            ),
            "“base_rate” is given twice",
        ),
        (
            (
                "- {id: BAD, plan: {components: [{id: c, base_rate: 1}]},"
                " transactions: [{id: t, date: 2024-02-30, payee: A, amount: 1}],"
                " expected: {payouts: {A: {c: 1}}}}"
            ),
            "“date” cannot be read",
        ),
        (
            (
                "- {id: BAD, plan: {components: [{id: c, base_rate: 1}]},"
                " transactions: [{id: t, payee: A, amount: 1e999999999}],"
                " expected: {payouts: {A: {c: 1}}}}"
            ),
            "is not an exact number",
        ),
        ("- {id: BAD, plan: {}, transactions: 7, expected: {total: 1}}", "“transactions”"),
        ("- {id: BAD, mode: retro, expected: {total: 1}}", "needs “results”"),
        (
            (
                "- {id: BAD, plan: {components: [{id: c, base_rate: 1}]},"
                " transactions: [{id: t, payee: A, amount: ten}], expected: {total: 1}}"
            ),
            "Transaction t, “amount”: 'ten' is not an exact number",
        ),
        (
            (
                "- {id: BAD, plan: {components: [{id: c, table: {mode: slab, tiers: [[0, x, 1]]}}]},"
                " expected: {total: 1}}"
            ),
            "Component c, “table”; Table, “tiers”: 'x' is not an exact number",
        ),
        (
            (
                "- {id: BAD, mode: payment, payment: {type: true_up}, earnings: [{period: 1}],"
                " expected: {total: 1}}"
            ),
            "Earning needs 'amount'",
        ),
        (
            (
                "- {id: BAD, rounding: {scale: 99999999}, plan: {components: [{id: c, base_rate: 1}]},"
                " expected: {total: 1}}"
            ),
            "“scale” cannot be read",
        ),
    ],
)
def test_one_bad_case_is_told_and_the_others_run(tmp_path, capsys, bad, told):
    file = tmp_path / "mixed.yaml"
    file.write_text(f"cases:\n{bad}\n" + (ONE_CASE % ('"0.1"', 10)).split("cases:\n")[1])

    assert main([str(file)]) == SOME_FAIL
    first, second, total = capsys.readouterr().out.splitlines()
    assert first.startswith("FAIL")
    assert told in first
    assert second.startswith("ok   X")
    assert total == "1 of 2 cases pass."


def test_a_file_nested_without_end_is_refused(tmp_path):
    file = tmp_path / "deep.json"
    file.write_text('{"cases": ' + "[" * 100_000 + "]" * 100_000 + "}")

    assert main([str(file)]) == BAD_FILE


def test_several_documents_of_a_file_are_all_checked(tmp_path, capsys):
    file = tmp_path / "several.yaml"
    right = ONE_CASE % ('"0.1"', 10)
    wrong = (ONE_CASE % ('"0.2"', 10)).replace("id: X", "id: Y")
    text = f"---\nname: our examples\n---\n{right}\n---\n{wrong}".replace("\n", "\r\n")
    file.write_bytes(f"\ufeff{text}".encode())

    assert main([str(file)]) == SOME_FAIL
    first, other, total = capsys.readouterr().out.splitlines()
    assert first.startswith("ok   X")
    assert other.startswith("FAIL Y")
    assert total == "1 of 2 cases pass."


def test_a_second_case_of_the_same_id_is_told_and_the_first_counts(tmp_path):
    file = tmp_path / "twice.yaml"
    file.write_text(ONE_CASE % ('"0.1"', 10) + (ONE_CASE % ('"0.1"', 10)).partition("cases:")[2])

    first, second = check_file(file)

    assert first.passed
    assert not second.passed
    assert "another case with this id" in second.error


def test_a_failing_case_tells_what_the_check_of_its_plan_forbids(tmp_path, capsys):
    file = tmp_path / "unknown.yaml"
    plan = '"0.1"}, {id: over, kind: rollup, basis: con, levels: ["0.1"]'
    file.write_text(ONE_CASE % (plan, 11))

    assert main([str(file)]) == SOME_FAIL
    assert "the check of the plan finds: unknown_component" in capsys.readouterr().out


def test_a_file_that_is_no_text_is_told_in_words(tmp_path, capsys):
    file = tmp_path / "bytes.yaml"
    file.write_bytes(b"\xff\xfe\x00")

    assert main([str(file)]) == BAD_FILE
    assert "Save it as UTF-8" in capsys.readouterr().err

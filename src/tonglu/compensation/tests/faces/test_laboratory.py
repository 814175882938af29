"""The plan laboratory: figures, charts, file, draft, and who may try; AdventureWorks as a real book."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tonglu.collaboration.models import Goal
from tonglu.compensation.core.presets.catalogue import preset
from tonglu.compensation.laboratory.jobs import KIND
from tonglu.compensation.models import Earning, LedgerPosting, PlanVersion
from tonglu.entities.services import record_create
from tonglu.entities.testing import signed_in
from tonglu.policy.testing import Cast
from tonglu.toolkit.models import Work

D = Decimal
FOLDER = "shared/data/10_adventureworks"
BOOK = next((up / FOLDER for up in Path(__file__).parents if (up / FOLDER).is_dir()), None)


def try_plan(person: Any, **asked: Any) -> Any:
    answer = signed_in(person).post("/pay-lab/", {"book": "this_year", "against": "", **asked})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Work.objects.get(pk=int(answer["Location"].strip("/").split("/")[-1]))


def test_this_year_under_another_plan(plan: Any, sign: Callable[..., Any], selling: Cast) -> None:
    sign(quantity=4)  # 200,000: 3 % and 5 % in steps, 8,000 earned; 4 % flat is the same
    before = LedgerPosting.objects.count()
    work = try_plan(selling.cam, plan="preset:flat")
    flat = Fraction(str(preset("flat").plan_dict()["components"][0]["base_rate"]))
    (ana,) = work.result["people"]

    assert (ana["name"], ana["before"]) == (selling.ana.name, "8000.00")
    assert Fraction(ana["after"]) == 200000 * flat
    assert D(ana["change"]) == D(ana["after"]) - D(ana["before"])
    assert work.result["cost"]["margin"] == "80000.00"
    assert LedgerPosting.objects.count() == before


def test_managers_who_would_get_an_override_are_called_by_their_names(
    plan: Any, sign: Callable[..., Any], selling: Cast
) -> None:
    selling.ana.manager = selling.lee
    selling.ana.save(update_fields=["manager"])
    sign(quantity=4)
    work = try_plan(selling.cam, plan="preset:override")

    names = {one["name"] for one in work.result["people"]}

    assert selling.lee.name in names
    assert not any(one["name"] == one["payee"] for one in work.result["people"])


def test_the_same_plan_changes_nobody(plan: Any, sign: Callable[..., Any], selling: Cast) -> None:
    sign(quantity=1)
    sign(quantity=5)
    work = try_plan(selling.cam, plan=f"version:{plan.pk}")
    assert [one["change"] for one in work.result["people"]] == ["0.00"]
    assert D(work.result["cost"]["after"]) == sum(Earning.objects.values_list("amount", flat=True))
    assert sum(work.result["bands"]) == 1


def test_the_result_is_told_with_its_warnings_and_as_a_file(
    plan: Any, sign: Callable[..., Any], selling: Cast, actor: Any
) -> None:
    sign(quantity=3)
    cliff = preset("marginal_steps").plan_dict()
    cliff["components"][0]["table"]["mode"] = "whole"
    values = {"plan": plan.plan, "definition": cliff}
    draft = record_create(actor=actor(selling.cam), model=PlanVersion, values=values)
    work, client = try_plan(selling.cam, plan=f"version:{draft.pk}"), signed_in(selling.cam)

    page = client.get(f"/pay-lab/{work.pk}/").content.decode()
    assert "the pay jumps from" in page
    assert 'id="lab-changes"' in page
    lines = list(
        csv.DictReader(
            io.StringIO(client.get(f"/pay-lab/{work.pk}/csv/").content.decode("utf-8-sig"))
        )
    )
    assert [line["name"] for line in lines] == [selling.ana.name]
    assert lines[0]["after"] == "7500.00"  # the whole 150,000 at 5 %


def test_goals_are_tried_with_what_was_reached_in_each_window_that_ended(
    plan: Any, sign: Callable[..., Any], selling: Cast, actor: Any
) -> None:
    sign(quantity=1)
    year = date.today().year - 1  # ended whenever this runs
    goals = {"id": "goals", "kind": "mbo", "window": "month", "target": 1000, "most_score": 1,
             "objectives": {"*": [{"name": "Visits", "weight": "0.6", "score": "visits made"},
                                  {"name": "Order", "weight": "0.4", "score": 1}]}}  # fmt: skip
    definition = {**preset("flat").plan_dict(), "components": [goals]}
    values = {"plan": plan.plan, "definition": definition}
    draft = record_create(actor=actor(selling.cam), model=PlanVersion, values=values)
    goal = {"name": "Visits made", "starts_on": date(year, 1, 1), "target": 20}
    Goal.objects.create(owner=selling.ana, ends_on=date(year, 1, 31), actual=15, **goal)
    Goal.objects.create(owner=selling.ana, ends_on=date(year, 2, 28), actual=30, **goal)
    Goal.objects.create(owner=selling.ben, ends_on=date(year, 2, 28), actual=20, **goal)

    work = try_plan(
        selling.cam,
        plan=f"version:{draft.pk}",
        against=f"version:{draft.pk}",
        book="span",
        first=f"{year}-01-01",
        last=f"{year + 1}-12-31",
    )

    (ana,) = work.result["people"]  # Ben sold nothing, and the other months have no goal
    assert (ana["name"], ana["before"], ana["after"]) == (selling.ana.name, "1850.00", "1850.00")


def test_a_chosen_plan_becomes_a_draft(plan: Any, sign: Callable[..., Any], selling: Cast) -> None:
    sign(quantity=1)
    work = try_plan(selling.cam, plan="preset:margin")
    answer = signed_in(selling.cam).post(f"/pay-lab/{work.pk}/draft/", {"plan": plan.plan_id})
    made = PlanVersion.objects.get(plan=plan.plan, number=2)
    assert answer["Location"].endswith(f"/plan-versions/{made.pk}/")
    assert (made.state, made.definition["components"][0]["id"]) == ("draft", "margin")
    denied = signed_in(selling.max).post(f"/pay-lab/{work.pk}/draft/", {"plan": plan.plan_id})
    assert denied.status_code == 404


def test_only_who_closes_months_may_try(plan: Any, sign: Callable[..., Any], selling: Cast) -> None:
    work = try_plan(selling.cam, plan="preset:flat")
    for person in (selling.ana, selling.lee, selling.dee, selling.pat):
        assert signed_in(person).get("/pay-lab/").status_code == 403
        assert signed_in(person).get(f"/pay-lab/{work.pk}/").status_code == 403
    assert signed_in(selling.fay).get(f"/pay-lab/{work.pk}/").status_code == 404


def test_a_file_that_cannot_be_read_is_refused_with_its_place(plan: Any, selling: Cast) -> None:
    file = SimpleUploadedFile("facts.csv", b"id,date,payee,amount\n1,2026-01-05,Ana,much\n")
    work = try_plan(selling.cam, book="file", plan="preset:flat", file=file)
    assert work.state == Work.State.FAILED
    page = signed_in(selling.cam).get(f"/pay-lab/{work.pk}/").content.decode()
    assert "much" in page


@pytest.mark.skipif(BOOK is None, reason="the AdventureWorks extract is not beside this checkout")
def test_adventureworks_under_flat_rates_pays_what_its_readme_expects(
    selling: Cast, actor: Any, worker: Any
) -> None:
    """The reseller sales of 2017 and 2018, uploaded as a file and run as a job, under each person's own flat rate."""
    assert BOOK is not None
    rates = {
        row["EmployeeKey"]: row["CommissionPct"] or "0"
        for row in csv.DictReader((BOOK / "rep_map.csv").open(encoding="utf-8-sig"))
    }
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("id", "date", "payee", "amount"))
    sums: dict[tuple[str, str, int], Fraction] = {}
    for row in csv.DictReader((BOOK / "star/Sales.csv").open(encoding="utf-8-sig"), delimiter="|"):
        year, month, _day = row["OrderDate"].split("/")
        key = (row["EmployeeKey"], year, int(month))
        sums[key] = sums.get(key, Fraction(0)) + Fraction(row["Sales"])
    for payee, year, month in sums:
        if year in ("2017", "2018"):
            amount = sums[payee, year, month]
            text = f"{D(amount.numerator) / D(amount.denominator):f}"
            writer.writerow((f"{payee}-{year}-{month}", f"{year}-{month:02}-01", payee, text))
    content = out.getvalue().encode() + b"\n" * 200_001  # big enough for a job
    definition = {"components": [{"id": "a", "window": "quarter", "base_rate": rates}]}
    values = {"plan": _plan(actor, selling), "definition": definition}
    draft = record_create(actor=actor(selling.cam), model=PlanVersion, values=values)

    file = SimpleUploadedFile("aw.csv", content)
    work = try_plan(selling.cam, book="file", plan=f"version:{draft.pk}", file=file)
    assert (work.kind, work.state) == (KIND, Work.State.WAITING)
    worker()
    work.refresh_from_db()

    expected: dict[str, Decimal] = {}
    name = "expected_commission_planA_2017-2018.csv"
    for row in csv.DictReader((BOOK / name).open(encoding="utf-8-sig")):
        expected[row["EmployeeKey"]] = expected.get(row["EmployeeKey"], D(0)) + D(row["planA_flat"])
    got = {one["payee"]: D(one["after"]) for one in work.result["people"]}
    assert len(expected) > 10
    for payee, amount in expected.items():
        assert abs(got[payee] - amount) <= D("0.05"), (
            payee
        )  # the README rounds each quarter by itself


def _plan(actor: Any, selling: Cast) -> Any:
    from tonglu.compensation.models import PayPlan

    return record_create(
        actor=actor(selling.cam), model=PayPlan, values={"code": "aw", "name": "AdventureWorks"}
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n\xff\xfe\x00\x81"),
        ("facts.parquet", b"no columns here"),
        ("facts.yaml", b"a: [1, 2"),
        ("facts.json", b"{not json"),
        ("facts.jsonl", b"[1, 2]\n"),
        ("facts.csv", b"foo,bar\n1,2\n"),
    ],
)
def test_a_file_of_another_kind_is_told_by_its_name(
    name: str, content: bytes, plan: Any, selling: Cast
) -> None:
    work = try_plan(
        selling.cam, book="file", plan="preset:flat", file=SimpleUploadedFile(name, content)
    )

    assert work.state == Work.State.FAILED
    assert name in work.error

"""People to plans by date: gaps first, many at once, prorated and ramped, all of them or none."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tonglu.compensation.faces import plan_people
from tonglu.compensation.models import PlanMember
from tonglu.compensation.quotas import Term, quota_by_window
from tonglu.compensation.services.members import DAYS, MONTHS, Terms, stretches
from tonglu.compensation.services.plans import plan_begin
from tonglu.entities.testing import signed_in
from tonglu.policy import actor_of


def told(terms: Terms) -> list[tuple[str, str, str]]:
    return [(str(one.valid_from), str(one.valid_until), str(one.quota)) for one in stretches(terms)]


def terms(**more: Any) -> Terms:
    given = {"plan": None, "valid_from": date(2026, 7, 1), "quota": Decimal(365_000), **more}
    return Terms(**given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (terms(), [("2026-07-01", "None", "365000.00")]),
        (
            terms(proration=DAYS),
            [("2026-07-01", "2026-12-31", "184000.00"), ("2027-01-01", "None", "365000.00")],
        ),
        (
            terms(proration=MONTHS, valid_until=date(2026, 9, 30)),
            [("2026-07-01", "2026-09-30", "91250.00")],
        ),
        (
            terms(ramp=(Decimal("0.25"), Decimal("0.5"))),
            [
                ("2026-07-01", "2026-07-31", "91250.00"),
                ("2026-08-01", "2026-08-31", "182500.00"),
                ("2026-09-01", "None", "365000.00"),
            ],
        ),
    ],
)
def test_a_quota_is_prorated_and_ramped(given: Terms, expected: Any) -> None:
    assert told(given) == expected


def test_each_window_has_the_quota_that_holds_when_it_ends() -> None:
    ramp = [
        Term(first=date(2026, 1, 15), last=date(2026, 2, 14), quota=Decimal(10)),
        Term(first=date(2026, 2, 15), last=None, quota=Decimal(40)),
    ]

    assert quota_by_window(ramp[:1], "month") == Decimal(10)
    assert quota_by_window(ramp, "month") == {
        "2026-01": Decimal(10),
        "2026-02": Decimal(40),
        "default": Decimal(40),
    }
    assert quota_by_window(ramp, "year") == {"2026": Decimal(40), "default": Decimal(40)}
    assert quota_by_window(ramp, "all") == Decimal(40)


@pytest.mark.django_db
def test_people_without_a_plan_stand_first_and_are_put_on_one_together(cast: Any) -> None:
    client = signed_in(cast.cam)
    plan = plan_begin(actor=actor_of(cast.cam), key="flat").plan
    asked = {"people": [cast.ana.pk, cast.ben.pk], "plan": plan.pk, "valid_from": "2026-07-01",
             "quota": "1200", "proration": "none", "ramp": "50%"}  # fmt: skip

    before = client.get("/plan-people/?on=2026-07-01").content.decode()
    shown = client.post("/plan-people/", {**asked, "act": "preview"}).content.decode()
    nobody = PlanMember.objects.count()
    client.post("/plan-people/", {**asked, "act": "assign"})
    again = client.post("/plan-people/", {**asked, "people": [cast.ana.pk, cast.cy.pk], "act": "assign"})  # fmt: skip

    assert 'value="2026-07-01"' in re.search(r"<input[^>]*name=.valid_from.[^>]*>", before).group()  # type: ignore[union-attr]
    assert (cast.ana.name in before, "600.00" in shown, nobody) == (True, True, 0)
    made = PlanMember.objects.order_by("person_id", "valid_from")
    assert [(m.person_id, str(m.valid_from), m.quota) for m in made] == [
        (person, day, quota)
        for person in sorted([cast.ana.pk, cast.ben.pk])
        for day, quota in (("2026-07-01", Decimal(600)), ("2026-08-01", Decimal(1200)))
    ]
    assert (again.status_code, PlanMember.objects.filter(person=cast.cy).count()) == (422, 0)
    assert signed_in(cast.ana).get("/plan-people/").status_code == 403


@pytest.mark.django_db
def test_the_only_plan_is_chosen_and_what_each_gets_is_come_to_and_never_silent(cast: Any) -> None:
    client = signed_in(cast.cam)
    plan = plan_begin(actor=actor_of(cast.cam), key="flat").plan
    asked = {"people": [cast.ana.pk], "plan": plan.pk, "valid_from": "2026-07-01",
             "proration": "none", "act": "preview"}  # fmt: skip

    empty = client.get("/plan-people/").content.decode()
    without = client.post("/plan-people/", asked).content.decode()
    written = client.post("/plan-people/", {**asked, "quota": "1,200,000"}).content.decode()
    plan_begin(actor=actor_of(cast.cam), key="margin")
    several = client.get("/plan-people/").content.decode()

    chosen = f'<option value="{plan.pk}" selected>'
    assert (chosen in empty, chosen in several) == (True, False)
    assert "– …: without a quota" in without
    assert re.search(r'class="callout[^>]*autofocus', without), "it stands far below the button"
    assert "1,200,000.00" in written


@pytest.mark.django_db
def test_the_form_above_is_painted_with_its_styles(cast: Any) -> None:
    page = signed_in(cast.cam).get("/plan-people/").content.decode()

    assert page.index("/composer-") < page.index('class="composer-day"')


@pytest.mark.django_db
def test_an_older_plan_ends_the_day_before_or_stays_as_is_said(cast: Any) -> None:
    client = signed_in(cast.cam)
    old = plan_begin(actor=actor_of(cast.cam), key="flat").plan
    new = plan_begin(actor=actor_of(cast.cam), key="margin").plan
    for person in (cast.ana, cast.ben):
        PlanMember.objects.create(plan=old, person=person, valid_from=date(2026, 1, 1))
    asked = {"plan": new.pk, "valid_from": "2026-07-01", "proration": "none", "act": "assign"}

    refused = client.post("/plan-people/", {**asked, "people": [cast.ana.pk, cast.cy.pk]})
    shown = client.post(
        "/plan-people/", {**asked, "people": [cast.ana.pk], "others": "end", "act": "preview"}
    ).content.decode()
    nothing = PlanMember.objects.filter(plan=new).exists()
    client.post("/plan-people/", {**asked, "people": [cast.ana.pk, cast.cy.pk], "others": "end"})
    client.post("/plan-people/", {**asked, "people": [cast.ben.pk], "others": "keep"})

    assert (refused.status_code, nothing) == (422, False)
    assert "On a plan in those days already: Ana" in refused.content.decode()
    assert "Ends the day before:" in shown
    ends = {one.person: one.valid_until for one in PlanMember.objects.filter(plan=old)}
    assert ends == {cast.ana: date(2026, 6, 30), cast.ben: None}
    assert {one.person for one in PlanMember.objects.filter(plan=new)} == {cast.ana, cast.ben, cast.cy}  # fmt: skip
    again = {**asked, "people": [cast.ana.pk], "plan": old.pk, "others": "end"}
    later = client.post("/plan-people/", {**again, "valid_from": "2026-05-01"})
    assert later.status_code == 422
    assert "from 2026-07-01 only. End that membership first." in later.content.decode()
    assert PlanMember.objects.get(plan=old, person=cast.ana).valid_until == date(2026, 6, 30)


@pytest.mark.django_db
def test_the_page_holds_any_number_of_people_and_finds_each(cast: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(plan_people, "PER_PAGE", 2)
    monkeypatch.setattr(plan_people, "NAMED", 1)
    client = signed_in(cast.cam)
    plan = plan_begin(actor=actor_of(cast.cam), key="flat").plan
    before = client.get("/plan-people/?on=2026-07-01").content.decode()
    for person in (cast.ana, cast.ben, cast.cy, cast.dee, cast.lee):
        PlanMember.objects.create(plan=plan, person=person, valid_from=date(2026, 1, 1))

    def shown(asked: str) -> list[str]:
        page = client.get(f"/plan-people/?on=2026-07-01&{asked}").content.decode()
        return re.findall(r'<a class="cell-title"[^>]*>([^<]+)</a>', page)

    assert re.search(r"Ana and \d+ more", before)
    assert [shown("page=1"), shown("page=2"), shown("page=99")] == [["Ana", "Ben"], ["Cy", "Dee"], ["Lee"]]  # fmt: skip
    assert shown("q=e") == ["Ben", "Dee"]
    assert shown("q=cy") == ["Cy"]
    assert "Nobody of that name" in client.get("/plan-people/?q=zzz").content.decode()

"""Segments describe their members; campaigns invite them as a whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tonglu.directory.models import Person
from tonglu.entities.services import record_create, record_run
from tonglu.kernel.errors import Invalid
from tonglu.marketing import selectors, services
from tonglu.marketing.models import Campaign, CampaignMember, Segment
from tonglu.policy.testing import Cast

SHANGHAI = {"all": [{"field": "city", "op": "=", "value": "上海"}]}


def _segment(actor: Any, cast: Cast, **values: Any) -> Segment:
    named = {"name": "Shanghai", "condition": SHANGHAI, **values}
    return record_create(actor=actor(cast.mia), model=Segment, values=named)


def test_a_segment_has_whoever_meets_its_condition_today(cast: Cast, actor: Any) -> None:
    mia = actor(cast.mia)
    inside = services.lead_create(actor=mia, values={"name": "a", "city": "上海"})
    services.lead_create(actor=mia, values={"name": "b", "city": "苏州"})
    segment = _segment(actor, cast)

    assert list(selectors.segment_members(mia, segment)) == [inside]

    later = services.lead_create(actor=mia, values={"name": "c", "city": "上海"})
    assert set(selectors.segment_members(mia, segment)) == {inside, later}


def test_a_segment_shows_nobody_beyond_the_readers_reach(cast: Cast, actor: Any) -> None:
    services.lead_create(actor=actor(cast.cy), values={"name": "a", "city": "上海"})
    mine = services.lead_create(actor=actor(cast.ana), values={"name": "b", "city": "上海"})

    assert list(selectors.segment_members(actor(cast.ana), _segment(actor, cast))) == [mine]


def test_a_segment_over_fields_that_do_not_exist_is_refused(cast: Cast, actor: Any) -> None:
    with pytest.raises(Invalid):
        _segment(actor, cast, of="customers.contact", condition=SHANGHAI)


def test_a_segment_is_invited_once(cast: Cast, actor: Any) -> None:
    mia = actor(cast.mia)
    lead = services.lead_create(actor=mia, values={"name": "a", "city": "上海"})
    campaign = record_create(actor=mia, model=Campaign, values={"name": "Fair"})
    segment = _segment(actor, cast)

    first = record_run(actor=mia, row=campaign, verb="add_segment", params={"segment": segment})
    again = record_run(actor=mia, row=campaign, verb="add_segment", params={"segment": segment})

    assert (first, again) == (1, 0)
    member = CampaignMember.objects.get(campaign=campaign)
    assert (member.lead, member.state) == (lead, "planned")
    assert services.member_answered(actor=mia, member=member, state="answered").answered_at


def test_accounts_are_no_members_of_campaigns(cast: Cast, actor: Any) -> None:
    mia = actor(cast.mia)
    campaign = record_create(actor=mia, model=Campaign, values={"name": "Fair"})

    with pytest.raises(Invalid):
        services.campaign_add_segment(
            actor=mia, row=campaign, segment=_segment(actor, cast, of="customers.account")
        )


@pytest.mark.parametrize("panel", ["result", "marketing-lead-campaign"])
def test_a_campaign_shows_what_it_brought(cast: Cast, actor: Any, browse: Any, panel: str) -> None:
    mia = actor(cast.mia)
    campaign = record_create(actor=mia, model=Campaign, values={"name": "Fair", "cost": 300})
    services.lead_create(actor=mia, values={"name": "李雷", "campaign": campaign})

    page = browse(cast.mia).get(f"/campaigns/{campaign.pk}/panels/{panel}/")

    assert page.status_code == 200
    assert ("300" if panel == "result" else "李雷") in page.content.decode()


def test_a_segment_shows_its_members(cast: Cast, actor: Any, browse: Any) -> None:
    services.lead_create(actor=actor(cast.mia), values={"name": "李雷", "city": "上海"})
    segment = _segment(actor, cast)

    page = browse(cast.mia).get(f"/segments/{segment.pk}/panels/members/").content.decode()

    assert "李雷" in page


def test_the_pages_of_leads_open_for_whoever_works_them(
    cast: Cast, actor: Any, browse: Any
) -> None:
    lead = services.lead_create(actor=actor(cast.ana), values={"name": "李雷", "company": "华辰"})
    ana = browse(cast.ana)

    for page in ("", "board/", "new/", f"{lead.pk}/", f"{lead.pk}/edit/"):
        assert ana.get(f"/leads/{page}").status_code == 200, page
    for verb in ("convert", "mark_dead", "qualify", "discard", "assign"):
        assert ana.get(f"/leads/{lead.pk}/verbs/{verb}/").status_code in {200, 403, 422}, verb
    assert browse(cast.cy).get(f"/leads/{lead.pk}/").status_code == 404


def test_a_condition_is_built_on_the_form_and_read_aloud_on_the_page(
    cast: Cast, actor: Any, browse: Any
) -> None:
    mia = browse(cast.mia)
    form = mia.get("/segments/new/").content.decode()
    assert "data-conditions" in form
    assert "lead_class" in form

    mia.post(
        "/segments/new/",
        {"name": "Shanghai", "of": "marketing.lead", "condition": json.dumps(SHANGHAI)},
    )

    segment = Segment.objects.get()
    assert segment.condition == SHANGHAI
    page = mia.get(f"/segments/{segment.pk}/").content.decode()
    assert "City is 上海" in page
    edit = mia.get(f"/segments/{segment.pk}/edit/").content.decode()
    assert "data-conditions" in edit


def test_a_condition_on_a_record_shows_its_name_in_the_builder(
    cast: Cast, actor: Any, browse: Any
) -> None:
    campaign = record_create(actor=actor(cast.mia), model=Campaign, values={"name": "Spring fair"})
    condition = {"all": [{"field": "campaign", "op": "=", "value": campaign.pk}]}
    segment = _segment(actor, cast, condition=condition)

    assert "Spring fair" in browse(cast.mia).get(f"/segments/{segment.pk}/edit/").content.decode()


def test_a_rule_without_its_value_is_told_by_the_name_of_its_field(cast: Cast, browse: Any) -> None:
    empty = {"all": [{"any": [{"field": "lead_class", "op": "=", "value": ""}]}]}
    Person.objects.filter(pk=cast.mia.pk).update(language="zh-hans")
    sent = {"name": "East", "of": "marketing.lead", "condition": json.dumps(empty)}

    answer = browse(cast.mia).post("/segments/new/", sent)

    assert answer.status_code == 422
    assert "分类: 缺少值。" in answer.content.decode()


def test_a_condition_that_cannot_be_read_comes_back_with_the_reason(
    cast: Cast, browse: Any
) -> None:
    wrong = json.dumps({"all": [{"field": "colour", "op": "=", "value": "red"}]})

    answer = browse(cast.mia).post(
        "/segments/new/", {"name": "x", "of": "marketing.lead", "condition": wrong}
    )

    assert answer.status_code == 422
    assert Segment.objects.count() == 0

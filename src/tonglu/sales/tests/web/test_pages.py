"""The pages of deals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import translation

from tonglu.catalog.models import Product
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_create
from tonglu.sales import selectors, services
from tonglu.sales.entities import ENTITIES
from tonglu.sales.gate import stage_missing
from tonglu.sales.models import Opportunity, OpportunityLine, Pipeline


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.slug)
def test_every_list_opens_for_the_director(entity, selling, browse):
    assert browse(selling.dee).get(f"/{entity.slug}/").status_code == 200


@pytest.mark.parametrize("part", ["", "edit/", "panels/way/"])
def test_ana_opens_her_deal_and_a_stranger_does_not_find_it(part, deal, browse, selling):
    path = f"/opportunities/{deal.pk}/{part}"

    assert browse(selling.ana).get(path).status_code == 200
    assert browse(selling.cy).get(path).status_code == 404


def test_the_board_has_a_lane_for_each_open_stage_with_its_sum(deal, browse, selling):
    page = browse(selling.ana).get("/opportunities/board/").content.decode()

    assert all(name in page for name in ("Prospecting", "Engaging", "Proposal", "Negotiation"))
    assert "Ten pumps" in page
    assert "100,000" in page or "100K" in page


def test_the_page_lists_what_the_next_stage_asks_for(deal, browse, selling):
    page = browse(selling.ana).get(f"/opportunities/{deal.pk}/").content.decode()

    assert "Primary contact is known" in page


def test_the_question_before_the_next_stage_names_both_stages(deal, browse, selling):
    now, following = deal.stage.label, selectors.stage_next(deal).label

    page = browse(selling.ana).get(f"/opportunities/{deal.pk}/verbs/advance/").content.decode()

    assert f"The deal moves from “{now}” to “{following}”." in page


def test_lists_boards_and_records_cost_the_same_for_one_row_and_for_many(
    deal, account, browse, selling, actor, django_assert_max_num_queries
):
    browser = browse(selling.ana)
    for number in range(30):
        record_create(
            actor=actor(selling.ana),
            model=Opportunity,
            values={"name": f"Deal {number}", "account": account, "amount": number},
        )

    for path in (
        "/opportunities/",
        "/opportunities/board/",
        f"/opportunities/{deal.pk}/",
        "/opportunities/?q=pumps",
    ):
        browser.get(path)
        with django_assert_max_num_queries(12):
            assert browser.get(path).status_code == 200


def test_a_deal_is_lost_from_its_page_with_a_reason(deal, browse, selling, reason):
    browser = browse(selling.ana)
    path = f"/opportunities/{deal.pk}/verbs/lose/"

    refused = browser.post(path, {"note": "no reason"})
    done = browser.post(path, {"reason": reason("lost").pk, "note": "Too dear"})

    deal.refresh_from_db()
    assert (refused.status_code, done.status_code) == (422, 302)
    assert (deal.is_open, deal.outcome_note) == (False, "Too dear")


def test_a_card_is_dragged_to_the_next_lane(deal, contact, browse, selling, stage):
    from tonglu.entities.services import record_update
    from tonglu.policy import Actor

    record_update(actor=Actor.system(), row=deal, values={"contact": contact})

    moved = services.opportunity_move(
        actor=Actor.system("page"), row=deal, to=str(stage("field.engaging").pk)
    )

    assert moved.stage == stage("field.engaging")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_deal_page_speaks_one_language(deal, browse, selling, language: Any):
    type(selling.ana).objects.filter(pk=selling.ana.pk).update(language=language)

    page = browse(selling.ana).get(f"/opportunities/{deal.pk}/").content.decode()

    assert ("初步接触" in page) == (language == "zh-hans")


def test_a_stage_is_given_its_criteria_in_the_form_and_the_deal_is_told_in_both_languages(
    deal, browse, selling, actor
):
    pipeline = services.pipeline_new_edition(
        actor=actor(selling.ada), row=Pipeline.objects.get(code="field")
    )
    stage = pipeline.stages.get(name="Engaging")
    rule = {
        "all": [{"field": "budget", "op": "is_set"}, {"field": "amount", "op": ">", "value": 0}]
    }
    sent = {
        "pipeline": pipeline.pk,
        "name": "Engaging",
        "position": 20,
        "kind": "open",
        "skip": "reason",
        "criteria": json.dumps(rule),
        "required_fields": ["next_step", "contact"],
        "required_roles": ["decision_maker"],
    }

    form = browse(selling.ada).get(f"/stages/{stage.pk}/edit/").content.decode()
    answer = browse(selling.ada).post(f"/stages/{stage.pk}/edit/", sent)

    stage.refresh_from_db()
    assert answer.status_code == 302
    assert 'name="required_fields" value="contact" checked' in form
    assert (stage.criteria, stage.required_fields) == (rule, ["next_step", "contact"])
    missing = [one.label for one in stage_missing(actor(selling.ana), deal, stage)]
    with translation.override("zh-hans"):
        told = [one.label for one in stage_missing(actor(selling.ana), deal, stage)]
    assert missing[-1] == "Customer's budget is not empty"
    assert told[-1] == "客户预算 已填写"


@pytest.mark.parametrize(("language", "name"), [("en", "Pump CDM"), ("zh-hans", "水泵 CDM")])
@pytest.mark.parametrize("written", ["Pump CDM", "水泵 CDM", "As shown at the fair"])
def test_a_line_of_a_deal_says_its_product_in_the_readers_language(language, name, written):
    product = Product(sku="P-9", name="Pump CDM", name_zh="水泵 CDM")
    line = OpportunityLine(product=product, description=written)
    (table,) = (one for one in entity_of(Opportunity).lines if one.model is OpportunityLine)

    with translation.override(language):
        said = table.worded(line) if table.worded else {"description": line.description}

    assert said == {"description": written if "fair" in written else name}

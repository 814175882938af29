"""A deal moves through its stages, and each step is on record."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tonglu.entities.forms import EntityForm
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_create, record_run, record_update
from tonglu.entities.testing import JSON, signed_in
from tonglu.kernel.errors import Denied, DomainError, Invalid, NotFound
from tonglu.policy import Actor
from tonglu.sales import selectors, services
from tonglu.sales.models import BuyingRole, Opportunity, StageMove
from tonglu.sales.models.opportunities import Attention
from tonglu.toolkit.clock import now, today
from tonglu.toolkit.models import OutboxEvent

D = Decimal
SYSTEM = Actor.system("cli")


def published() -> list[str]:
    return list(
        OutboxEvent.objects.filter(name__startswith="sales.").values_list("name", flat=True)
    )


def test_a_new_deal_begins_in_the_first_stage_of_the_default_pipeline(deal, stage):
    assert deal.stage == stage("field.prospecting")
    assert deal.number.startswith("D")
    assert (deal.probability, deal.forecast_category) == (D("0.1"), "pipeline")
    assert (deal.is_open, deal.closed_at) == (True, None)
    assert (deal.base_amount, deal.amount) == (D("100000.00"), D("100000"))
    assert published() == ["sales.opportunity.opened"]


def test_a_move_is_on_record_with_who_when_and_how_long_before(
    deal, stage, contact, actor, selling
):
    ana = actor(selling.ana)
    record_update(actor=ana, row=deal, values={"contact": contact})

    moved = services.opportunity_move(actor=ana, row=deal, to=stage("field.engaging"))

    move = StageMove.objects.get(opportunity=deal, from_stage__isnull=False)
    assert moved.stage == stage("field.engaging")
    assert moved.probability == D("0.25")
    assert (move.from_stage, move.to_stage) == (
        stage("field.prospecting"),
        stage("field.engaging"),
    )
    assert (move.moved_by, move.amount, move.skipped) == (selling.ana, D("100000.00"), [])
    assert move.stood == moved.stage_since - deal.stage_since
    assert published() == ["sales.opportunity.opened", "sales.opportunity.moved"]


def test_what_a_stage_asks_for_is_listed_and_nothing_changes(deal, stage, actor, selling):
    ana = actor(selling.ana)
    record_update(actor=ana, row=deal, values={"amount": D(0)})
    deal.refresh_from_db()

    with pytest.raises(Invalid) as refused:
        services.opportunity_move(
            actor=ana, row=deal, to=stage("field.proposal"), reason="They know us"
        )

    assert refused.value.code == "stage_missing"
    assert refused.value.errors == {
        "close_date": ["Close date is known"],
        "stage": ["Decision maker is known", "Amount is more than 0"],
    }
    deal.refresh_from_db()
    assert deal.stage == stage("field.prospecting")
    assert StageMove.objects.count() == 1
    assert published() == ["sales.opportunity.opened"]


def test_the_page_can_ask_beforehand_what_is_missing(deal, stage, actor, selling):
    missing = selectors.stage_missing(actor(selling.ana), deal, stage("field.proposal"))

    assert [(one.kind, one.label, one.field) for one in missing] == [
        ("field", "Close date is known", "close_date"),
        ("role", "Decision maker is known", ""),
    ]


def test_a_stage_is_skipped_with_a_reason_that_stays_visible(deal, stage, contact, actor, selling):
    ana = actor(selling.ana)
    record_update(
        actor=ana,
        row=deal,
        values={"close_date": date(2030, 1, 31)},
        lines={BuyingRole: [{"contact": contact, "role": "decision_maker"}]},
    )

    with pytest.raises(DomainError) as refused:
        services.opportunity_move(actor=ana, row=deal, to=stage("field.proposal"))
    deal = services.opportunity_move(
        actor=ana, row=deal, to=stage("field.proposal"), reason="Second plant of theirs"
    )

    assert refused.value.code == "reason_needed"
    move = StageMove.objects.latest("pk")
    assert move.skipped == [stage("field.engaging").pk]
    assert move.reason == "Second plant of theirs"

    for name in ("field.prospecting", "field.proposal"):
        deal.refresh_from_db()
        services.opportunity_move(actor=ana, row=deal, to=stage(name), reason="As before")
    assert StageMove.objects.latest("pk").reason == "As before"


def test_the_same_gate_stands_before_the_form(deal, stage, actor, selling):
    with pytest.raises(DomainError) as refused:
        record_update(actor=actor(selling.ana), row=deal, values={"stage": stage("field.proposal")})

    assert refused.value.code == "reason_needed"


def test_only_the_department_that_owns_a_stage_moves_deals_in_or_out(
    deal, stage, contact, actor, selling, django_assert_num_queries
):
    engaging = stage("field.engaging")
    type(engaging).objects.filter(pk=engaging.pk).update(department=selling.office)
    record_update(actor=SYSTEM, row=deal, values={"contact": contact})

    with pytest.raises(Denied) as refused:
        services.opportunity_move(actor=actor(selling.ana), row=deal, to=stage("field.engaging"))
    moved = services.opportunity_move(
        actor=actor(selling.oli), row=deal, to=stage("field.engaging")
    )

    assert refused.value.text() == (
        "The stage Engaging belongs to Office; only they move deals in or out."
    )
    assert moved.stage == engaging


def test_a_director_may_move_a_deal_past_the_owning_department(
    deal, stage, contact, actor, selling
):
    first = stage("field.prospecting")
    type(first).objects.filter(pk=first.pk).update(department=selling.office)
    record_update(actor=SYSTEM, row=deal, values={"contact": contact})

    moved = services.opportunity_move(
        actor=actor(selling.dee), row=deal, to=stage("field.engaging")
    )

    assert moved.stage == stage("field.engaging")


def test_winning_skips_no_stage_that_must_not_be_missed(deal, actor, selling, reason):
    with pytest.raises(DomainError) as refused:
        services.opportunity_win(
            actor=actor(selling.ana), row=deal, reason=reason("won"), note="They just signed"
        )

    assert refused.value.text() == "The stage Negotiation must not be skipped."


@pytest.mark.parametrize("params", [{}, {"reason": None}, {"reason": "x", "nonsense": 1}])
def test_an_act_told_too_little_or_too_much_is_refused_naming_the_field(
    deal, actor, selling, params
):
    with pytest.raises(Invalid) as refused:
        record_run(actor=actor(selling.ana), row=deal, verb="lose", params=params)

    assert list(refused.value.errors) == ["nonsense" if "nonsense" in params else "reason"]
    deal.refresh_from_db()
    assert deal.is_open


def test_losing_without_a_reason_is_answered_by_the_field_at_every_door(deal, selling):
    client = signed_in(selling.ana)

    call = client.post(f"/api/v1/opportunities/{deal.pk}/lose", "{}", content_type=JSON)
    page = client.post(f"/opportunities/{deal.pk}/verbs/lose/")

    assert (call.status_code, page.status_code) == (422, 422)
    assert [error["field"] for error in call.json()["errors"]] == ["reason"]
    assert "This field is required." in page.content.decode()


def test_losing_needs_a_reason_from_the_list_and_closes_the_deal(
    deal, actor, selling, reason, stage
):
    ana = actor(selling.ana)

    with pytest.raises(DomainError) as wrong:
        services.opportunity_lose(actor=ana, row=deal, reason=reason("won"))
    lost = services.opportunity_lose(
        actor=ana, row=deal, reason=reason("lost"), note="20 % too expensive"
    )

    assert wrong.value.code == "wrong_reason"
    assert (lost.stage, lost.is_open, lost.probability) == (stage("field.lost"), False, D(0))
    assert (lost.outcome_reason, lost.outcome_note) == (reason("lost"), "20 % too expensive")
    assert lost.closed_at is not None
    assert published()[1:] == ["sales.opportunity.moved", "sales.opportunity.lost"]


def test_the_form_cannot_lose_a_deal_without_a_reason_either(deal, actor, selling, stage):
    with pytest.raises(DomainError) as refused:
        record_update(actor=actor(selling.ana), row=deal, values={"stage": stage("field.lost")})

    assert (refused.value.code, refused.value.field) == ("reason_needed", "outcome_reason")


def test_a_lost_deal_cannot_be_moved_or_won_before_it_is_reopened(
    deal, actor, selling, reason, stage
):
    ana = actor(selling.ana)
    lost = services.opportunity_lose(actor=ana, row=deal, reason=reason("lost"))

    with pytest.raises(DomainError) as moved:
        services.opportunity_move(actor=ana, row=lost, to=stage("field.prospecting"))
    with pytest.raises(DomainError) as won:
        services.opportunity_win(actor=ana, row=lost)
    back = services.opportunity_reopen(actor=ana, row=lost, reason="They called again")

    assert (moved.value.code, won.value.code) == ("closed", "closed")
    assert (back.stage, back.is_open) == (stage("field.prospecting"), True)
    assert (back.closed_at, back.outcome_reason) == (None, None)
    assert published()[-1] == "sales.opportunity.reopened"


def test_history_enters_by_import_in_whatever_stage_it_ended(account, selling, actor, stage):
    old = record_create(
        actor=actor(selling.ana, "import"),
        model=Opportunity,
        values={
            "name": "Old deal",
            "account": account,
            "stage": stage("field.won"),
            "close_date": date(2017, 3, 1),
            "amount": D(1054),
        },
    )

    assert (old.is_open, old.closed_at.date(), old.probability) == (False, date(2017, 3, 1), D(1))


def test_the_database_refuses_to_change_the_trail(deal):
    move = StageMove.objects.get(opportunity=deal)

    for act in (lambda: StageMove.objects.update(reason="x"), move.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()

    assert StageMove.objects.filter(opportunity=deal).count() == 1


def test_a_stranger_does_not_find_the_deal_and_a_teammate_may_not_see_it(
    deal, stage, actor, selling
):
    for person in (selling.ben, selling.cy):
        with pytest.raises(NotFound):
            services.opportunity_move(actor=actor(person), row=deal, to=stage("field.engaging"))

    deal.refresh_from_db()
    assert deal.stage == stage("field.prospecting")


def test_the_stage_bar_tells_done_current_and_ahead(deal, actor, selling, contact, stage):
    ana = actor(selling.ana)
    record_update(actor=ana, row=deal, values={"contact": contact})
    moved = services.opportunity_move(actor=ana, row=deal, to=stage("field.engaging"))

    assert [(label, state) for _pk, label, state in selectors.stage_bar(ana, moved)] == [
        ("Prospecting", "done"),
        ("Engaging", "current"),
        ("Proposal", "ahead"),
        ("Negotiation", "ahead"),
        ("Won", "ahead"),
    ]
    assert selectors.stage_guidance(ana, moved)[0] == "Visit the users."


def test_a_late_deal_and_one_that_needs_attention_say_so_above_their_stage(
    deal, actor, selling, browse
):
    yesterday = today() - timedelta(days=1)
    Opportunity.objects.filter(pk=deal.pk).update(stage_due_on=today(), attention="")
    page = browse(selling.ana).get(f"/opportunities/{deal.pk}/").content.decode()
    assert "should have been done" not in page

    Opportunity.objects.filter(pk=deal.pk).update(
        stage_due_on=yesterday, attention=Attention.CONTACT_LEFT
    )
    page = browse(selling.ana).get(f"/opportunities/{deal.pk}/").content.decode()
    assert f"This stage should have been done by {yesterday.isoformat()}." in page
    assert f"Needs attention: {Attention.CONTACT_LEFT.label}" in page

    Opportunity.objects.filter(pk=deal.pk).update(is_open=False, closed_at=now())
    deal.refresh_from_db()
    assert selectors.stage_warnings(actor(selling.ana), deal) == []


def brought_in(raw: dict[str, str]) -> Opportunity:
    """A deal from a row of another system's file, in words."""
    actor = Actor.system("import")
    form = EntityForm(entity_of(Opportunity), actor, {"name": "Old", **raw})
    return record_create(actor=actor, model=Opportunity, values=form.clean())


def test_a_stage_is_looked_for_by_its_name_in_the_pipeline_of_the_deal(account, stage):
    """Every pipeline has a Won. Planted mutant: `stage_meant` always takes the default pipeline."""
    plain = brought_in({"account": account.name, "stage": "Won"})
    channel = brought_in({"account": account.name, "stage": "Won", "pipeline": "Channel"})

    assert (plain.stage, channel.stage) == (stage("field.won"), stage("channel.won"))


def test_a_stage_of_no_such_pipeline_says_how_to_name_it(account, stage):
    with pytest.raises(Invalid) as refused:
        brought_in({"account": account.name, "stage": "Won", "pipeline": "Nobody's"})

    assert set(refused.value.errors) == {"pipeline"}

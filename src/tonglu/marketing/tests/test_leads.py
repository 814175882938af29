"""The life of a lead: who sees it, what class it is, what it died of, and who gets it and why."""

from __future__ import annotations

from typing import Any

import pytest

from tonglu.audit.selectors import history
from tonglu.entities.services import record_create, record_run, record_trash, record_update
from tonglu.kernel.errors import Denied, DomainError, Invalid, NotFound
from tonglu.marketing import selectors, services
from tonglu.marketing.models import AssignmentRule, Campaign, Lead, ScoreRule
from tonglu.policy import Actor
from tonglu.policy.testing import Cast
from tonglu.toolkit.jobs import drain
from tonglu.toolkit.models import OutboxEvent

WANTS_PUMP = {
    "name": "李雷",
    "company": "华辰科技有限公司",
    "mobile": "138 0013 8000",
    "need": "水泵",
}


@pytest.fixture
def lead(cast: Cast, actor: Any) -> Lead:
    """Ana's live lead."""
    return services.lead_create(actor=actor(cast.ana), values=WANTS_PUMP)


def test_a_new_lead_is_live_new_and_its_finders(cast: Cast, lead: Lead) -> None:
    assert (lead.lead_class, lead.status, lead.channel) == ("live", "new", "manual")
    assert lead.owner == cast.ana
    assert (lead.mobile_key, lead.company_key) == ("13800138000", "华辰科技")
    assert OutboxEvent.objects.filter(name="marketing.lead.created").count() == 1


@pytest.mark.parametrize(
    ("person", "sees"),
    [
        ("ana", True),
        ("ben", False),
        ("cy", False),
        ("lee", True),
        ("tess", True),
        ("mia", True),
        ("fay", False),
        ("pat", False),
    ],
)
def test_marketing_sees_all_leads_and_telesales_those_of_its_department(
    cast: Cast, actor: Any, lead: Lead, person: str, sees: bool
) -> None:
    assert (lead in selectors.leads(actor(getattr(cast, person)))) is sees


def test_a_company_without_a_person_is_a_lead_too(cast: Cast, actor: Any) -> None:
    made = services.lead_create(actor=actor(cast.mia), values={"company": "蓝天食品"})

    assert made.name == "蓝天食品"
    with pytest.raises(Invalid):
        services.lead_create(actor=actor(cast.mia), values={"mobile": "1"})


def test_a_lead_dies_of_a_cause_and_stays(cast: Cast, actor: Any, lead: Lead) -> None:
    ana = actor(cast.ana)

    dead = record_run(
        actor=ana, row=lead, verb="mark_dead", params={"cause": "no_budget", "note": "next year"}
    )

    assert (dead.lead_class, dead.status, dead.dead_cause) == ("dead", "dead", "no_budget")
    assert dead.dead_at is not None
    assert dead in selectors.leads(ana)
    assert dead not in selectors.leads_open(ana)
    assert OutboxEvent.objects.get(name="marketing.lead.died").payload["cause"] == "no_budget"


@pytest.mark.parametrize("values", [{"lead_class": "dead"}, {"status": "dead"}])
def test_death_without_a_cause_is_refused_through_every_door(
    cast: Cast, actor: Any, lead: Lead, values: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        record_update(actor=actor(cast.ana), row=lead, values=values)

    assert list(refusal.value.errors) == ["dead_cause"]
    lead.refresh_from_db()
    assert lead.status == "new"


def test_a_dead_lead_comes_in_by_file_with_its_cause(cast: Cast, actor: Any) -> None:
    values = {"name": "Junk", "lead_class": "dead", "dead_cause": "junk"}

    made = services.lead_create(actor=actor(cast.mia, "import"), values=values)

    assert (made.status, made.channel) == ("dead", "file")


def test_a_revived_lead_begins_anew_and_says_why(cast: Cast, actor: Any, lead: Lead) -> None:
    ana = actor(cast.ana)
    dead = services.lead_mark_dead(actor=ana, row=lead, cause="no_budget")

    revived = services.lead_revive(actor=ana, row=dead, reason="new budget year")

    assert (revived.lead_class, revived.status, revived.dead_cause) == ("live", "new", "")
    assert revived.dead_at is None
    assert history("marketing.lead", lead.pk)[0].reason == "new budget year"


def test_a_dead_lead_is_not_worked_before_it_is_revived(cast: Cast, actor: Any, lead: Lead) -> None:
    ana = actor(cast.ana)
    dead = services.lead_mark_dead(actor=ana, row=lead, cause="junk")

    for act in (services.lead_mark_live, services.lead_mark_name, services.lead_qualify):
        with pytest.raises(DomainError):
            act(actor=ana, row=dead)


def test_nobody_deletes_a_lead(cast: Cast, actor: Any, lead: Lead) -> None:
    for person in (cast.ana, cast.mia, cast.ada):
        with pytest.raises(Denied):
            record_trash(actor=actor(person), row=lead)
    with pytest.raises(DomainError) as refusal:
        record_run(actor=actor(cast.ana), row=lead, verb="discard")

    assert "Mark dead" in str(refusal.value.next_step)
    lead.refresh_from_db()
    assert lead.deleted_at is None


def test_names_go_to_nurturing_and_live_ones_are_called(cast: Cast, actor: Any, lead: Lead) -> None:
    ana = actor(cast.ana)

    named = services.lead_mark_name(actor=ana, row=lead)
    assert (named.lead_class, named.status) == ("name", "nurturing")

    assert services.lead_mark_live(actor=ana, row=named).lead_class == "live"


def test_what_a_lead_lacks_to_be_qualified_is_listed(cast: Cast, actor: Any) -> None:
    ana = actor(cast.ana)
    bare = services.lead_create(actor=ana, values={"name": "李雷"})

    assert len(services.qualify_missing(bare)) == 3
    with pytest.raises(DomainError):
        services.lead_move(actor=ana, row=bare, to="qualified")

    bare.refresh_from_db()
    assert bare.status == "new"


def test_the_board_moves_a_lead_and_sends_the_last_columns_to_their_acts(
    cast: Cast, actor: Any, lead: Lead
) -> None:
    ana = actor(cast.ana)

    assert services.lead_move(actor=ana, row=lead, to="nurturing").status == "nurturing"
    assert services.lead_move(actor=ana, row=lead, to="qualified").status == "qualified"
    for lane, way in (("converted", "Use Convert."), ("dead", "Use Mark dead.")):
        with pytest.raises(DomainError) as refusal:
            services.lead_move(actor=ana, row=lead, to=lane)
        assert refusal.value.next_step == way


def test_a_leader_assigns_and_a_salesperson_does_not(cast: Cast, actor: Any, lead: Lead) -> None:
    with pytest.raises(Denied):
        services.lead_assign(actor=actor(cast.ana), row=lead, to=cast.cy)
    with pytest.raises(NotFound):
        services.lead_assign(actor=actor(cast.cy), row=lead, to=cast.cy)

    moved = services.lead_assign(actor=actor(cast.lee), row=lead, to=cast.ben)

    assert (moved.owner, moved.department, moved.assignment_reason) == (cast.ben, cast.east, "Lee")
    told = OutboxEvent.objects.get(name="marketing.lead.assigned").payload
    assert (told["from_id"], told["to_id"]) == (cast.ana.pk, cast.ben.pk)


def _rule(cast: Cast, actor: Any, **values: Any) -> AssignmentRule:
    return record_create(actor=actor(cast.mia), model=AssignmentRule, values=values)


def test_the_first_rule_that_fits_places_a_lead_and_says_so(cast: Cast, actor: Any) -> None:
    in_suzhou = {"all": [{"field": "city", "op": "=", "value": "苏州"}]}
    _rule(
        cast, actor, name="Suzhou", position=1, method="person", person=cast.cy, condition=in_suzhou
    )
    _rule(cast, actor, name="Rest", position=2, method="round_robin", team=cast.east)
    mia = actor(cast.mia)

    def place(**values: str) -> Lead:
        return services.lead_create(actor=mia, values={"name": "x", "channel": "web", **values})

    suzhou = place(city="苏州")
    rest = [place(city="上海") for _ in range(3)]

    assert suzhou.owner == cast.cy
    assert suzhou.assignment_reason == "Rule “Suzhou”: To this person"
    assert [lead.owner for lead in rest] == [cast.ana, cast.ben, cast.ana]
    assert rest[0].department == cast.east


def test_the_least_loaded_of_a_department_takes_the_lead(
    cast: Cast, actor: Any, lead: Lead
) -> None:
    _rule(cast, actor, name="East", method="least_loaded", team=cast.east)

    placed = services.lead_create(actor=actor(cast.mia), values={"name": "x", "channel": "web"})

    assert placed.owner == cast.ben


def test_a_lead_typed_in_stays_with_who_typed_it_until_the_rules_are_asked(
    cast: Cast, actor: Any, lead: Lead
) -> None:
    _rule(cast, actor, name="West", method="person", person=cast.cy)

    assert services.lead_create(actor=actor(cast.ana), values=WANTS_PUMP).owner == cast.ana
    placed = services.lead_assign_by_rules(actor=actor(cast.mia), row=lead)
    assert placed.owner == cast.cy


def test_a_lead_placed_beyond_the_makers_sight_is_placed_after_the_save(
    cast: Cast, actor: Any
) -> None:
    _rule(cast, actor, name="West", method="person", person=cast.cy)

    made = services.lead_create(actor=actor(cast.ana, "api"), values={"name": "x"})
    assert (made.channel, made.owner) == ("api", cast.ana)
    drain()

    made.refresh_from_db()
    assert (made.owner, made.assignment_reason) == (cast.cy, "Rule “West”: To this person")


def test_without_a_rule_the_way_is_named(cast: Cast, actor: Any, lead: Lead) -> None:
    with pytest.raises(DomainError) as refusal:
        services.lead_assign_by_rules(actor=actor(cast.mia), row=lead)

    assert refusal.value.code == "no_rule"


def test_a_rule_that_cannot_be_read_is_refused_when_it_is_saved(cast: Cast, actor: Any) -> None:
    wrong = {"all": [{"field": "colour", "op": "=", "value": "red"}]}

    with pytest.raises(Invalid) as refusal:
        _rule(cast, actor, name="x", method="person", person=cast.cy, condition=wrong)

    assert list(refusal.value.errors) == ["condition"]


def test_points_are_given_with_their_reasons(cast: Cast, actor: Any) -> None:
    reachable = {"all": [{"field": "mobile", "op": "is_set"}]}
    large = {"all": [{"field": "employees", "op": ">=", "value": 500}]}
    mia = actor(cast.mia)
    for name, points, condition in (("Has a mobile", 20, reachable), ("Large", 40, large)):
        values = {"name": name, "points": points, "condition": condition}
        record_create(actor=mia, model=ScoreRule, values=values)

    lead = services.lead_create(actor=mia, values={**WANTS_PUMP, "employees": 800})
    assert lead.score == 60
    assert lead.score_reasons == [
        {"reason": "Has a mobile", "points": 20},
        {"reason": "Large", "points": 40},
    ]

    lead = record_update(actor=mia, row=lead, values={"employees": 10})
    assert lead.score == 20


def test_duplicate_leads_are_found_by_number(cast: Cast, actor: Any, lead: Lead) -> None:
    values = {"name": "Li Lei", "mobile": "+8613800138000"}

    assert list(selectors.lead_duplicates(actor(cast.ana), values)) == [lead]
    assert list(selectors.lead_duplicates(actor(cast.cy), values)) == []
    assert list(selectors.lead_duplicates(actor(cast.ana), values, exclude=lead.pk)) == []


def test_the_dead_tell_which_campaign_produced_them(cast: Cast, actor: Any) -> None:
    mia = actor(cast.mia)
    fair = record_create(actor=mia, model=Campaign, values={"name": "Fair", "cost": 900})
    for cause in ("junk", "junk", "no_budget"):
        values = {"name": "x", "campaign": fair, "lead_class": "dead", "dead_cause": cause}
        services.lead_create(actor=mia, values=values)
    services.lead_create(actor=mia, values={"name": "y", "campaign": fair})
    services.lead_create(
        actor=mia, values={"name": "z", "lead_class": "dead", "dead_cause": "junk"}
    )

    report = selectors.dead_leads_report(mia, by="campaign")

    assert [(one.label, one.cause, one.count) for one in report] == [
        ("Fair", "junk", 2),
        ("", "junk", 1),
        ("Fair", "no_budget", 1),
    ]
    assert selectors.dead_leads_table(report)["Fair"] == {"junk": 2, "no_budget": 1}
    assert selectors.dead_leads_report(actor(cast.ana), by="campaign") == []
    result = selectors.campaign_result(mia, fair)
    assert (result.leads, result.dead, result.converted) == (4, 3, 0)
    assert str(result.cost_per_lead) == "CNY 225.00"


def test_the_system_may_take_in_a_lead_from_a_web_form(cast: Cast, actor: Any) -> None:
    _rule(cast, actor, name="All", method="person", person=cast.tess)

    lead = services.lead_create(actor=Actor.system("api"), values={"name": "x", "channel": "web"})

    assert (lead.owner, lead.department) == (cast.tess, cast.sales)


def test_a_program_that_names_the_owner_is_no_reason_to_read(cast: Cast) -> None:
    values = {"name": "x", "owner": cast.tess}
    lead = services.lead_create(actor=Actor.system("import"), values=values)

    assert (lead.owner, lead.assignment_reason) == (cast.tess, "")
    assert lead.assigned_at is not None


@pytest.mark.parametrize("door", ["api", "import"])
def test_who_is_named_as_the_owner_keeps_the_lead_whatever_the_rules_say(
    cast: Cast, actor: Any, door: str
) -> None:
    _rule(cast, actor, name="West", method="person", person=cast.cy)
    mia = actor(cast.mia, door)

    named = services.lead_create(actor=mia, values={"name": "x", "owner": cast.ben})
    nobody = services.lead_create(actor=mia, values={"name": "y", "owner": None})
    drain()

    named.refresh_from_db()
    assert (named.owner, named.department, named.assignment_reason) == (
        cast.ben,
        cast.ben.department,
        cast.mia.name,
    )
    assert (nobody.owner, nobody.assignment_reason) == (cast.cy, "Rule “West”: To this person")


def test_a_form_that_proposes_its_writer_leaves_a_lead_from_the_web_to_the_rules(
    cast: Cast, actor: Any
) -> None:
    _rule(cast, actor, name="West", method="person", person=cast.cy)
    mia = actor(cast.mia, "page")

    proposed = services.lead_create(
        actor=mia, values={"name": "x", "channel": "web", "owner": cast.mia}
    )
    chosen = services.lead_create(
        actor=mia, values={"name": "y", "channel": "web", "owner": cast.ben}
    )

    assert (proposed.owner, chosen.owner) == (cast.cy, cast.ben)

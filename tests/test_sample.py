"""The sample company: made by the product itself, whole, believable, and the same for the same seed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F, Sum
from django.utils import timezone

from tonglu import policy
from tonglu.approvals.models import ApprovalRequest
from tonglu.audit.models import Entry
from tonglu.collaboration.models import FollowUp, Task
from tonglu.compensation.models import Earning, LedgerPosting, Statement
from tonglu.customers.models import Account, Contact
from tonglu.directory.models import Person, Role
from tonglu.entities.registry import all_entities
from tonglu.entities.selectors import rows
from tonglu.entities.spec import Entity
from tonglu.entities.testing import queries_of
from tonglu.finance.models import Invoice
from tonglu.marketing.models import Lead
from tonglu.orders.models import Contract, Quote
from tonglu.policy import actor_of
from tonglu.sales.models import Opportunity, StageMove
from tonglu.support.models import Ticket
from tonglu.web.sample import load

pytestmark = pytest.mark.slow


MOST = 12
Picture = tuple[list[Any], ...]


def picture() -> Picture:
    """What would differ if chance had fallen otherwise."""
    return (
        sorted(Account.objects.values_list("name", "city")),
        sorted(Opportunity.objects.values_list("name", "amount", "stage__name")),
        sorted(Statement.objects.values_list("earned", "paid")),
    )


def _cost(client: Any, path: str) -> int:
    """What a page costs once what is kept in memory by epoch was read."""
    client.get(path)
    return queries_of(client, path)


def _staff() -> list[Person]:
    """Somebody of each role."""
    return list(
        Person.objects.order_by("assignments__role_id", "pk").distinct("assignments__role_id")
    )


@pytest.fixture(scope="module")
def made(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Picture]:
    """A small company, made for all these tests and rolled back after them; gives the picture of an earlier one of that seed."""
    with django_db_blocker.unblock(), transaction.atomic():
        with transaction.atomic():
            load("small", seed=7)
            earlier = picture()
            transaction.set_rollback(True)
        load("small", seed=7)
        yield earlier
        transaction.set_rollback(True)


@pytest.fixture
def company(made: Picture, db: Any) -> None:
    """The company, in a savepoint of its own."""


def test_every_role_has_somebody_who_can_sign_in(company: None) -> None:
    held = Role.objects.annotate(people=Count("assignments")).values_list("code", "people")

    assert len(held) == 16
    assert all(count for _code, count in held)
    assert not Person.objects.filter(email=None).exists()


def test_a_pre_sales_engineer_sees_the_deals_of_their_tasks(company: None) -> None:
    engineers = Person.objects.filter(assignments__role__code="presales")
    asked = Task.objects.filter(owner__in=engineers, target_kind="sales.opportunity")

    assert asked.exists()
    for one in asked.select_related("owner"):
        assert rows(actor_of(one.owner), Opportunity).filter(pk=one.target_id).exists()


def test_the_road_was_walked_and_left_its_trail(company: None) -> None:
    won = Opportunity.objects.filter(stage__kind="won")

    assert won.count() == Contract.objects.filter(amends=None).exclude(state="draft").count() > 0
    assert StageMove.objects.count() > Opportunity.objects.count()
    assert Earning.objects.count() > 0
    assert Statement.objects.filter(paid__gt=0).exists()
    assert LedgerPosting.objects.aggregate(sum=Sum("amount"))["sum"] == 0
    assert set(Lead.objects.values_list("lead_class", flat=True)) >= {"live", "name", "dead"}
    assert Ticket.objects.exists()
    assert FollowUp.objects.exists()


def test_what_happened_lies_in_the_past_and_the_trail_says_so(company: None) -> None:
    first, last = Entry.objects.earliest("at").at, Entry.objects.latest("at").at

    assert first < timezone.now() - timedelta(days=150)
    assert last <= timezone.now()
    move = StageMove.objects.order_by("pk").last()
    assert move is not None
    entries = Entry.objects.filter(kind="sales.opportunity", row_id=move.opportunity_id)
    assert abs(entries.latest("at").at - move.moved_at) < timedelta(days=40)


def test_the_trail_names_nobody_but_people_and_the_system(company: None) -> None:
    nameless = Entry.objects.filter(actor_id=None).exclude(actor_name="System")

    assert list(nameless.values_list("actor_name", "door", "kind").distinct()) == []
    assert not Entry.objects.filter(door="sql").exists()
    hired = Entry.objects.filter(kind="directory.person", act="I")
    assert set(hired.values_list("actor_name", "door")) == {("System", "cli")}


@pytest.mark.parametrize("entity", [pytest.param(one, id=one.slug) for one in all_entities()])
def test_every_list_board_and_record_costs_at_most_twelve_queries(
    company: None, browse: Any, entity: Entity
) -> None:
    reader = next(one for one in _staff() if policy.may(actor_of(one), "read", entity.kind))
    seen = list(rows(actor_of(reader), entity.kind).order_by("-pk"))
    paths = [entity.url(), *(entity.url("detail", row.pk) for row in _spread(seen))]
    if entity.board:
        paths.append(entity.url("board"))

    client = browse(reader)
    costs = {path: _cost(client, path) for path in paths}
    costs |= {part: _cost(client, part) for path in paths for part in _later(client, path)}

    assert {path: cost for path, cost in costs.items() if cost > MOST} == {}


def _spread(found: list[Any]) -> list[Any]:
    """The newest, one of the middle and the oldest: some have been through everything, others are fresh."""
    return [found[place] for place in sorted({0, len(found) // 2, len(found) - 1})] if found else []


def _later(client: Any, path: str) -> set[str]:
    """The parts that a page asks for once it stands: panels, tables, the timeline."""
    page = client.get(path).content.decode()
    asked = re.findall(r'hx-get="([^"]+)"[^>]*hx-trigger="(?:load|revealed|intersect)', page)
    return {html.unescape(one) for one in asked}


def test_the_home_page_and_the_search_cost_at_most_twelve_queries(
    company: None, browse: Any
) -> None:
    costs = {
        (reader.job_title, path): _cost(browse(reader), path)
        for reader in _staff()
        for path in ("/", "/search/?q=%E6%B3%B5")
    }

    assert {page: cost for page, cost in costs.items() if cost > MOST} == {}


def test_the_clock_runs_again_afterwards(company: None) -> None:
    assert timezone.now.__module__ == "django.utils.timezone"


def test_the_stories_stand_open(company: None) -> None:
    assert ApprovalRequest.objects.filter(state="pending").exists()
    assert Quote.objects.filter(clearance="waiting").exists()
    assert Opportunity.objects.filter(attention="contact_left", is_open=True).exists()
    overdue = Invoice.objects.filter(open_amount=F("amount"), due_on__lt=timezone.localdate())
    assert overdue.exists()
    assert Opportunity.objects.filter(name__contains="冲刺项目", is_open=True).exists()
    assert Contact.objects.filter(state="left").exists()


def test_the_same_seed_makes_the_same_company(made: Picture, company: None) -> None:
    assert len(made[0]) > 10
    assert made == picture()

"""The home page: what it lists, for whom, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.timezone import get_current_timezone

from tonglu.collaboration.models import Announcement, Task
from tonglu.collaboration.services import followup_log
from tonglu.compensation.models import Dispute, PayPeriod, Statement
from tonglu.customers.models import Account
from tonglu.directory.memory import memory
from tonglu.directory.models import Deputy, Person, RoleAssignment, SignInCount
from tonglu.entities.services import record_create
from tonglu.entities.testing import queries_of
from tonglu.finance.models import Collection, Expense
from tonglu.insights.figures import figures_of
from tonglu.marketing.models import Lead
from tonglu.orders.models import Order
from tonglu.policy.services import draft_open
from tonglu.policy.testing import ROLES
from tonglu.supply.models import Purchase, Supplier, Warehouse
from tonglu.support.models import ServiceOrder, Ticket
from tonglu.toolkit.clock import today
from tonglu.toolkit.ui import assets
from tonglu.web.house import house_figures
from tonglu.web.today import SOURCES, TodayBlock, today_blocks

MOST = 12


@pytest.fixture
def day(selling: Any, actor: Any) -> date:
    """Ana's today."""
    return today(actor(selling.ana))


def by_name(blocks: list[TodayBlock]) -> dict[str, TodayBlock]:
    return {block.name: block for block in blocks}


def a_busy_day(selling: Any, actor: Any, deal: Any, make_deal: Any, day: date) -> None:
    """Something of everything that people of all roles find on their page."""
    ana, week = actor(selling.ana), day + timedelta(days=3)
    noon = datetime.combine(day, datetime.min.time(), get_current_timezone()) + timedelta(hours=12)
    for number in range(7):
        make_deal(f"Closing {number}", close_date=week)
    followup_log(
        actor=ana,
        target=deal,
        text="Called",
        next_step="Send the drawing",
        next_contact_on=day - timedelta(days=1),
    )
    record_create(actor=ana, model=Task, values={"subject": "Book a room", "due_on": day})
    record_create(
        actor=ana, model=Lead, values={"company": "Blue Pumps", "lead_class": "live", "owner": selling.ana}
    )  # fmt: skip
    record_create(
        actor=actor(selling.eng),
        model=Ticket,
        values={"subject": "It leaks", "account": deal.account, "owner": selling.eng},
    )
    record_create(
        actor=actor(selling.eng),
        model=ServiceOrder,
        values={"account": deal.account, "kind": "repair", "planned_at": noon, "owner": selling.eng},
    )  # fmt: skip
    Announcement.objects.create(
        title="Closed on Friday", text="Audit.", state="published", published_at=noon, owner=selling.hue,
        department=selling.company,
    )  # fmt: skip


def test_the_page_costs_at_most_twelve_queries_for_every_role(
    selling: Any, browse: Any, actor: Any, deal: Any, make_deal: Callable[..., Any], day: date
) -> None:
    a_busy_day(selling, actor, deal, make_deal, day)

    costs = {name: queries_of(browse(getattr(selling, name)), "/") for name in ROLES}

    assert {name: cost for name, cost in costs.items() if cost > MOST} == {}


def test_no_role_fetches_a_second_sprite_for_its_page(
    selling: Any, browse: Any, actor: Any, deal: Any, make_deal: Any, day: date
) -> None:
    a_busy_day(selling, actor, deal, make_deal, day)

    pages = {name: browse(getattr(selling, name)).get("/").content.decode() for name in ROLES}

    assert {name for name, page in pages.items() if "/icons-more-" in page} == set()
    first = assets.sprite()
    assert {one.icon for one in SOURCES if assets.sprite(one.icon) != first} == set()


def test_all_blocks_come_in_one_query(
    selling: Any,
    actor: Any,
    deal: Any,
    make_deal: Callable[..., Any],
    day: date,
    django_assert_num_queries: Any,
) -> None:
    a_busy_day(selling, actor, deal, make_deal, day)
    with memory():
        reader = actor(selling.max)
        today_blocks(reader)

        with django_assert_num_queries(1):
            today_blocks(reader)


def test_each_block_names_what_to_do_about_what_and_when(
    selling: Any, actor: Any, deal: Any, make_deal: Callable[..., Any], day: date
) -> None:
    a_busy_day(selling, actor, deal, make_deal, day)

    mine = by_name(today_blocks(actor(selling.ana)))

    assert list(mine) == ["contacts", "tasks", "leads", "deals", "news"]
    contact = mine["contacts"].rows[0]
    assert (contact.title, contact.about) == ("Send the drawing", "Ten pumps")
    assert (contact.when, contact.late) == (day - timedelta(days=1), True)
    assert contact.url == f"/opportunities/{deal.pk}/"
    assert (mine["tasks"].rows[0].title, mine["tasks"].rows[0].late) == ("Book a room", False)
    assert (mine["leads"].rows[0].title, mine["leads"].rows[0].about) == ("Blue Pumps",) * 2
    assert (mine["deals"].count, len(mine["deals"].rows)) == (7, 5)
    assert [row.title for row in mine["deals"].rows] == [f"Closing {n}" for n in range(5)]
    assert {row.about for row in mine["deals"].rows} == {"Acme Pumps"}
    assert (mine["news"].rows[0].title, mine["news"].rows[0].late) == ("Closed on Friday", False)


def test_choices_speak_the_readers_language(
    selling: Any, actor: Any, deal: Any, make_deal: Callable[..., Any], day: date
) -> None:
    a_busy_day(selling, actor, deal, make_deal, day)
    row = ServiceOrder.objects.get()
    for language in ("en", "zh-hans"):
        with translation.override(language):
            visit = by_name(today_blocks(actor(selling.eng)))["visits"].rows[0]

            assert visit.title == str(row)
            assert visit.url == f"/service-orders/{row.pk}/"


def test_strangers_find_nothing_of_it_on_theirs(
    selling: Any, actor: Any, deal: Any, make_deal: Callable[..., Any], day: date
) -> None:
    a_busy_day(selling, actor, deal, make_deal, day)

    assert set(by_name(today_blocks(actor(selling.cy)))) == {"news"}


def test_every_source_is_a_block_of_its_own() -> None:
    assert len({source.name for source in SOURCES}) == len(SOURCES)


def test_who_ships_finds_the_orders_that_have_still_to_leave(
    selling: Any, actor: Any, deal: Any
) -> None:
    clerk = actor(selling.oli)
    waiting = record_create(actor=clerk, model=Order, values={"account": deal.account})
    gone = record_create(actor=clerk, model=Order, values={"account": deal.account})
    Order.objects.filter(pk=gone.pk).update(state="shipped")

    block = by_name(today_blocks(clerk))["shipping"]

    assert [row.title for row in block.rows] == [waiting.number]
    assert "shipping" not in by_name(today_blocks(actor(selling.ana)))


def test_finance_finds_receipts_to_allocate_and_expenses_that_others_handed_in(
    selling: Any, actor: Any, deal: Any, day: date
) -> None:
    fay, ana = actor(selling.fay), actor(selling.ana)
    money = {"account": deal.account, "received_on": day, "amount": Decimal("120.00")}
    receipt = record_create(actor=fay, model=Collection, values=money)
    spent = [
        record_create(actor=who, model=Expense, values={"title": title, "spent_on": day})
        for who, title in ((ana, "Train"), (fay, "My own"))
    ]
    Expense.objects.filter(pk__in=[one.pk for one in spent]).update(state="submitted")

    blocks = by_name(today_blocks(fay))

    assert [row.title for row in blocks["receipts"].rows] == [receipt.number]
    assert [row.title for row in blocks["expenses"].rows] == ["Train"]
    assert not {"receipts", "expenses"} & set(by_name(today_blocks(ana)))


def test_whoever_pays_finds_disputes_to_answer_and_months_to_close(
    selling: Any, actor: Any, day: date
) -> None:
    last = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    months = [PayPeriod.objects.create(first_day=one) for one in (last, day.replace(day=1))]
    statement = Statement.objects.create(period=months[0], owner=selling.ana)
    Dispute.objects.create(statement=statement, owner=selling.ana, text="A deal is missing")

    blocks = by_name(today_blocks(actor(selling.cam)))

    month = f"{last:%Y-%m}"
    assert [row.title for row in blocks["pay_months"].rows] == [month]
    assert [row.title for row in blocks["disputes"].rows] == [f"{month} · {selling.ana.name}"]
    assert not {"disputes", "pay_months"} & set(by_name(today_blocks(actor(selling.ana))))


def test_procurement_finds_the_purchases_that_are_late_or_about_to_come_in(
    selling: Any, actor: Any, day: date
) -> None:
    pat = actor(selling.pat)
    common = {
        "supplier": record_create(actor=pat, model=Supplier, values={"name": "Foundry"}),
        "warehouse": record_create(actor=pat, model=Warehouse, values={"name": "Plant"}),
    }
    made = [
        record_create(actor=pat, model=Purchase, values={**common, "expected_on": when})
        for when in (day + timedelta(days=2), day - timedelta(days=1), day + timedelta(days=9), day)
    ]
    Purchase.objects.filter(pk__in=[one.pk for one in made[:3]]).update(state="ordered")

    block = by_name(today_blocks(pat))["deliveries"]

    assert [row.title for row in block.rows] == [made[1].number, made[0].number]
    assert [row.late for row in block.rows] == [True, False]
    assert "deliveries" not in by_name(today_blocks(actor(selling.ana)))


def test_a_record_says_first_how_it_stands_and_what_it_comes_to(
    selling: Any, actor: Any, browse: Any, deal: Any, day: date
) -> None:
    receipt = record_create(
        actor=actor(selling.fay),
        model=Collection,
        values={"account": deal.account, "received_on": day, "amount": Decimal("120.00")},
    )

    page = browse(selling.fay).get(f"/collections/{receipt.pk}/").content.decode()

    glance = page.partition('<dl class="glance">')[2].partition("</dl>")[0]
    assert "Not allocated" in glance
    assert "120.00" in glance
    assert page.count("Not allocated") == 1


def test_the_roles_on_the_page_of_a_person_are_named_by_the_role(selling: Any, browse: Any) -> None:
    page = browse(selling.ada).get(
        f"/people/{selling.ana.pk}/panels/directory-roleassignment-person/"
    )

    assert "Salesperson" in page.content.decode()


def test_hr_finds_who_comes_who_goes_and_who_is_away(selling: Any, actor: Any, day: date) -> None:
    hue = actor(selling.hue)
    Person.objects.filter(pk=selling.ben.pk).update(joined_on=day + timedelta(days=3))
    Person.objects.filter(pk=selling.cy.pk).update(left_on=day - timedelta(days=1))
    Person.objects.filter(pk=selling.eng.pk).update(
        left_on=day - timedelta(days=1), is_active=False
    )
    Person.objects.filter(pk=selling.oli.pk).update(left_on=day + timedelta(days=90))
    Deputy.objects.create(
        person=selling.lee,
        deputy=selling.ana,
        valid_from=day,
        valid_until=day,
        reason="On the road",
    )
    Deputy.objects.create(
        person=selling.max,
        deputy=selling.dee,
        valid_from=day - timedelta(days=9),
        valid_until=day - timedelta(days=2),
    )
    RoleAssignment.objects.filter(person=selling.tess).update(valid_until=day + timedelta(days=9))

    blocks = by_name(today_blocks(hue))

    assert [row.title for row in blocks["joining"].rows] == [selling.ben.name]
    assert [(row.title, row.late) for row in blocks["leaving"].rows] == [(selling.cy.name, True)]
    away = [(row.title, row.about) for row in blocks["away"].rows]
    assert away == [(f"{selling.lee.name} → {selling.ana.name}", "On the road")]
    ending = [(row.title, row.about) for row in blocks["roles_ending"].rows]
    assert ending == [(selling.tess.name, "Telesales")]
    staffing = {"joining", "leaving", "away", "roles_ending", "without_role"}
    assert not staffing & set(by_name(today_blocks(actor(selling.max))))


def test_an_administrator_finds_people_who_may_do_nothing_yet(
    selling: Any, actor: Any, day: date
) -> None:
    RoleAssignment.objects.filter(person=selling.ben).update(valid_until=day - timedelta(days=1))

    block = by_name(today_blocks(actor(selling.ada)))["without_role"]

    assert selling.ben.name in [row.title for row in block.rows]
    assert selling.ana.name not in [row.title for row in block.rows]


def test_an_administrator_sees_first_whether_the_house_stands(
    selling: Any, actor: Any, settings: Any, tmp_path: Path
) -> None:
    settings.BACKUPS_DIR = tmp_path
    now = timezone.now()
    SignInCount.objects.bulk_create(
        SignInCount(key=name, since=since, tries=tries)
        for name, since, tries in (
            ("guessed", now, 10),
            ("slipped", now, 3),
            ("over", now - timedelta(hours=2), 10),
        )
    )

    figures = {one.label: one for one in house_figures(actor(selling.ada))}

    assert (figures["Last backup"].value, figures["Last backup"].alarm) == ("none", True)
    assert (figures["Sign-ins held back"].value, figures["Sign-ins held back"].alarm) == ("1", True)
    assert figures["Audit trail"].value == "never verified"
    assert figures["Dead letters"].note == "no worker runs"
    assert "Policy draft" not in figures
    draft_open(actor=actor(selling.ada))
    assert "Policy draft" in {one.label for one in house_figures(actor(selling.ada))}
    Person.objects.filter(pk=selling.ben.pk).update(joined_on=today(actor(selling.hue)))
    people = {one.label: one.value for one in house_figures(actor(selling.hue))}
    assert people == {
        "People who work here": str(Person.objects.filter(is_active=True).count()),
        "Joined this month": "1",
        "Left this month": "0",
    }
    assert house_figures(actor(selling.max)) == []


def test_the_administrator_is_not_shown_what_others_sell(
    selling: Any, actor: Any, browse: Any, deal: Any
) -> None:
    assert figures_of(actor(selling.ada)) == []
    assert "Open deals" in {one.label for one in figures_of(actor(selling.max))}
    assert figures_of(actor(selling.fay))[0].label == "Overdue"


def test_a_data_steward_finds_the_accounts_to_verify(selling: Any, actor: Any, deal: Any) -> None:
    fresh = record_create(actor=actor(selling.ana), model=Account, values={"name": "Fresh Foods"})
    known = record_create(actor=actor(selling.ana), model=Account, values={"name": "Known Keys"})
    Account.objects.filter(pk=known.pk).update(state="verified")

    block = by_name(today_blocks(actor(selling.sid)))["accounts"]

    titles = [row.title for row in block.rows]
    assert fresh.name in titles
    assert known.name not in titles
    assert "accounts" not in by_name(today_blocks(actor(selling.ana)))


def test_hr_keeps_the_holidays_that_the_page_asks_for(selling: Any, browse: Any) -> None:
    page = browse(selling.hue).get("/holidays/")

    assert page.status_code == 200
    assert 'href="/holidays/new/"' in page.content.decode()
    assert browse(selling.ana).get("/holidays/new/").status_code == 403

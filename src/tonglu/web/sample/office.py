"""What people of the sample company do all day besides selling: talk, tasks, news, goals, targets, expenses."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import OuterRef, Subquery

from tonglu.audit.services import context
from tonglu.collaboration import services as collaboration
from tonglu.collaboration.models import (
    Announcement,
    CalendarEvent,
    FollowUp,
    Goal,
    Reading,
    Task,
)
from tonglu.customers.models import Account
from tonglu.entities.bulk import NewRow, records_create
from tonglu.entities.services import record_create
from tonglu.finance.models import Expense, ExpenseLine
from tonglu.finance.services import expense_approve, expense_mark_paid, expense_submit
from tonglu.sales.models import Opportunity, SalesTarget
from tonglu.toolkit.clock import zone_of

from .clock import workday
from .phrases import TALK_KINDS, TALKS, TASKS
from .world import SYSTEM, World

NEWS = (
    ("国庆放假安排", "10 月 1 日至 7 日放假，值班表见附件。紧急服务请拨 400 电话。", "hr"),
    ("新价格表自下月 1 日起执行", "钢材涨价，新价格表自下月 1 日起生效；已发出的报价价格不变。", "sales_director"),
    ("无油压缩机获得节能认证", "HY-OF75 通过一级能效认证，样本和演示文稿已更新。", "marketing"),
    ("月度回款目标达成", "感谢各位同事，本月回款完成率 104%。", "managing_director"),
)  # fmt: skip


def talk(world: World, day: date) -> None:
    """A week of follow-ups on deals that are open."""
    open_deals = list(
        Opportunity.objects.filter(is_open=True).select_related("account", "owner").order_by("pk")
    )
    if not open_deals:
        return
    news = [
        _talk(world, place, world.random.choice(open_deals)) for place in range(world.size.talk)
    ]
    _made(FollowUp, news)
    chores = [
        _task(world, place, world.random.choice(open_deals), day)
        for place in range(max(1, world.size.talk // 5))
    ]
    for task in _made(Task, chores):
        if world.random.random() < 0.94 or day < world.today - timedelta(days=45):
            world.agenda.put(world.after(day, 1, 9), partial(_task_done, world, task.pk))


def news_make(world: World, number: int, day: date) -> None:
    """The next announcement."""
    title, text, role = NEWS[number % len(NEWS)]
    author = world.people.first(role)
    actor = world.people.actor(author)
    row = record_create(
        actor=actor, model=Announcement, values={"title": title, "text": text, "owner": author}
    )
    collaboration.announcement_publish(actor=actor, row=row)
    if day < world.today - timedelta(days=40):
        _read(world, row)


def _read(world: World, row: Announcement) -> None:
    """Nearly everybody reads the news within days; whoever can sign in always does."""
    staff = world.people.by_role.values()
    readers = [
        person
        for people in staff
        for place, person in enumerate(people)
        if not place or world.random.random() < 0.9
    ]
    at = world.past.now()
    with context(SYSTEM, verb="collaboration.announcement.read"):
        Reading.objects.bulk_create(
            Reading(announcement=row, person=person, at=at) for person in readers
        )


def targets_make(world: World, month: date, _day: date) -> None:
    """What everybody is to sell in a month."""
    news = [
        NewRow(
            place=place,
            values={
                "owner": person,
                "month": month,
                "amount": Decimal(world.random.choice((120_000, 150_000, 200_000))),
            },
        )
        for place, person in enumerate(world.people.sellers)
    ]
    _made(SalesTarget, news)


def goals_make(world: World) -> None:
    """The goals of this year, by team."""
    year = world.today.year
    for team, leader in world.people.leaders.items():
        values = {
            "name": f"{year} {world.people.departments[team].name_zh} 赢单额",
            "measure": "manual",
            "team": world.people.departments[team],
            "starts_on": date(year, 1, 1),
            "ends_on": date(year, 12, 31),
            "target": Decimal(12_000_000),
            "actual": Decimal(world.random.randint(30, 110)) * 100_000,
            "owner": leader,
        }
        record_create(actor=SYSTEM, model=Goal, values=values)


def expense_make(world: World, day: date) -> None:
    """A trip: within the limit it is approved at once, above it the leader decides, and finance pays."""
    person = world.random.choice(world.people.sellers)
    actor = world.people.actor(person)
    lines = [
        {
            "category": "travel",
            "description": "高铁往返",
            "amount": Decimal(world.random.randint(180, 1200)),
        },
        {
            "category": "hotel",
            "description": "住宿一晚",
            "amount": Decimal(world.random.randint(260, 680)),
        },
    ]
    values = {
        "title": f"{world.random.choice(('拜访客户', '现场勘察', '展会出差'))}",
        "spent_on": day,
        "owner": person,
    }
    row = record_create(actor=actor, model=Expense, values=values, lines={ExpenseLine: lines})
    if world.random.random() < 0.9:
        row = expense_submit(actor=actor, row=row)
        world.agenda.put(world.after(day, 1, 6), lambda _day: _expense_decide(world, row.pk))


def calendar_make(world: World) -> None:
    """Visits and meetings of the coming two weeks."""
    deals = list(
        Opportunity.objects.filter(is_open=True)
        .select_related("account", "owner", "contact")
        .order_by("-pk")[:40]
    )
    morning = datetime.combine(world.today, time(9), zone_of(""))
    for place, deal in enumerate(deals):
        day = workday(world.today + timedelta(days=place % 12 - 2))
        starts = morning + timedelta(days=(day - world.today).days, hours=place % 7)
        values = {
            "title": world.random.choice(("现场勘察", "技术交流", "商务谈判", "上门拜访")),
            "kind": "visit",
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=1),
            "contact": deal.contact,
            "owner": deal.owner,
            **_about(deal),
        }
        record_create(actor=SYSTEM, model=CalendarEvent, values=values)


def contacts_note(world: World) -> None:
    """When each customer was last spoken to, and, where a deal is open, when the next talk is due."""
    last = FollowUp.objects.filter(account=OuterRef("pk")).order_by("-at").values("at")[:1]
    spoken = FollowUp.objects.filter(account__isnull=False).values("account_id")
    with context(SYSTEM, verb="customers.account.touched"):
        Account.objects.filter(pk__in=spoken).update(last_contact_at=Subquery(last))
        busy = Opportunity.objects.filter(is_open=True).values("account_id")
        accounts = list(Account.objects.filter(pk__in=busy).order_by("pk"))
        for account in accounts:
            account.next_contact_on = workday(
                world.today + timedelta(days=world.random.randint(-2, 9))
            )
        Account.objects.bulk_update(accounts, ["next_contact_on"])


def _talk(world: World, place: int, deal: Opportunity) -> NewRow:
    how = world.random.randrange(len(TALK_KINDS))
    return NewRow(
        place=place,
        values={
            **_about(deal),
            "kind": TALK_KINDS[how],
            "text": TALKS.at(how, deal.account.country),
            "at": world.past.now(),
            "minutes": world.random.choice((5, 10, 20, 60)),
            "owner": deal.owner,
        },
    )


def _task(world: World, place: int, deal: Opportunity, day: date) -> NewRow:
    values = {
        **_about(deal),
        "subject": TASKS.one(world.random, deal.account.country),
        "due_on": world.after(day, 1, 10),
        "priority": world.random.choice(("normal", "normal", "high", "low")),
        "owner": deal.owner,
    }
    return NewRow(place=place, values=values)


def _about(deal: Opportunity) -> dict[str, Any]:
    return {
        "target_kind": "sales.opportunity",
        "target_id": deal.pk,
        "target_name": deal.name[:200],
        "account": deal.account,
    }


def _task_done(world: World, pk: int, _day: date) -> None:
    task = Task.objects.select_related("owner").get(pk=pk)
    collaboration.task_done(actor=world.people.actor(task.owner), row=task)


def _expense_decide(world: World, pk: int) -> None:
    row = Expense.objects.get(pk=pk)
    if row.state == Expense.State.SUBMITTED:
        row = expense_approve(
            actor=world.people.actor(world.people.first("sales_director")), row=row
        )
    if row.state == Expense.State.APPROVED and world.random.random() < 0.8:
        expense_mark_paid(actor=world.people.actor(world.people.first("finance")), row=row)


def _made(model: Any, news: list[NewRow]) -> list[Any]:
    records_create(actor=SYSTEM, model=model, news=news)
    for new in news:
        if new.error is not None:
            raise new.error
    return [new.row for new in news]

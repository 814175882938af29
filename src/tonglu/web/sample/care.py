"""What the sample company does after the sale: tickets, visits of engineers, and what they wrote down for next time."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tonglu.directory.models import Person
from tonglu.entities.services import record_create
from tonglu.support import services as support
from tonglu.support.models import Article, ServiceOrder, Ticket

from .world import SYSTEM, World

FAULTS = (
    ("机械密封泄漏", "fault", "high"), ("压缩机排气温度高报警", "fault", "urgent"), ("流量计示数漂移", "fault", "normal"),
    ("Where is the manual for HY-SC55?", "question", "low"), ("交货少两个法兰", "complaint", "high"), ("振动超标，请求现场检查", "fault", "high"),
    ("质保期内更换轴承的费用由谁承担", "question", "normal"), ("Invoice shows the wrong title", "complaint", "normal"),
)  # fmt: skip
ARTICLES = (
    ("机械密封泄漏的五个原因", "zh-hans", "1. 干运转 2. 安装偏心 3. 介质结晶 4. 冲洗水不足 5. 密封面磨损。\n先看泄漏量，再看振动。"),
    ("Reset after a high-temperature alarm", "en", "Let it cool for 20 minutes, clean the cooler, check the oil level, then press reset twice."),
    ("压缩机日常点检表", "zh-hans", "每班：油位、排气温度、冷凝水。每月：滤芯压差、皮带张力。"),
    ("Choosing a pump in six questions", "en", "Flow, head, medium, temperature, solids, and how long it may stand still."),
    ("发货后发现缺件怎么处理", "zh-hans", "24 小时内拍照建工单，订单运营补发，不走退货流程。"),
    ("Warranty: what is covered", "en", "18 months from delivery; wear parts 6 months; damage by dry running is not covered."),
)  # fmt: skip


def articles_make(world: World) -> None:
    """What the engineers know."""
    for place, (title, language, body) in enumerate(ARTICLES):
        author = world.random.choice(world.people.by_role["service_engineer"])
        values = {
            "title": title,
            "body": body,
            "language": language,
            "public": place % 2 == 0,
            "owner": author,
            "review_on": world.today + timedelta(days=30 * place),
        }
        row = record_create(actor=SYSTEM, model=Article, values=values)
        if place != len(ARTICLES) - 1:
            support.article_publish(actor=SYSTEM, row=row)


def ticket_make(world: World, day: date) -> None:
    """A customer has a question or a fault; somebody takes it and mostly solves it."""
    if not world.accounts:
        return
    account = world.random.choice(world.accounts)
    subject, kind, priority = world.random.choice(FAULTS)
    values = {
        "subject": subject,
        "kind": kind,
        "priority": priority,
        "channel": world.random.choice(("phone", "email", "page", "chat")),
        "account": account,
        "contact": world.contacts[account.pk][0],
        "product": world.random.choice(world.products[:18]),
        "description": subject
        + (". Please answer soon." if subject.isascii() else "。请尽快回复。"),
    }
    engineer = world.random.choice(world.people.by_role["service_engineer"])
    actor = world.people.actor(engineer)
    row = record_create(actor=actor, model=Ticket, values=values)
    if world.random.random() < 0.9:
        world.agenda.put(world.after(day, 0, 2), lambda when: _work(world, row.pk, engineer, when))


def _work(world: World, pk: int, engineer: Person, day: date) -> None:
    actor = world.people.actor(engineer)
    row = support.ticket_take(actor=actor, row=Ticket.objects.get(pk=pk))
    if row.kind == Ticket.Kind.FAULT and world.random.random() < 0.5:
        service = support.ticket_send_engineer(
            actor=actor, row=row, engineer=engineer, task="现场检查并更换备件"
        )
        world.agenda.put(world.after(day, 1, 8), lambda _day: _visit(world, service.pk, engineer))
    if world.random.random() < 0.85:
        world.agenda.put(world.after(day, 2, 12), lambda _day: _solve(world, pk, engineer))


def _visit(world: World, pk: int, engineer: Person) -> None:
    actor = world.people.actor(engineer)
    row = ServiceOrder.objects.get(pk=pk)
    support.service_begin(actor=actor, row=row)
    row.refresh_from_db()
    hours = Decimal(world.random.choice(("2.5", "4", "6")))
    support.service_finish(
        actor=actor,
        row=row,
        report="更换密封组件，试车两小时无泄漏。",
        hours=hours,
        signed_by="车间主任",
    )


def _solve(world: World, pk: int, engineer: Person) -> None:
    actor = world.people.actor(engineer)
    row = Ticket.objects.get(pk=pk)
    row = support.ticket_solve(actor=actor, row=row, solution="按知识文章处理，客户确认恢复。")
    if world.random.random() < 0.7:
        support.ticket_close(
            actor=actor, row=row, satisfaction=world.random.choice((5, 5, 4, 4, 3, 2))
        )

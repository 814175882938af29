"""What does not go as planned, and all else that makes a page worth opening: amendments, returns, credit notes, odd receipts, a big
expense, a question about pay, advice asked of colleagues, papers on file, and who stands in for whom.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from tonglu.collaboration.models import Note
from tonglu.collaboration.services import document_add, task_create
from tonglu.compensation.models import Earning
from tonglu.compensation.services.corrections import correction_propose
from tonglu.directory import services as directory
from tonglu.entities.services import record_create, record_update
from tonglu.finance.models import Collection, Expense, ExpenseLine, Invoice
from tonglu.finance.services import expense_return, expense_submit, invoice_credit
from tonglu.orders import services as orders
from tonglu.orders.models import Contract, ContractLine, Order
from tonglu.sales.models import Opportunity

from .deals import invoice
from .settling import attempt
from .world import SYSTEM, World

ADVICE = (
    "核算二期扬程与管径",
    "出一版节能对比方案",
    "校核 90 °C 工况的汽蚀余量",
    "准备技术交流 PPT",
    "复核防爆等级要求",
)
NOTES = (
    ("王总的习惯", "不喜欢电话，微信留言后半小时内必回。周一上午开例会，别打扰。", True),
    ("年底前要跑的三家", "循环水改造那家、老泵替换那家，还有展会上认识的制药厂。", False),
    ("他们怎么拍板", "技术负责人先定，再走采购；厂长只签字。", False),
)  # fmt: skip
PAPERS = ("技术协议（盖章）.txt", "选型计算书.txt", "会议纪要.txt", "图纸清单.txt")


def turns_plan(world: World) -> None:
    """Put the turns on the agenda."""
    agenda, now = world.agenda, world.today
    for days in (210, 95, 24):
        agenda.put(now - timedelta(days=days), lambda _day: taken_back(world))
    for days in (160, 70, 18):
        agenda.put(now - timedelta(days=days), lambda _day: credited(world))
    for days in (120, 46, 13):
        agenda.put(now - timedelta(days=days), lambda _day: amended(world))
    for days in (30, 2):
        agenda.put(now - timedelta(days=days), lambda day: odd_receipt(world, day))
    agenda.put(now - timedelta(days=6), lambda day: expenses(world, day))
    agenda.put(now - timedelta(days=5), lambda _day: pay_corrected(world))
    agenda.put(now - timedelta(days=3), lambda _day: stands_in(world))
    agenda.put_weekly(now - timedelta(days=60), lambda day: advice(world, day))
    agenda.put(now - timedelta(days=7), lambda _day: papers(world))


def taken_back(world: World) -> None:
    """A delivered piece comes back."""
    delivered = Order.objects.filter(delivered_at__isnull=False, returns__isnull=True)
    order = delivered.order_by("-delivered_at").first()
    if order is None:
        return
    line = order.lines.order_by("pk").first()
    reason, note = world.random.choice(
        (
            ("defect", "试车时机械密封渗漏，客户要求换货。"),
            ("damaged", "Crate broken on the way, flange bent."),
            ("wrong", "发错法兰标准，客户需要 ANSI。"),
        )
    )
    actor = world.people.actor(world.people.first("order_operations"))
    with attempt():
        quantities = {line.pk: Decimal(1)} if line else None
        orders.order_return(actor=actor, row=order, reason=reason, note=note, quantities=quantities)


def credited(world: World) -> None:
    """An invoice with the wrong title is cancelled by a credit note and written again."""
    unpaid = Invoice.objects.filter(
        state="issued", kind="invoice", collected_amount=0, contract__isnull=False
    )
    row = unpaid.exclude(contract_id__in=world.unpaid).order_by("-pk").first()
    if row is None or row.contract_id is None:
        return
    finance = world.people.actor(world.people.first("finance"))
    invoice_credit(actor=finance, row=row, reason="开票抬头有误，红字冲销后重开。")
    invoice(world, row.contract_id, pays=False)


def amended(world: World) -> None:
    """The customer wants more: the contract gets an amendment, which is signed a week later, or lies there still."""
    invoiced = Invoice.objects.filter(contract__isnull=False).values("contract_id")
    signed = Contract.objects.filter(
        state="active", amends=None, amended_by__isnull=True, pk__in=invoiced
    )
    row = signed.select_related("account", "owner").order_by("-signed_on", "-pk").first()
    if row is None:
        return
    actor = world.people.actor(row.owner)
    with attempt():
        draft = orders.contract_amend(actor=actor, row=row)
        lines = [
            {"id": line.pk, "quantity": line.quantity + 1}
            for line in draft.lines.order_by("position", "pk")
        ]
        draft = record_update(actor=actor, row=draft, values={}, lines={ContractLine: lines})
        day = world.past.moment.date() + timedelta(days=8)
        world.agenda.put(day, lambda _day: _amendment_sign(world, draft.pk))


def _amendment_sign(world: World, pk: int) -> None:
    draft = Contract.objects.select_related("owner", "contact").get(pk=pk)
    with attempt():
        orders.contract_sign(
            actor=world.people.actor(draft.owner), row=draft, signed_by=str(draft.contact or "")
        )


def odd_receipt(world: World, day: date) -> None:
    """Money that belongs to no open invoice waits to be allocated."""
    owing = Invoice.objects.filter(open_amount__gt=0).values("account_id")
    paid_up = [one for one in world.accounts if one.pk not in {row["account_id"] for row in owing}]
    account = world.random.choice(paid_up or world.accounts)
    values = {
        "account": account,
        "amount": Decimal(world.random.randrange(12, 60)) * 1000,
        "received_on": day,
        "payer": account.name,
        "bank_reference": f"ICBC{world.random.randrange(10**9, 10**10)}",
        "note": "摘要写“预付款”，未注明合同号，待核对。",
        "owner": account.owner,
    }
    finance = world.people.actor(world.people.first("finance"))
    record_create(actor=finance, model=Collection, values=values)


def expenses(world: World, day: date) -> None:
    """A fair that cost more than one may decide alone, and a claim that came back without its receipt."""
    seller, leader = world.people.sellers[0], world.people.leaders["east"]
    claims = (
        ("上海流体展差旅与搭建", (("travel", "机票与接送", 3260), ("other", "展台搭建尾款", 9800))),
        ("招待客户考察团", (("meals", "晚餐 8 人", 1860),)),
    )
    for place, (title, parts) in enumerate(claims):
        lines = [
            {"category": kind, "description": text, "amount": Decimal(amount)}
            for kind, text, amount in parts
        ]
        values = {"title": title, "spent_on": day, "owner": seller}
        actor = world.people.actor(seller)
        row = record_create(actor=actor, model=Expense, values=values, lines={ExpenseLine: lines})
        row = expense_submit(actor=actor, row=row)
        if place and row.state == Expense.State.SUBMITTED:
            note = "请补发票和参会名单。"
            expense_return(actor=world.people.actor(leader), row=row, note=note)


def pay_corrected(world: World) -> None:
    """Compensation found a wrong share and proposes to put it right."""
    earning = Earning.objects.filter(amount__gt=0).order_by("-pk").first()
    if earning is None:
        return
    correction_propose(
        actor=world.people.actor(world.people.first("compensation_administrator")),
        person=earning.owner,
        cause="credit",
        amount=(earning.amount * Decimal("-0.1")).quantize(Decimal("0.01")),
        reason="该合同由两人协作签下，10% 归售前，原单记为一人。",
        earning=earning,
    )


def stands_in(world: World) -> None:
    """The sales director travels; a team leader stands in."""
    directory.deputy_appoint(
        person=world.people.first("sales_director"),
        deputy=world.people.leaders["south"],
        valid_from=world.today - timedelta(days=3),
        valid_until=world.today + timedelta(days=4),
        reason="出差德国客户现场",
    )


def advice(world: World, day: date) -> None:
    """A salesperson asks a pre-sales engineer for help with a deal."""
    deals = list(Opportunity.objects.filter(is_open=True).select_related("owner").order_by("pk"))
    if not deals:
        return
    for number in range(2):
        deal = world.random.choice(deals)
        task_create(
            actor=world.people.actor(deal.owner),
            subject=world.random.choice(ADVICE),
            target=deal,
            owner=world.people.by_role["presales"][0]
            if number
            else world.random.choice(world.people.by_role["presales"]),
            due_on=world.after(day, 3, 12),
        )


def papers(world: World) -> None:
    """Papers on deals and notes to oneself."""
    seller = world.people.sellers[0]
    actor = world.people.actor(seller)
    deals = Opportunity.objects.filter(owner=seller).order_by("-pk")[: len(PAPERS)]
    for deal, name in zip(deals, PAPERS, strict=False):
        text = f"{name}\n{deal.name}\n衡源流体设备\n"
        document_add(actor=actor, name=name, stream=BytesIO(text.encode()), target=deal)
    for title, text, pinned in NOTES:
        values = {"title": title, "text": text, "pinned": pinned, "owner": seller}
        record_create(actor=SYSTEM, model=Note, values=values)

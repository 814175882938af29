"""The stories that make pages worth looking at; each happens to the first salesperson, who can also sign in.

A price waits for approval for too long. A decision maker has left. A customer does not pay. Two accounts are probably one. And one
deal, once signed, would lift its owner over the last step of the pay plan.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model

from tonglu.approvals.models import ApprovalRequest
from tonglu.approvals.services import approval_approve
from tonglu.collaboration.services import task_create
from tonglu.compensation.models import PayFact
from tonglu.customers.models import Account
from tonglu.customers.services import contact_left
from tonglu.entities.services import record_create, record_update
from tonglu.finance.models import Invoice
from tonglu.orders import services as orders
from tonglu.sales.models import Opportunity, OpportunityLine
from tonglu.sales.services import opportunity_move

from .deals import PATH, deals_make, quote_make, receive, sign
from .market import account_check, accounts_make
from .pay import EDGE
from .world import SYSTEM, World


def stories_plan(world: World) -> None:
    """Put the stories on the agenda, so that all of them stand open today."""
    world.agenda.put(world.today - timedelta(days=150), lambda _day: overdue_customer(world))
    world.agenda.put(world.today - timedelta(days=16), lambda _day: stuck_approval(world))
    world.agenda.put(world.today - timedelta(days=40), lambda _day: decision_maker(world))
    world.agenda.put(world.today - timedelta(days=9), lambda _day: near_duplicate(world))
    world.agenda.put(world.today - timedelta(days=4), lambda _day: small_approvals(world))
    world.agenda.put(world.today - timedelta(days=38), lambda _day: paid_this_month(world))
    world.agenda.put(world.today - timedelta(days=2), lambda _day: won_this_week(world))
    world.agenda.put(world.today - timedelta(days=12), lambda _day: awaits_signature(world))
    world.agenda.put(
        world.today - timedelta(days=5), lambda _day: one_step_from_the_accelerator(world)
    )


def stuck_approval(world: World) -> None:
    """A discount of 22 % waits for the director, who has been travelling for two weeks."""
    deal = _deal(world, "年度压缩机框架", steps=2)
    actor = world.people.actor(deal.owner)
    quote = quote_make(world, deal, discount=22)
    orders.quote_ask_approval(
        actor=actor, row=quote, reason="客户年采购量超过 800 万，竞品已报到同等折扣，月底前需答复。"
    )
    leader = world.people.actor(world.people.leaders["east"])
    asked = ApprovalRequest.objects.get(state="pending", target_id=quote.pk)
    approval_approve(actor=leader, row=asked, comment="值得拿下，请总监定夺。")
    task_create(
        actor=actor,
        subject="催总监审批年度框架价格",
        target=deal,
        due_on=world.today - timedelta(days=3),
    )


def small_approvals(world: World) -> None:
    """Discounts that the team leader and the director are to decide on, fresh from these days."""
    for name, discount in (("老泵替换", 9), ("洁净车间", 12)):
        deal = _deal(world, name, steps=2)
        orders.quote_ask_approval(
            actor=world.people.actor(deal.owner),
            row=quote_make(world, deal, discount=discount),
            reason="老客户复购，希望按框架价执行。",
        )


def paid_this_month(world: World) -> None:
    """A deal that was signed last month, and whose customer pays in these days."""
    deal = _deal(world, "污水处理一期", steps=0)
    contract = sign(world, deal.pk, discount=0, pays=False)
    if contract is not None:
        world.agenda.put(world.today - timedelta(days=1), lambda _day: _pays(world, contract.pk))


def won_this_week(world: World) -> None:
    """A deal that the first salesperson brings home in these days."""
    sign(world, _deal(world, "二号线改造", steps=0).pk, discount=2)


def _pays(world: World, contract_id: int) -> None:
    issued = Invoice.objects.filter(contract_id=contract_id, open_amount__gt=0).first()
    if issued is not None:
        receive(world, issued, issued.open_amount, world.past.moment.date())


def decision_maker(world: World) -> None:
    """The one who decides in an open deal leaves the customer."""
    deal = _deal(world, "二期循环水", steps=2)
    world.agenda.put(world.today - timedelta(days=6), lambda day: _leave(world, deal.pk, day))


def overdue_customer(world: World) -> None:
    """A customer took delivery and has paid nothing for three months."""
    deal = _deal(world, "空压站改造", steps=0)
    contract = sign(world, deal.pk, discount=0, pays=False)
    if contract is not None:
        world.unpaid.add(contract.pk)


def near_duplicate(world: World) -> None:
    """A colleague in another team opened an account that is probably known already."""
    known = world.accounts[0]
    other = world.people.teams["south"][-1]
    short = known.name.removesuffix("有限公司").removesuffix("股份").removesuffix("集团")
    values = {
        "name": f"{short}（{known.city}）",
        "phone": known.phone,
        "city": known.city,
        "province": known.province,
        "owner": other,
    }
    record_create(actor=world.people.actor(other), model=Account, values=values)


def awaits_signature(world: World) -> None:
    """The customer said yes, and the contract lies with their lawyers."""
    deal = _deal(world, "新车间配套", steps=3)
    actor = world.people.actor(deal.owner)
    account_check(world, deal.account)
    quote = orders.quote_send(actor=actor, row=quote_make(world, deal, discount=3))
    quote = orders.quote_accept(actor=actor, row=quote, accepted_by=str(deal.contact or ""))
    orders.quote_to_contract(actor=actor, row=quote)
    subject = "催回盖章合同"
    task_create(actor=actor, subject=subject, target=deal, due_on=world.today + timedelta(days=2))


def one_step_from_the_accelerator(world: World) -> None:
    """What the first salesperson has sold this year, and one open deal that would lift them over the last step."""
    seller = world.people.sellers[0]
    sold = sum(
        (
            Decimal(str(fact.neutral.get("amount", 0)))
            for fact in PayFact.objects.filter(
                credits__person=seller, day__gte=date(world.today.year, 1, 1)
            )
        ),
        Decimal(0),
    )
    missing = max(Decimal(EDGE) - sold, Decimal(0)) + Decimal(120_000)
    deal = _deal(world, "冲刺项目：成套供水站", steps=3, amount=missing)
    subject = "签下这一单，年度业绩进入最高一档。"
    task_create(actor=world.people.actor(seller), subject=subject, target=deal, due_on=world.today)


def _leave(world: World, pk: int, day: date) -> None:
    deal = Opportunity.objects.get(pk=pk)
    if deal.contact is not None:
        contact_left(actor=SYSTEM, row=deal.contact, on=day)


def _deal(world: World, name: str, *, steps: int, amount: Decimal | None = None) -> Opportunity:
    """A deal of the first salesperson that stays where it is put."""
    seller = world.people.sellers[0]
    account = accounts_make(world, 1, seller)[0]
    account_check(world, account)
    deal = deals_make(world, [account], name=f"{account.name[:12]} · {name}", stays=True)[0]
    if amount is not None:
        _worth(deal, amount)
    for code in PATH[:steps]:
        deal = opportunity_move(actor=world.people.actor(seller), row=deal, to=world.stages[code])
    return deal


def _worth(deal: Opportunity, amount: Decimal) -> None:
    product = deal.lines.select_related("product")[0].product
    line = {"product": product, "quantity": Decimal(1), "price": amount}
    lines: dict[type[Model], list[dict[str, Any]]] = {OpportunityLine: [line]}
    record_update(actor=SYSTEM, row=deal, values={}, lines=lines)
    deal.refresh_from_db()

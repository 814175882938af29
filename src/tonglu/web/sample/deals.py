"""Deals from the first talk to the last cent: stages with their dates, quote, contract, order, shipment, invoice, receipts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import translation

from tonglu.customers.models import Account
from tonglu.directory.models import Person
from tonglu.entities.bulk import NewRow, records_create
from tonglu.entities.services import record_create, record_update
from tonglu.finance.models import Collection, Invoice
from tonglu.finance.services import (
    collection_allocate_oldest,
    invoice_from_contract,
    invoice_issue,
)
from tonglu.orders import services as orders
from tonglu.orders.models import Contract, Order, Quote, QuoteLine
from tonglu.sales import services as sales
from tonglu.sales.models import (
    BuyingRole,
    Competitor,
    Opportunity,
    OpportunityCompetitor,
    OpportunityLine,
)

from .market import account_check, accounts_make
from .phrases import HOME, LOST, PROJECTS, STEPS
from .settling import attempt
from .world import SYSTEM, World

PATH = ("field.engaging", "field.proposal", "field.negotiation")
RIVALS = (
    ("格兰富", "https://www.grundfos.example", "品牌和能效", "交期长，备件贵", "强调 48 小时到场和备件价格。"),
    ("南方泵业", "https://www.nanfang.example", "价格低，渠道广", "成套能力弱", "把方案做成成套，比全寿命成本。"),
    ("Atlas Copco", "https://www.atlas.example", "Oil-free technology", "Rigid payment terms", "Offer 3-6-1 payment and a test machine."),
    ("开山压缩机", "https://www.kaishan.example", "螺杆机性价比", "售后网点少", "安排客户走访我们的服务站。"),
)  # fmt: skip


def rivals_make(world: World) -> None:
    """Whom the company meets in deals."""
    for name, website, strengths, weaknesses, note in RIVALS:
        values = {
            "name": name,
            "website": website,
            "strengths": strengths,
            "weaknesses": weaknesses,
            "note": note,
        }
        world.rivals.append(record_create(actor=SYSTEM, model=Competitor, values=values))


def deals_open(world: World, day: date) -> None:
    """The new deals of a week, with customers old and new."""
    wanted = world.size.deals * world.grown(day)
    count = int(wanted) + (world.random.random() < wanted - int(wanted))
    if count:
        deals_make(world, [_account_for(world) for _number in range(count)])


def deals_make(
    world: World, accounts: list[Account], *, stays: bool = False, **values: Any
) -> list[Opportunity]:
    """One deal with each account, on its way unless it `stays` where it is."""
    news = [_deal(world, place, account, values) for place, account in enumerate(accounts)]
    records_create(actor=SYSTEM, model=Opportunity, news=news)
    for new in news:
        if new.error is not None:
            raise new.error
        if not stays:
            step_next(world, new.row.pk, 0)
    return [new.row for new in news]


def deal_begin(world: World, pk: int) -> None:
    """What a lead became is asked who decides and when, and goes its way."""
    deal = _deal_row(pk)
    day = world.past.moment.date()
    values = {
        "close_date": day + timedelta(days=world.random.randint(40, 130)),
        "next_step": STEPS.one(world.random, deal.account.country),
        "next_step_on": world.after(day, 2, 20),
    }
    roles = [{"contact": deal.contact, "role": "decision_maker", "influence": "high"}]
    lines: dict[type[Model], list[dict[str, Any]]] = {BuyingRole: roles}
    if not deal.lines.exists():
        product = world.random.choice(world.products[:17])
        lines[OpportunityLine] = [{"product": product, "quantity": Decimal(2)}]
    record_update(actor=world.people.actor(deal.owner), row=deal, values=values, lines=lines)
    step_next(world, pk, 0)


def favourite_deal(world: World, _day: date) -> None:
    """The first salesperson, who can sign in, finds more deals than others."""
    deals_make(world, accounts_make(world, 1, world.people.sellers[0]))


def step_next(world: World, pk: int, step: int) -> None:
    """Put the deal's next step on the agenda: a stage further, lost, or, at the end, signed."""
    day = world.past.moment.date()
    pause = world.after(day, 6, 32)
    if world.random.random() < 0.16:
        world.agenda.put(pause, lambda _day: _lose(world, pk))
    elif step < len(PATH):
        world.agenda.put(pause, lambda _day: _move(world, pk, step))
    else:
        world.agenda.put(pause, lambda _day: sign(world, pk))


def sign(
    world: World, pk: int, *, discount: int | None = None, pays: bool = True
) -> Contract | None:
    """Quote, acceptance and contract of a deal that is open, and what follows from it."""
    deal = _deal_row(pk)
    if not deal.is_open:
        return None
    actor = world.people.actor(deal.owner)
    account_check(world, deal.account)
    quote = _quote_out(world, deal) if discount is None else None
    if quote is None:
        chosen = world.random.choice((0, 0, 2, 3, 5)) if discount is None else discount
        quote = orders.quote_send(actor=actor, row=quote_make(world, deal, discount=chosen))
    quote = orders.quote_accept(actor=actor, row=quote, accepted_by=str(deal.contact or ""))
    draft = orders.quote_to_contract(actor=actor, row=quote)
    contract = orders.contract_sign(actor=actor, row=draft, signed_by=str(deal.contact or ""))
    day = world.past.moment.date()
    world.agenda.put(world.after(day, 1, 4), lambda _day: _order(world, contract.pk))
    world.agenda.put(world.after(day, 3, 25), lambda _day: invoice(world, contract.pk, pays=pays))
    return contract


def _quote_out(world: World, deal: Opportunity) -> Quote | None:
    """The quote that the customer has in hand; a new version of it when it has expired."""
    sent = Quote.objects.filter(opportunity=deal, state=Quote.State.SENT).order_by("-pk")
    quote = sent.select_related("account", "contact", "owner").first()
    if quote is None or quote.valid_until is None:
        return quote
    if quote.valid_until >= world.past.moment.date():
        return quote
    actor = world.people.actor(deal.owner)
    return orders.quote_send(actor=actor, row=orders.quote_new_version(actor=actor, row=quote))


def quote_make(world: World, deal: Opportunity, *, discount: int) -> Quote:
    """A quote for what the deal is about."""
    lines = [
        {
            "product": line.product,
            "quantity": line.quantity,
            "discount": Decimal(discount) / 100,
        }
        for line in deal.lines.select_related("product")
    ]
    values = {
        "account": deal.account,
        "contact": deal.contact,
        "opportunity": deal,
        "title": deal.name,
        "owner": deal.owner,
        "currency": deal.currency,
        "language": "zh-hans" if deal.account.country == HOME else "en",
    }
    actor = world.people.actor(deal.owner)
    with translation.override(values["language"]):
        made: Quote = record_create(
            actor=actor, model=Quote, values=values, lines={QuoteLine: lines}
        )
    return made


def invoice(world: World, contract_id: int, *, pays: bool = True) -> None:
    """Finance writes the invoice; most customers pay, some in two parts, some late, some not yet."""
    finance = world.people.actor(world.people.first("finance"))
    draft = invoice_from_contract(actor=finance, contract_id=contract_id)
    issued = invoice_issue(actor=finance, row=draft)
    if not pays or world.random.random() < 0.08:
        return
    day = world.past.moment.date()
    if world.random.random() < 0.35:
        part = (issued.amount * Decimal("0.3")).quantize(Decimal("0.01"))
        _later(world, world.after(day, 5, 30), issued, part)
        _later(world, world.after(day, 40, 100), issued, issued.amount - part)
    else:
        _later(world, world.after(day, 10, 75), issued, issued.amount)


def _later(world: World, day: date, issued: Any, amount: Decimal) -> None:
    world.agenda.put(day, lambda when: receive(world, issued, amount, when))


def receive(world: World, issued: Invoice, amount: Decimal, day: date) -> None:
    """Money comes in and pays the oldest invoices; what finds none waits."""
    account = issued.account
    finance = world.people.actor(world.people.first("finance"))
    receipt = record_create(
        actor=finance,
        model=Collection,
        values={
            "account": account,
            "amount": amount,
            "currency": issued.currency,
            "bank_reference": f"ICBC{world.random.randrange(10**9, 10**10)}",
            "received_on": day,
            "payer": account.name,
            "owner": account.owner,
        },
    )
    with attempt():
        collection_allocate_oldest(actor=finance, row=receipt)


def _order(world: World, contract_id: int) -> None:
    contract = Contract.objects.get(pk=contract_id)
    actor = world.people.actor(world.people.first("order_operations"))
    order = orders.contract_to_order(actor=actor, row=contract)
    _reserve(world, order.pk)


def _reserve(world: World, pk: int) -> None:
    """What is in stock is set aside; when there is nothing, order operations ask again in two weeks."""
    actor = world.people.actor(world.people.first("order_operations"))
    day = world.past.moment.date()
    with attempt() as tried:
        orders.order_reserve(actor=actor, row=Order.objects.get(pk=pk))
    if tried.refused:
        world.agenda.put(day + timedelta(days=14), lambda _day: _reserve(world, pk))
    else:
        world.agenda.put(world.after(day, 6, 40), lambda _day: _ship(world, pk))


def _ship(world: World, pk: int) -> None:
    """Off it goes, once there is enough of everything."""
    actor = world.people.actor(world.people.first("order_operations"))
    carrier = world.random.choice(("顺丰快运", "德邦物流", "DHL Freight"))
    number = f"SF{world.random.randrange(10**11, 10**12)}"
    row = Order.objects.get(pk=pk)
    day = world.past.moment.date()
    with attempt() as tried:
        orders.order_ship(actor=actor, row=row, carrier=carrier, tracking_number=number)
    if tried.refused:
        world.agenda.put(day + timedelta(days=14), lambda _day: _ship(world, pk))
        return
    world.agenda.put(world.after(day, 2, 9), lambda _day: _deliver(world, pk))


def _deliver(world: World, pk: int) -> None:
    actor = world.people.actor(world.people.first("order_operations"))
    orders.order_deliver(actor=actor, row=Order.objects.get(pk=pk), received_by="仓库")


def _move(world: World, pk: int, step: int) -> None:
    deal = _deal_row(pk)
    if deal.is_open:
        actor = world.people.actor(deal.owner)
        deal = sales.opportunity_move(actor=actor, row=deal, to=world.stages[PATH[step]])
        if step == len(PATH) - 1 and world.random.random() < 0.7:
            draft = quote_make(world, deal, discount=world.random.choice((0, 2, 4)))
            orders.quote_send(actor=actor, row=draft)
        step_next(world, pk, step + 1)


def _lose(world: World, pk: int) -> None:
    deal = _deal_row(pk)
    if deal.is_open:
        actor = world.people.actor(deal.owner)
        reason = world.random.choice(world.lists["lost"]["all"])
        for quote in Quote.objects.filter(opportunity=deal, state=Quote.State.SENT):
            orders.quote_decline(actor=actor, row=quote, note=str(reason))
        note = LOST.one(world.random, deal.account.country)
        sales.opportunity_lose(actor=actor, row=deal, reason=reason, note=note)


def _deal_row(pk: int) -> Opportunity:
    return Opportunity.objects.select_related(
        "account", "contact", "owner", "stage", "pipeline"
    ).get(pk=pk)


def _account_for(world: World) -> Account:
    if world.accounts and world.random.random() < 0.35:
        return world.random.choice(world.accounts)
    return accounts_make(world, 1)[0]


def _deal(world: World, place: int, account: Account, more: dict[str, Any]) -> NewRow:
    random, day = world.random, world.past.moment.date()
    contacts = world.contacts[account.pk]
    owner: Person | None = account.owner
    values = {
        "name": f"{account.name[:12].removesuffix('有限公司')} · {PROJECTS.one(random, account.country)}",
        "account": account,
        "contact": contacts[0],
        "owner": owner,
        "currency": "CNY" if account.country == HOME else "USD",
        "source": account.source,
        "campaign": random.choice(world.campaigns)
        if world.campaigns and random.random() < 0.4
        else None,
        "close_date": day + timedelta(days=random.randint(40, 130)),
        "next_step": STEPS.one(random, account.country),
        "next_step_on": day + timedelta(days=random.randint(2, 20)),
        "importance": random.choice(("low", "normal", "normal", "high", "strategic")),
        "type": random.choice(("new", "new", "expansion", "replacement")),
        **more,
    }
    rivals = random.sample(world.rivals, random.choice((0, 1, 1, 2)))
    roles = zip(contacts, ("decision_maker", "technical_lead", "user"), strict=False)
    return NewRow(
        place=place,
        values=values,
        lines={
            OpportunityLine: [
                {"product": product, "quantity": Decimal(random.choice((1, 1, 2, 3, 4, 6, 10)))}
                for product in random.sample(world.products[:19], random.choice((1, 1, 2, 3)))
            ],
            OpportunityCompetitor: [
                {"competitor": rival, "strength": random.choice(("weak", "even", "strong"))}
                for rival in rivals
            ],
            BuyingRole: [
                {
                    "contact": contact,
                    "role": role,
                    "influence": random.choice(("low", "medium", "high")),
                    "attitude": random.choice(("for", "for", "neutral", "unknown", "against")),
                }
                for contact, role in roles
            ],
        },
    )

"""Whom the sample company knows: accounts with contacts, campaigns, leads of every class, and what became of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import translation

from tonglu.customers.models import Account, Contact
from tonglu.customers.services import account_verify
from tonglu.directory.models import Person
from tonglu.entities.bulk import NewRow, records_create
from tonglu.entities.services import record_create
from tonglu.marketing import services as marketing
from tonglu.marketing.models import AssignmentRule, Campaign, Lead, ScoreRule, Segment

from .names import TITLES, Company, latin
from .people import TEAMS
from .phrases import HOME, NEEDS
from .settling import attempt
from .world import SYSTEM, World

TIERS = ("standard", "standard", "key", "strategic")
CAMPAIGNS = (
    ("上海国际流体机械展 / Shanghai Fluid Machinery Fair", "fair", 260_000), ("节能泵在线研讨会 / Webinar: saving energy with pumps", "seminar", 18_000),
    ("搜索推广 / Search advertising", "advert", 120_000), ("老客户转介绍 / Customers recommend us", "referral", 30_000),
    ("制药行业邮件 / Pharma mailing", "mail", 9_000), ("华南经销商日 / South China dealer day", "partner", 55_000),
)  # fmt: skip
CAUSES = (
    "no_need",
    "no_budget",
    "unreachable",
    "competitor",
    "not_our_market",
    "junk",
    "wrong_person",
)


def rules_make(world: World) -> None:
    """Who gets which lead, what a lead is worth, and whom to write to."""
    for position, (name, team) in enumerate((("Field sales, in turn", "inside"),), start=1):
        values = {"name": name, "position": position, "team": world.people.departments[team]}
        record_create(actor=SYSTEM, model=AssignmentRule, values=values)
    rules = (
        ("Told us a budget", {"field": "budget", "op": "is_set"}, 20),
        ("Asked on the web site", {"field": "channel", "op": "=", "value": "web"}, 15),
        ("Met us at a fair", {"field": "channel", "op": "=", "value": "event"}, 10),
    )
    for name, condition, points in rules:
        values = {"name": name, "condition": condition, "points": points}
        record_create(actor=SYSTEM, model=ScoreRule, values=values)
    owner = world.people.first("marketing")
    segments: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("重点客户 / Important accounts", "customers.account", {"field": "tier", "op": "in", "value": ["key", "strategic"]}),
        ("未询价名录 / Names to nurture", "marketing.lead", {"field": "lead_class", "op": "=", "value": "name"}),
    )  # fmt: skip
    for title, of, about in segments:
        values = {"name": title, "of": of, "condition": about, "owner": owner}
        record_create(actor=SYSTEM, model=Segment, values=values)


def campaign_make(world: World, day: date) -> None:
    """The next campaign."""
    name, kind, cost = CAMPAIGNS[len(world.campaigns) % len(CAMPAIGNS)]
    ends = day + timedelta(days=45)
    values = {
        "name": f"{day:%Y-%m} {name}",
        "kind": kind,
        "state": "done" if ends < world.today else "running",
        "starts_on": day,
        "ends_on": ends,
        "budget": Decimal(cost),
        "cost": Decimal(cost) * world.random.randint(80, 115) / 100,
        "expected_leads": world.random.randint(20, 80),
        "expected_revenue": Decimal(cost) * 12,
        "owner": world.random.choice(world.people.by_role["marketing"]),
    }
    world.campaigns.append(record_create(actor=SYSTEM, model=Campaign, values=values))


def accounts_make(world: World, count: int, seller: Person | None = None) -> list[Account]:
    """New accounts with two or three contacts each, most of them verified by order operations."""
    companies = [world.names.company() for _number in range(count)]
    owners = [seller or _seller(world, company) for company in companies]
    news = [
        NewRow(place=i, values=_account(world, company, owner))
        for i, (company, owner) in enumerate(zip(companies, owners, strict=True))
    ]
    made = _made(Account, news)
    people = [
        NewRow(place=i, values=_contact(world, account, company, first=i == 0))
        for account, company in zip(made, companies, strict=True)
        for i in range(world.random.randint(2, 3))
    ]
    for contact in _made(Contact, people):
        world.contacts.setdefault(contact.account_id, []).append(contact)
    world.accounts.extend(made)
    return made


def account_check(world: World, account: Account) -> None:
    """Order operations match the account with accounting."""
    if account.state == Account.State.PROVISIONAL:
        actor = world.people.actor(world.people.first("order_operations"))
        row = Account.objects.get(pk=account.pk)
        account_verify(actor=actor, row=row, accounting_id=f"C{10000 + account.pk}")
        account.state = Account.State.VERIFIED


def leads_make(world: World, day: date) -> None:
    """The leads of a week; what becomes of each is put on the agenda."""
    count = round(world.size.leads * world.grown(day))
    news = [NewRow(place=i, values=_lead(world, day)) for i in range(count)]
    for lead in _made(Lead, news):
        if lead.lead_class != Lead.Class.LIVE:
            continue
        chance = world.random.random()
        if chance < 0.35:
            world.agenda.put(world.after(day, 3, 30), partial(_die, world, lead.pk))
        elif chance < 0.55:
            world.agenda.put(world.after(day, 2, 14), partial(_convert, world, lead.pk))


def _account(world: World, company: Company, owner: Person) -> dict[str, Any]:
    return {
        "name": company.name,
        "name_en": company.name_en,
        "industry": world.lists["industries"].get(company.industry),
        "source": world.random.choice(list(world.lists["sources"].values())),
        "tier": world.random.choice(TIERS),
        "life_stage": world.random.choice(("prospect", "new", "active", "active", "loyal")),
        "employees": world.random.choice((45, 120, 260, 480, 900, 2600)),
        "founded": world.random.randint(1985, 2020),
        "annual_revenue": Decimal(world.random.randint(8, 900)) * 1_000_000,
        "website": f"www.{company.domain}",
        "phone": f"0{world.random.choice((21, 512, 571, 755, 10, 28))}-{world.random.randrange(10**7, 10**8)}",
        "country": company.country,
        "currency": "CNY" if company.country == HOME else "USD",
        "province": company.province,
        "city": company.city,
        "street": company.street,
        "tax_id": f"91{world.random.randrange(10**15, 10**16)}",
        "invoice_title": company.name,
        "bank_name": "中国工商银行",
        "credit_limit": Decimal(world.random.choice((300_000, 800_000, 2_000_000))),
        "payment_days": world.random.choice((30, 30, 45, 60)),
        "owner": owner,
    }


def _contact(world: World, account: Account, company: Company, *, first: bool) -> dict[str, Any]:
    abroad = account.country != HOME
    name = world.names.foreigner() if abroad else world.names.person()
    title, title_en = world.random.choice(TITLES)
    return {
        "name": name,
        "name_en": name if abroad else latin(name),
        "account": account,
        "title": title_en if abroad else title,
        "mobile": world.names.mobile(),
        "email": f"{'.'.join(latin(name).lower().split()) if not abroad else name.lower().replace(' ', '.')}@{company.domain}",
        "is_primary": first,
        "owner": account.owner,
    }


def _seller(world: World, company: Company) -> Person:
    first = world.people.sellers[0]
    if company.country == HOME and world.random.random() < 0.1:
        return first
    team = "export" if company.country != HOME else world.random.choice(TEAMS[:4])
    return world.random.choice(world.people.teams[team])


def _lead(world: World, day: date) -> dict[str, Any]:
    random, company = world.random, world.names.company()
    dead = random.random() < 0.2
    kind = "dead" if dead else random.choice(("live", "live", "name"))
    values: dict[str, Any] = {
        "name": world.names.person() if company.country == HOME else world.names.foreigner(),
        "company": company.name,
        "title": random.choice(TITLES)[0],
        "mobile": world.names.mobile(),
        "province": company.province,
        "city": company.city,
        "industry": world.lists["industries"].get(company.industry),
        "source": random.choice(list(world.lists["sources"].values())),
        "channel": random.choice(("web", "web", "event", "phone", "mail", "manual")),
        "campaign": random.choice(world.campaigns)
        if world.campaigns and random.random() < 0.6
        else None,
        "lead_class": kind,
        "status": {"dead": "dead", "live": "new", "name": "nurturing"}[kind],
        "need": NEEDS.one(random, company.country) if kind == "live" else "",
        "product": random.choice(world.products) if kind == "live" else None,
        "budget": Decimal(random.randint(3, 90)) * 10_000 if random.random() < 0.4 else None,
        "owner": random.choice(world.people.by_role["telesales"]),
        "next_contact_on": world.after(day, 1, 20) if kind == "live" else None,
    }
    if dead:
        values |= {"dead_cause": random.choice(CAUSES)}
    return values


def _die(world: World, pk: int, _day: date) -> None:
    lead = Lead.objects.select_related("owner").get(pk=pk)
    if lead.is_open:
        actor = world.people.actor(lead.owner)
        marketing.lead_mark_dead(actor=actor, row=lead, cause=world.random.choice(CAUSES))


def _convert(world: World, pk: int, _day: date) -> None:
    """A lead becomes a customer of a salesperson; what is known already is left to a person."""
    lead = Lead.objects.select_related("owner").get(pk=pk)
    seller = world.random.choice(world.people.sellers)
    with attempt():
        lead = marketing.lead_assign(actor=SYSTEM, row=lead, to=seller, reason="商机成熟，转给销售")
        lead = marketing.lead_qualify(actor=SYSTEM, row=lead)
        with translation.override("en" if lead.company.isascii() else "zh-hans"):
            lead = marketing.lead_convert(actor=SYSTEM, row=lead, new_anyway=True)
        if lead.converted_account is not None and lead.converted_contact is not None:
            world.contacts.setdefault(lead.converted_account.pk, [lead.converted_contact])
            if lead.converted_opportunity_id:
                world.begin(lead.converted_opportunity_id)


def _made(model: Any, news: list[NewRow]) -> list[Any]:
    records_create(actor=SYSTEM, model=model, news=news)
    for new in news:
        if new.error is not None:
            raise new.error
    return [new.row for new in news]

"""A converted lead becomes a deal with what it told."""

from __future__ import annotations

from decimal import Decimal

from tonglu.marketing import services as marketing
from tonglu.marketing.models import Lead
from tonglu.marketing.ports import opportunity_opener
from tonglu.sales.models import Opportunity
from tonglu.sales.selectors import opportunity_origins


def test_the_deal_keeps_the_need_the_budget_and_the_way_back(account, contact, actor, selling):
    lead = Lead.objects.create(
        name="Li Wei",
        company="Acme",
        need="Ten pumps by May",
        budget=Decimal("50000.00"),
        owner=selling.ana,
        department=selling.east,
    )
    opener = opportunity_opener()
    assert opener is not None

    deal = opener(
        actor=actor(selling.ana),
        lead=lead,
        account=account,
        contact=contact,
        name="Acme · pumps",
        amount=lead.budget,
    )

    assert (deal.lead, deal.contact, deal.owner) == (lead, contact, selling.ana)
    assert (deal.amount, deal.budget, deal.description) == (
        Decimal("50000.00"), Decimal("50000.00"), "Ten pumps by May",
    )  # fmt: skip
    assert opportunity_origins("sales.opportunity", deal.pk) == [("marketing.lead", lead.pk)]


def test_telesales_opens_the_deal_for_the_owner_of_the_lead(actor, selling):
    lead = marketing.lead_create(
        actor=actor(selling.ana), values={"name": "Li Wei", "company": "Acme", "need": "Pumps"}
    )

    converted = marketing.lead_convert(actor=actor(selling.tess), row=lead)

    deal = Opportunity.objects.get(pk=converted.converted_opportunity_id)
    assert (deal.owner, deal.account.owner) == (selling.ana, selling.ana)

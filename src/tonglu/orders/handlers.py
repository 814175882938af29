"""What orders do when a contract is signed, and when night falls."""

from __future__ import annotations

from tonglu.customers import services as customers
from tonglu.policy import Actor
from tonglu.sales import services as sales
from tonglu.sales.selectors import opportunity_by_id
from tonglu.toolkit.jobs import task

from . import services
from .events import ContractSigned
from .selectors import deal_signed


def contract_signed(event: ContractSigned) -> None:
    """A signed contract is the proof that its deal is won, and for how much. The account is a customer now."""
    actor = Actor.system("job")
    customers.account_signed(actor=actor, account_id=event.account_id)
    if event.opportunity_id is None:
        return
    deal = opportunity_by_id(actor, event.opportunity_id)
    amount = deal_signed(deal.pk, deal.currency)
    sales.opportunity_signed(actor=actor, row=deal, amount=amount, number=event.number)


@task(name="orders.quotes.expire", cron="20 1 * * *")
def quotes_expire(**_: object) -> None:
    """Close the quotes whose time has passed."""
    services.quotes_expire(actor=Actor.system("job"))

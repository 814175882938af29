"""To whom a quote is proposed to go."""

from __future__ import annotations

from typing import Any

from tonglu.customers.models import Contact
from tonglu.entities.services import record_create, record_update
from tonglu.orders import selectors
from tonglu.policy.services import draft_issue, draft_open, field_rule_set


def test_a_quote_goes_to_its_contact_else_to_that_of_its_deal_else_to_the_main_one(
    make_quote, ana, account, deal
):
    def contact(name: str, **values: Any) -> Contact:
        given = {"name": name, "account": account, "email": f"{name}@acme.example", **values}
        made: Contact = record_create(actor=ana, model=Contact, values=given)
        return made

    main, buyer, user = contact("main", is_primary=True), contact("buyer"), contact("user")
    mute = contact("mute", email="")
    deal = record_update(actor=ana, row=deal, values={"contact": buyer})

    found = [
        selectors.quote_addressee(ana, make_quote(**values))
        for values in (
            {"contact": user, "opportunity": deal},
            {"contact": mute, "opportunity": deal},
            {"contact": mute},
        )
    ]

    assert [(one.contact, one.via) for one in found if one] == [
        (user, "quote"),
        (buyer, "deal"),
        (main, "account"),
    ]


def test_nobody_is_proposed_whose_address_the_sender_may_not_read(
    make_quote, ana, account, actor, house
):
    values = {"name": "Li", "account": account, "email": "li@acme.example", "is_primary": True}
    record_create(actor=ana, model=Contact, values=values)
    quote = make_quote()
    before = selectors.quote_addressee(ana, quote)
    draft_open(actor=actor(house.ada))
    field_rule_set(
        actor=actor(house.ada),
        level="hidden",
        role="salesperson",
        kind="customers.contact",
        field="email",
    )
    draft_issue(actor=actor(house.ada), note="Addresses are hidden")

    assert before is not None
    assert selectors.quote_addressee(actor(house.ana), quote) is None

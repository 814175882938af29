"""Contracts with their payment plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.catalog.wording import line_worded
from tonglu.entities.spec import Entity, Fixed, Lines, Section, Verb, View
from tonglu.orders import rules, services
from tonglu.orders.models import Contract, ContractLine, PaymentInstalment
from tonglu.orders.wording import plans_told, terms_told
from tonglu.toolkit.clock import today

from .shared import (
    IS_OPEN,
    LINE,
    LINE_COMPUTED,
    MINE,
    TOTAL_SECTION,
    TOTALS,
    in_state,
    life,
    page_of,
)

if TYPE_CHECKING:
    from tonglu.policy import Actor

_IN_FORCE = in_state(
    "signed",
    "active",
    reason=_("This contract is not in force."),
    next_step=_("Sign the contract."),
)


def _signing(actor: Actor, row: Any) -> dict[str, Any]:
    """Today, by the customer's contact."""
    return {"signed_on": today(actor), "signed_by": row.contact.name if row.contact else ""}


_ENDED_ON = forms.DateField(label=_("Ended on"), required=False)

CONTRACT = Entity(
    model=Contract,
    slug="contracts",
    area="sales",
    closed={"field": "state", "op": "in", "value": ["completed", "terminated", "amended"]},
    icon="file-certificate",
    order=30,
    title="number",
    subtitle="account",
    columns=(
        "number",
        "account",
        "name",
        "state",
        "amount",
        "signed_on",
        "renewal_on",
        "owner",
        "updated_at",
    ),
    form=(
        Section(
            title=_("Contract"),
            fields=(
                "account",
                "contact",
                "opportunity",
                "quote",
                "name",
                "kind",
                "customer_number",
                "currency",
                "owner",
            ),
        ),
        Section(title=_("Time"), fields=("starts_on", "ends_on", "renewal_on")),
        TOTAL_SECTION,
        Section(title=_("Terms"), fields=("terms",), folded=True),
    ),
    search=("number", "name", "customer_number"),
    search_related=("account",),
    filters=(
        "state",
        "kind",
        "owner",
        "department",
        "account",
        "signed_on",
        "renewal_on",
        "amount",
    ),
    readonly=(
        *TOTALS,
        "edition",
        "amends",
        "renews",
        "signed_on",
        "signed_by",
        "base_rate",
        "base_net_amount",
        "base_cost_amount",
        "terms_at_signing",
        "fingerprint",
        "plan_versions",
        "ended_on",
        "end_reason",
    ),
    told={"plan_versions": plans_told, "terms_at_signing": terms_told},
    stage_bar=life("draft", "signed", "active", "completed"),
    fixed=Fixed(when=lambda row: row.state != "draft", verb="amend"),
    lines=(
        Lines(
            model=ContractLine,
            parent="contract",
            fields=LINE,
            computed=LINE_COMPUTED,
            amount="amount",
            list_price="list_price",
            worded=line_worded,
            title=_("Parts"),
        ),
        Lines(
            model=PaymentInstalment,
            parent="contract",
            fields=("label", "milestone", "days_after", "due_on", "percent", "amount"),
            amount="amount",
            title=_("Payment plan"),
        ),
    ),
    verbs=(
        Verb(
            name="sign",
            label=_("Sign"),
            run=services.contract_sign,
            params={
                "signed_on": forms.DateField(label=_("Signed on"), required=False),
                "signed_by": forms.CharField(label=_("Signed for the customer by"), required=False),
            },
            initial=_signing,
            when=in_state("draft", reason=_("This contract is signed already.")),
            icon="certificate",
            tone="success",
            primary=True,
            bulk=False,
            help=_(
                "From then on terms, prices, cost base, credits and pay plans stay as they are that day."
            ),
        ),
        Verb(
            name="order",
            label=_("Make an order"),
            help=_("An order for everything that no order has asked for yet."),
            run=services.contract_to_order,
            when=_IN_FORCE,
            icon="package",
            primary=True,
            bulk=False,
            url=page_of,
        ),
        Verb(
            name="amend",
            label=_("Amend"),
            help=_(
                "A draft with the same content, to be changed and signed. Until it is signed, this contract stays in force."
            ),
            run=services.contract_amend,
            when=_IN_FORCE,
            icon="copy",
            bulk=False,
            url=page_of,
        ),
        Verb(
            name="renew",
            label=_("Renew"),
            run=services.contract_renew,
            params={
                "starts_on": forms.DateField(label=_("Starts on"), required=False),
                "months": forms.IntegerField(
                    label=_("Months"), required=False, min_value=1, max_value=240
                ),
            },
            initial=services.renewal_first,
            when=in_state(
                "signed",
                "active",
                "completed",
                reason=_("Only a contract that was signed is renewed."),
            ),
            icon="refresh",
            bulk=False,
            url=page_of,
            help=_("A draft with the same parts, terms and payment plan, its dates moved along."),
        ),
        Verb(
            name="activate",
            label=_("Begin"),
            help=_("Work on the contract begins today."),
            run=services.contract_activate,
            when=in_state("signed", reason=_("Only a signed contract begins.")),
            icon="chevrons-right",
        ),
        Verb(
            name="complete",
            label=_("Complete"),
            run=services.contract_complete,
            params={"ended_on": _ENDED_ON},
            when=_IN_FORCE,
            icon="check",
        ),
        Verb(
            name="terminate",
            label=_("Terminate"),
            run=services.contract_terminate,
            params={
                "reason": forms.CharField(label=_("Reason"), widget=forms.Textarea),
                "ended_on": _ENDED_ON,
            },
            when=_IN_FORCE,
            icon="x",
            tone="danger",
            bulk=False,
        ),
    ),
    views=(
        View(name="mine", title=_("My contracts"), condition={"all": [MINE]}, pinned=True),
        View(name="drafts", title=_("To be signed"), condition={"all": [IS_OPEN]}),
        View(
            name="month",
            title=_("Signed this month"),
            condition={"all": [{"field": "signed_on", "op": "within", "value": "this_month"}]},
            sort="-signed_on",
            pinned=True,
        ),
        View(
            name="renewal",
            title=_("Renewal this quarter"),
            condition={
                "all": [
                    {"field": "state", "op": "in", "value": ["signed", "active"]},
                    {"field": "renewal_on", "op": "within", "value": "this_quarter"},
                ]
            },
            sort="renewal_on",
        ),
    ),
    scope={"parents": ("account", "opportunity")},
    prepare=rules.contract_derive,
    draft=rules.document_draft,
    empty=_("What was signed with customers. Make a contract from an accepted quote."),
)

"""Quotes and the limits of discounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu import policy
from tonglu.catalog.wording import line_worded
from tonglu.directory.selectors import people_names
from tonglu.entities.spec import Entity, Fixed, Lines, Refusal, Section, Verb, View
from tonglu.orders import rules, selectors, services
from tonglu.orders.models import Contract, DiscountLimit, Quote, QuoteLine
from tonglu.orders.services.quotes import excess_sentence

from .shared import (
    IS_OPEN,
    LINE,
    LINE_COMPUTED,
    MINE,
    NOTE_LABEL,
    TOTAL_SECTION,
    TOTALS,
    form_of,
    in_state,
    life,
    page_of,
)

if TYPE_CHECKING:
    from tonglu.policy import Actor


def _not_sendable(actor: Actor, row: Any) -> Refusal | None:
    refusal = _not_draft(actor, row)
    if refusal is not None or row.clearance == Quote.Clearance.CLEARED:
        return refusal
    excess = selectors.excess_of(actor, selectors.Terms.of(row))
    if excess:
        return Refusal(reason=excess_sentence(actor, excess[0]), next_step=_("Ask for approval."))
    return None


def _not_quotable(actor: Actor, row: Any) -> Refusal | None:
    verdict = policy.may(actor, "create", "orders.quote")
    if not verdict:
        return Refusal(reason=verdict.reason)
    if row.is_open:
        return None
    return Refusal(reason=_("The deal is closed already."), next_step=_("Reopen the deal."))


def _not_askable(actor: Actor, row: Any) -> Refusal | None:
    refusal = _not_draft(actor, row)
    if refusal is not None:
        return refusal
    if row.clearance == Quote.Clearance.CLEARED:
        return Refusal(
            reason=_("The price of this quote is approved already."),
            next_step=_("Send the quote."),
        )
    if selectors.excess_of(actor, selectors.Terms.of(row)):
        return None
    return Refusal(
        reason=_("This price is within your own authority."), next_step=_("Send the quote.")
    )


def _not_draft(_actor: Actor, row: Any) -> Refusal | None:
    if row.state != Quote.State.DRAFT:
        return Refusal(reason=_("This quote went out already."), next_step=_("Make a new version."))
    if row.clearance == Quote.Clearance.WAITING:
        return Refusal(reason=_("The price of this quote waits for approval."))
    if not row.net_amount:
        return Refusal(reason=_("The quote has no lines."), next_step=_("Add a product."))
    return None


def _who_decides(actor: Actor, row: Any) -> str:
    """What goes beyond the actor's authority, and who is asked in turn."""
    terms = selectors.Terms.of(row)
    excess = selectors.excess_of(actor, terms)
    asked = selectors.people_to_ask(actor, terms)
    names = people_names(asked)
    return _("%(excess)s The decision lies with %(people)s.") % {
        "excess": excess_sentence(actor, excess[0]) if excess else "",
        "people": " → ".join(names[person] for person in asked),
    }


def _email_of(actor: Actor, row: Any) -> dict[str, Any]:
    found = selectors.quote_addressee(actor, row)
    return {"email": found.contact.email if found else ""}


def _to_whom(actor: Actor, row: Any) -> Any:
    """Whose address is proposed, and why that one."""
    found = selectors.quote_addressee(actor, row)
    if found is None:
        return _("No address is known for this quote. Without one, pass the link on yourself.")
    said = {
        "quote": _(
            "It goes to %(name)s, the contact of this quote, unless you enter another address."
        ),
        "deal": _(
            "It goes to %(name)s, the contact of the deal, unless you enter another address."
        ),
        "account": _(
            "It goes to %(name)s, the main contact of %(account)s, unless you enter another address."
        ),
    }[found.via]
    return said % {"name": found.contact.name, "account": row.account}


_NAME = forms.CharField(label=_("Name"), max_length=120)
_NOTE = forms.CharField(label=NOTE_LABEL, required=False, widget=forms.Textarea)
_OFFERED = in_state(
    "sent", "accepted", reason=_("This quote is not out."), next_step=_("Send the quote first.")
)


def _not_contractable(actor: Actor, row: Any) -> Refusal | None:
    number = selectors.quote_made(row, Contract, over=Contract.State.TERMINATED)
    if number is None:
        return _OFFERED(actor, row)
    return Refusal(reason=_("%(number)s was made from this quote already.") % {"number": number})


_SENT = in_state("sent", reason=_("Only a quote that is out can be answered."))

QUOTE = Entity(
    model=Quote,
    also_called=("quotation", "estimate"),
    slug="quotes",
    area="sales",
    closed={
        "field": "state",
        "op": "in",
        "value": ["accepted", "declined", "expired", "superseded"],
    },
    icon="file-invoice",
    order=20,
    title="number",
    subtitle="account",
    columns=(
        "number",
        "account",
        "title",
        "state",
        "amount",
        "clearance",
        "valid_until",
        "owner",
        "updated_at",
    ),
    form=(
        Section(
            title=_("Quote"),
            fields=(
                "account",
                "contact",
                "opportunity",
                "title",
                "currency",
                "valid_until",
                "language",
                "owner",
            ),
        ),
        Section(
            title=_("Totals"),
            fields=(*TOTAL_SECTION.fields, "deepest_discount", "clearance"),
        ),
        Section(title=_("Terms"), fields=("terms", "note"), folded=True),
    ),
    search=("number", "title"),
    search_related=("account",),
    filters=(
        "state",
        "clearance",
        "owner",
        "department",
        "account",
        "valid_until",
        "amount",
        "created_at",
    ),
    readonly=(
        *TOTALS,
        "series",
        "edition",
        "replaces",
        "discount_rate",
        "deepest_discount",
        "clearance",
        "approval",
        "sent_at",
        "viewed_at",
        "views",
        "answered_at",
        "answered_by",
        "answer_note",
    ),
    hidden=("link_key",),
    stage_bar=life("draft", "sent", "accepted"),
    fixed=Fixed(when=lambda row: row.state != "draft", verb="new_version"),
    lines=(
        Lines(
            model=QuoteLine,
            parent="quote",
            fields=LINE,
            computed=LINE_COMPUTED,
            amount="amount",
            list_price="list_price",
            worded=line_worded,
            title=_("Lines"),
        ),
    ),
    verbs=(
        Verb(
            name="send",
            label=_("Send"),
            run=services.quote_send,
            params={"email": forms.EmailField(label=_("E-mail"), required=False)},
            initial=_email_of,
            asks=_to_whom,
            when=_not_sendable,
            icon="send",
            tone="primary",
            primary=True,
            help=_("The link opens. With an address, a mail carries it."),
        ),
        Verb(
            name="ask_approval",
            label=_("Ask for approval"),
            run=services.quote_ask_approval,
            params={"reason": forms.CharField(label=_("Reason"), widget=forms.Textarea)},
            when=_not_askable,
            asks=_who_decides,
            icon="clipboard-check",
            primary=True,
        ),
        Verb(
            name="accept",
            label=_("Mark accepted"),
            run=services.quote_accept,
            params={"accepted_by": _NAME, "note": _NOTE},
            when=_SENT,
            icon="circle-check",
            tone="success",
            bulk=False,
        ),
        Verb(
            name="decline",
            label=_("Mark declined"),
            run=services.quote_decline,
            params={
                "declined_by": forms.CharField(label=_("Name"), max_length=120, required=False),
                "note": _NOTE,
            },
            when=_SENT,
            icon="circle-x",
        ),
        Verb(
            name="new_version",
            label=_("New version"),
            help=_(
                "A draft with the same lines, to be changed and sent. The link of this version closes."
            ),
            run=services.quote_new_version,
            when=in_state(
                "draft",
                "sent",
                "accepted",
                "declined",
                "expired",
                reason=_("A newer version exists."),
            ),
            icon="copy",
            bulk=False,
            url=page_of,
        ),
        Verb(
            name="contract",
            label=_("Make a contract"),
            run=services.quote_to_contract,
            params={"name": forms.CharField(label=_("Name"), max_length=200, required=False)},
            when=_not_contractable,
            icon="file-certificate",
            primary=True,
            bulk=False,
            url=page_of,
        ),
        Verb(
            name="order",
            label=_("Make an order"),
            help=_(
                "An order with all lines of the quote is made, for goods to be reserved and shipped."
            ),
            run=services.quote_to_order,
            when=in_state(
                "accepted",
                reason=_("Only an accepted quote becomes an order."),
                next_step=_("Record that the customer accepted it."),
            ),
            icon="package",
            bulk=False,
            url=page_of,
        ),
    ),
    views=(
        View(name="mine", title=_("My quotes"), condition={"all": [MINE]}, pinned=True),
        View(
            name="out",
            title=_("Out with the customer"),
            condition={"all": [{"field": "state", "op": "=", "value": "sent"}]},
            sort="valid_until",
            pinned=True,
        ),
        View(
            name="expiring",
            title=_("Expiring this week"),
            condition={
                "all": [
                    {"field": "state", "op": "=", "value": "sent"},
                    {"field": "valid_until", "op": "within", "value": "this_week"},
                ]
            },
            sort="valid_until",
        ),
        View(
            name="waiting",
            title=_("Waiting for approval"),
            condition={"all": [{"field": "clearance", "op": "=", "value": "waiting"}]},
        ),
        View(name="drafts", title=_("Drafts"), condition={"all": [IS_OPEN]}),
    ),
    scope={"parents": ("account", "opportunity")},
    prepare=rules.quote_derive,
    draft=rules.document_draft,
    empty=_("Offers to customers. Make one from a deal: its products and prices come along."),
)

DEAL_VERBS = (
    Verb(
        name="quote",
        label=_("Make a quote"),
        run=services.quote_from_opportunity,
        when=_not_quotable,
        icon="file-invoice",
        primary=True,
        bulk=False,
        url=form_of,
        help=_("A draft with the customer and the products of the deal. Set the discount there."),
    ),
)
"""What orders add to a deal."""

DISCOUNT_LIMIT = Entity(
    model=DiscountLimit,
    slug="discount-limits",
    area="administration",
    icon="discount",
    order=50,
    title="role",
    columns=("role", "department", "discount", "margin", "valid_from"),
    form=(
        Section(
            title=_("Limit"), fields=("role", "department", "discount", "margin", "valid_from")
        ),
    ),
    filters=("role", "department", "valid_from"),
    sort="-valid_from",
    scope={"owner": None, "department": None},
    empty=_(
        "How far each role may go below list price alone. Without a limit, every discount needs approval."
    ),
)

"""The life of a quote: price cleared, sent, answered, replaced, turned into a contract or an order."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.approvals.services import Ask, Question, approval_ask, approval_log
from tonglu.approvals.states import State as ApprovalState
from tonglu.audit.services import context
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import DomainError
from tonglu.kernel.percent import Percent
from tonglu.kernel.text import N_
from tonglu.orders import events
from tonglu.orders.authority import Terms, excess_of, people_to_ask
from tonglu.orders.models import Contract, ContractLine, Order, OrderLine, Quote, QuoteLine
from tonglu.orders.selectors import quote_made
from tonglu.toolkit.clock import now, today
from tonglu.toolkit.events import publish
from tonglu.toolkit.mail import mail_send

from .copying import lines_values
from .links import quote_url

if TYPE_CHECKING:
    from tonglu.approvals.models import ApprovalRequest
    from tonglu.policy import Actor
    from tonglu.sales.models import Opportunity

SUBJECT = "quote_price"
PARTIES = ("account", "contact", "currency")
COPIED_TO_VERSION = (
    "series",
    "account",
    "contact",
    "opportunity",
    "currency",
    "title",
    "language",
    "terms",
    "note",
    "owner",
)


def quote_from_opportunity(*, actor: Actor, row: Opportunity) -> Quote:
    """A draft quote of a deal: its customer, its products at today's list prices, its discounts."""
    values = {name: getattr(row, name) for name in (*PARTIES, "owner")}
    made: Quote = record_create(
        actor=actor,
        model=Quote,
        values={**values, "opportunity": row, "title": row.name},
        verb="orders.quote.from_opportunity",
    )
    return made


def quote_ask_approval(*, actor: Actor, row: Quote, reason: str) -> Quote:
    """Ask the leaders for a price that is beyond the actor's own authority."""
    _require_draft(row)
    _require_lines(row)
    terms = Terms.of(row)
    with context(actor, verb="orders.quote.approval_asked", reason=reason):
        waiting = _update(actor, row, {"clearance": Quote.Clearance.WAITING})
        asked = approval_ask(
            actor=actor,
            question=_question(waiting, reason),
            steps=[Ask(people=people_to_ask(actor, terms), mode="turn")],
        )
        waiting.refresh_from_db()
        return _update(actor, waiting, {"approval": asked})


def quote_price_decided(actor: Actor, request: ApprovalRequest) -> None:
    """The answer to a request about a quote's price; approvals call this back, so the approver need not be able to change quotes."""
    row = Quote.objects.select_for_update(of=("self",)).filter(pk=request.target_id).first()
    if row is not None and row.state == Quote.State.DRAFT:
        _update(actor, row, {"clearance": _CLEARANCE[ApprovalState(request.state)]}, act=None)


def quote_send(*, actor: Actor, row: Quote, email: str = "") -> Quote:
    """Send a quote: its price is cleared by the actor's own authority or by approval; the link opens, and a mail may carry it."""
    _require_draft(row)
    _require_lines(row)
    if row.valid_until is not None and row.valid_until < today(actor):
        raise DomainError(
            N_("The quote would be expired when it arrives."), code="expired", field="valid_until"
        )
    with context(actor, verb="orders.quote.sent"):
        if row.clearance != Quote.Clearance.CLEARED:
            row = _clear_alone(actor, row)
        sent = _update(
            actor,
            row,
            {"state": Quote.State.SENT, "sent_at": now(), "link_key": secrets.token_hex(16)},
        )
        if email:
            _mail(sent, email)
        publish(events.QuoteSent(**_named(sent)))
    return sent


def quote_accept(*, actor: Actor, row: Quote, accepted_by: str, note: str = "") -> Quote:
    """Record that the customer accepted."""
    if row.state == Quote.State.SENT and row.valid_until and row.valid_until < today(actor):
        raise DomainError(
            N_("This quote has expired."), code="expired", next_step=N_("Make a new version.")
        )
    accepted = _answer(actor, row, Quote.State.ACCEPTED, accepted_by, note)
    publish(events.QuoteAccepted(**_named(accepted), accepted_by=accepted_by))
    return accepted


def quote_decline(*, actor: Actor, row: Quote, declined_by: str = "", note: str = "") -> Quote:
    """Record that the customer declined, and in which words."""
    declined = _answer(actor, row, Quote.State.DECLINED, declined_by, note)
    publish(events.QuoteDeclined(**_named(declined), declined_by=declined_by))
    return declined


def quote_new_version(*, actor: Actor, row: Quote) -> Quote:
    """A draft that replaces this quote; the link of the old one closes."""
    if row.state == Quote.State.SUPERSEDED:
        raise DomainError(N_("A newer version exists."), code="superseded")
    if row.contracts.exclude(state=Contract.State.DRAFT).filter(deleted_at=None).exists():
        raise DomainError(
            N_("A signed contract rests on this quote."),
            code="contracted",
            next_step=N_("Amend the contract."),
        )
    edition = row.edition + 1
    values = {name: getattr(row, name) for name in COPIED_TO_VERSION}
    with context(actor, verb="orders.quote.replaced"):
        _update(actor, row, {"state": Quote.State.SUPERSEDED, "link_key": ""})
        made: Quote = record_create(
            actor=actor,
            model=Quote,
            values={
                **values,
                "number": f"{row.series}-v{edition}",
                "edition": edition,
                "replaces": row,
            },
            lines={QuoteLine: lines_values(_lines(row))},
        )
    return made


@transaction.atomic
def quote_to_contract(*, actor: Actor, row: Quote, name: str = "") -> Contract:
    """A draft contract with the lines of a quote that is sent or accepted; one, unless the former was thrown away or ended."""
    _require_offered(row)
    _require_first(row, Contract, over=Contract.State.TERMINATED)
    made: Contract = record_create(
        actor=actor,
        model=Contract,
        values={**_parties(row), "quote": row, "name": name or row.title, "terms": row.terms},
        lines={ContractLine: lines_values(_lines(row))},
        verb="orders.contract.from_quote",
    )
    return made


@transaction.atomic
def quote_to_order(*, actor: Actor, row: Quote) -> Order:
    """An order for all lines of an accepted quote; one, unless the former was cancelled."""
    if row.state != Quote.State.ACCEPTED:
        raise DomainError(
            N_("Only an accepted quote becomes an order."),
            code="not_accepted",
            next_step=N_("Record that the customer accepted it."),
        )
    _require_first(row, Order, over=Order.State.CANCELLED)
    made: Order = record_create(
        actor=actor,
        model=Order,
        values={**_parties(row), "quote": row},
        lines={OrderLine: lines_values(_lines(row))},
        verb="orders.order.from_quote",
    )
    return made


def quotes_expire(*, actor: Actor) -> int:
    """Close the links of quotes whose time has passed; gives how many."""
    late = Quote.objects.filter(
        state=Quote.State.SENT, valid_until__lt=today(), deleted_at__isnull=True
    ).order_by("pk")
    for row in late:
        record_update(
            actor=actor,
            row=row,
            values={"state": Quote.State.EXPIRED},
            act=None,
            verb="orders.quote.expired",
        )
    return len(late)


_CLEARANCE = {
    ApprovalState.APPROVED: Quote.Clearance.CLEARED,
    ApprovalState.RETURNED: Quote.Clearance.RETURNED,
    ApprovalState.WITHDRAWN: Quote.Clearance.OPEN,
}


def _clear_alone(actor: Actor, row: Quote) -> Quote:
    """Clear the price by the actor's own authority, and log it; refuse what goes beyond."""
    excess = excess_of(actor, Terms.of(row))
    if excess:
        raise DomainError(
            excess_sentence(actor, excess[0]),
            code="beyond_authority",
            field="discount",
            next_step=N_("Ask for approval."),
        )
    logged = approval_log(actor=actor, question=_question(row, ""))
    row.refresh_from_db()
    return _update(actor, row, {"approval": logged, "clearance": Quote.Clearance.CLEARED})


def excess_sentence(actor: Actor, excess: Any) -> str:
    """Why the price is beyond the actor, without the margin for those who may not see it."""
    hidden = policy.field_level(actor, "orders.quote", "margin_rate") is policy.Level.HIDDEN
    if hidden and "margin" in excess.reason:
        return _("The margin is lower than your floor.")
    sentence = translation.gettext(excess.reason)
    return sentence % {"asked": Percent(excess.asked), "limit": Percent(excess.limit)}


def _question(row: Quote, reason: str) -> Question:
    return Question(
        subject=SUBJECT,
        row=row,
        title=f"{row.number} {row.account}",
        amount=row.net_amount,
        currency=row.currency,
        reason=reason,
        facts=_facts(row),
    )


def _facts(row: Quote) -> tuple[tuple[str, str], ...]:
    facts = [
        (N_("Account"), str(row.account)),
        (N_("Net"), f"{row.currency} {row.net_amount:,.2f}"),
        (N_("Deepest discount"), str(Percent(row.deepest_discount))),
        (N_("Discount over all"), str(Percent(row.discount_rate))),
    ]
    if row.margin_rate is not None:
        facts.append((N_("Margin rate"), str(Percent(row.margin_rate))))
    return tuple(facts)


def _answer(actor: Actor, row: Quote, state: str, name: str, note: str) -> Quote:
    values = {"state": state, "answered_at": now(), "answered_by": name, "answer_note": note}
    return _update(actor, row, values, verb=f"orders.quote.{state}")


def _mail(row: Quote, email: str) -> None:
    with translation.override(row.language):
        url = f"{settings.SITE_URL}{quote_url(row)}"
        text = _("Please find our quote %(number)s here: %(url)s\nIt is valid until %(day)s.")
        mail_send(
            to=[email],
            subject=_("Quote %(number)s") % {"number": row.number},
            text=text % {"number": row.number, "url": url, "day": row.valid_until},
            reply_to=(row.owner.email or "") if row.owner else "",
        )


def _parties(row: Quote) -> dict[str, Any]:
    names = (*PARTIES, "opportunity", "owner")
    return {name: getattr(row, name) for name in names}


def _lines(row: Quote) -> Any:
    return row.lines.filter(deleted_at__isnull=True).select_related("product")


def _named(row: Quote) -> dict[str, Any]:
    return {
        "quote_id": row.pk,
        "account_id": row.account_id,
        "opportunity_id": row.opportunity_id,
        "owner_id": row.owner_id,
    }


def _update(
    actor: Actor,
    row: Quote,
    values: dict[str, Any],
    *,
    act: str | None = "update",
    verb: str = "",
) -> Quote:
    changed: Quote = record_update(actor=actor, row=row, values=values, act=act, verb=verb)
    return changed


def _require_draft(row: Quote) -> None:
    if row.state != Quote.State.DRAFT:
        raise DomainError(
            N_("This quote went out already."),
            code="sent",
            next_step=N_("Make a new version."),
        )
    if row.clearance == Quote.Clearance.WAITING:
        raise DomainError(N_("The price of this quote waits for approval."), code="waiting")


def _require_lines(row: Quote) -> None:
    if not row.lines.filter(deleted_at__isnull=True).exists():
        raise DomainError(
            N_("The quote has no lines."), code="empty", next_step=N_("Add a product.")
        )


def _require_offered(row: Quote) -> None:
    if row.state not in (Quote.State.SENT, Quote.State.ACCEPTED):
        raise DomainError(
            N_("A contract follows from a quote that was sent or accepted."),
            code="not_offered",
            next_step=N_("Send the quote first."),
        )


def _require_first(row: Quote, model: type[Contract | Order], *, over: str) -> None:
    """Two people who press at once, or one who presses twice, must not sell the same thing twice."""
    Quote.objects.select_for_update().values_list("pk", flat=True).get(pk=row.pk)
    number = quote_made(row, model, over=over)
    if number is not None:
        raise DomainError(
            N_("%(number)s was made from this quote already."),
            code="made_already",
            params={"number": number},
            next_step=N_("Go on with that one, or make a new version of the quote."),
        )

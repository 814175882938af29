"""What is derived and checked on every save of a quote, a contract or an order, through whatever door it comes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tonglu.catalog import selectors as catalog
from tonglu.entities.lines import lines_of
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.money import Money
from tonglu.kernel.text import N_
from tonglu.sales import selectors as sales
from tonglu.toolkit.clock import today
from tonglu.toolkit.events import publish
from tonglu.toolkit.numbers import next_number

from .core.payment_plan import plan_check, plan_split
from .core.states import CONTRACT, QUOTE, Progress, order_state, step_check
from .events import OrderPlaced
from .frozen import content_differs, lines_differ
from .models import (
    Contract,
    ContractLine,
    Order,
    OrderLine,
    PaymentInstalment,
    Quote,
    QuoteLine,
)
from .pricing import in_base, lines_price

if TYPE_CHECKING:
    from tonglu.policy import Actor

VALID_DAYS = 30

QUOTE_CONTENT = (
    "account_id",
    "opportunity_id",
    "currency",
    "title",
    "valid_until",
    "language",
    "terms",
)
CONTRACT_CONTENT = (
    "account_id",
    "opportunity_id",
    "quote_id",
    "currency",
    "name",
    "kind",
    "customer_number",
    "starts_on",
    "ends_on",
    "renewal_on",
    "terms",
)
ORDER_CONTENT = ("account_id", "opportunity_id", "contract_id", "quote_id", "currency")


def quote_derive(actor: Actor, row: Quote, before: Quote | None) -> None:
    """Number, lines and totals of a draft; a quote that went out does not change."""
    if before is None:
        _quote_begin(actor, row)
    elif before.state != Quote.State.DRAFT or before.clearance == Quote.Clearance.WAITING:
        _quote_fixed(row, before)
        return
    elif row.state != before.state:
        step_check(QUOTE, before.state, row.state)
    totals = lines_price(actor, row, lines_of(row, QuoteLine))
    row.discount_rate, row.deepest_discount = totals.discount, totals.deepest_discount
    if before is not None and content_differs(row, before, ("deepest_discount", "margin_rate")):
        row.clearance, row.approval = Quote.Clearance.OPEN, None


def contract_derive(actor: Actor, row: Contract, before: Contract | None) -> None:
    """Number, totals and payment plan of a draft; a signed contract does not change."""
    if before is None:
        _contract_begin(row)
    elif before.state != Contract.State.DRAFT:
        _contract_fixed(row, before)
        return
    elif row.state != before.state:
        step_check(CONTRACT, before.state, row.state)
    lines_price(actor, row, lines_of(row, ContractLine))
    _in_base(actor, row)
    _plan(row)


def document_draft(actor: Actor, row: Any) -> None:
    """The totals of a quote or contract as typed so far."""
    if row.account_id is None:
        raise Invalid({"account": [N_("Choose the account first.")]})
    if row.opportunity is not None and row.pk is None and isinstance(row, Quote):
        _from_opportunity(row)
    model = QuoteLine if isinstance(row, Quote) else ContractLine
    lines_price(actor, row, lines_of(row, model))


def order_derive(actor: Actor, row: Order, before: Order | None) -> None:
    """Number, totals and state of an order; its lines change only until something is reserved."""
    if before is None:
        _order_begin(actor, row)
    elif before.state != Order.State.NEW:
        _order_fixed(row, before)
        return
    lines_price(actor, row, lines_of(row, OrderLine))


def order_tell(actor: Actor, row: Order, before: Order | None) -> None:
    """Tell that an order exists."""
    if before is None:
        publish(
            OrderPlaced(
                order_id=row.pk,
                account_id=row.account_id,
                contract_id=row.contract_id,
                currency=row.currency,
                net_amount=row.net_amount,
                amount=row.amount,
            )
        )


def order_progress(line: OrderLine) -> Progress:
    """How far a line is."""
    return Progress(
        ordered=line.quantity,
        reserved=line.reserved,
        shipped=line.shipped,
        delivered=line.delivered,
        returned=line.returned,
    )


def order_state_of(lines: list[OrderLine]) -> str:
    """The state of an order with these lines."""
    return order_state(order_progress(line) for line in lines)


def _quote_begin(actor: Actor, row: Any) -> None:
    if not row.series:
        row.series = next_number("quote", "Q{year}-{n:05}")
        row.number = row.series
    if row.valid_until is None:
        row.valid_until = today(actor) + timedelta(days=VALID_DAYS)
    if row.opportunity is not None:
        _from_opportunity(row)


def _from_opportunity(row: Any) -> None:
    """A new quote starts with the products of its deal."""
    deal = row.opportunity
    row.contact = row.contact or deal.contact
    row.title = row.title or deal.name
    lines = lines_of(row, QuoteLine)
    if lines:
        return
    for position, line in enumerate(sales.opportunity_lines(deal), start=1):
        lines.append(
            QuoteLine(
                position=position,
                product=line.product,
                description=line.description,
                quantity=line.quantity,
                discount=line.discount or None,
            )
        )


def _quote_fixed(row: Quote, before: Quote) -> None:
    if row.state != before.state:
        step_check(QUOTE, before.state, row.state)
    if content_differs(row, before, QUOTE_CONTENT) or lines_differ(row, QuoteLine, "quote"):
        if before.state == Quote.State.DRAFT:
            raise DomainError(
                N_("The price of this quote waits for approval."),
                code="waiting",
                next_step=N_("Withdraw the request, change the quote and ask anew."),
            )
        raise DomainError(
            N_("A quote that went out does not change."),
            code="sent",
            next_step=N_("Make a new version."),
        )


def _contract_begin(row: Any) -> None:
    if not row.number:
        row.number = next_number("contract", "C{year}-{n:05}")
    if row.quote is not None:
        row.opportunity = row.opportunity or row.quote.opportunity


def _contract_fixed(row: Contract, before: Contract) -> None:
    if row.state != before.state:
        step_check(CONTRACT, before.state, row.state)
    changed = (
        content_differs(row, before, CONTRACT_CONTENT)
        or lines_differ(row, ContractLine, "contract")
        or lines_differ(row, PaymentInstalment, "contract")
    )
    if changed:
        raise DomainError(
            N_("A signed contract does not change."),
            code="signed",
            next_step=N_("Make an amendment."),
        )


def _in_base(actor: Actor, row: Contract) -> None:
    row.base_net_amount = in_base(actor, row.net_amount, row.currency)
    row.base_cost_amount = (
        None if row.cost_amount is None else in_base(actor, row.cost_amount, row.currency)
    )
    row.base_rate = catalog.rate_on(row.currency, today(actor))


def _plan(row: Contract) -> None:
    """Shares give amounts; amounts typed by hand must add up; a mix of both is refused."""
    instalments: list[PaymentInstalment] = lines_of(row, PaymentInstalment)
    if not instalments:
        return
    shares = [one.percent for one in instalments if one.percent is not None]
    if len(shares) == len(instalments):
        amounts = plan_split(Money(row.amount, row.currency), shares)
        for one, amount in zip(instalments, amounts, strict=True):
            one.amount = amount
        return
    if shares or any(one.amount is None for one in instalments):
        raise DomainError(
            N_("Give every instalment a share, or every instalment an amount."),
            code="mixed_plan",
            field="instalments",
        )
    plan_check(row.amount, [one.amount or Decimal(0) for one in instalments])


def _order_begin(actor: Actor, row: Any) -> None:
    row.number = next_number("order", "S{year}-{n:05}")
    row.ordered_on = row.ordered_on or today(actor)
    if not row.address:
        row.address = row.account.address
    if row.contact is not None:
        row.recipient = row.recipient or row.contact.name
        row.phone = row.phone or row.contact.mobile or row.contact.phone


def _order_fixed(row: Order, before: Order) -> None:
    if content_differs(row, before, ORDER_CONTENT) or lines_differ(row, OrderLine, "order"):
        raise DomainError(
            N_("The lines of an order change only until something is reserved."),
            code="under_way",
            next_step=N_("Cancel the order and place it anew, or order more."),
        )

"""The life of a contract: signed and frozen, carried out, amended, ended."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson
from django.db.models import Q, Sum

from tonglu.audit.services import context
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_
from tonglu.orders import ports
from tonglu.orders.authority import Terms, excess_of
from tonglu.orders.events import ContractEnded, ContractSigned, CreditShare
from tonglu.orders.models import (
    Contract,
    ContractCredit,
    ContractLine,
    Order,
    OrderLine,
    PaymentInstalment,
    Quote,
)
from tonglu.orders.pricing import unit_cost
from tonglu.orders.selectors import account_has_signed
from tonglu.sales import selectors as sales
from tonglu.sales.core.credit import credits_or_owner
from tonglu.toolkit.clock import now, today
from tonglu.toolkit.events import publish

from .copying import line_values, lines_values, remaining
from .quotes import excess_sentence

if TYPE_CHECKING:
    from tonglu.policy import Actor

COPIED_TO_AMENDMENT = (
    "account",
    "contact",
    "opportunity",
    "quote",
    "currency",
    "owner",
    "name",
    "kind",
    "customer_number",
    "starts_on",
    "ends_on",
    "renewal_on",
    "terms",
)
INSTALMENT = ("label", "milestone", "days_after", "due_on", "percent")


def contract_sign(
    *, actor: Actor, row: Contract, signed_on: date | None = None, signed_by: str = ""
) -> Contract:
    """Sign a contract: from this moment its terms, prices, cost base, credits and pay plans are what they are."""
    day = signed_on or today(actor)
    _require_signable(actor, row, day)
    with context(actor, verb="orders.contract.signed"):
        _cost_base(actor, row)
        _credits(actor, row)
        _payment_plan(actor, row, day)
        signed: Contract = record_update(
            actor=actor,
            row=row,
            values={"state": Contract.State.SIGNED, "signed_on": day, "signed_by": signed_by},
        )
        frozen = _freeze(actor, signed)
        _end_amended(actor, frozen, day)
        publish(_signed(frozen))
    return frozen


def contract_activate(*, actor: Actor, row: Contract) -> Contract:
    """Work on a signed contract has begun."""
    return _step(actor, row, Contract.State.ACTIVE)


def contract_complete(*, actor: Actor, row: Contract, ended_on: date | None = None) -> Contract:
    """Everything the contract promises is done."""
    return _end(actor, row, Contract.State.COMPLETED, ended_on or today(actor), "")


def contract_terminate(
    *, actor: Actor, row: Contract, reason: str, ended_on: date | None = None
) -> Contract:
    """End a contract before its time, with the reason."""
    return _end(actor, row, Contract.State.TERMINATED, ended_on or today(actor), reason)


def contract_amend(*, actor: Actor, row: Contract) -> Contract:
    """A draft that takes this contract's place once it is signed."""
    if row.state not in (Contract.State.SIGNED, Contract.State.ACTIVE):
        raise DomainError(N_("Only a signed contract is amended."), code="not_signed")
    if Contract.objects.filter(amends=row).exists():
        raise DomainError(N_("An amendment exists."), code="amended")
    edition = row.edition + 1
    base = row.number.rsplit("-A", 1)[0]
    values = {name: getattr(row, name) for name in COPIED_TO_AMENDMENT}
    made: Contract = record_create(
        actor=actor,
        model=Contract,
        values={**values, "number": f"{base}-A{edition - 1}", "edition": edition, "amends": row},
        lines={
            ContractLine: lines_values(_lines(row)),
            PaymentInstalment: instalments_copied(row),
        },
        verb="orders.contract.amended",
    )
    return made


def contract_to_order(*, actor: Actor, row: Contract) -> Order:
    """An order for what a signed contract promises and no order has yet asked for."""
    if row.state not in (Contract.State.SIGNED, Contract.State.ACTIVE):
        raise DomainError(
            N_("Only a signed contract is delivered."),
            code="not_signed",
            next_step=N_("Sign the contract."),
        )
    lines = _lines_to_order(row)
    if not lines:
        raise DomainError(N_("Everything in this contract is on order."), code="all_ordered")
    with context(actor, verb="orders.order.from_contract"):
        made: Order = record_create(
            actor=actor,
            model=Order,
            values={
                "account": row.account,
                "contact": row.contact,
                "opportunity": row.opportunity,
                "owner": row.owner,
                "currency": row.currency,
                "contract": row,
                "quote": row.quote,
            },
            lines={OrderLine: lines},
        )
        if row.state == Contract.State.SIGNED:
            record_update(actor=actor, row=row, values={"state": Contract.State.ACTIVE}, act=None)
    return made


def _require_signable(actor: Actor, row: Contract, day: date) -> None:
    if row.state != Contract.State.DRAFT:
        raise DomainError(N_("This contract is signed already."), code="signed")
    if day > today(actor):
        raise DomainError(N_("The day of signing lies ahead."), field="signed_on")
    if not row.lines.filter(deleted_at__isnull=True).exists():
        raise DomainError(
            N_("The contract has no parts."), code="empty", next_step=N_("Add a product.")
        )
    if not _price_cleared(row):
        excess = excess_of(actor, _terms(row))
        if excess:
            raise DomainError(
                excess_sentence(actor, excess[0]),
                code="beyond_authority",
                next_step=N_("Make a quote of it and ask for approval."),
            )


def _price_cleared(row: Contract) -> bool:
    """Whether the price is no lower than that of a quote which was cleared."""
    quote = row.quote
    return (
        quote is not None
        and quote.clearance == Quote.Clearance.CLEARED
        and quote.currency == row.currency
        and row.net_amount >= quote.net_amount
    )


def _terms(row: Contract) -> Terms:
    discounts = [line.discount or Decimal(0) for line in _lines(row)]
    return Terms(discount=max(discounts, default=Decimal(0)), margin=row.margin_rate)


def _cost_base(actor: Actor, row: Contract) -> None:
    """The cost of the day of signing; what the catalog costs later is not this contract's."""
    for line in _lines(row):
        cost = unit_cost(actor, line.product, row.currency)
        if cost is not None and cost != line.cost:
            line.cost = cost
            line.save(update_fields=["cost", "updated_at"])


def _credits(actor: Actor, row: Contract) -> None:
    """The credit split of the deal, copied; without a deal the owner has it all."""
    row.credits.all().delete()
    deal = row.opportunity
    if deal is None:
        shares, roles = credits_or_owner((), row.owner_id), {}
    else:
        shares, roles = sales.opportunity_credits(deal), sales.opportunity_credit_roles(deal)
    for share in shares:
        ContractCredit.objects.create(
            contract=row,
            person_id=share.person_id,
            percent=share.percent,
            direct=share.direct,
            sourced=share.sourced,
            role=roles.get(share.person_id, ""),
        )


def _payment_plan(actor: Actor, row: Contract, day: date) -> None:
    """A contract without a plan is due as a whole on its payment term; what is due on signing gets its day."""
    if not row.instalments.exists():
        days = row.account.payment_days
        whole = {"percent": Decimal(1), "due_on": day + timedelta(days=days), "label": ""}
        record_update(actor=actor, row=row, values={}, lines={PaymentInstalment: [whole]})
    for one in row.instalments.filter(milestone=PaymentInstalment.Milestone.SIGNED, due_on=None):
        one.due_on = day + timedelta(days=one.days_after)
        one.save(update_fields=["due_on", "updated_at"])


def _freeze(actor: Actor, row: Contract) -> Contract:
    """Keep what pays people: prices, cost base, credits and plan versions, with a fingerprint that shows any later change."""
    kept = _terms_at_signing(row)
    row.terms_at_signing = kept
    row.fingerprint = hashlib.sha256(orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)).hexdigest()
    row.plan_versions = ports.plan_versions_at_signing(actor, row)
    Contract.objects.filter(pk=row.pk).update(
        terms_at_signing=row.terms_at_signing,
        fingerprint=row.fingerprint,
        plan_versions=row.plan_versions,
    )
    return row


def _terms_at_signing(row: Contract) -> dict[str, Any]:
    return {
        "number": row.number,
        "signed_on": row.signed_on.isoformat() if row.signed_on else "",
        "signed_at": now().isoformat(),
        "currency": row.currency,
        "base_rate": str(row.base_rate),
        "net": str(row.net_amount),
        "vat": str(row.vat_amount),
        "total": str(row.amount),
        "cost": _text(row.cost_amount),
        "terms": row.terms,
        "lines": [_line_kept(line) for line in _lines(row)],
        "instalments": [_instalment_kept(one) for one in row.instalments.all()],
        "credits": [
            {"person": one.person_id, "percent": str(one.percent), "direct": one.direct}
            | ({"sourced": True} if one.sourced else {})
            for one in row.credits.all()
        ],
    }


def _line_kept(line: ContractLine) -> dict[str, Any]:
    return {
        "product": line.product_id,
        "description": line.description,
        "quantity": str(line.quantity),
        "list_price": _text(line.list_price),
        "price": _text(line.price),
        "amount": str(line.amount),
        "vat": str(line.vat_amount),
        "cost": _text(line.cost),
    }


def _instalment_kept(one: PaymentInstalment) -> dict[str, Any]:
    return {
        "label": one.label,
        "milestone": one.milestone,
        "due_on": one.due_on.isoformat() if one.due_on else "",
        "amount": _text(one.amount),
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _end_amended(actor: Actor, row: Contract, day: date) -> None:
    if row.amends is not None:
        _end(actor, row.amends, Contract.State.AMENDED, day, row.number)


def _signed(row: Contract) -> ContractSigned:
    shares = [
        CreditShare(one.person_id, one.percent, one.direct, one.sourced)
        for one in row.credits.all()
    ]
    ids = (version.get("id") for version in row.plan_versions)
    return ContractSigned(
        contract_id=row.pk,
        number=row.number,
        account_id=row.account_id,
        opportunity_id=row.opportunity_id,
        owner_id=row.owner_id,
        signed_on=row.signed_on or today(),
        currency=row.currency,
        net_amount=row.net_amount,
        vat_amount=row.vat_amount,
        amount=row.amount,
        cost_amount=row.cost_amount,
        base_net_amount=row.base_net_amount,
        base_cost_amount=row.base_cost_amount,
        credits=tuple(shares),
        plan_version_ids=tuple(one for one in ids if isinstance(one, int)),
        amends_id=row.amends_id,
        new_customer=not account_has_signed(row.account_id, but=row.pk),
    )


def _step(actor: Actor, row: Contract, state: str, **values: Any) -> Contract:
    done: Contract = record_update(
        actor=actor, row=row, values={"state": state, **values}, verb=f"orders.contract.{state}"
    )
    return done


def _end(actor: Actor, row: Contract, state: str, day: date, reason: str) -> Contract:
    with context(actor, verb=f"orders.contract.{state}", reason=reason):
        ended = _step(actor, row, state, ended_on=day, end_reason=reason)
        publish(ContractEnded(contract_id=ended.pk, state=state, ended_on=day, reason=reason))
    return ended


def _lines(row: Contract) -> list[ContractLine]:
    return list(row.lines.filter(deleted_at__isnull=True).select_related("product"))


def instalments_copied(row: Contract) -> list[dict[str, Any]]:
    """The payment plan as values for a new draft: by share where every instalment has one, else by amount."""
    found = list(row.instalments.all())
    by_share = all(one.percent is not None for one in found)
    if by_share:
        return [{name: getattr(one, name) for name in INSTALMENT} for one in found]
    names = (*INSTALMENT, "amount")
    return [{name: getattr(one, name) for name in names} for one in found]


def _lines_to_order(row: Contract) -> list[dict[str, Any]]:
    running = ~Q(order_lines__order__state=Order.State.CANCELLED)
    lines = (
        row.lines.filter(deleted_at__isnull=True)
        .select_related("product")
        .annotate(ordered=Sum("order_lines__quantity", filter=running))
    )
    wanted = [(line, remaining(line.quantity, line.ordered)) for line in lines]
    return [
        line_values(line, quantity=left, contract_line=line) for line, left in wanted if left > 0
    ]

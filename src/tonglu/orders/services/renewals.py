"""Renewing a contract: a draft with the same terms for the time after it, linked to it, at the prices of the catalog or its own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tonglu.entities.services import record_create
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_
from tonglu.orders.core.renewal import Term, term_after
from tonglu.orders.models import Contract, ContractLine, PaymentInstalment

from .contracts import instalments_copied
from .copying import lines_values

if TYPE_CHECKING:
    from tonglu.policy import Actor

COPIED = ("account", "contact", "currency", "owner", "name", "customer_number", "terms")


def contract_renew(
    *, actor: Actor, row: Contract, starts_on: date | None = None, months: int | None = None
) -> Contract:
    """A draft that follows this contract: the same parts, terms and payment plan, with every date moved along."""
    if Contract.objects.filter(renews=row, deleted_at__isnull=True).exists():
        raise DomainError(N_("This contract is renewed already."), code="renewed")
    term = _next_term(row, starts_on, months)
    made: Contract = record_create(
        actor=actor,
        model=Contract,
        values={
            **{name: getattr(row, name) for name in COPIED},
            "kind": Contract.Kind.RENEWAL,
            "renews": row,
            "starts_on": term.starts_on,
            "ends_on": term.ends_on,
            "renewal_on": term.renewal_on,
        },
        lines={
            ContractLine: lines_values(
                row.lines.filter(deleted_at__isnull=True).select_related("product")
            ),
            PaymentInstalment: [_moved(one, term.moved) for one in instalments_copied(row)],
        },
        verb="orders.contract.renewed",
    )
    return made


def renewal_first(_actor: Actor, row: Contract) -> dict[str, Any]:
    """What stands in the dialog: the day after this contract ends, and as many months."""
    try:
        term = _next_term(row, None, None)
    except DomainError:
        return {}
    return {"starts_on": term.starts_on, "months": term.months}


def _next_term(row: Contract, starts_on: date | None, months: int | None) -> Term:
    first = row.starts_on or row.signed_on
    if starts_on is None and row.ends_on is None:
        raise DomainError(
            N_("This contract has no end."),
            field="starts_on",
            next_step=N_("Say when the next one starts, and for how many months."),
        )
    return term_after(
        first or row.created_at.date(),
        row.ends_on,
        renewal_on=row.renewal_on,
        starts_on=starts_on,
        months=months,
    )


def _moved(instalment: dict[str, Any], by: timedelta) -> dict[str, Any]:
    due_on = instalment.get("due_on")
    return {**instalment, "due_on": due_on + by if due_on else None}

"""Writing expenses: below the authority limit they are approved at once and only logged; above it somebody decides."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from tonglu.catalog.selectors import to_base
from tonglu.directory.selectors import person_by_id
from tonglu.entities.lines import lines_of
from tonglu.entities.services import record_update
from tonglu.entities.spec import Refusal
from tonglu.finance.models import Expense, ExpenseLine
from tonglu.kernel.errors import DomainError
from tonglu.kernel.money import Money
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import now
from tonglu.toolkit.numbers import next_number

EDITABLE = frozenset({Expense.State.DRAFT, Expense.State.RETURNED})


def authority_limit() -> Decimal:
    """Up to how much, in base currency, an expense is approved at once (setting `EXPENSE_LIMIT`)."""
    return Decimal(getattr(settings, "EXPENSE_LIMIT", "500"))


def expense_prepare(actor: Actor, row: Expense, before: Expense | None) -> None:
    """Number and amounts; only a draft or a returned expense accepts edits."""
    if before is not None and before.state not in EDITABLE and row.state == before.state:
        raise DomainError(
            N_("A submitted expense cannot be changed."),
            code="submitted",
            next_step=N_("Ask for it to be returned."),
        )
    if before is None and not row.number:
        row.number = next_number("expense", "E{year}-{n:05}")
    row.amount = sum((line.amount for line in lines_of(row, ExpenseLine)), Decimal(0))
    row.base_amount = to_base(Money(row.amount, row.currency), row.spent_on).amount


def expense_submit(*, actor: Actor, row: Expense) -> Expense:
    """Hand in an expense; within the authority limit it is approved at once."""
    if row.base_amount <= authority_limit():
        note = _("Within the authority limit of %(limit)s.") % {"limit": authority_limit()}
        return _decide(actor, row, Expense.State.APPROVED, note, "approved_at_once")
    return _save(actor, row, {"state": Expense.State.SUBMITTED}, "submitted")


def expense_approve(*, actor: Actor, row: Expense, note: str = "") -> Expense:
    """Approve a submitted expense of somebody else."""
    _require_other(actor, row)
    return _decide(actor, row, Expense.State.APPROVED, note, "approved")


def expense_return(*, actor: Actor, row: Expense, note: str) -> Expense:
    """Give a submitted expense back with a question."""
    _require_other(actor, row)
    return _decide(actor, row, Expense.State.RETURNED, note, "returned")


def expense_mark_paid(*, actor: Actor, row: Expense) -> Expense:
    """Note that an approved expense has been paid out."""
    return _save(actor, row, {"state": Expense.State.PAID}, "paid")


def may_submit(_actor: Actor, row: Expense) -> Refusal | None:
    """Why an expense cannot be handed in now."""
    if row.state not in EDITABLE:
        return Refusal(reason=_("It has been handed in already."))
    return (
        None
        if row.amount
        else Refusal(reason=_("It has no amount yet."), next_step=_("Add its items."))
    )


def may_decide(actor: Actor, row: Expense) -> Refusal | None:
    """Why an expense cannot be decided now, by this person."""
    if row.state != Expense.State.SUBMITTED:
        return Refusal(reason=_("It is not waiting for a decision."))
    if row.owner_id in actor.own_ids:
        return Refusal(reason=_("Nobody decides on their own expense."))
    return None


def may_pay(_actor: Actor, row: Expense) -> Refusal | None:
    """Why an expense cannot be paid out now."""
    return None if row.state == Expense.State.APPROVED else Refusal(reason=_("It is not approved."))


def _require_other(actor: Actor, row: Expense) -> None:
    if refusal := may_decide(actor, row):
        raise DomainError(refusal.reason, code="not_now")


def _decide(actor: Actor, row: Expense, state: str, note: str, verb: str) -> Expense:
    values: dict[str, object] = {
        "state": state,
        "decided_by": person_by_id(actor.person_id or 0),
        "decided_at": now(),
        "decision_note": note,
    }
    return _save(actor, row, values, verb)


def _save(actor: Actor, row: Expense, values: dict[str, object], verb: str) -> Expense:
    saved: Expense = record_update(
        actor=actor, row=row, values=values, act=None, verb=f"finance.expense.{verb}"
    )
    return saved

"""Asking for what is overdue: a letter to the customer about all of it, and the day they promise to pay by."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from tonglu.audit.services import context
from tonglu.collaboration.selectors import record_tasks_due
from tonglu.collaboration.services import followup_log, task_create, task_done
from tonglu.customers.selectors import billing_email
from tonglu.directory.selectors import person_by_id
from tonglu.entities.services import record_update
from tonglu.entities.spec import Refusal
from tonglu.finance.core.ageing import days_overdue
from tonglu.finance.core.dunning import level_proposed
from tonglu.finance.events import CustomerReminded
from tonglu.finance.letters import Letter, letter_pdf, letter_subject, letter_text
from tonglu.finance.models import Invoice
from tonglu.finance.selectors import invoice_is_overdue, invoices_overdue
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import today
from tonglu.toolkit.events import publish
from tonglu.toolkit.files import file_store
from tonglu.toolkit.mail import mail_send

INVOICE = "finance.invoice"


def invoice_remind(
    *,
    actor: Actor,
    row: Invoice,
    level: str = "",
    email: str = "",
    language: str = "",
    note: str = "",
) -> Invoice:
    """Send the customer a reminder of everything that is overdue in the invoice's currency; once a day."""
    with context(actor, verb="finance.invoice.reminded"):
        owed = _owed(actor, row)
        _require_due(row, owed)
        to = email or billing_email(actor, row.account_id)
        if not to:
            raise DomainError(
                N_("Nobody at this customer has an e-mail address."),
                code="no_address",
                field="email",
                next_step=N_("Enter an address here, or at the customer's contact for finance."),
            )
        letter = Letter(
            invoices=owed,
            level=level or reminder_proposed(row),
            language=language or language_proposed(row),
            note=note,
            sender=person_by_id(actor.person_id) if actor.person_id else None,
        )
        _send(actor, letter, to)
        values = {"reminder_level": letter.level, "reminded_on": today(actor)}
        done = [record_update(actor=actor, row=one, values=values, act=None) for one in owed]
        followup_log(actor=actor, target=row, kind="mail", text=_noted(letter, to))
        publish(
            CustomerReminded(
                invoice_id=row.pk,
                account_id=row.account_id,
                owner_id=row.account.owner_id,
                level=letter.level,
                by_id=actor.person_id,
            )
        )
    reminded: Invoice = next(one for one in done if one.pk == row.pk)
    return reminded


def invoice_promise(*, actor: Actor, row: Invoice, promised_on: date, note: str = "") -> Invoice:
    """Keep the day by which the customer promised to pay; on that day somebody looks whether the money came."""
    if promised_on < today(actor):
        raise DomainError(N_("The day of the promise has passed."), field="promised_on")
    if (row.promised_on, row.promise_note) == (promised_on, note):
        return row
    with context(actor, verb="finance.invoice.promised", reason=note):
        values = {"promised_on": promised_on, "promise_note": note}
        promise_settled(
            row, _("There is a new promise: %(day)s.") % {"day": promised_on.isoformat()}
        )
        kept: Invoice = record_update(actor=actor, row=row, values=values, act=None)
        subject = _("%(number)s was promised by %(day)s: has it been paid?")
        who = person_by_id(actor.person_id) if actor.person_id else row.owner
        task_create(
            actor=actor,
            subject=subject % {"number": row.number, "day": promised_on.isoformat()},
            target=row,
            owner=who,
            due_on=promised_on,
        )
    return kept


def promise_settled(row: Invoice, answer: str) -> None:
    """The task that asks about a promise is done: the money came, or another day was promised."""
    if row.promised_on is None:
        return
    for task in record_tasks_due(INVOICE, row.pk, row.promised_on):
        task_done(actor=Actor.system(), row=task, answer=answer)


def may_remind(_actor: Actor, row: Invoice) -> Refusal | None:
    """Why no reminder can be sent now."""
    if not invoice_is_overdue(row):
        return Refusal(reason=_("This invoice is not overdue."))
    if row.reminded_on == today():
        return Refusal(reason=_("A reminder went out today."))
    return None


def may_promise(_actor: Actor, row: Invoice) -> Refusal | None:
    """Why there is nothing to promise."""
    is_owed = row.state == Invoice.State.ISSUED and row.kind == Invoice.Kind.INVOICE
    return None if is_owed and row.open_amount > 0 else Refusal(reason=_("Nothing is owed here."))


def remind_initial(actor: Actor, row: Invoice) -> dict[str, Any]:
    """The level, address and language that the dialog begins with."""
    return {
        "level": reminder_proposed(row),
        "email": billing_email(actor, row.account_id),
        "language": language_proposed(row),
    }


def reminder_proposed(row: Invoice) -> str:
    """The level that comes next."""
    return level_proposed(days_overdue(row.due_on or today(), today()), row.reminder_level)


def language_proposed(row: Invoice) -> str:
    """Chinese for a customer with a Chinese name, else English."""
    return "zh-hans" if any("\u4e00" <= sign <= "\u9fff" for sign in row.account.name) else "en"


def _owed(actor: Actor, row: Invoice) -> list[Invoice]:
    """Everything the customer is late with in this currency, held until the reminder is out."""
    seen = invoices_overdue(actor).filter(account_id=row.account_id, currency=row.currency)
    held = Invoice.objects.select_for_update(of=("self",)).filter(pk__in=seen.values("pk"))
    return list(held.select_related("account", "department").order_by("due_on", "pk"))


def _require_due(row: Invoice, owed: list[Invoice]) -> None:
    mine = next((one for one in owed if one.pk == row.pk), None)
    if mine is None:
        raise DomainError(N_("This invoice is not overdue."), code="not_overdue")
    if mine.reminded_on == today():
        raise DomainError(
            N_("A reminder went out today."),
            code="reminded",
            next_step=N_("Call the customer, or remind them another day."),
        )


def _send(actor: Actor, letter: Letter, to: str) -> None:
    subject = letter_subject(letter)
    pdf = file_store(actor, f"{subject}.pdf", BytesIO(letter_pdf(letter)))
    mail_send(
        to=[to],
        subject=subject,
        text=letter_text(letter),
        reply_to=(letter.sender.email or "") if letter.sender else "",
        files=[pdf],
    )


def _noted(letter: Letter, to: str) -> str:
    numbers = ", ".join(one.number for one in letter.invoices)
    level = Invoice.Reminder(letter.level).label
    return _("%(level)s to %(to)s: %(numbers)s") % {"level": level, "to": to, "numbers": numbers}

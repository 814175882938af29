"""The letter that asks for what is overdue: as text for the mail and as PDF, in the customer's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from tonglu.orders.documents import TEMPLATE, seller_name
from tonglu.toolkit.clock import today
from tonglu.toolkit.formatting import day_text, money_text
from tonglu.toolkit.pdf import pdf_render

from .core.ageing import days_overdue
from .models import Invoice

if TYPE_CHECKING:
    from tonglu.directory.models import Person


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is asked for, how firmly, in which language, and by whom."""

    invoices: Sequence[Invoice]
    level: str
    language: str
    note: str = ""
    sender: Person | None = None

    @property
    def first(self) -> Invoice:
        """The invoice that is late the longest."""
        return self.invoices[0]

    @property
    def total(self) -> str:
        """All that is overdue."""
        return _money(sum((one.open_amount for one in self.invoices), Decimal(0)), self)


def letter_subject(letter: Letter) -> str:
    """What the mail and the letter are called."""
    with translation.override(letter.language):
        name = Invoice.Reminder(letter.level).label
        return _("%(name)s: %(total)s overdue") % {"name": name, "total": letter.total}


def letter_text(letter: Letter) -> str:
    """The letter as plain text."""
    with translation.override(letter.language):
        table = [
            _("%(number)s: due on %(day)s, %(late)s days late, %(open)s still open")
            % {
                "number": one.number,
                "day": _day(one.due_on, letter),
                "late": _late(one),
                "open": _money(one.open_amount, letter),
            }
            for one in letter.invoices
        ]
        total = _("In all: %(total)s") % {"total": letter.total}
        return "\n\n".join(
            part
            for part in (_words(letter), "\n".join([*table, total]), letter.note, _greeting(letter))
            if part
        )


def letter_pdf(letter: Letter) -> bytes:
    """The letter as PDF."""
    with translation.override(letter.language):
        return pdf_render(TEMPLATE, _values(letter))


def _values(letter: Letter) -> dict[str, Any]:
    first = letter.first
    sender = letter.sender.name if letter.sender else ""
    facts = [[_("Date"), _day(today(), letter)], [_("Your contact"), sender]]
    return {
        "language": letter.language,
        "heading": Invoice.Reminder(letter.level).label,
        "title": "",
        "seller": seller_name(first),
        "customer": _("Customer"),
        "account": first.account.name,
        "address": first.account.address,
        "contact": "",
        "facts": [fact for fact in facts if fact[1]],
        "head": [
            _("Invoice"),
            _("Issued on"),
            _("Due on"),
            _("Days late"),
            _("Total"),
            _("Still open"),
        ],
        "lines": [_line(one, letter) for one in letter.invoices],
        "totals": [[_("Overdue in all"), letter.total]],
        "plan": [],
        "plan_heading": "",
        "terms_heading": "",
        "terms": "\n".join(
            part for part in (_words(letter), letter.note, _greeting(letter)) if part
        ),
        "signatures": [],
        "page": _("Page"),
    }


def _line(one: Invoice, letter: Letter) -> list[str]:
    return [
        one.number,
        _day(one.issued_on, letter),
        _day(one.due_on, letter),
        _late(one),
        _money(one.amount, letter),
        _money(one.open_amount, letter),
    ]


def _words(letter: Letter) -> str:
    if letter.level == Invoice.Reminder.FRIENDLY:
        return _(
            "Perhaps it escaped your notice: the invoices listed in this letter are past their due day. Please transfer the amount in the next days. If you have paid already, please ignore this letter."
        )
    if letter.level == Invoice.Reminder.SECOND:
        return _(
            "We reminded you before and have not yet received the amounts listed in this letter. Please pay within seven days, or tell us by when you will."
        )
    return _(
        "In spite of our reminders the amounts listed in this letter are still open. This is our last reminder: please pay within seven days. Otherwise we must take further steps and may hold back deliveries."
    )


def _greeting(letter: Letter) -> str:
    names = (letter.sender.name if letter.sender else "", seller_name(letter.first))
    return "\n".join(name for name in names if name)


def _late(one: Invoice) -> str:
    return str(days_overdue(one.due_on or today(), today()))


def _day(day: Any, letter: Letter) -> str:
    return day_text(day, letter.language) if day else ""


def _money(amount: Decimal, letter: Letter) -> str:
    return money_text(amount, letter.first.currency, letter.language)

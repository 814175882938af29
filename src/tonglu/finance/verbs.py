"""What finance adds to the records of others, and how it asks for what is overdue."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.entities.spec import Verb

from .models import Invoice
from .open_lines import CONTRACT_PARTS, ORDER_LINES
from .services import billing, dunning, invoices

DUNNED = ("reminder_level", "reminded_on", "promised_on", "promise_note")

CONTRACT_VERBS = (
    Verb(
        name="invoice",
        label=_("Make an invoice"),
        run=billing.contract_invoice,
        act="invoice",
        when=invoices.may_invoice_contract,
        parts=CONTRACT_PARTS,
        icon="file-invoice",
        primary=True,
        bulk=False,
        url=invoices.invoice_page,
        help=_(
            "The boxes hold what the payment plan asks for next. A draft is made; issue it there."
        ),
    ),
)
"""What finance adds to a contract."""

ORDER_VERBS = (
    Verb(
        name="invoice",
        label=_("Make an invoice"),
        run=billing.order_invoice,
        act="invoice",
        when=invoices.may_invoice_order,
        parts=ORDER_LINES,
        icon="file-invoice",
        primary=True,
        bulk=False,
        url=invoices.invoice_page,
        help=_("A draft is made; issue it there."),
    ),
)
"""What finance adds to an order."""

DUNNING_VERBS = (
    Verb(
        name="remind",
        label=_("Send reminder"),
        run=dunning.invoice_remind,
        act="issue",
        when=dunning.may_remind,
        params={
            "level": forms.ChoiceField(
                label=_("Level"),
                required=False,
                choices=[("", _("as proposed")), *Invoice.Reminder.choices],
            ),
            "email": forms.EmailField(label=_("To"), required=False),
            "language": forms.ChoiceField(
                label=_("Language of the document"),
                required=False,
                choices=[
                    ("", _("as proposed")),
                    ("en", _("English")),
                    ("zh-hans", _("Simplified Chinese")),
                ],
            ),
            "note": forms.CharField(
                label=_("Added to the letter"),
                required=False,
                widget=forms.Textarea,
                help_text=_("For example the bank account to pay to."),
            ),
        },
        initial=dunning.remind_initial,
        icon="mail",
        help=_(
            "One letter lists all that this customer is late with, as mail and as PDF. Whoever has the account is told."
        ),
    ),
    Verb(
        name="promise",
        label=_("Payment promised"),
        run=dunning.invoice_promise,
        act="issue",
        when=dunning.may_promise,
        params={
            "promised_on": forms.DateField(label=_("Payment promised by")),
            "note": forms.CharField(label=_("Note"), required=False, max_length=200),
        },
        icon="calendar-due",
        help=_("On that day a task asks you whether the money came."),
    ),
)
"""What is done about an invoice that is not paid."""

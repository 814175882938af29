"""The entities of finance: invoices, collections, allocations, expenses."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.entities.spec import Entity, Lines, Section, Verb, View
from tonglu.toolkit.clock import today
from tonglu.toolkit.money import MoneyFormField

from .models import Allocation, Collection, Expense, ExpenseLine, Invoice, InvoiceLine
from .open_lines import INVOICE_LINES, OPEN_INVOICES
from .selectors import invoice_is_overdue
from .services import billing, collections, expenses, invoices
from .verbs import DUNNED

INVOICES = Entity(
    model=Invoice,
    slug="invoices",
    area="finance",
    closed={
        "any": [
            {"field": "state", "op": "=", "value": "credited"},
            {
                "all": [
                    {"field": "state", "op": "=", "value": "issued"},
                    {"field": "open_amount", "op": "<=", "value": "0"},
                ]
            },
        ]
    },
    icon="file-invoice",
    title="number",
    subtitle="account",
    columns=("number", "account", "state", "issued_on", "due_on", "amount", "open_amount", "owner"),
    late={"due_on": invoice_is_overdue},
    form=(
        Section(title=_("Customer"), fields=("account", "contract", "order", "owner")),
        Section(title=_("Invoice"), fields=("currency", "issued_on", "due_on", "note")),
        Section(
            title=_("VAT data"),
            fields=(
                "vat_type",
                "title",
                "tax_number",
                "registered_address",
                "registered_phone",
                "bank_name",
                "bank_account",
                "tax_invoice_number",
            ),
        ),
    ),
    readonly=(
        "number",
        "kind",
        "state",
        "corrects",
        "net_amount",
        "vat_amount",
        "amount",
        "base_amount",
        "collected_amount",
        "credited_amount",
        "open_amount",
        *DUNNED,
    ),
    search=("number", "title", "tax_number", "tax_invoice_number"),
    filters=("state", "kind", "owner", "due_on"),
    sort="-issued_on",
    importable=("state", "issued_on", "due_on"),
    lines=(
        Lines(
            model=InvoiceLine,
            parent="invoice",
            fields=("product", "description", "quantity", "unit", "price", "vat_rate"),
            computed=("net_amount", "vat_amount", "amount"),
            amount="amount",
            title=_("Lines"),
        ),
    ),
    verbs=(
        Verb(
            name="issue",
            label=pgettext_lazy("invoice", "Issue"),
            run=invoices.invoice_issue,
            act="issue",
            when=invoices.may_issue,
            params={"on": forms.DateField(label=_("Issued on"), required=False)},
            initial=lambda actor, row: {"on": row.issued_on or today(actor)},
            asks=invoices.issue_warning,
            icon="send",
            primary=True,
            help=_("From now on it is owed, and never changes."),
        ),
        Verb(
            name="credit",
            label=_("Correct by credit note"),
            run=billing.invoice_credit,
            act="issue",
            parts=INVOICE_LINES,
            when=invoices.may_credit,
            params={"reason": forms.CharField(label=_("Reason"), max_length=200)},
            icon="arrow-back-up",
            tone="danger",
            bulk=False,
        ),
    ),
    views=(
        View(
            name="open",
            title=_("Still open"),
            condition={
                "all": [
                    {"field": "state", "op": "=", "value": "issued"},
                    {"field": "open_amount", "op": ">", "value": "0"},
                ]
            },
            sort="due_on",
            pinned=True,
        ),
        View(
            name="overdue",
            title=_("Overdue"),
            condition={
                "all": [
                    {"field": "state", "op": "=", "value": "issued"},
                    {"field": "open_amount", "op": ">", "value": "0"},
                    {"field": "due_on", "op": "<", "value": "today"},
                ]
            },
            sort="due_on",
            pinned=True,
        ),
        View(
            name="drafts",
            title=_("Drafts"),
            condition={"field": "state", "op": "=", "value": "draft"},
        ),
    ),
    prepare=invoices.invoice_prepare,
    scope={"parents": ("account",)},
    order=10,
    empty=_("What you have claimed from customers. Make an invoice from a contract, or here."),
)

COLLECTIONS = Entity(
    model=Collection,
    also_called=("payment", "receipt"),
    slug="collections",
    area="finance",
    closed={"field": "open_amount", "op": "<=", "value": "0"},
    icon="cash",
    title="number",
    subtitle="account",
    columns=("number", "account", "received_on", "amount", "open_amount", "method", "payer"),
    form=(
        Section(
            title=_("Receipt"),
            fields=("account", "received_on", "amount", "currency", "method", "owner"),
        ),
        Section(title=_("Bank details"), fields=("payer", "bank_reference", "note")),
    ),
    readonly=("number", "kind", "base_amount", "allocated_amount", "open_amount"),
    search=("number", "payer", "bank_reference"),
    filters=("kind", "method", "received_on", "owner"),
    sort="-received_on",
    import_key=("external_id", "bank_reference"),
    quick=("account", "received_on", "amount", "currency"),
    proposed={"received_on": today},
    verbs=(
        Verb(
            name="allocate_oldest",
            label=_("Pay the oldest invoices"),
            run=collections.collection_allocate_oldest,
            act="allocate",
            when=collections.may_pay_oldest,
            icon="wand",
            primary=True,
            help=_(
                "Pays the customer's open invoices, the earliest due first; the rest stays as credit."
            ),
        ),
        Verb(
            name="allocate",
            label=_("Allocate"),
            run=collections.collection_allocate_many,
            act="allocate",
            when=collections.may_allocate,
            parts=OPEN_INVOICES,
            icon="arrows-split",
            bulk=False,
        ),
        Verb(
            name="advance",
            label=_("Pay a contract in advance"),
            run=collections.collection_allocate,
            act="allocate",
            when=collections.may_allocate,
            params={
                "contract": forms.CharField(label=_("Contract")),
                "amount": MoneyFormField(label=_("Amount"), max_digits=18, decimal_places=2),
            },
            related={"contract": "orders.contract"},
            icon="file-certificate",
            bulk=False,
            help=_("For money that comes before its invoice: it counts as paid for the contract."),
            initial=lambda _actor, row: {"amount": row.open_amount},
        ),
        Verb(
            name="refund",
            label=_("Refund"),
            run=collections.collection_refund,
            act="refund",
            when=collections.may_refund,
            params={
                "amount": MoneyFormField(label=_("Amount"), max_digits=18, decimal_places=2),
                "contract": forms.CharField(
                    label=_("Contract"),
                    required=False,
                    help_text=_("Only when the money paid for a contract already."),
                ),
                "on": forms.DateField(label=_("Refunded on"), required=False),
                "reason": forms.CharField(label=_("Reason"), max_length=200),
            },
            related={"contract": "orders.contract"},
            initial=lambda actor, row: {"amount": row.open_amount, "on": today(actor)},
            icon="receipt-refund",
            tone="danger",
            bulk=False,
            help=_("Money goes back to the customer; a receipt below zero is booked for it."),
        ),
    ),
    views=(
        View(
            name="open",
            title=_("Not fully allocated"),
            condition={"field": "open_amount", "op": ">", "value": "0"},
            pinned=True,
        ),
        View(
            name="month",
            title=_("This month"),
            condition={"field": "received_on", "op": "within", "value": "this_month"},
        ),
    ),
    prepare=collections.collection_prepare,
    scope={"parents": ("account",)},
    order=20,
    empty=_(
        "Money received from customers, and what it pays for. Enter a receipt, or import the bank's file."
    ),
)

ALLOCATIONS = Entity(
    model=Allocation,
    slug="allocations",
    area="finance",
    icon="arrows-split",
    title="collection",
    subtitle="account",
    columns=("collection", "account", "invoice", "contract", "allocated_on", "amount", "reverses"),
    form=(
        Section(
            title=_("Allocation"),
            fields=(
                "collection",
                "invoice",
                "contract",
                "account",
                "allocated_on",
                "amount",
                "currency",
                "reverses",
                "reason",
            ),
        ),
    ),
    filters=("allocated_on",),
    sort="-created_at",
    creatable=False,
    editable=False,
    menu=False,
    verbs=(
        Verb(
            name="reverse",
            label=_("Take back"),
            run=collections.allocation_reverse,
            act="allocate",
            params={"reason": forms.CharField(label=_("Reason"), max_length=200)},
            icon="arrow-back-up",
            tone="danger",
            bulk=False,
        ),
    ),
    scope={"parents": ("account",)},
    order=30,
    empty=_("What each part of the money received pays for."),
)

EXPENSES = Entity(
    model=Expense,
    slug="expenses",
    area="finance",
    closed={"field": "state", "op": "=", "value": "paid"},
    icon="receipt",
    title="title",
    subtitle="number",
    columns=("number", "title", "state", "spent_on", "amount", "opportunity", "owner"),
    form=(
        Section(
            title=_("Expense"),
            fields=(
                *("title", "spent_on", "currency", "opportunity", "account", "owner"),
                "decision_note",
            ),
        ),
    ),
    readonly=(
        "number",
        "state",
        "amount",
        "base_amount",
        "decided_by",
        "decided_at",
        "decision_note",
    ),
    search=("number", "title"),
    filters=("state", "owner", "spent_on"),
    sort="-spent_on",
    proposed={"spent_on": today},
    lines=(
        Lines(
            model=ExpenseLine,
            parent="expense",
            fields=("category", "description", "amount"),
            amount="amount",
            title=_("Items"),
        ),
    ),
    verbs=(
        Verb(
            name="submit",
            label=_("Hand in"),
            run=expenses.expense_submit,
            when=expenses.may_submit,
            icon="send",
            primary=True,
            help=_("Small amounts are approved at once."),
        ),
        Verb(
            name="approve",
            label=_("Approve"),
            run=expenses.expense_approve,
            act="approve",
            when=expenses.may_decide,
            params={"note": forms.CharField(label=_("Note"), max_length=300, required=False)},
            icon="check",
            tone="success",
        ),
        Verb(
            name="return",
            label=_("Give back"),
            run=expenses.expense_return,
            act="approve",
            when=expenses.may_decide,
            params={"note": forms.CharField(label=_("Your question"), max_length=300)},
            icon="corner-up-left",
        ),
        Verb(
            name="pay",
            label=_("Mark paid"),
            help=_("It counts as paid out to whoever claimed it."),
            run=expenses.expense_mark_paid,
            act="pay",
            when=expenses.may_pay,
            icon="coins",
        ),
    ),
    views=(
        View(name="mine", title=_("Mine"), condition={"field": "owner", "op": "me"}, pinned=True),
        View(
            name="waiting",
            title=_("Waiting for a decision"),
            condition={"field": "state", "op": "=", "value": "submitted"},
            pinned=True,
        ),
    ),
    prepare=expenses.expense_prepare,
    order=40,
    empty=_(
        "What was spent to win and serve deals. Small amounts are approved the moment you hand them in."
    ),
)

ENTITIES = (INVOICES, COLLECTIONS, ALLOCATIONS, EXPENSES)

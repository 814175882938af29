"""Writing invoices, collections and expenses: one verb per function."""

from .billing import contract_invoice, invoice_credit, invoice_from_contract, order_invoice
from .collections import (
    allocation_reverse,
    collection_allocate,
    collection_allocate_many,
    collection_allocate_oldest,
    collection_refund,
)
from .crediting import credit_draft
from .dunning import invoice_promise, invoice_remind
from .expenses import expense_approve, expense_mark_paid, expense_return, expense_submit
from .invoices import invoice_issue

__all__ = [
    "allocation_reverse",
    "collection_allocate",
    "collection_allocate_many",
    "collection_allocate_oldest",
    "collection_refund",
    "contract_invoice",
    "credit_draft",
    "expense_approve",
    "expense_mark_paid",
    "expense_return",
    "expense_submit",
    "invoice_credit",
    "invoice_from_contract",
    "invoice_issue",
    "invoice_promise",
    "invoice_remind",
    "order_invoice",
]

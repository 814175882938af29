"""Writing invoices, collections and expenses: one verb per function."""

from .collections import (
    allocation_reverse,
    collection_allocate,
    collection_allocate_oldest,
    collection_refund,
)
from .expenses import expense_approve, expense_mark_paid, expense_return, expense_submit
from .invoices import invoice_credit, invoice_from_contract, invoice_issue

__all__ = [
    "allocation_reverse",
    "collection_allocate",
    "collection_allocate_oldest",
    "collection_refund",
    "expense_approve",
    "expense_mark_paid",
    "expense_return",
    "expense_submit",
    "invoice_credit",
    "invoice_from_contract",
    "invoice_issue",
]

"""The tables of finance, one file per subject."""

from .collections import Allocation, Collection
from .expenses import Expense, ExpenseLine
from .invoices import Invoice, InvoiceLine

__all__ = ["Allocation", "Collection", "Expense", "ExpenseLine", "Invoice", "InvoiceLine"]

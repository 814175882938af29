"""Tonglu (通路): a CRM that follows revenue from the first lead to the commission paid."""

__version__ = "0.1.0"

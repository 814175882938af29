"""The tables of customers, one file per subject."""

from .accounts import Account, AccountAddress
from .contacts import Contact, Employment
from .lists import Industry, Source

__all__ = ["Account", "AccountAddress", "Contact", "Employment", "Industry", "Source"]

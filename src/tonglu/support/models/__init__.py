"""The tables of support, one file per subject."""

from .articles import Article
from .orders import ServiceOrder
from .tickets import Ticket

__all__ = ["Article", "ServiceOrder", "Ticket"]

"""The tables of supply, one file per subject."""

from .purchases import Purchase, PurchaseLine, Supplier
from .stock import StockLevel, StockMove, Warehouse

__all__ = ["Purchase", "PurchaseLine", "StockLevel", "StockMove", "Supplier", "Warehouse"]

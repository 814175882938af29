"""The tables of the catalog, one file per subject."""

from .currencies import Currency, ExchangeRate
from .prices import PriceList, PriceListLine
from .products import Category, Product, ProductPart

__all__ = [
    "Category",
    "Currency",
    "ExchangeRate",
    "PriceList",
    "PriceListLine",
    "Product",
    "ProductPart",
]

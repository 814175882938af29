"""The tables of quotes, contracts and orders."""

from .contracts import Contract, ContractCredit, ContractLine, PaymentInstalment
from .fulfilment import OrderReturn, OrderReturnLine, Shipment, ShipmentLine
from .orders import Order, OrderLine
from .quotes import DiscountLimit, Quote, QuoteEvent, QuoteLine

__all__ = [
    "Contract",
    "ContractCredit",
    "ContractLine",
    "DiscountLimit",
    "Order",
    "OrderLine",
    "OrderReturn",
    "OrderReturnLine",
    "PaymentInstalment",
    "Quote",
    "QuoteEvent",
    "QuoteLine",
    "Shipment",
    "ShipmentLine",
]

"""Writes of quotes, contracts and orders, one file per subject."""

from .answers import (
    quote_answer_accept,
    quote_answer_decline,
    quote_by_token,
    quote_view,
)
from .contracts import (
    contract_activate,
    contract_amend,
    contract_complete,
    contract_sign,
    contract_terminate,
    contract_to_order,
)
from .delivering import order_deliver, shipment_deliver
from .fulfilment import may_reserve, order_cancel, order_reserve, order_return, order_ship
from .history import contract_from_won, contracts_from_won
from .intake import Intake, order_receive
from .links import quote_token
from .quotes import (
    quote_accept,
    quote_ask_approval,
    quote_decline,
    quote_from_opportunity,
    quote_new_version,
    quote_price_decided,
    quote_send,
    quote_to_contract,
    quote_to_order,
    quotes_expire,
)
from .renewals import contract_renew, renewal_first

__all__ = [
    "Intake",
    "contract_activate",
    "contract_amend",
    "contract_complete",
    "contract_from_won",
    "contract_renew",
    "contract_sign",
    "contract_terminate",
    "contract_to_order",
    "contracts_from_won",
    "may_reserve",
    "order_cancel",
    "order_deliver",
    "order_receive",
    "order_reserve",
    "order_return",
    "order_ship",
    "quote_accept",
    "quote_answer_accept",
    "quote_answer_decline",
    "quote_ask_approval",
    "quote_by_token",
    "quote_decline",
    "quote_from_opportunity",
    "quote_new_version",
    "quote_price_decided",
    "quote_send",
    "quote_to_contract",
    "quote_to_order",
    "quote_token",
    "quote_view",
    "quotes_expire",
    "renewal_first",
    "shipment_deliver",
]

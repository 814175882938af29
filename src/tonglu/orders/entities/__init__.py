"""What orders show and offer, one file per subject."""

from .contracts import CONTRACT
from .fulfilment import ORDER, RETURN, SHIPMENT
from .quotes import DEAL_VERBS, DISCOUNT_LIMIT, QUOTE

ENTITIES = (QUOTE, CONTRACT, ORDER, SHIPMENT, RETURN, DISCOUNT_LIMIT)

__all__ = ["DEAL_VERBS", "ENTITIES"]

"""What customers show and offer: accounts, contacts and the pick lists they share."""

from .accounts import ACCOUNT
from .contacts import CONTACT
from .lists import INDUSTRY, SOURCE

ENTITIES = (ACCOUNT, CONTACT, INDUSTRY, SOURCE)

"""Customers that the tests of other modules hang their records on."""

from __future__ import annotations

from tonglu.customers.models import Account
from tonglu.policy.testing import Cast


def account_of(cast: Cast, name: str = "Acme Pumps") -> Account:
    """Ana's customer of that name, made once."""
    found, _made = Account.objects.get_or_create(
        name=name, defaults={"owner": cast.ana, "department": cast.east}
    )
    return found

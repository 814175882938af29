"""The company of the permission tests: records of Ana (East), of Cy (West) and of one person per role, for each main kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings

from tonglu.catalog.models import Product
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_create, record_trash
from tonglu.entities.testing import signed_in
from tonglu.policy import Actor
from tonglu.policy.testing import Cast, cast_make
from tonglu.sales.sample import sales_load_sample
from tonglu.supply.models import Supplier, Warehouse

from .expected import PEOPLE

SYSTEM = Actor.system("cli")
TRASHED = "trashed"


@dataclass(kw_only=True)
class Company:
    """People signed in, and the records by kind and owner's short name; `trashed` is one of Ana's in the trash."""

    cast: Cast
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    found: dict[str, tuple[str, int]] = field(default_factory=dict)

    def client(self, person: str) -> Client:
        """The person's browser."""
        if person not in self.clients:
            self.clients[person] = signed_in(getattr(self.cast, person))
        return self.clients[person]


Values = Callable[[Company, Any], dict[str, Any]]


def _on_account(**more: Any) -> Values:
    return lambda company, owner: {"account": company.rows["customers.account"][owner], **more}


MADE: dict[str, Values] = {
    "customers.account": lambda company, owner: {"name": f"Acme of {owner}"},
    "customers.contact": _on_account(name="Li Wei"),
    "marketing.lead": lambda company, owner: {"name": "Zhang Jun", "company": f"Huachen {owner}"},
    "sales.opportunity": _on_account(name="Ten pumps", amount=100),
    "orders.quote": _on_account(title="Pumps"),
    "orders.contract": _on_account(name="Pumps"),
    "orders.order": _on_account(recipient="Gate 3"),
    "finance.invoice": _on_account(title="Acme"),
    "finance.collection": _on_account(received_on="2026-01-31", amount=100),
    "finance.expense": lambda company, owner: {"title": "Trip", "spent_on": "2026-01-31"},
    "support.ticket": _on_account(subject="It hums"),
    "support.serviceorder": _on_account(task="Change the seal"),
    "collaboration.calendarevent": lambda company, owner: {
        "title": "Visit",
        "starts_at": "2026-01-31T09:00Z",
        "ends_at": "2026-01-31T10:00Z",
    },
    "collaboration.task": lambda company, owner: {"subject": "Call"},
    "collaboration.note": lambda company, owner: {"title": "Mine", "text": "Ask again"},
    "collaboration.link": lambda company, owner: {"name": "Map", "url": "https://acme.test/map"},
    "collaboration.followup": lambda company, owner: {
        "text": "They asked again",
        "at": "2026-01-31T09:00Z",
    },
    "marketing.campaign": lambda company, owner: {"name": f"Fair of {owner}"},
    "marketing.segment": lambda company, owner: {"name": f"Old customers of {owner}"},
    "support.article": lambda company, owner: {"title": "It hums", "body": "Change the seal."},
    "supply.supplier": lambda company, owner: {"name": f"Foundry {owner}"},
    "supply.purchase": lambda company, owner: {
        "supplier": company.rows["supply.supplier"][owner],
        "warehouse": Warehouse.objects.get_or_create(name="Main store")[0],
    },
}


def company_make(cast: Cast) -> Company:
    """The records of everybody, made anew."""
    made = Company(cast=cast)
    sales_load_sample(actor=SYSTEM)
    Product.objects.create(sku="P-1", name="Pump", list_price=100, cost=60)
    for kind in MADE:
        made.rows[kind] = {
            owner: _row(made, kind, owner) for owner in ("ana", "cy", *PEOPLE.values())
        }
        gone = _row(made, kind, "ana")
        record_trash(actor=SYSTEM, row=gone)
        made.rows[kind][TRASHED] = gone
    for person in ("ana", "cy", *PEOPLE.values()):
        made.client(person)
    return made


@pytest.fixture(scope="package")
def company_made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    """The company, made once for all permission tests and rolled back after them."""
    with (
        django_db_blocker.unblock(),
        override_settings(API_CALLS_PER_MINUTE=0),
        transaction.atomic(),
    ):
        made = company_make(cast_make())
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def company(company_made: Company, db: None) -> Company:
    """The company; what a test does to it is rolled back."""
    return company_made


def _row(company: Company, kind: str, owner: str) -> Any:
    person = getattr(company.cast, owner)
    values = MADE[kind](company, owner)
    values["owner"] = person
    model = entity_of(kind).model
    if kind == "customers.account":
        values["name"] += f" {model._default_manager.count()}"
    if kind == "supply.supplier":
        assert issubclass(model, Supplier)
        values["name"] += f" {model._default_manager.count()}"
    return record_create(actor=SYSTEM, model=model, values=values)

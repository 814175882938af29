"""Deals for tests: the shipped pipelines, a customer of Ana's, and a deal of hers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from tonglu.customers.models import Account, Contact
from tonglu.entities.services import record_create
from tonglu.policy import Actor
from tonglu.sales.models import Opportunity, Pipeline, Stage, WinLossReason
from tonglu.sales.sample import sales_load_sample

SYSTEM = Actor.system("cli")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English, whatever language the page before it spoke."""
    with translation.override("en"):
        yield


@pytest.fixture
def selling(cast: Any) -> Any:
    """The cast, with the shipped pipelines and reasons loaded."""
    sales_load_sample(actor=SYSTEM)
    return cast


@pytest.fixture
def account(selling: Any) -> Account:
    """A customer of Ana's."""
    return Account.objects.create(name="Acme Pumps", owner=selling.ana, department=selling.east)


@pytest.fixture
def contact(account: Account, selling: Any) -> Contact:
    """Somebody who works there."""
    return Contact.objects.create(
        name="Li Wei", account=account, owner=selling.ana, department=selling.east
    )


@pytest.fixture
def deal(selling: Any, account: Account, actor: Any) -> Opportunity:
    """A deal of Ana's in the first stage of field sales."""
    return record_create(
        actor=actor(selling.ana),
        model=Opportunity,
        values={"name": "Ten pumps", "account": account, "amount": 100_000},
    )


@pytest.fixture
def stage(selling: Any) -> Any:
    """`stage("field.proposal")`: a shipped stage."""
    return lambda code: Stage.objects.get(external_id=code)


@pytest.fixture
def reason(selling: Any) -> Any:
    """`reason("lost")`: the first reason of an outcome."""
    return lambda outcome: WinLossReason.objects.filter(outcome=outcome).first()


@pytest.fixture
def field_pipeline(selling: Any) -> Pipeline:
    """The pipeline of field sales."""
    return Pipeline.objects.get(code="field")

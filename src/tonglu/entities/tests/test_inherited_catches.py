"""The inherited tests catch what they are there for: a fault is planted, and the test that must fail fails.

Each fault is one a person could make in a day's work: a scope forgotten, a version not compared, a field let through, a write that
leaves no trail. Without a fault the same tests pass.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import ClassVar

import pytest
from django.db import connection

from tonglu import policy
from tonglu.api import middleware as api
from tonglu.customers.models import Account
from tonglu.entities import services
from tonglu.entities.forms import EntityForm
from tonglu.entities.testing import EntityTests, Raw
from tonglu.entities.testing.bench import Bench, _bench
from tonglu.entities.web import lists
from tonglu.policy.testing import Cast

Plant = Callable[[pytest.MonkeyPatch], object]


class Accounts(EntityTests):
    """A kind that has everything; not collected, its tests are called from here."""

    kind = "customers.account"
    changed: ClassVar[Raw] = {"city": "Suzhou"}

    def valid(self, cast: Cast, n: int) -> Raw:
        return {"name": f"Northwind {n * 7919} Pumps", "city": "Shanghai", "employees": 120}


def _no_scope(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "visible", lambda _actor, rows, act="read": rows)
    patch.setattr(policy, "require", lambda *_args, **_more: None)


def _no_version(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(services, "_refuse_stale", lambda _row, _version: None)


def _every_column_written(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(EntityForm, "_refuse_strangers", lambda _form: None)


def _nobody_named(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(services, "context", lambda *_args, **_more: nullcontext())


def _no_trigger(_patch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE customers_account DISABLE TRIGGER audit_insert")


def _a_query_a_row(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lists, "title_of", lambda row, _entity: str(Account.objects.get(pk=row.pk)))


def _posts_repeated(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(api, "answered_once", lambda request, answer: answer(request))


FAULTS: dict[str, tuple[Plant, str]] = {
    "a scope that is forgotten": (_no_scope, "test_for_a_stranger_it_does_not_exist"),
    "a version that is ignored": (_no_version, "test_one_field_in_place_and_a_stale_version"),
    "a version the API ignores": (_no_version, "test_the_api_makes_reads_changes_and_trashes"),
    "a field that anybody may write": (
        _every_column_written,
        "test_only_declared_fields_can_be_written",
    ),
    "a write that names nobody": (_nobody_named, "test_the_form_makes_one_and_the_trail_says_who"),
    "a write without a trail": (_no_trigger, "test_the_form_makes_one_and_the_trail_says_who"),
    "a query for each row": (
        _a_query_a_row,
        "test_pages_cost_at_most_twelve_queries_whatever_the_rows",
    ),
    "a retry that acts again": (_posts_repeated, "test_a_retried_post_has_one_effect"),
}


@pytest.fixture
def bench_of_accounts(standing_cast: Cast, db: None) -> Bench:
    """Ana's account, and the browsers of Ana and Cy."""
    return _bench(Accounts(), standing_cast)


@pytest.mark.parametrize("name", sorted({test for _plant, test in FAULTS.values()}))
def test_without_a_fault_it_passes(bench_of_accounts: Bench, name: str) -> None:
    getattr(Accounts(), name)(bench_of_accounts)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(
    bench_of_accounts: Bench, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    plant, name = FAULTS[fault]
    plant(monkeypatch)

    with pytest.raises((AssertionError, IndexError)):
        getattr(Accounts(), name)(bench_of_accounts)

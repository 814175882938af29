"""Deals that are not with whoever has their account are all known: whatever is written, in whatever order, by many at once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

from tonglu import policy
from tonglu.customers.models import Account
from tonglu.directory.memory import memory
from tonglu.entities.selectors import rows
from tonglu.policy import strays
from tonglu.sales import totals
from tonglu.sales.models import Opportunity, StrayDeal

from .test_totals import READERS, _act, _fill

KIND = "sales.opportunity"


@pytest.fixture(autouse=True)
def _many_accounts(monkeypatch: Any) -> None:
    """Readers of few accounts are answered from those."""
    monkeypatch.setattr("tonglu.policy.engine.are_few", lambda *_asked, most: False)


@pytest.mark.django_db
@pytest.mark.parametrize("most", [5, strays.MOST])
def test_each_reader_sees_the_same_deals_as_if_every_deal_was_looked_at(
    selling: Any, actor: Any, most: int, monkeypatch: Any
) -> None:
    """Planted mutant: strays without `row_id IS NULL` lose the deals of accounts that changed hands."""
    monkeypatch.setattr(strays, "MOST", most)
    chance = random.Random(17)
    _fill(selling, chance, 60)
    through = 0
    for turn in range(40):
        (_hand_over if turn % 5 == 3 else _act)(selling, chance)
        if turn % 10 == 5:
            (totals.totals_fold, totals.strays_rebuild)[turn // 10 % 2]()
        for name in READERS if turn % 4 == 0 else ():
            reader = actor(getattr(selling, name))
            with memory(reading=True):
                seen = set(rows(reader, Opportunity).values_list("pk", flat=True))
            everything = set(rows(reader, Opportunity).values_list("pk", flat=True))
            assert seen == everything, (turn, name)
            through += policy.sight(reader, KIND).rest is not None and len(seen)
    assert through
    assert totals._call("SELECT sales_strays_missing()") == 0


@pytest.mark.django_db
def test_the_deals_of_a_leader_are_found_without_looking_at_all_of_their_accounts(
    selling: Any, actor: Any
) -> None:
    _fill(selling, random.Random(3), 30)
    reader = actor(selling.lee)

    with memory(reading=True):
        asked = str(rows(reader, Opportunity).order_by().values("pk").query)

    assert "ANY(" in asked
    assert "customers_account" not in asked
    assert "customers_account" in str(
        rows(reader, Opportunity).query
    )  # who writes asks in one statement


@pytest.mark.django_db
def test_who_reaches_further_among_accounts_sees_the_deals_of_all_of_them(
    selling: Any, actor: Any
) -> None:
    """Planted mutant: a `_reaches_as_far` that always agrees hides the deals that came with Ben's account."""
    policy.presets.grant("salesperson", "customers.account", "read", "team")
    policy.presets.policy_load_sample()
    _fill(selling, random.Random(3), 30)
    totals.totals_fold()
    with_ben = Opportunity.objects.filter(account__owner=selling.ben, owner=selling.ben)

    with memory(reading=True):
        seen = rows(actor(selling.ana), Opportunity).filter(pk__in=with_ben.values("pk"))

    assert seen.count() == with_ben.count() > 0


@pytest.mark.django_db(transaction=True)
def test_a_deal_written_while_its_account_changes_hands_is_known(selling: Any) -> None:
    """Planted mutants: a trigger of accounts that names their deals at once, or a job that does not wait for `ripe`, lose the deal."""
    _fill(selling, random.Random(3), 3)
    account = Account.objects.get(name="Customer 0")
    deal = Opportunity.objects.exclude(account=account).first()
    assert deal is not None
    totals.strays_rebuild()
    with _another() as writer:
        writer.execute(
            b"UPDATE sales_opportunity SET account_id = %s, owner_id = %s, department_id = %s WHERE id = %s",
            [account.pk, account.owner_id, account.department_id, deal.pk],
        )  # sees the account as it was
        Account.objects.filter(pk=account.pk).update(owner=selling.cy)
        for _turn in range(3):
            totals.totals_fold()  # must not settle the account before the deal is there to be seen
        writer.commit()

    assert _missing() == 0
    totals.totals_fold()
    assert _missing() == 0
    StrayDeal.objects.filter(row_id=None).update(ripe=0)  # all who were writing have ended
    totals.totals_fold()
    assert StrayDeal.objects.filter(row_id=deal.pk, parent_id=account.pk).exists()
    assert not StrayDeal.objects.filter(row_id=None).exists()


@pytest.mark.django_db
def test_a_stray_deal_that_is_not_known_is_told_and_found_again(selling: Any) -> None:
    _fill(selling, random.Random(3), 30)
    StrayDeal.objects.all().delete()

    with pytest.raises(totals.TotalsWrong, match="somebody else"):
        totals.totals_check()
    totals.totals_rebuild()
    totals.totals_check()


def _hand_over(selling: Any, chance: random.Random) -> None:
    """An account changes hands."""
    owner = chance.choice((selling.ana, selling.ben, selling.cy))
    given = Account.objects.filter(name=f"Customer {chance.randrange(3)}")
    given.update(owner=owner, department_id=owner.department_id)


def _missing() -> int:
    found: int = totals._call("SELECT sales_strays_missing()")
    return found


@contextmanager
def _another() -> Iterator[psycopg.Connection[Any]]:
    """A connection of somebody else."""
    params = connection.get_connection_params()
    plain = {
        key: params[key]
        for key in ("dbname", "user", "password", "host", "port")
        if params.get(key)
    }
    with psycopg.connect(**plain) as other:
        yield other

"""The trail cannot be changed, and where a superuser changes it after all, the chain shows where.

Planted mutants: `audit_link` without `e.changes`; `audit_broken` not comparing the head; a missing append-only trigger.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from django.db import Error, connection, transaction

from tonglu.audit.services import audit_seal, audit_verify
from tonglu.customers.models import Account
from tonglu.policy.testing import Cast
from tools.drills.fixture import Drill

ENTRIES = 40

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(cast: Cast) -> list[int]:
    """The numbers of a sealed chain's entries, in order."""
    for n in range(ENTRIES):
        Account.objects.create(name=f"Acme {n}", owner=cast.ana, department=cast.east)
    assert audit_seal() >= ENTRIES
    return _column("SELECT seq FROM audit_entry ORDER BY seq")


def test_a_whole_chain_verifies_and_goes_on_growing(cast: Cast, sealed: list[int]) -> None:
    assert audit_verify() is None
    Account.objects.update(city="Shanghai")
    assert audit_seal() == ENTRIES
    assert audit_verify() is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor_name = 'nobody'",
        "UPDATE audit_entry SET seq = NULL, hash = NULL",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
    ],
)
def test_entries_can_be_neither_changed_nor_removed(sealed: list[int], statement: str) -> None:
    with pytest.raises(Error, match="never changed or removed"), transaction.atomic():
        _run(statement)

    assert audit_verify() is None


def test_an_entry_not_yet_sealed_cannot_be_changed_either(cast: Cast) -> None:
    Account.objects.create(name="Acme", owner=cast.ana, department=cast.east)

    for statement in ("UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(Error, match="never changed or removed"), transaction.atomic():
            _run(statement)


def test_random_tamperings_are_all_found(sealed: list[int], drill: Drill) -> None:
    dice, tamperings, missed = drill.dice(), drill.size(200, 10_000), []
    for number in range(tamperings):
        tamper = TAMPERS[number % len(TAMPERS)]
        with transaction.atomic():
            _run("ALTER TABLE audit_entry DISABLE TRIGGER USER")
            told = tamper(dice, sealed)
            if audit_verify() is None:
                missed.append(told)
            transaction.set_rollback(True)

    drill.holds("edits, deletions, swaps, cuts and forgeries not noticed", missed, of=tamperings)
    assert audit_verify() is None


def _edit(dice: random.Random, places: list[int]) -> str:
    column, value = dice.choice(
        [
            ("actor_id", "1000000"),
            ("actor_name", "'Somebody else'"),
            ("door", "'forged'"),
            ("verb", "'forged'"),
            ("reason", "'forged'"),
            ("request_id", "'forged'"),
            ("changeset_id", "77777"),
            ("row_id", "row_id + 1"),
            ("kind", "'sales.opportunity'"),
            ("act", "'X'"),
            ("at", "at + interval '1 microsecond'"),
            ("parent_kind", "'forged'"),
            ("parent_id", "424242"),
            ("changes", 'changes || \'{"city": "Forged"}\''),
            ("hash", "sha256('forged')"),
        ]
    )
    return _run(f"UPDATE audit_entry SET {column} = {value} WHERE seq = {dice.choice(places)}")


def _delete(dice: random.Random, places: list[int]) -> str:
    return _run(f"DELETE FROM audit_entry WHERE seq = {dice.choice(places)}")


def _swap(dice: random.Random, places: list[int]) -> str:
    one, other = dice.sample(places, 2)
    _run(f"UPDATE audit_entry SET seq = -1 WHERE seq = {one}")
    _run(f"UPDATE audit_entry SET seq = {one} WHERE seq = {other}")
    return _run(f"UPDATE audit_entry SET seq = {other} WHERE seq = -1")


def _truncate(dice: random.Random, places: list[int]) -> str:
    return _run(f"DELETE FROM audit_entry WHERE seq > {dice.choice(places[:-1])}")


def _insert(dice: random.Random, places: list[int]) -> str:
    place = dice.choice(places)
    return _run(
        "INSERT INTO audit_entry (at, actor_name, door, request_id, verb, reason, kind, row_id, parent_kind, act, changes,"
        " seq, hash) SELECT at, actor_name, door, request_id, verb, reason, kind, row_id, parent_kind, act, changes,"
        f" {places[-1] + 1}, hash FROM audit_entry WHERE seq = {place}"
    )


TAMPERS: list[Callable[[random.Random, list[int]], str]] = [
    _edit,
    _delete,
    _swap,
    _truncate,
    _insert,
]


def _run(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    return statement


def _column(query: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [value for (value,) in cursor.fetchall()]

"""What the trail costs a write: `python -m tools.bench.auditing [--changes 300] [--rows 5000] [--rounds 7]`.

The same writes with the trail's triggers and without them, in turn, in a scratch database: accounts changed one by one through the
door of the pages and the API (rights, rules, search column, commit), an import of a file, and a bare SQL statement over many rows. The
cost is the part of the time with the trail that is not needed without it; of each way the quickest round counts.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .ground import ground

TABLE = "customers_account"
ACTS = ("insert", "update", "delete")


@dataclass(frozen=True, kw_only=True)
class Cost:
    """One way of writing: how many rows, and the seconds of the quickest round with the trail and without it."""

    name: str
    rows: int
    kept: float
    bare: float

    @property
    def share(self) -> float:
        """The part of the time that the trail takes."""
        return 1 - self.bare / self.kept

    def told(self) -> list[str]:
        """One line of the table."""
        return [self.name, f"{self.rows:,}", f"{self.kept:.3f}", f"{self.bare:.3f}", f"{self.share:.0%}"]  # fmt: skip


def main() -> None:
    """Measure and print a table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--changes", type=int, default=300, help="changes made one by one")
    asked.add_argument("--rows", type=int, default=5_000, help="rows of the import and of the statement")  # fmt: skip
    asked.add_argument("--rounds", type=int, default=7, help="rounds of each, with the trail and without")  # fmt: skip
    given = asked.parse_args()
    with ground():
        costs = measured(given.changes, given.rows, given.rounds)
    from tonglu.cli.output import table

    print(table([["way", "rows", "s", "s without", "cost"], *(cost.told() for cost in costs)]))


def measured(changes: int, rows: int, rounds: int) -> list[Cost]:
    """What the trail costs each way of writing, in the database at hand."""
    from .importing import _arrange, _director

    _arrange()
    ways = (
        ("change through the door", changes, _changes(_director(), changes)),
        ("import of accounts", rows, _imports(rows)),
        ("one SQL statement", rows, _statement(rows)),
    )
    return [_cost(name, count, way, rounds) for name, count, way in ways]


def _cost(name: str, rows: int, way: Callable[[], None], rounds: int) -> Cost:
    way()
    kept, bare = [], []
    for _round in range(rounds):
        kept.append(_seconds(way))
        with _no_trail():
            bare.append(_seconds(way))
    return Cost(name=name, rows=rows, kept=min(kept), bare=min(bare))


def _seconds(way: Callable[[], None]) -> float:
    begun = time.perf_counter()
    way()
    return time.perf_counter() - begun


@contextmanager
def _no_trail() -> Iterator[None]:
    _switch("DISABLE")
    try:
        yield
    finally:
        _switch("ENABLE")


def _switch(how: str) -> None:
    _run("; ".join(f"ALTER TABLE {TABLE} {how} TRIGGER audit_{act}" for act in ACTS))


def _run(statement: str, values: list[Any] | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _changes(actor: Any, count: int) -> Callable[[], None]:
    """Every account gets another city, each in a transaction of its own."""
    from tonglu.customers.models import Account
    from tonglu.entities.services import record_create, record_update

    accounts = [record_create(actor=actor, model=Account, values={"name": f"Pump Works {n}"}) for n in range(count)]  # fmt: skip
    towns = itertools.count()

    def way() -> None:
        town = f"Town {next(towns)}"
        for account in accounts:
            record_update(actor=actor, row=account, values={"city": town})

    return way


def _imports(count: int) -> Callable[[], None]:
    """New accounts from a file, as a person's upload brings them in."""
    from .importing import SORTS, _bring, _file

    accounts = next(sort for sort in SORTS if sort.name == "accounts")

    def way() -> None:
        _run(f"DELETE FROM {TABLE} WHERE external_id <> ''")
        _bring(accounts, _file(accounts, count))

    return way


def _statement(count: int) -> Callable[[], None]:
    """One UPDATE of accounts that an import left, and nothing around it: the dearest case, as the trail writes as much as it does."""
    towns = itertools.count()

    def way() -> None:
        _run(
            f"UPDATE {TABLE} SET city = %s WHERE id IN (SELECT id FROM {TABLE} ORDER BY id LIMIT %s)",
            [f"Place {next(towns)}", count],
        )

    return way


if __name__ == "__main__":
    main()

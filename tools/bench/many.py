"""Acts on many records in a big company: `python -m tools.bench.many [--edit 1000] [--export 100000]`.

A bulk edit and an export of deals by a director of the installation that TONGLU_DATA names, each through the full door (rights, rules,
audit, events) and beside it the bare SQL for the same: an UPDATE of the same rows with the same triggers, a COPY of the same columns.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection

TEXT = "Call about the bench"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What an act came to: how many rows, the seconds of ours and of the bare SQL."""

    name: str
    rows: int
    ours: float
    bare: float

    def told(self) -> list[str]:
        """One line of the table."""
        times = self.ours / self.bare if self.bare else 0.0
        rate = self.rows / self.ours if self.ours else 0.0
        return [self.name, f"{self.rows:,}", f"{self.ours:.2f}", f"{self.bare:.2f}", f"{rate:,.0f}", f"{times:.1f}"]  # fmt: skip


def main() -> None:
    """Measure and print a table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--edit", type=int, default=1_000, help="deals of the bulk edit")
    asked.add_argument("--export", type=int, default=100_000, help="deals of the export, at most")
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglu.config.settings")
    from tonglu.cli.installation import ready
    from tonglu.cli.output import table

    with ready():
        from tonglu.directory.models import Person
        from tonglu.policy import actor_of

        actor = actor_of(Person.objects.get(email="director@bench.example"))
        figures = [edited(actor, given.edit), exported(actor, given.export)]
    print(table([["act", "rows", "s", "SQL s", "rows/s", "times SQL"], *(f.told() for f in figures)]))  # fmt: skip


def edited(actor: Any, count: int) -> Figure:
    """The next step of the oldest open deals, set in one change-set, and set back by one UPDATE."""
    from tonglu.entities.bulkacts import EDIT, BulkAct, bulk_do
    from tonglu.entities.registry import entity_of
    from tonglu.entities.selectors import rows

    deals = rows(actor, "sales.opportunity").filter(is_open=True).order_by("pk")
    before = dict(deals.values_list("pk", "next_step")[:count])
    ids = list(before)
    act = BulkAct(act=EDIT, title="Bench", names=("next_step",), raw={"next_step": f"{TEXT} {time.time()}"})  # fmt: skip
    entity = entity_of("sales.opportunity")
    ours = _timed(lambda: bulk_do(actor=actor, entity=entity, ids=ids, act=act))
    bare = _timed(
        lambda: _run(
            "UPDATE sales_opportunity o SET next_step = b.step, version = version + 1"
            " FROM unnest(%s::bigint[], %s::text[]) b (id, step) WHERE o.id = b.id",
            [ids, list(before.values())],
        )
    )
    return Figure(name="bulk edit of deals", rows=len(ids), ours=ours, bare=bare)


def exported(actor: Any, most: int) -> Figure:
    """All visible deals as CSV, or the hundred thousand with the lowest numbers where there are more than may be."""
    from tonglu.entities.registry import entity_of
    from tonglu.entities.transfer.exporting import KIND, export_job
    from tonglu.sales.models import Opportunity
    from tonglu.toolkit.jobs import work_start

    entity, query = entity_of("sales.opportunity"), ""
    if Opportunity.objects.count() > most:
        query = 'condition={"field":"number","op":"starts","value":"B-000"}'
    told = {"query": query, "format": "csv"}
    work = work_start(actor=actor, kind=KIND, title="Bench")
    ours = _timed(
        lambda: export_job(
            work_id=work.pk, person_id=actor.person_id, slug=entity.slug, columns="list", **told
        )
    )
    work.refresh_from_db()
    count = work.result["rows"]
    bare = _timed(lambda: _copied(count))
    return Figure(name="export of deals as CSV", rows=count, ours=ours, bare=bare)


def _copied(count: int) -> None:
    asked = (
        "COPY (SELECT o.number, o.name, a.name, s.name, o.amount, o.currency, o.close_date, p.name FROM sales_opportunity o"
        " JOIN customers_account a ON a.id = o.account_id JOIN sales_stage s ON s.id = o.stage_id"
        f" LEFT JOIN directory_person p ON p.id = o.owner_id ORDER BY o.updated_at DESC LIMIT {count}) TO STDOUT (FORMAT csv)"
    )
    with connection.cursor() as cursor, cursor.copy(asked) as copy:
        for _part in copy:
            pass


def _run(statement: str, params: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def _timed(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()

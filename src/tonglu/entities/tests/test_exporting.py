"""An export prints each value as its column is read, shows no name its reader may not see, and asks a few questions a portion.

Planted mutants: names asked for row by row; the name of an owner's account that the reader may not see; a formula without its apostrophe.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tonglu.customers.models import Account
from tonglu.directory.memory import memory
from tonglu.entities.cli import export_rows
from tonglu.entities.registry import entity_of
from tonglu.entities.services import record_create
from tonglu.entities.transfer import exporting
from tonglu.entities.transfer.exporting import ExportRows
from tonglu.kernel.errors import Invalid
from tonglu.policy import Actor, actor_of
from tonglu.policy.testing import Cast
from tonglu.sales.models import Competitor, Opportunity
from tonglu.sales.sample import sales_load_sample

KIND = "sales.opportunity"


@pytest.fixture
def deals(cast: Cast) -> Cast:
    """Seven deals of Ana's, one of them with an account that is Cy's, one with two competitors."""
    sales_load_sample(actor=Actor.system("cli"))
    ana = actor_of(cast.ana)
    mine = Account.objects.create(name="Acme", owner=cast.ana, department=cast.east)
    for n in range(7):
        values = {"name": f"Pumps {n}", "account": mine, "amount": 1000 + n}
        record_create(actor=ana, model=Opportunity, values=values)
    rivals = [Competitor.objects.create(name=name) for name in ("Beta", "Alpha")]
    last = Opportunity.objects.latest("pk")
    last.competitors.set(rivals)
    far = Account.objects.create(name="Far", owner=cast.cy, department=cast.west)
    told = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    Opportunity.objects.filter(pk=last.pk).update(
        name='=HYPERLINK("x")', account=far, close_date=date(2026, 4, 5), stage_since=told
    )
    return cast


@contextmanager
def _in_shanghai() -> Iterator[None]:
    with timezone.override("Asia/Shanghai"), translation.override("en"):
        yield


def _printed(person: Any, columns: str) -> list[tuple[str, ...]]:
    rows = ExportRows(actor_of(person), entity_of(KIND), f"columns={columns}&sort=id", "list")
    with _in_shanghai():
        return [row for portion in rows.portions() for row in portion]


def test_each_type_is_printed_as_people_read_it(deals: Cast) -> None:
    columns = "name,account,owner,amount,close_date,stage_since,is_open,competitors,account.name"

    first, *_more, last = sorted(_printed(deals.ana, columns), reverse=True)

    assert first[:4] == ("Pumps 5", "Acme", str(deals.ana), "1005.00")
    assert first[6:] == ("Yes", "", "Acme")
    assert last[:3] == ('\'=HYPERLINK("x")', "", str(deals.ana))
    assert last[3:7] == ("1006.00", "2026-04-05", "2026-03-02 06:30:00", "Yes")
    assert sorted(last[7].split(", ")) == ["Alpha", "Beta"]


def test_rows_cost_statements_by_the_portion(deals: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    costs = []
    for size in (1, 2000):
        monkeypatch.setattr(exporting, "PORTION", size)
        with memory(), CaptureQueriesContext(connection) as asked:
            assert len(_printed(deals.ana, "name,account,owner,stage,competitors")) == 7
        costs.append(sum("sales_opportunity" in one["sql"] for one in asked.captured_queries))

    assert costs == [
        1 + 2 * 7,
        1 + 2,
    ]  # the rows; by the portion what they point at in many, and its names


def test_the_command_refuses_a_filter_that_no_list_knows(deals: Cast) -> None:
    """Planted mutant: unknown names are ignored, so that a slip of the pen exports the whole list."""
    out = io.BytesIO()
    ask = {"slug": "opportunities", "email": str(deals.ana.email), "encoding": "utf-8"}

    with pytest.raises(Invalid) as refused:
        export_rows(**ask, query="stage=won", out=out)

    assert (refused.value.field, refused.value.params) == ("query", {"name": "stage"})
    assert out.getvalue() == b""
    assert export_rows(**ask, query="f.name=Pumps 5&sort=name", out=out) == 1

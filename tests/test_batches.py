"""A file stores the same rows whether it comes in row by row or two thousand rows at a time: no rule knows of the batch.

Planted mutants that these tests catch: numbers of refused rows not given back; `contacts_after` without the former main contact;
turns of an assignment rule not written down at the end of the batch; rows with the key of an earlier line stored as new ones.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from tonglu.audit.models import Entry
from tonglu.catalog.models import Product
from tonglu.customers.models import Account, Industry
from tonglu.directory.models import Person
from tonglu.entities.models import CustomField
from tonglu.entities.registry import entity_of
from tonglu.entities.transfer import portions
from tonglu.entities.transfer.plans import ColumnPlan, ImportPlan
from tonglu.entities.transfer.reading import table_read
from tonglu.entities.transfer.run import import_run
from tonglu.marketing.models import AssignmentRule
from tonglu.policy import Actor, actor_of
from tonglu.policy.testing import Cast
from tonglu.sales.sample import sales_load_sample
from tonglu.toolkit.models import NumberSeries, OutboxEvent

ROWS = 40
PEOPLE = ("Ana", "Ben", "Cy", "", "Nobody")

Row = dict[str, str]


def account(n: int, pick: random.Random) -> Row:
    return {
        "name": pick.choice([f"Acme  Works {n}", f"Acme {n}", "" if n % 9 == 0 else f"华为 {n}"]),
        "industry": pick.choice(["Pumps", "pumps?", ""]),
        "employees": pick.choice(["12", "4,500", "-1", ""]),
        "phone": pick.choice(["+86 21 5555 0001", "12", ""]),
        "parent": pick.choice(["", "", f"k-{pick.randrange(ROWS)}"]),
        "owner": pick.choice(PEOPLE),
    }


def contact(n: int, pick: random.Random) -> Row:
    return {
        "name": pick.choice([f"Li  Wei {n}", f"Wang {n}"]),
        "account": pick.choice(["Base 1", "Base 2", "", "Base 9"]),
        "email": pick.choice([f"LI{n}@example.com", "no address", ""]),
        "is_primary": pick.choice(["yes", "no"]),
        "reports_to": pick.choice(["", "", f"k-{pick.randrange(ROWS)}"]),
    }


def lead(n: int, pick: random.Random) -> Row:
    return {
        "name": pick.choice([f"Zhang {n}", ""]),
        "company": pick.choice([f"Valves {n}", ""]),
        "lead_class": pick.choice(["live", "name", "dead"]),
        "dead_cause": pick.choice(["junk", ""]),
        "email": pick.choice([f"z{n}@example.com", "@"]),
        "owner": pick.choice(PEOPLE),
    }


def deal(n: int, pick: random.Random) -> Row:
    return {
        "name": f"Pumps {n}",
        "account": pick.choice(["Base 1", "Base 2", "Base 9"]),
        "stage": pick.choice(["field.won", "field.lost", "", "nowhere"]),
        "close_date": pick.choice(["2024-03-05", "2027-01-31", "31.31.2024", ""]),
        "opened_on": pick.choice(["2023-11-01", ""]),
        "amount": pick.choice(["1,000.50", "2.5万", "much"]),
        "custom.colour": pick.choice(["red", "Green", "mauve", ""]),
        "owner": pick.choice(PEOPLE),
    }


def deal_with_product(n: int, pick: random.Random) -> Row:
    return {
        "name": f"Valves {n}",
        "account": "Base 1",
        "opportunityline.product": pick.choice(["SKU-1", "SKU-2", "SKU-9"]),
        "opportunityline.quantity": pick.choice(["1", "3", "0"]),
        "opportunityline.price": pick.choice(["", "99.90"]),
    }


FILES = {
    "customers.account": account,
    "customers.contact": contact,
    "marketing.lead": lead,
    "sales.opportunity": deal,
    "sales.opportunity with lines": deal_with_product,
}
WATCHED = (
    "customers.account", "customers.contact", "customers.employment", "marketing.lead", "marketing.assignmentrule",
    "sales.opportunity", "sales.opportunityline", "sales.stagemove",
)  # fmt: skip


@pytest.fixture
def company(cast: Cast) -> Cast:
    """Accounts, products and rules for the rows of the files to meet."""
    sales_load_sample(actor=Actor.system("cli"))
    Industry.objects.create(name="Pumps")
    for n in (1, 2):
        Account.objects.create(name=f"Base {n}", owner=cast.ana, department=cast.east)
        Product.objects.create(sku=f"SKU-{n}", name=f"Product {n}", list_price=100 * n)
    for order, method in enumerate(("round_robin", "by_load"), start=1):
        AssignmentRule.objects.create(
            name=method, method=method, team=cast.east, position=order,
            condition={"field": "company", "op": "is_set" if order == 1 else "is_empty"},
        )  # fmt: skip
    CustomField.objects.create(
        kind="sales.opportunity", key="colour", label="Colour", type="choice", options="red\ngreen"
    )
    return cast


@pytest.mark.parametrize(("who", "seed"), [("ana", 1), ("dee", 2)])
@pytest.mark.parametrize("kind", FILES)
def test_rows_are_the_same_one_by_one_and_together(
    company: Cast, kind: str, who: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = actor_of(getattr(company, who), door="import")
    # Whom a rule gives a lead to depends on what the leads before it have become; changes come last in a batch.
    rounds = 1 if kind == "marketing.lead" else 2
    files = [_file(FILES[kind], random.Random(seed + n)) for n in range(rounds)]

    single, together = (
        _stored(actor, kind.split()[0], files, size, monkeypatch) for size in (1, 2000)
    )

    for name, found in single.items():
        assert together[name] == found, name
    assert single["reports"][0][0]["created"] > 0


def _file(row: Callable[[int, random.Random], Row], pick: random.Random) -> bytes:
    """Rows of which one has no key, and, where none points at another, some the key of an earlier one."""
    keys = 34 if row in (lead, deal) else ROWS
    rows = [{"external_id": f"k-{n % keys}" if n else "", **row(n, pick)} for n in range(ROWS)]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _stored(
    actor: Actor, kind: str, files: list[bytes], size: int, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """What the files leave behind, in a transaction that is rolled back."""
    monkeypatch.setattr(portions, "PORTION", size)
    with transaction.atomic():
        trail = Entry.objects.exclude(kind="marketing.assignmentrule")
        before, sent = trail.count(), OutboxEvent.objects.count()
        reports = [_brought(actor, kind, content) for content in files]
        found: dict[str, Any] = {
            "reports": reports,
            "numbers": dict(NumberSeries.objects.values_list("series", "last")),
            "trail": trail.count() - before,
            "events": sorted(OutboxEvent.objects.values_list("name", flat=True)[sent:]),
        }
        found.update({model: _rows(model) for model in WATCHED})
        transaction.set_rollback(True)
    return found


def _brought(actor: Actor, kind: str, content: bytes) -> Any:
    table = table_read(content, "a.csv")
    columns = tuple(ColumnPlan(field=name, header=name) for name in table.headers)
    plan = ImportPlan(kind=kind, columns=columns, file="a.csv")
    report = import_run(actor=actor, plan=plan, table=table)
    assert entity_of(kind).model
    problems = sorted((p.line, p.header, p.value, p.reason) for p in report.problems)
    return report.counts, problems


def _rows(kind: str) -> list[dict[str, Any]]:
    """Every column of every row but its id, the times to the day; rows that waited for others come in another order."""
    model = apps.get_model(kind)
    rows = [
        {f.name: _plain(row, f) for f in model._meta.concrete_fields if f.name != "id"}
        for row in model._default_manager.all()
    ]
    return sorted(rows, key=str)


def _plain(row: Any, field: Any) -> Any:
    value = getattr(row, field.attname)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, timedelta):
        return value.days
    if field.is_relation and value is not None:
        related = getattr(row, field.name)
        return str(related.name if isinstance(related, Person) else related)
    return value

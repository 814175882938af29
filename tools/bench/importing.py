"""How fast files come in and go out: rows a second through the full door, beside COPY of the very same rows in the same run.

    python -m tools.bench.importing --rows 10000

For each kind a file of rows is made and brought in as a person's upload is: read, looked up, validated, derived, stored, audited,
committed by portions. Then the stored rows are taken away and written again by a bare `COPY` into the same tables, with the same
indexes, constraints and audit triggers. The ratio of the two is what the door costs.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from .ground import ground

Rows = Iterator[list[str]]


@dataclass(frozen=True, kw_only=True)
class Sort:
    """One sort of file: the kind, its headers and fields, its rows by number, and the tables its records live in."""

    name: str
    kind: str
    columns: dict[str, str]
    row: Callable[[int], list[str]]
    tables: tuple[str, ...]


@dataclass(kw_only=True)
class Figure:
    """What one sort of file measured."""

    name: str
    rows: int
    import_rate: float
    copy_rate: float
    again_rate: float

    @property
    def ratio(self) -> float:
        """The import's rate as a part of COPY's."""
        return self.import_rate / self.copy_rate


COMPANIES = 997
SORTS = (
    Sort(
        name="accounts",
        kind="customers.account",
        columns={
            "Id": "external_id",
            "Name": "name",
            "Phone": "phone",
            "City": "city",
            "Employees": "employees",
            "Industry": "industry",
            "Owner": "owner",
        },
        row=lambda n: [
            f"acc-{n}",
            f"Northern Pump Works No. {n}",
            f"+86 21 {55000000 + n}",
            "上海",
            str(10 + n % 5000),
            f"Industry {n % 20}",
            f"Seller {n % 50}",
        ],
        tables=("customers_account",),
    ),
    Sort(
        name="contacts",
        kind="customers.contact",
        columns={
            "Id": "external_id",
            "Name": "name",
            "Account": "account",
            "Email": "email",
            "Mobile": "mobile",
            "Title": "title",
            "Owner": "owner",
        },
        row=lambda n: [
            f"con-{n}",
            f"Li Wei {n}",
            f"base-{n % COMPANIES}",
            f"li.wei.{n}@example.com",
            f"+86 138 {10000000 + n}",
            "Engineer",
            f"Seller {n % 50}",
        ],
        tables=("customers_contact", "customers_employment"),
    ),
    Sort(
        name="leads",
        kind="marketing.lead",
        columns={
            "Id": "external_id",
            "Name": "name",
            "Company": "company",
            "Email": "email",
            "Mobile": "mobile",
            "Owner": "owner",
        },
        row=lambda n: [
            f"lead-{n}",
            f"Wang Fang {n}",
            f"Eastern Valve Factory {n}",
            f"wang.fang.{n}@example.com",
            f"+86 139 {10000000 + n}",
            f"Seller {n % 50}",
        ],
        tables=("marketing_lead",),
    ),
    Sort(
        name="deals",
        kind="sales.opportunity",
        columns={
            "Id": "external_id",
            "Name": "name",
            "Account": "account",
            "Amount": "amount",
            "Close": "close_date",
            "Owner": "owner",
        },
        row=lambda n: [
            f"deal-{n}",
            f"Pumps for hall {n}",
            f"base-{n % COMPANIES}",
            f"{1000 + n}.50",
            f"2027-{1 + n % 12:02}-{1 + n % 28:02}",
            f"Seller {n % 50}",
        ],
        tables=("sales_opportunity", "sales_stagemove"),
    ),
    Sort(
        name="closed deals with a product",
        kind="sales.opportunity",
        columns={
            "Id": "external_id",
            "Name": "name",
            "Account": "account",
            "Stage": "stage",
            "Close": "close_date",
            "Owner": "owner",
            "Product": "opportunityline.product",
            "Price": "opportunityline.price",
        },
        row=lambda n: [
            f"old-{n}",
            f"Valves for hall {n}",
            f"base-{n % COMPANIES}",
            "field.won",
            f"2024-{1 + n % 12:02}-{1 + n % 28:02}",
            f"Seller {n % 50}",
            f"SKU-{n % 40}",
            f"{1000 + n}.00",
        ],
        tables=("sales_opportunity", "sales_stagemove", "sales_opportunityline"),
    ),
)


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=10_000, help="rows of each file")
    parser.add_argument("--only", default="", help="only the sorts whose name contains this")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with ground():
        _arrange()
        sorts = [sort for sort in SORTS if options.only in sort.name]
        figures = [_measured(sort, options.rows) for sort in sorts]
        exports = _exports(options.rows)
    if options.json:
        print(json.dumps({"imports": [asdict(f) for f in figures], "exports": exports}, indent=1))
        return
    print(f"{'':32}{'rows':>9}{'import/s':>10}{'COPY/s':>10}{'ratio':>8}{'again/s':>10}")
    for one in figures:
        print(
            f"{one.name:32}{one.rows:>9,}{one.import_rate:>10,.0f}{one.copy_rate:>10,.0f}"
            f"{one.ratio:>8.2f}{one.again_rate:>10,.0f}"
        )
    for name, rate in exports.items():
        print(f"{name:32}{options.rows:>9,}{rate:>10,.0f}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"Most memory of the process: {most} MB.")


def _measured(sort: Sort, rows: int) -> Figure:
    content = _file(sort, rows)
    since = time.perf_counter()
    report = _bring(sort, content)
    took = time.perf_counter() - since
    assert (report.created, report.problems) == (rows, []), report.problems[:3]
    since = time.perf_counter()
    report = _bring(sort, content)
    again = time.perf_counter() - since
    assert report.unchanged == rows, report.counts
    copied = _copied(sort.tables)
    return Figure(
        name=sort.name,
        rows=rows,
        import_rate=rows / took,
        copy_rate=rows / copied,
        again_rate=rows / again,
    )


def _file(sort: Sort, rows: int) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(sort.columns)
    writer.writerows(sort.row(n) for n in range(1, rows + 1))
    return out.getvalue().encode()


def _bring(sort: Sort, content: bytes) -> Any:
    from tonglu.entities.transfer.plans import ColumnPlan, ImportPlan
    from tonglu.entities.transfer.reading import table_read
    from tonglu.entities.transfer.run import import_run

    columns = tuple(ColumnPlan(field=f, header=h) for h, f in sort.columns.items())
    plan = ImportPlan(kind=sort.kind, columns=columns, file=f"{sort.name}.csv")
    return import_run(actor=_director(), plan=plan, table=table_read(content, plan.file))


def _copied(tables: tuple[str, ...]) -> float:
    """Seconds that COPY takes for the rows the import has just stored; they stay as COPY wrote them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET tonglu.undoing = 'on'")
        kept = {table: _copy_out(cursor, table) for table in tables}
        for table in reversed(tables):
            cursor.execute(f'DELETE FROM "{table}" WHERE id > %s', [_before[table]])
        cursor.execute("RESET tonglu.undoing")
        cursor.execute("VACUUM")
        since = time.perf_counter()
        cursor.execute("BEGIN")
        for table, (columns, rows) in kept.items():
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                copy.write(rows)
        cursor.execute("COMMIT")
        took = time.perf_counter() - since
        for table in tables:
            cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')
            _before[table] = cursor.fetchone()[0]
    return took


_before: dict[str, int] = {}


def _copy_out(cursor: Any, table: str) -> tuple[str, bytes]:
    cursor.execute(
        "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER' AND table_schema = 'public'",
        [table],
    )
    columns = cursor.fetchone()[0]
    after = _before.setdefault(table, 0)
    query = f'COPY (SELECT {columns} FROM "{table}" WHERE id > {after} ORDER BY id) TO STDOUT'
    with cursor.copy(query) as copy:
        return columns, b"".join(bytes(part) for part in copy)


def _exports(rows: int) -> dict[str, float]:
    from tonglu.entities.registry import entity_of
    from tonglu.entities.transfer.exporting import export_job, export_start

    rates = {}
    entity = entity_of("customers.account")
    for format_ in ("csv", "xlsx"):
        actor = _director()
        work = export_start(actor=actor, entity=entity, query="", format=format_)
        since = time.perf_counter()
        export_job(
            work_id=work.pk,
            person_id=actor.person_id,
            slug=entity.slug,
            query="",
            format=format_,
            columns="list",
        )
        work.refresh_from_db()
        count = work.result["rows"]
        rates[f"export {format_}"] = count / (time.perf_counter() - since)
    return rates


def _arrange() -> None:
    """Fifty salespeople, a director, twenty industries, some accounts and products for the rows to point at."""
    from tonglu.catalog.models import Product
    from tonglu.customers.models import Account, Industry
    from tonglu.directory.models import Department, Person, Role, RoleAssignment
    from tonglu.policy import Actor
    from tonglu.policy.presets import policy_load_sample
    from tonglu.sales.sample import sales_load_sample

    policy_load_sample()
    sales_load_sample(actor=Actor.system("cli"))
    team = Department.objects.create(name="Sales", path="")
    people = [
        Person(name=f"Seller {n}", email=f"s{n}@example.com", department=team) for n in range(50)
    ]
    Person.objects.bulk_create(people)
    director = Person.objects.create(name="Director", email="director@example.com", department=team)
    role, _made = Role.objects.get_or_create(code="sales_director", defaults={"name": "Director"})
    RoleAssignment.objects.create(person=director, role=role)
    Industry.objects.bulk_create(Industry(name=f"Industry {n}") for n in range(20))
    Product.objects.bulk_create(
        Product(sku=f"SKU-{n}", name=f"Product {n}", list_price=100) for n in range(40)
    )
    made = Account.objects.bulk_create(
        Account(name=f"Base {n}", external_id=f"base-{n}", owner=people[n % 50], department=team)
        for n in range(COMPANIES)
    )
    _before["customers_account"] = max(account.pk for account in made)


def _director() -> Any:
    from tonglu.directory.models import Person
    from tonglu.policy import actor_of

    return actor_of(Person.objects.get(email="director@example.com"), door="import")


if __name__ == "__main__":
    main()

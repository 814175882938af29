"""A company of any size, written by COPY into an empty installation: `python -m tools.bench.company --deals 100000 --people 50`.

For each deal half an account, one contact and two follow-ups; a tree of departments four levels deep; two custom fields in use.
Triggers rest and indexes are built afterwards, as PostgreSQL's manual advises for filling a database. Deterministic.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
PASSWORD = "a bench needs no secret, only speed"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
GIVEN = "军伟芳娜敏静丽强磊洋艳勇杰娟涛明超秀霞平刚桂英华玉萍红建文利云"
PLACES = (
    "上海",
    "北京",
    "深圳",
    "苏州",
    "杭州",
    "成都",
    "武汉",
    "宁波",
    "Berlin",
    "Austin",
    "Osaka",
    "Lyon",
)
TRADES = (
    "精密机械",
    "生物科技",
    "新能源",
    "泵业",
    "自动化设备",
    "Instruments",
    "Systems",
    "Foods",
    "Chemicals",
    "Logistics",
)
FORMS = ("有限公司", "股份有限公司", "集团", "GmbH", "Inc.", "Ltd.")
GOODS = (
    "Pump line",
    "离心泵改造",
    "Cooling station",
    "压缩机采购",
    "Assembly cell",
    "控制柜升级",
    "Filter plant",
    "阀门年度框架",
)
STRAY = 21
"""Every so many deals one is with somebody else than its account."""
STAGE_WEIGHTS = (14, 10, 8, 6, 4, 30, 28)


def main() -> None:
    """Fill the installation that the environment names."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--deals", type=int, default=100_000)
    asked.add_argument("--people", type=int, default=50, help="salespeople")
    asked.add_argument("--again", action="store_true", help="keep a company that is there already")
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglu.config.settings")
    from tonglu.cli.installation import migrate, ready

    with ready(role="owner"):
        migrate()
        if given.again and _is_filled():
            return
        started = time.monotonic()
        company_fill(given.deals, given.people)
        print(f"{given.deals:,} deals filled in {time.monotonic() - started:.0f} s")


def _is_filled() -> bool:
    from tonglu.sales.models import Opportunity

    return Opportunity.objects.exists()


def company_fill(deals: int, people: int, seed: int = 20260101) -> None:
    """Write the whole company; raises `SystemExit` when the installation holds deals already."""
    from tonglu.sales.models import Opportunity

    if _is_filled():
        raise SystemExit("The installation is not empty: give another data folder.")
    chance = random.Random(seed)
    staff = _people(people)
    _fields()
    accounts, contacts = _Ids(deals // 2), _Ids(deals)
    owners = [staff[chance.randrange(len(staff))] for _ in range(accounts.count)]
    from tonglu.collaboration.models import FollowUp
    from tonglu.customers.models import Account, Contact

    stages = _stages()
    with _copying(Account, Contact, Opportunity, FollowUp) as copy:
        copy(Account, _accounts(chance, accounts, owners))
        copy(Contact, _contacts(chance, contacts, accounts, owners))
        copy(Opportunity, _deals(chance, deals, accounts, owners, stages, staff))
        copy(FollowUp, _follow_ups(chance, 2 * deals, deals, accounts, owners))


class _Ids:
    """The numbers 1 to `count`, and one of them at random."""

    def __init__(self, count: int) -> None:
        self.count = count

    def some(self, chance: random.Random) -> int:
        return chance.randint(1, self.count)


def _people(count: int) -> list[tuple[int, int]]:
    """Departments on four levels and the sales people in the lowest; returns (person, department) pairs."""
    from django.contrib.auth.hashers import make_password

    from tonglu.directory.models import Department, Person, Role, RoleAssignment
    from tonglu.policy import Actor
    from tonglu.policy.presets import policy_load_sample
    from tonglu.sales.sample import sales_load_sample

    policy_load_sample()
    company = Department.objects.create(name="Bench")
    leaves = []
    for d in range(2):
        division = Department.objects.create(name=f"Division {d + 1}", parent=company)
        for r in range(3):
            region = Department.objects.create(name=f"Region {d + 1}.{r + 1}", parent=division)
            leaves += [Department.objects.create(name=f"Team {d + 1}.{r + 1}.{t + 1}", parent=region) for t in range(3)]  # fmt: skip
    secret = make_password(PASSWORD)
    roles = {role.code: role for role in Role.objects.all()}
    chosen = [("director", "sales_director", company), ("leader", "team_leader", leaves[0])]
    chosen += [(f"sales{n + 1}", "salesperson", leaves[n % len(leaves)]) for n in range(count)]
    staff = []
    for name, role, department in chosen:
        person = Person(
            email=f"{name}@bench.example", name=name, department=department, password=secret
        )
        person.save()
        RoleAssignment.objects.create(person=person, role=roles[role], department=department)
        if role == "salesperson":
            staff.append((person.pk, department.pk))
    sales_load_sample(actor=Actor.system("cli"))
    return staff


def _fields() -> None:
    from tonglu.entities.models import CustomField
    from tonglu.entities.services import record_create
    from tonglu.policy import Actor

    for key, label, type_ in (("need", "Need", "text"), ("score", "Score", "integer")):
        values = {"kind": "sales.opportunity", "key": key, "label": label, "type": type_}
        record_create(actor=Actor.system("cli"), model=CustomField, values=values)


def _stages() -> list[Any]:
    from tonglu.sales.models import Stage

    return list(Stage.objects.select_related("pipeline").order_by("pipeline_id", "position", "pk"))


def _company_name(chance: random.Random, number: int) -> str:
    return f"{chance.choice(PLACES)}{chance.choice(SURNAMES)}{chance.choice(GIVEN)}{chance.choice(TRADES)}{number} {chance.choice(FORMS)}"


def _accounts(
    chance: random.Random, ids: _Ids, owners: Sequence[tuple[int, int]]
) -> Iterator[dict[str, Any]]:
    for number in range(1, ids.count + 1):
        person, department = owners[number - 1]
        name = _company_name(chance, number)
        yield {"id": number, "name": name, "name_key": name.lower(), "owner_id": person, "department_id": department,
               "city": chance.choice(PLACES), "phone": f"021-6{chance.randrange(10**7):07}", **_when(chance)}  # fmt: skip


def _contacts(
    chance: random.Random, ids: _Ids, accounts: _Ids, owners: Sequence[tuple[int, int]]
) -> Iterator[dict[str, Any]]:
    for number in range(1, ids.count + 1):
        account = accounts.some(chance)
        person, department = owners[account - 1]
        name = chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(("", *GIVEN))
        mobile = f"13{chance.randrange(10**9):09}"
        yield {"id": number, "name": name, "name_key": name, "account_id": account, "owner_id": person, "department_id": department,
               "mobile": mobile, "mobile_key": mobile, "email": f"p{number}@example.com", **_when(chance)}  # fmt: skip


def _deals(chance: random.Random, count: int, accounts: _Ids, owners: Sequence[tuple[int, int]], stages: Sequence[Any], staff: Sequence[tuple[int, int]]) -> Iterator[dict[str, Any]]:  # fmt: skip
    weights = [STAGE_WEIGHTS[n % len(STAGE_WEIGHTS)] for n in range(len(stages))]
    for number in range(1, count + 1):
        account = accounts.some(chance)
        person, department = (
            staff[number % len(staff)] if number % STRAY == 0 else owners[account - 1]
        )
        stage = chance.choices(stages, weights)[0]
        when = _when(chance)
        amount = Decimal(chance.randrange(5_000, 2_000_000))
        is_open = stage.kind == "open"
        close = (when["created_at"] + timedelta(days=chance.randrange(20, 400))).date()
        yield {"id": number, "number": f"B-{number:08}", "name": f"{chance.choice(GOODS)} {number}", "account_id": account,
               "pipeline_id": stage.pipeline_id, "stage_id": stage.pk, "stage_since": when["updated_at"], "is_open": is_open,
               "closed_at": None if is_open else when["updated_at"], "amount": amount, "base_amount": amount,
               "currency": "CNY", "close_date": close, "probability": stage.probability, "owner_id": person,
               "department_id": department, "custom": {"need": chance.choice(GOODS), "score": chance.randrange(100)},
               "forecast_category": chance.choice(("commit", "best", "pipeline")), **when}  # fmt: skip


def _follow_ups(chance: random.Random, count: int, deals: int, accounts: _Ids, owners: Sequence[tuple[int, int]]) -> Iterator[dict[str, Any]]:  # fmt: skip
    for number in range(1, count + 1):
        account = accounts.some(chance)
        person, department = owners[account - 1]
        when = _when(chance)
        yield {"id": number, "target_kind": "sales.opportunity", "target_id": chance.randint(1, deals), "account_id": account,
               "owner_id": person, "department_id": department, "subject": chance.choice(GOODS), "at": when["created_at"],
               "text": "The customer asked for a second offer.", **when}  # fmt: skip


def _when(chance: random.Random) -> dict[str, datetime]:
    created = NOW - timedelta(minutes=chance.randrange(60 * 24 * 700))
    return {"created_at": created, "updated_at": created + (NOW - created) * chance.random()}


Copy = Callable[[Any, Iterable[dict[str, Any]]], None]


@contextmanager
def _copying(*models: Any) -> Iterator[Copy]:
    """A connection on which triggers rest and the tables have no indexes but their keys, until the block ends."""
    import psycopg

    from tonglu.config import environment

    with psycopg.connect(environment.backup_source().url, autocommit=True) as connection:
        for setting in (
            "session_replication_role = replica",
            "statement_timeout = 0",
            "maintenance_work_mem = '1GB'",
        ):
            connection.execute(f"SET {setting}".encode())
        tables = [model._meta.db_table for model in models]
        indexes = _indexes(connection, tables)
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"'.encode())
        yield lambda model, rows: _copy(connection, model, rows)
        for _, definition in indexes:
            connection.execute(definition.encode())
        for table in tables:
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}".encode()
            )
        connection.execute(b"SELECT sales_totals_rebuild(), sales_strays_rebuild()")
        connection.execute(b"VACUUM ANALYZE")


def _indexes(connection: Any, tables: Sequence[str]) -> list[tuple[str, str]]:
    found = connection.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = ANY(%s) AND NOT EXISTS"
        " (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)",
        [list(tables)],
    )
    return [(name, definition) for name, definition in found]


def _copy(connection: Any, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows, given by column; columns a row does not name have the model's defaults."""
    fields = [one for one in model._meta.concrete_fields if not getattr(one, "generated", False)]
    blank = model()
    usual = {
        one.column: _text(one.get_db_prep_save(getattr(blank, one.attname), connection=_django()))
        for one in fields
    }
    columns = list(usual)
    names = ", ".join(f'"{name}"' for name in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copy,
    ):
        for chunk in _chunks(rows, columns, usual):
            copy.write(chunk)


def _django() -> Any:
    from django.db import connection

    return connection


def _chunks(
    rows: Iterable[dict[str, Any]], columns: Sequence[str], usual: dict[str, str]
) -> Iterator[str]:
    lines: list[str] = []
    for row in rows:
        told = {**usual, **{name: _text(value) for name, value in row.items()}}
        lines.append("\t".join([told[name] for name in columns]))
        if len(lines) == 5000:
            yield "\n".join(lines) + "\n"
            lines.clear()
    if lines:
        yield "\n".join(lines) + "\n"


def _text(value: Any) -> str:
    """A value as COPY's text format spells it."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, list | tuple):
        return "{}"
    elif isinstance(value, datetime | date):
        return value.isoformat()
    elif hasattr(value, "obj"):
        value = json.dumps(value.obj, ensure_ascii=False)
    return str(value).replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")


if __name__ == "__main__":
    main()

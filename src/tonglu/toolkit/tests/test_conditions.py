"""The database filter and the judgement in memory give the same answer for any condition and any row."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tonglu.kernel.condition import (
    OPERATORS,
    Arity,
    Moment,
    condition_holds,
    condition_json,
    condition_parse,
    kind_of,
)
from tonglu.toolkit.conditions import condition_q, row_getter
from tonglu.toolkit.money import MoneyField, PercentField

with isolate_apps("tonglu.toolkit"):

    class Label(models.Model):
        name = models.CharField(max_length=40)

        class Meta:
            app_label = "toolkit"

        def __str__(self) -> str:
            return self.name

    class Firm(models.Model):
        industry = models.CharField(max_length=40, blank=True, null=True)
        size = models.IntegerField(null=True)
        custom = models.JSONField(default=dict)
        labels = models.ManyToManyField(Label)

        class Meta:
            app_label = "toolkit"

        def __str__(self) -> str:
            return f"Firm {self.pk}"

    class Deal(models.Model):
        name = models.CharField(max_length=80, blank=True)
        note = models.TextField(null=True)
        count = models.IntegerField(null=True)
        amount = MoneyField("Amount", null=True)
        rate = PercentField("Rate", null=True)
        closes = models.DateField(null=True)
        touched = models.DateTimeField(null=True)
        won = models.BooleanField(null=True)
        stage = models.CharField(
            max_length=10, blank=True, choices=[("new", "New"), ("won", "Won")]
        )
        level = models.IntegerField(null=True, choices=[(1, "Low"), (2, "High")])
        tags = ArrayField(models.CharField(max_length=20), null=True)
        firm = models.ForeignKey(Firm, models.CASCADE, null=True)
        parent = models.ForeignKey("self", models.CASCADE, null=True)
        labels = models.ManyToManyField(Label)
        extra = models.JSONField(null=True)
        custom = models.JSONField(default=dict)

        class Meta:
            app_label = "toolkit"

        def __str__(self) -> str:
            return self.name


@dataclass(frozen=True)
class Described:
    name: str
    type: str
    path: str
    choices: tuple[tuple[str, str], ...] = ()
    related: str = ""

    @property
    def label(self) -> str:
        return self.name.title()


STAGES = (("new", "New"), ("won", "Won"))
LEVELS = (("1", "Low"), ("2", "High"))
CUSTOM = (
    "text",
    "integer",
    "decimal",
    "percent",
    "date",
    "datetime",
    "bool",
    "choice",
    "multi",
    "fk",
)
FIELDS = {
    field.name: field
    for field in (
        Described("name", "text", "name"),
        Described("note", "longtext", "note"),
        Described("count", "integer", "count"),
        Described("amount", "money", "amount"),
        Described("rate", "percent", "rate"),
        Described("closes", "date", "closes"),
        Described("touched", "datetime", "touched"),
        Described("won", "bool", "won"),
        Described("stage", "choice", "stage", STAGES),
        Described("level", "choice", "level", LEVELS),
        Described("tags", "multi", "tags"),
        Described("firm", "fk", "firm", related="toolkit.firm"),
        Described("owner", "fk", "parent", related="directory.person"),
        Described("labels", "many", "labels"),
        Described("extra", "json", "extra"),
        Described("firm.industry", "text", "firm__industry"),
        Described("firm.size", "integer", "firm__size"),
        Described("firm.labels", "many", "firm__labels"),
        Described("labels.name", "text", "labels__name"),
        Described("parent.closes", "date", "parent__closes"),
        Described("firm.custom.k", "text", "firm__custom.k"),
        *(Described(f"custom.{kind}", kind, f"custom.{kind}") for kind in CUSTOM),
        Described("custom.7", "integer", "custom.7"),
    )
}
TEXTS = (
    "",
    "a",
    "A",
    "Acme",
    "ACME Corp",
    "张军",
    "张军%",
    "100%_x",
    "O'Neil \\",
    "É",
    "é",
    "ß",
    "İ",
    "🚀",
    "a\nb",
    " ",
)
NUMBERS = ("0", "-1", "1", "2", "10", "9.99", "10.00", "12345678.90", "-0.01", "0.125", "12.5%")
DAYS = ("2026-11-22", "2026-11-21", "2026-11-23", "2024-02-29", "2026-01-01", "2025-12-31")
INSTANTS = (
    "2026-11-22T00:00:00+08:00",
    "2026-11-21T16:00:00+00:00",
    "2026-11-22T15:59:59.999999+00:00",
    "2026-11-22T16:00:00+00:00",
    "2026-11-22T10:30:00.500+00:00",
)
ODD = (
    None,
    "",
    "x",
    "2026-02-30",
    "2026-13-01",
    "1e5",
    "NaN",
    True,
    False,
    5,
    2.5,
    [],
    ["a"],
    {"a": 1},
    "0000-02-29",
)
PERIODS = ("today", "this_month", "last_30_days", "next_quarter", "this_year", "2026-Q4", "2024-02")
MOMENT = Moment(today=date(2026, 11, 22), zone=ZoneInfo("Asia/Shanghai"), me=2)

values = {
    "text": st.sampled_from(TEXTS[1:])
    | st.text(min_size=1, max_size=3).filter(lambda t: "\0" not in t),
    "integer": st.sampled_from(("0", "1", 2, -1, "10")),
    "decimal": st.sampled_from(NUMBERS),
    "money": st.sampled_from(NUMBERS),
    "percent": st.sampled_from(NUMBERS),
    "date": st.sampled_from((*DAYS, "today", "today-1", "today+40")),
    "datetime": st.sampled_from((*DAYS, "today", "today-1", *INSTANTS)),
    "bool": st.booleans(),
    "multi": st.sampled_from(("a", "b", "张军")),
    "many": st.integers(1, 4),
    "fk": st.integers(1, 4),
    "person": st.integers(1, 4) | st.just("me"),
}


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    field = FIELDS[draw(st.sampled_from(sorted(FIELDS)))]
    operator = draw(st.sampled_from(OPERATORS[kind_of(field)]))
    rule = {"field": field.name, "op": operator.name}
    choices = st.sampled_from([value for value, _ in field.choices] or ["new", "2"])
    value = choices if field.type == "choice" else values.get(kind_of(field), st.none())
    match operator.arity:
        case Arity.NONE:
            return rule
        case Arity.ONE:
            return {**rule, "value": draw(value)}
        case Arity.TWO:
            return {**rule, "value": draw(st.lists(value, min_size=2, max_size=2))}
        case Arity.MANY:
            return {**rule, "value": draw(st.lists(value, min_size=1, max_size=3))}
        case Arity.PERIOD:
            return {**rule, "value": draw(st.sampled_from(PERIODS))}


trees = st.recursive(
    rules() | st.just({"all": []}),
    lambda parts: st.one_of(
        st.builds(lambda inner: {"all": inner}, st.lists(parts, max_size=3)),
        st.builds(lambda inner: {"any": inner}, st.lists(parts, min_size=1, max_size=3)),
        st.builds(lambda inner: {"not": inner}, parts),
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module", autouse=True)
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in (Label, Firm, Deal):
                editor.create_model(model)
        yield
        with connection.schema_editor() as editor:
            for model in (Deal, Firm, Label):
                editor.delete_model(model)


@pytest.fixture
def deals(db: None) -> list[Deal]:
    dice = random.Random(11)
    Label.objects.bulk_create(Label(pk=n, name=dice.choice(TEXTS)) for n in range(1, 5))
    for number in range(1, 5):
        firm = Firm.objects.create(
            pk=number,
            industry=dice.choice((None, *TEXTS)),
            size=dice.choice((None, 1, 2)),
            custom=dice.choice(({}, {"k": "Acme"}, {"k": 5}, {"k": None})),
        )
        firm.labels.set(dice.sample(range(1, 5), dice.randrange(3)))
    for number in range(1, 121):
        row = deal(number, dice)
        row.save(force_insert=True)
        row.labels.set(dice.sample(range(1, 5), dice.randrange(3)))
    rows = Deal.objects.select_related("firm", "parent").prefetch_related("labels", "firm__labels")
    return list(rows.order_by("pk"))


def deal(number: int, dice: random.Random) -> Deal:
    maybe = lambda *options: dice.choice((None, *options))  # noqa: E731
    touched = maybe(*INSTANTS)
    return Deal(
        pk=number,
        name=dice.choice(TEXTS),
        note=maybe(*TEXTS),
        count=maybe(0, -1, 1, 2, 10),
        amount=maybe(*map(Decimal, NUMBERS[:-2])),
        rate=maybe(Decimal("0.125"), Decimal(0)),
        closes=maybe(*map(date.fromisoformat, DAYS)),
        touched=touched and datetime.fromisoformat(touched),
        won=maybe(True, False),
        stage=dice.choice(("", "new", "won")),
        level=maybe(1, 2),
        tags=maybe([], ["a"], ["a", "b"], ["张军"], [""]),
        firm_id=maybe(1, 2, 3, 4),
        parent_id=maybe(*range(1, min(number, 5))),
        extra=maybe({}, [], {"a": 1}, 0, ""),
        custom={
            key: dice.choice((*ODD, *SOUND.get(key, ())))
            for key in (*CUSTOM, "7")
            if dice.random() < 0.8
        },
    )


SOUND: dict[str, tuple[Any, ...]] = {
    "text": TEXTS,
    "integer": ("1", 2, 0, "-1"),
    "7": (1, 2, "10"),
    "decimal": ("9.99", "10.00", 10, "-0.01"),
    "percent": ("0.125", "0"),
    "date": (*DAYS, "2024-02-29"),
    "datetime": INSTANTS,
    "choice": ("new", "won", 2),
    "multi": (["a"], ["a", "b"], ["张军"], [""], [1]),
    "fk": (1, 2, "3", 4),
}


@given(trees)
@settings(
    max_examples=600,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_filter_and_predicate_agree_on_any_tree(deals: list[Deal], tree: dict[str, Any]) -> None:
    condition = condition_parse(tree, FIELDS.get)
    getter = row_getter(FIELDS.get)

    filtered = set(
        Deal.objects.filter(condition_q(condition, Deal, FIELDS.get, MOMENT)).values_list(
            "pk", flat=True
        )
    )

    judged = {row.pk for row in deals if condition_holds(condition, row, MOMENT, getter)}
    assert filtered == judged
    assert condition_parse(condition_json(condition), FIELDS.get) == condition


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_each_operator_of_each_field_divides_the_rows_alike(deals: list[Deal], name: str) -> None:
    field, getter, dice = FIELDS[name], row_getter(FIELDS.get), random.Random(5)
    for operator in OPERATORS[kind_of(field)]:
        for _ in range(6):
            rule = sample_rule(field, operator.name, operator.arity, dice)
            condition = condition_parse({"not": {"all": [rule]}}, FIELDS.get)
            found = Deal.objects.filter(condition_q(condition, Deal, FIELDS.get, MOMENT))
            judged = {row.pk for row in deals if condition_holds(condition, row, MOMENT, getter)}
            assert set(found.values_list("pk", flat=True)) == judged, rule


def sample_rule(field: Described, op: str, arity: Arity, dice: random.Random) -> dict[str, Any]:
    rule: dict[str, Any] = {"field": field.name, "op": op}
    pool = {
        "text": TEXTS[1:],
        "integer": (0, 1, 2),
        "bool": (True, False),
        "choice": tuple(value for value, _ in field.choices) or ("new", "2"),
        "multi": ("a", "b", "张军"),
        "date": (*DAYS, "today"),
        "datetime": (*DAYS, *INSTANTS),
        "person": (1, 2, "me"),
    }.get(kind_of(field), (1, 2, 3, 4) if kind_of(field) in ("fk", "many") else NUMBERS)
    match arity:
        case Arity.ONE:
            rule["value"] = dice.choice(pool)
        case Arity.TWO:
            rule["value"] = dice.choices(pool, k=2)
        case Arity.MANY:
            rule["value"] = dice.choices(pool, k=2)
        case Arity.PERIOD:
            rule["value"] = dice.choice(PERIODS)
    return rule


def test_a_condition_asks_only_for_fields_of_the_map(deals: list[Deal]) -> None:
    condition = condition_parse({"field": "name", "op": "=", "value": "Acme"}, FIELDS.get)

    outside = condition_q(condition, Deal, {}.get, MOMENT)

    assert Deal.objects.filter(outside).count() == 0


def test_a_day_means_the_whole_day_where_the_person_lives(deals: list[Deal]) -> None:
    midnight = datetime(2026, 11, 22, tzinfo=ZoneInfo("Asia/Shanghai"))
    Deal.objects.update(touched=midnight - timedelta(seconds=1))
    Deal.objects.filter(pk=1).update(touched=midnight)
    condition = condition_parse({"field": "touched", "op": "=", "value": "today"}, FIELDS.get)

    def found(moment: Moment) -> int:
        return Deal.objects.filter(condition_q(condition, Deal, FIELDS.get, moment)).count()

    assert found(MOMENT) == 1
    assert found(Moment(today=date(2026, 11, 21), zone=UTC)) == 120


def test_a_plain_comparison_can_use_an_index(deals: list[Deal]) -> None:
    tree = {
        "all": [
            {"field": "amount", "op": ">=", "value": "10"},
            {"field": "firm", "op": "=", "value": 1},
        ]
    }
    condition = condition_parse(tree, FIELDS.get)

    sql = str(Deal.objects.filter(condition_q(condition, Deal, FIELDS.get, MOMENT)).query)

    assert '"amount" >= 10' in sql
    assert '"firm_id" IN (1)' in sql
    assert "CASE" not in sql

"""Any part of a name, word or phone is found among many rows, exactly and fast, whatever was typed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tonglu.toolkit.search import (
    normal,
    search_column,
    search_condition,
    search_filter,
    search_index,
    search_words,
)

HAN = "深圳华辰生物医药科技集团张王李赵军伟芳娜强磊洋艳勇杰涛明超秀英兰平刚桂上海北京广州东方信息工业贸易国际新能源电子"
LATIN = ("Bright", "Water", "Delta", "Nova", "Pharma", "Ocean", "North", "Stone", "Apex", "Solar")

with isolate_apps("tonglu.toolkit"):

    class Found(models.Model):
        name = models.CharField(max_length=200)
        phone = models.CharField(max_length=40, null=True)
        search = search_column("name", "phone")

        class Meta:
            app_label = "toolkit"
            indexes = [search_index("search")]

        def __str__(self) -> str:
            return self.name


ROWS = {
    "zhang": ("张军", "138-0013 8000"),
    "shenzhen": ("华为技术（深圳）有限公司", "0755-2878 0808"),
    "acme": ("Acme Pharma, Inc.", "+1 (415) 555-0134"),
    "cafe": ("O'Neil & Söhne \\ 100%_ok", None),
    "rocket": ("Rocket 🚀 Labs", ""),
    "wide": ("ＡＢＣ　株式会社", "１３９００００１２３４"),
    "long": ("长" * 150 + "尾", "1"),
}


@pytest.fixture(scope="module", autouse=True)
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Found)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Found)


@pytest.fixture
def table(db: None) -> dict[int, str]:
    rows = [Found(name=name, phone=phone) for name, phone in ROWS.values()]
    Found.objects.bulk_create(rows)
    return {row.pk: key for row, key in zip(rows, ROWS, strict=True)}


def found(table: dict[int, str], text: str) -> set[str]:
    return {
        table[pk] for pk in search_filter(Found.objects.all(), text).values_list("pk", flat=True)
    }


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("张军", {"zhang"}),
        ("张", {"zhang"}),
        ("军", {"zhang"}),
        ("有限", {"shenzhen"}),
        ("深圳有限公司", {"shenzhen"}),
        ("（深圳）", {"shenzhen"}),
        ("acme", {"acme"}),
        ("cm", {"acme"}),
        ("ACME pharma", {"acme"}),
        ("pharma acme", {"acme"}),
        ("acme 军", set()),
        ("acmepharma", {"acme"}),
        ("8000", {"zhang"}),
        ("13800138000", {"zhang"}),
        ("138 0013", {"zhang"}),
        ("5550134", {"acme"}),
        ("1234", {"wide"}),
        ("abc", {"wide"}),
        ("o'neil", {"cafe"}),
        ("söhne", {"cafe"}),
        ("100%", {"cafe"}),
        ("🚀", {"rocket"}),
        ("军138", set()),
        ("军\n138", {"zhang"}),
        ("长" * 140 + "尾", {"long"}),
        ("", set(ROWS)),
        ("   ", set(ROWS)),
        ("%", set()),
        ("_", set()),
        ("'; DROP TABLE toolkit_found; --", set()),
        ("\0", set()),
        ("张\0军", {"zhang"}),
        ("\ud800张军", {"zhang"}),
        ("a & b | !c:*", {"rocket", "wide"}),
        ("x" * 100_000, set()),
    ],
)
def test_a_text_finds_exactly_the_rows_that_hold_it(
    table: dict[int, str], text: str, keys: set[str]
) -> None:
    assert found(table, text) == keys


def test_words_in_another_order_of_letters_are_not_found(db: None, table: dict[int, str]) -> None:
    Found.objects.create(name="abcd xbcde bcdx", phone="")

    assert search_filter(Found.objects.all(), "abcde").count() == 0


def test_a_changed_row_is_found_by_its_new_name_only(table: dict[int, str]) -> None:
    Found.objects.filter(name="张军").update(name="李雷")

    assert found(table, "李雷") == {"zhang"}
    assert found(table, "张军") == set()


@given(st.text(max_size=12), st.text(max_size=40))
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_part_of_a_text_finds_it_and_nothing_else_does(
    table: dict[int, str], word: str, around: str
) -> None:
    content = (around[:20] + word + around[20:]).replace("\0", "")
    row = Found.objects.create(name=content[:200].encode("utf-8", "ignore").decode(), phone="")
    one_word = "".join(word.split()).replace("\0", "").encode("utf-8", "ignore").decode()

    hits = search_filter(Found.objects.filter(pk=row.pk), one_word)

    assert hits.exists() == (not one_word or (bool(normal(one_word)) and in_normal(one_word, row)))


def in_normal(word: str, row: Found) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT strpos(tonglu_normal(%s), tonglu_normal(%s)) > 0", [row.name, word])
        return bool(cursor.fetchone()[0])


def test_a_search_text_is_cut_to_a_few_words() -> None:
    assert search_words("a b a - c") == ["a", "b", "c"]
    assert len(search_words(" ".join(str(number) for number in range(100)))) == 8


def test_two_columns_are_searched_as_one_question(table: dict[int, str]) -> None:
    both = search_condition(Found, "张军") | search_condition(Found, "acme")

    assert Found.objects.filter(both).count() == 2


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_searched_through_the_index(db: None) -> None:
    dice = random.Random(7)
    Found.objects.bulk_create(company(dice) for _ in range(100_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE toolkit_found")

    for text in ("张军", "acmd", "8000", "华辰生物", "有限 军伟 8000"):
        plan = search_filter(Found.objects.all(), text).explain(analyze=True)
        assert "Bitmap Index Scan on toolkit_fou_search" in plan
        assert "Seq Scan" not in plan
    nobody = search_filter(Found.objects.order_by("-pk"), "婷婷")[:50].explain()
    assert "Bitmap Index Scan on toolkit_fou_search" in nobody


def company(dice: random.Random) -> Found:
    han = "".join(dice.choices(HAN, k=6)) + "有限公司" + "".join(dice.choices(HAN, k=3))
    latin = f"{dice.choice(LATIN)} {dice.choice(LATIN)} Co., Ltd."
    return Found(name=dice.choice((han, han, latin)), phone=f"13{dice.randrange(10**9):09}")

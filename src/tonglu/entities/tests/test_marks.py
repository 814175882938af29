"""Comma or point before decimals: told by a column's values, asked where they do not tell, and never guessed in files with semicolons."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tonglu.customers.models import Account
from tonglu.entities.fields import Field, Type
from tonglu.entities.models import Import
from tonglu.entities.services import record_create
from tonglu.entities.transfer.converting import Unreadable, converted
from tonglu.entities.transfer.importing import import_bring, import_run_job, import_try_job
from tonglu.entities.transfer.marks import COMMA, POINT, UNTOLD, mark_of
from tonglu.policy.testing import Cast
from tonglu.sales.models import Opportunity
from tonglu.sales.sample import sales_load_sample
from tonglu.toolkit.clock import today

MONEY = Field(name="amount", label="Amount", type=Type.MONEY, path="amount")


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        (["1,500", "12,5"], COMMA),
        (["1.500", "0,500"], COMMA),
        (["1.234,50"], COMMA),
        (["1.234.567"], COMMA),
        (["1 234,50", "1’234’567"], COMMA),
        (["€ 12,50"], COMMA),
        (["1234,567"], COMMA),
        (["1,500", "12.5"], POINT),
        (["1,234.50"], POINT),
        (["1,234,567"], POINT),
        ([".5", "0.125"], POINT),
        (["1,500", "2.500"], None),
        (["12,5", "12.5"], None),
        (["1500", "300", "n/a", "1.5E+5"], ""),
        ([], ""),
    ],
)
def test_a_column_tells_its_mark(values: list[str], mark: str | None) -> None:
    assert mark_of(values) == mark


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("1,500", COMMA, "1.500"),
        ("1.500", COMMA, "1500"),
        ("1 234 567,5", COMMA, "1234567.5"),
        ("-12,50", COMMA, "-12.50"),
        ("1,5万", COMMA, "15000.0"),
        ("1,500", POINT, "1500"),
        ("1,500", "", "1500"),
        ("1500", UNTOLD, "1500"),
        ("1,500.25", UNTOLD, "1500.25"),
    ],
)
def test_a_number_is_read_by_the_mark_of_its_column(text: str, mark: str, number: str) -> None:
    assert Decimal(converted(text, MONEY, mark)) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "mark"), [("12.5", COMMA), ("1,234.50", COMMA), ("12,5", POINT), ("1,500", UNTOLD)]
)
def test_a_number_that_is_not_written_so_is_an_error_of_its_row(text: str, mark: str) -> None:
    with pytest.raises(Unreadable, match=text):
        converted(text, MONEY, mark)


def opened(browser: Any, content: str) -> str:
    upload = SimpleUploadedFile("deals.csv", content.encode())
    answer = browser.post("/opportunities/import/", {"file": upload})
    return str(answer["Location"])


@pytest.fixture
def chosen(cast: Cast, actor: Callable[..., Any]) -> dict[str, str]:
    sales_load_sample(actor=actor(cast.ada))
    record_create(actor=actor(cast.ana), model=Account, values={"name": "Acme"})
    fields = ("name", "account", "amount", "close_date")
    return {f"field-{place}": name for place, name in enumerate(fields)} | {"key": "name"}


def brought(cast: Cast, actor: Any) -> list[Decimal]:
    made = Import.objects.get()
    import_try_job(import_id=made.pk)
    made.refresh_from_db()
    import_bring(actor=actor(cast.ana), made=made)
    import_run_job(import_id=made.pk)
    return list(Opportunity.objects.order_by("name").values_list("amount", flat=True))


def test_a_file_with_semicolons_is_asked_about_and_read_as_was_said(
    cast: Cast, browse: Any, actor: Any, chosen: dict[str, str]
) -> None:
    browser = browse(cast.ana)
    address = opened(
        browser, f"Name;Account;Amount;Close date\nA;Acme;1,500;{today()}\nB;Acme;2,250;{today()}\n"
    )

    asked = browser.post(address, chosen)
    text = asked.content.decode()
    said = browser.post(address, {**chosen, "format-2": COMMA})

    assert asked.status_code == 422
    assert "Numbers like 1,500 in “Amount” can be read in two ways." in text
    assert 'value="decimal comma"' in text
    assert said.status_code == 302
    assert brought(cast, actor) == [Decimal("1.50"), Decimal("2.25")]


def test_a_column_that_tells_is_not_asked_about(
    cast: Cast, browse: Any, actor: Any, chosen: dict[str, str]
) -> None:
    browser = browse(cast.ana)
    address = opened(
        browser, f"Name;Account;Amount;Close date\nA;Acme;1.500;{today()}\nB;Acme;12,50;{today()}\n"
    )

    assert browser.post(address, chosen).status_code == 302
    assert brought(cast, actor) == [Decimal("1500.00"), Decimal("12.50")]


def test_files_with_commas_between_their_cells_are_read_as_before(
    cast: Cast, browse: Any, actor: Any, chosen: dict[str, str]
) -> None:
    browser = browse(cast.ana)
    address = opened(browser, f'Name,Account,Amount,Close date\nA,Acme,"1,500",{today()}\n')

    assert browser.post(address, chosen).status_code == 302
    assert brought(cast, actor) == [Decimal("1500.00")]

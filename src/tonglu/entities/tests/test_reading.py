"""Files as people have them: any encoding, any separator, quotes and breaks inside cells; and what is refused, with its reason."""

from __future__ import annotations

import codecs
import io
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from tonglu.entities.fields import Field, Type
from tonglu.entities.transfer.converting import Unreadable, converted
from tonglu.entities.transfer.reading import table_read, text_of
from tonglu.kernel.errors import Invalid

ROWS = [["张军", "1,200"], ["李娜", "3"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_table_is_read_in_any_encoding_with_any_separator(encoding: str, separator: str) -> None:
    lines = [["姓名", "金额"], *ROWS]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)

    table = table_read(text.encode(encoding), "a.csv")

    assert (table.headers, table.rows) == (("姓名", "金额"), ROWS)
    assert table.separator == separator


def test_a_cell_may_hold_quotes_separators_and_breaks_and_lines_are_counted_as_in_the_file() -> (
    None
):
    table = table_read(b'a,b\n"x ""y"", z","1\n2"\n\nq,r\n', "a.csv")

    assert table.rows == [['x "y", z', "1\n2"], ["q", "r"]]
    assert table.lines == [3, 5]


def test_a_workbook_is_known_by_its_content_whatever_it_is_called() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["name", "amount", "day"])
    sheet.write_row(1, 0, ["Ann", 12.5])
    sheet.write_datetime(1, 2, date(2026, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()

    table = table_read(out.getvalue(), "leads.csv")

    assert [text_of(cell) for cell in table.rows[0]] == ["Ann", "12.5", "2026-03-01"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b" \r\n ", "The file is empty."),
        (b"a,b,a\n1,2,3\n", "stands there twice"),
        (b"a,b\n1,\x00\n", "bytes that no text has"),
        (codecs.BOM_UTF8 + b"\xff\xfe\xfd\n", "is not"),
        (b"PK\x03\x04 this is no archive", "damaged"),
    ],
)
def test_what_cannot_be_a_table_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        table_read(content, "a.csv")

    assert reason in " ".join(refused.value.errors["file"])


def test_an_apostrophe_that_guards_a_formula_is_taken_off() -> None:
    assert [text_of(cell) for cell in ("'=1+1", "'@cmd", "'tis", "it's")] == [
        "=1+1",
        "@cmd",
        "'tis",
        "it's",
    ]


def field(type_: Type, **more: Any) -> Field:
    return Field(name="x", label="X", type=type_, path="x", **more)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$1,773.85", "1773.85"), ("１２３４", "1234"), ("¥1.2万", "12000.0"), ("3亿", "300000000"), ("(300)", "-300"),
        ("$342.09K", "342090.00"), ("-5", "-5"), ("€ 12", "12"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, amount: str) -> None:
    assert converted(text, field(Type.MONEY), "") == amount


@pytest.mark.parametrize("text", ["1.2.3", "12 apples", "1,23,4", "NaN", "1e5", "--3"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="not a number"):
        converted(text, field(Type.MONEY), "")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", "2026-03-01"), ("2026/3/1", "2026-03-01"), ("2026年3月1日", "2026-03-01"), ("2026.03.01", "2026-03-01"),
        ("15 Apr, 2021 00:02:00", "2021-04-15"), ("Mar 1, 2026", "2026-03-01"), ("2026-03-01T10:00:00", "2026-03-01"),
    ],
)  # fmt: skip
def test_days_are_read_in_the_usual_forms(text: str, day: str) -> None:
    assert converted(text, field(Type.DATE), "") == day


def test_a_day_that_could_mean_two_things_needs_its_format() -> None:
    with pytest.raises(Unreadable):
        converted("03/04/2026", field(Type.DATE), "")

    assert converted("03/04/2026", field(Type.DATE), "%d/%m/%Y") == "2026-04-03"


@pytest.mark.parametrize(
    ("text", "truth"), [("是", "true"), ("No", "false"), ("√", "true"), ("0", "false")]
)
def test_yes_and_no_in_both_languages(text: str, truth: str) -> None:
    assert converted(text, field(Type.BOOL), "") == truth


@pytest.mark.parametrize("above", [0, 1, 3])
def test_headers_are_found_below_a_title_and_lines_are_counted_as_in_the_file(above: int) -> None:
    top = [["Customers 2026", "", "", ""], ["", "Reach", "Place", ""], ["Internal", "", "", ""]]
    lines = [
        *top[:above],
        ["Name", "Phone *", "City", "Notes"],
        ["Acme", "123", "Wuxi", ""],
        ["B", "", "", ""],
    ]
    text = "\n".join(",".join(line) for line in lines)

    table = table_read(text.encode(), "a.csv")

    assert table.headers == ("Name", "Phone *", "City", "Notes")
    assert (table.above, table.count) == (above, 2)
    assert table.rows[0][:3] == ["Acme", "123", "Wuxi"]
    assert table.lines == [above + 2, above + 3]


@pytest.mark.parametrize(
    "text",
    [
        "Name\nAcme\nBeta\n",
        "Name,City\nAcme,Wuxi\n",
        "Name,,,\nAcme,1,2,3\nBeta,4,5,6\n",
        "Name,A,B\nAcme,x,y\n",
    ],
)
def test_the_first_row_holds_the_headers_unless_a_later_one_does(text: str) -> None:
    table = table_read(text.encode(), "a.csv")

    assert table.above == 0
    assert table.headers[0] == "Name"

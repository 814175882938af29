"""The rows of a list as HTML, put together in Python.

A template takes several times as long for the same text, and a list of fifty rows is the page people wait for most. What holds for a whole column, such as its label and the words of its button, is put together once. Every value passes `conditional_escape`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tonglu.entities.fields import Field
from tonglu.toolkit.templatetags.ui import icon

from .cells import NUMERIC, Shown

if TYPE_CHECKING:
    from .lists import Head, Line

Draw = Callable[[Shown], str]


def rows_html(fields: Sequence[Field], lines: Iterable[Line]) -> SafeString:
    """The body of the table: a row per line with its box, its leading cell with the link, and its other cells."""
    select = conditional_escape(_("Select"))
    columns = [_column(field) for field in fields]
    return SafeString("".join(_row(line, columns, select) for line in lines))


def heads_html(heads: Iterable[Head], address: str) -> SafeString:
    """The heads of the table's columns, each with the link that sorts by it."""
    return SafeString("".join(_head(head, conditional_escape(address)) for head in heads))


def _head(head: Head, address: str) -> str:
    words = " ".join(
        word for word, holds in (("num", head.numeric), ("is-sorted", head.state)) if holds
    )
    css = f' class="{words}"' if words else ""
    width = f' style="width:{head.width:d}px"' if head.width else ""
    name = conditional_escape(head.column.name)
    text: str = conditional_escape(head.column.field.label)
    if head.url:
        url = conditional_escape(head.url)
        arrow = icon(f"arrow-{head.state}") if head.state else ""
        text = f'<a href="{url}" hx-get="{address}{url}" hx-target="#listing" hx-swap="outerHTML" hx-push-url="true">{text}{arrow}</a>'
    return (
        f'<th scope="col" data-column="{name}"{css}{width} aria-sort="{head.aria_sort}">{text}</th>'
    )


def _row(line: Line, columns: Sequence[Draw], select: str) -> str:
    url, title = conditional_escape(line.url), conditional_escape(line.title)
    depth = f' style="--depth:{line.depth:d}"' if line.depth > 0 else ""
    cells = "".join(
        f'<td class="cell-lead"{depth}><a class="cell-title" href="{url}">{title}</a></td>'
        if cell.lead
        else draw(cell)
        for cell, draw in zip(line.cells, columns, strict=True)
    )
    return (
        f'<tr data-row data-href="{url}" tabindex="-1"><td class="cell-select"><input class="form-check-input" type="checkbox"'
        f' name="ids" value="{line.row.pk}" data-select aria-label="{select} {title}"></td>{cells}</tr>\n'
    )


def _column(field: Field) -> Draw:
    """How a cell of this column is drawn."""
    numeric = ' class="num"' if field.type in NUMERIC else ""
    opening = f"<td{numeric} " + format_html('data-label="{}">', field.label)
    named = format_html('aria-label="{} {}"', _("Change"), field.label)
    pen = icon("edit", "icon-sm")

    def draw(cell: Shown) -> str:
        inside = changeable_html(cell, named, pen) if cell.edit_url else cell.html
        return f"{opening}{inside}</td>"

    return draw


def changeable_html(one: Shown, named: str, pen: str) -> str:
    """A value that can be changed in place; the same markup as `entities/value.html`."""
    if one.linked:
        return (
            f'<span class="edit-scope" data-edit-scope>{one.html}<button class="edit-pen" type="button"'
            f' data-edit="{one.edit_url}" {named}>{pen}</button></span>'
        )
    inside, label = ("", f" {named}") if one.empty else (one.html, "")
    return f'<span data-edit="{one.edit_url}" role="button" tabindex="0"{label}>{inside}</span>'

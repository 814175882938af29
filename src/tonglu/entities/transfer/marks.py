"""Comma or point: which of them marks the decimals of a column's numbers, as far as its values tell.

"1,500" is fifteen hundred for one half of the world and one and a half for the other. A column mostly tells by its other values; where it
does not, and the file is of the kind that writes decimals with a comma, somebody is asked rather than anything guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tonglu.entities.fields import Field, Type

COMMA, POINT = "decimal comma", "decimal point"
MARKS = (COMMA, POINT)
"""What a plan may call the way in which a column writes decimals."""
UNTOLD = "decimal mark not told"
"""What a plan calls it where nothing told and nobody was asked: a number that could be either is then an error of its row."""
COMMA_COUNTRIES = ";"
"""What separates the cells of files from where a comma marks the decimals."""
_SWAPPED = str.maketrans(",.", ".,")
_EITHER = re.compile(r"[^\d.,]*[1-9]\d{0,2}[.,]\d{3}[^\d.,]*")
_TELLS = {
    COMMA: re.compile(r"[^\d.,]*(\d+,(\d{1,2}|\d{4,})|0,\d+|\d{4,},\d+|\d{1,3}(\.\d{3})+,\d*|\d{1,3}(\.\d{3}){2,})[^\d.,]*"),
    POINT: re.compile(r"[^\d.,]*(\d+\.(\d{1,2}|\d{4,})|0?\.\d+|\d{4,}\.\d+|\d{1,3}(,\d{3})+\.\d*|\d{1,3}(,\d{3}){2,})[^\d.,]*"),
}  # fmt: skip
_GAP = re.compile(r"(?<=\d)[\s\u00a0\u202f'’](?=\d{3}(?!\d))")


def is_marked(field: Field | None) -> bool:
    """Whether a field holds numbers with decimals."""
    return field is not None and field.type in {Type.MONEY, Type.DECIMAL}


def mark_of(values: Iterable[str]) -> str | None:
    """The mark that the values show; None where they could be read either way, or tell both; "" where none has a mark."""
    told: set[str] = set()
    is_open = False
    for value in values:
        bare = _GAP.sub("", value.strip())
        told |= {mark for mark, pattern in _TELLS.items() if pattern.fullmatch(bare)}
        is_open = is_open or could_be_either(bare)
    if len(told) == 1:
        return told.pop()
    return None if told or is_open else ""


def could_be_either(text: str) -> bool:
    """Whether a number is one and a half to some and fifteen hundred to others."""
    return _EITHER.fullmatch(text.strip()) is not None


def with_points(text: str, mark: str) -> str:
    """The number as we read numbers: with a point before its decimals."""
    return _GAP.sub("", text).translate(_SWAPPED) if mark == COMMA else text

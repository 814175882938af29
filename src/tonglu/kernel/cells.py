"""Texts in the cells of a sheet: none that a spreadsheet would run as a formula leaves the house as it is.

Such a text is guarded by an apostrophe in front of it. An import takes it off again, and nothing else: what already began with an
apostrophe before what looks like a formula gets a second one, so that every text comes back as it was.
"""

from __future__ import annotations

import re

_RISKY = re.compile(r"['\s]*[=+\-@＝＋－＠]|\s")
_NUMBER = re.compile(r"-\d+(\.\d+)?")


def cell_guarded(text: str) -> str:
    """A text that no spreadsheet runs; a negative number stays one."""
    is_risky = _RISKY.match(text) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_risky else text


def cell_unguarded(text: str) -> str:
    """A text without the apostrophe that `cell_guarded` put before it."""
    return text[1:] if text[:1] == "'" and _RISKY.match(text[1:]) else text

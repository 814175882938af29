"""The subject of a follow-up that was logged in ten seconds."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?])\s|(?<=[。！？])|\n")
LONGEST = 80


def subject_of(text: str) -> str:
    """The first sentence of the text, cut at a bearable length."""
    first = _END.split(text.strip(), maxsplit=1)[0].strip()
    return first if len(first) <= LONGEST else first[: LONGEST - 1].rstrip() + "…"

"""The colour a state is shown in, so that a list is read at a glance: what is well, what waits, what went wrong.

A state is named by one word of code in every module (`paid`, `waiting`, `rejected`); one table says what tone the word has. A word
that stands for no judgement (`draft`, `archived`) and any other choice stay plain.
"""

from __future__ import annotations

TONED = frozenset({"state", "status", "priority", "outcome", "health"})
"""The fields that say how a record stands; kinds and classes have no tone."""

_WORDS = {
    "success": "accepted active acknowledged approved booked completed converted delivered done paid published qualified"
    " received signed solved verified won",
    "info": "calculated issued new nurturing open ordered partly_shipped planned reserved running sent shipped under_way",
    "warning": "disputed expired high in_review partly pending proposed provisional returned submitted waiting",
    "danger": "declined failed lost overdue rejected terminated urgent",
}
_TONES = {word: tone for tone, words in _WORDS.items() for word in words.split()}


def tone_of(field: str, value: str) -> str:
    """The tone of a value of a field, empty where it has none."""
    return _TONES.get(value, "") if field.rsplit(".", 1)[-1] in TONED else ""


def pill_class(field: str, value: str) -> str:
    """The class of the pill that shows a value of a field."""
    tone = tone_of(field, value)
    return f"pill pill-{tone}" if tone else "pill"

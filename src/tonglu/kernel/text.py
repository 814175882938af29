"""Marks sentences for translation where no translator is at hand.

`N_` returns its argument unchanged; message extraction finds the call, and the shells translate the sentence when they show it.
"""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """The same sentence, marked for extraction into the message catalogue."""
    return message

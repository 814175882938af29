"""How a file is refused: one error under the name `file`, with the reason."""

from __future__ import annotations

from typing import Any

from tonglu.kernel.errors import Invalid


def refused(message: str, **params: Any) -> Invalid:
    """The refusal of a file."""
    return Invalid({"file": [message]}, code="file", params=params)

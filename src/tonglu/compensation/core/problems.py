"""Findings that do not stop the work: a code, where it is, and what to say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """`severity` error blocks issuing a plan; warning asks a person to look."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    severity: str = "warning"
    message: str = ""

    def text(self) -> str:
        """The English sentence with its places filled."""
        return self.message % self.params if self.message else self.code

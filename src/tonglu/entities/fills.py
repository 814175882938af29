"""What a chosen record brings into the other fields of a line, such as the price of a product for this customer.

A module registers it for a kind of record; the lookup of that kind is then asked with those fields of the form that matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tonglu.policy import Actor

INTO = "into"
"""The name under which a lookup is told what kind of line asks."""
Values = Mapping[int, Mapping[str, str]]
"""By key of the record: role of a line's field and what to put there."""


@dataclass(frozen=True, kw_only=True)
class Fill:
    """For records of `kind`: `run(actor, records, given)`, where `given` holds the form's values of the fields named.

    `line` names fields of the line itself; when one of them changes, what the record brings is asked again. With `into` it holds for
    lines of that kind alone, in place of what was registered for any.
    """

    kind: str
    into: str = ""
    given: tuple[str, ...]
    line: tuple[str, ...] = ()
    run: Callable[[Actor, Sequence[Any], Mapping[str, str]], Values]

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of everything it looks at."""
        return (*self.given, *self.line)


_FILLS: dict[tuple[str, str], Fill] = {}


def register_fill(fill: Fill) -> None:
    """Once for each kind, and each kind of line that is filled in its own way."""
    _FILLS[fill.kind, fill.into] = fill


def fill_of(kind: str, into: str = "") -> Fill | None:
    """What was registered for the kind: for those lines, else for any."""
    return _FILLS.get((kind, into)) or _FILLS.get((kind, ""))

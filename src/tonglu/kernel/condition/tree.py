"""The parts a condition is made of, and what it must be told about a field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

MAX_DEPTH = 8
MAX_TESTS = 100
MAX_VALUES = 200


class FieldInfo(Protocol):
    """What a condition needs to know of a field; an entity's `Field` is one.

    `type` is one of the keys of `OPERATORS`; `choices` are (value, label) pairs; `related` is the kind a foreign key points at.
    """

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> Any: ...
    @property
    def type(self) -> str: ...
    @property
    def choices(self) -> Sequence[tuple[str, Any]]: ...
    @property
    def related(self) -> str: ...


FieldOf = Callable[[str], FieldInfo | None]
"""The closed map of fields that may be asked about; None for any other name."""


@dataclass(frozen=True, slots=True)
class Test:
    """One question about one field; `kind` is the kind of its values and decides how they are compared."""

    __test__ = False

    field: str
    kind: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every part holds; without parts it always does."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    part: Condition


Condition = Test | All | AnyOf | Not

EVERYTHING = All(())
"""The condition that every record meets."""


def condition_tests(condition: Condition) -> Iterator[Test]:
    """Its tests, in reading order."""
    match condition:
        case Test():
            yield condition
        case Not(part):
            yield from condition_tests(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from condition_tests(part)


def condition_fields(condition: Condition) -> frozenset[str]:
    """The names of the fields it asks about."""
    return frozenset(test.field for test in condition_tests(condition))

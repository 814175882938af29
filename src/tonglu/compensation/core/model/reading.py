"""Reading the neutral form: known fields with their synonyms, and a clear refusal for any other.

A `Spec` is the list of fields a value has: canonical name -> how to read it and what else people call it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tonglu.compensation.core.faults import PayFault, fault, located
from tonglu.kernel.text import N_

# 2024-01-05, 2024/1/5, 2024.1.5, 2024年1月5日; a month stands for its first day.
_DAY = re.compile(r"^\s*(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?(?:\D|$)")
# 2024-Q2, 2024Q2, 2024-H1 and a bare year stand for their first day too.
_PART = re.compile(r"^\s*(\d{4})(?:[-/ ]?([QqHh])([1-4]))?\s*$")
# Words for people; they explain and never compute.
REMARKS = frozenset(
    {"note", "notes", "comment", "description", "ref", "source", "arithmetic", "erratum", "explain"}
)


@dataclass(frozen=True)
class Field:
    """`nothing` says that an empty value has a meaning of its own; otherwise it is as if not given."""

    parse: Callable[[Any], Any]
    also: tuple[str, ...] = ()
    nothing: bool = False


Spec = Mapping[str, Field]


def read(spec: Spec, raw: Any, where: str) -> dict[str, Any]:
    """The parsed fields of `raw` under their canonical names; what is not known is refused."""
    if not isinstance(raw, Mapping):
        raise fault("not_a_mapping", N_("%(where)s must be a set of named fields."), where=where)
    names = {alias: name for name, field in spec.items() for alias in (name, *field.also)}
    values: dict[str, Any] = {}
    for key, value in raw.items():
        name = names.get(str(key))
        if name is not None and value is None and not spec[name].nothing:
            continue
        if name is not None:
            found = _parsed(spec[name], value, where, str(key))
            if values.setdefault(name, found) != found:
                raise fault(
                    "said_twice",
                    N_("%(where)s says “%(field)s” in two ways that differ. Keep one of them."),
                    where=where,
                    field=name,
                )
        elif str(key) not in REMARKS:
            raise fault(
                "unknown_field",
                N_("%(where)s has an unknown field “%(field)s”. Known fields: %(known)s."),
                where=where,
                field=key,
                known=", ".join(sorted(spec)),
            )
    return values


def _parsed(field: Field, value: Any, where: str, key: str) -> Any:
    try:
        return field.parse(value)
    except PayFault as error:
        raise located(error, where, key) from error
    except (TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
        raise fault(
            "unreadable",
            N_("%(where)s: “%(field)s” cannot be read (%(reason)s)."),
            where=where,
            field=key,
            reason=str(error),
        ) from error


def text(value: Any) -> str:
    return str(value)


def flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"{value!r} is neither true nor false")


def whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != value:
        raise ValueError(f"{value!r} is not a whole number")
    return int(value)


def whole_within(most: int) -> Callable[[Any], int]:
    """A reader of whole numbers no further from zero than `most`."""

    def parse(value: Any) -> int:
        number = whole(value)
        if abs(number) > most:
            raise ValueError(f"{value!r} is further from zero than {most}")
        return number

    return parse


def texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in _items(value))


def many(parse: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    """A reader of one or several."""
    return lambda value: tuple(parse(item) for item in _items(value))


def day(value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    written = _DAY.match(str(value))
    if written is None and (part := _PART.match(str(value))) is not None:
        year, kind, number = part.groups()
        length = 6 if (kind or "").upper() == "H" else 3
        return dt.date(int(year), 1 + length * (int(number or 1) - 1), 1)
    if written is None:
        return dt.date.fromisoformat(str(value)[:10])
    return dt.date(*(int(part or 1) for part in written.groups()))


def one_of(words: Mapping[str, str]) -> Callable[[Any], str]:
    """A reader of a closed vocabulary: every accepted word -> its canonical word."""

    def parse(value: Any) -> str:
        word = words.get(str(value).strip().lower())
        if word is None:
            known = ", ".join(sorted(set(words.values())))
            raise fault(
                "unknown_word",
                N_("“%(word)s” is not known here. Use one of: %(known)s."),
                word=value,
                known=known,
            )
        return word

    return parse


def words(**groups: str) -> dict[str, str]:
    """Vocabulary from canonical word -> its synonyms, space separated."""
    return {alias: name for name, others in groups.items() for alias in (name, *others.split())}


def _items(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]

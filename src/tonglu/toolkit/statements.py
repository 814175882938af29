"""Statements whose SQL is put together once in a process, and rows made of what they give.

Django takes longer to write the SQL of a query than PostgreSQL takes to answer it by a key. A question that many requests ask in the
same words, such as whose token this is, is written once, with a mark in the place of each value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

ID = -(2**62)
"""Stands for a whole number."""
IDS = [ID]
"""Stands for the ids of `pk__any_of`."""
TEXT = "\N{OBJECT REPLACEMENT CHARACTER}kept"
"""Stands for a text."""
MOMENT = datetime(1, 1, 1, 1, 1, 1, 1, tzinfo=UTC)
"""Stands for a moment."""

Asked = tuple[str, list[Any]]
"""A statement and its parameters, as a cursor takes them."""


@dataclass(frozen=True)
class _Place:
    """Where a value comes."""

    name: str


@dataclass(frozen=True)
class _Written:
    """The SQL, its parameters with places for values, and how columns that need it are read."""

    sql: str
    params: tuple[Any, ...]
    converters: tuple[tuple[int, Any, Any], ...]


class KeptStatement:
    """A query written once and asked with other values each time; its rows come as bare tuples.

    `make` is called once, with the mark of each value, and returns a `values_list`. It may depend on nothing else that changes: not
    on the clock, the language or a person. Where rows are read from says `using` at each question.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], **marks: Any) -> None:
        self._make = make
        self._marks = marks
        self._kept: _Written | None = None

    def asked(self, **values: Any) -> Asked:
        """The statement with these values, for who runs it together with others."""
        written = self._written()
        return written.sql, [
            values[one.name] if isinstance(one, _Place) else one for one in written.params
        ]

    def rows(self, *, using: str = DEFAULT_DB_ALIAS, **values: Any) -> list[tuple[Any, ...]]:
        """What the query gives for these values."""
        connection = connections[using]
        with connection.cursor() as cursor:
            cursor.execute(*self.asked(**values))
            found = cursor.fetchall()
        converters = self._written().converters
        if not converters:
            return list(found)
        rows = [list(row) for row in found]
        for place, convert, column in converters:
            for row in rows:
                row[place] = convert(row[place], column, connection)
        return [tuple(row) for row in rows]

    def _written(self) -> _Written:
        if self._kept is None:
            self._kept = self._write()
        return self._kept

    def _write(self) -> _Written:
        compiler = self._make(**self._marks).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        places = tuple(self._place(value) for value in params)
        missing = set(self._marks) - {one.name for one in places if isinstance(one, _Place)}
        if missing:
            raise TypeError(f"The statement does not ask for {', '.join(sorted(missing))}.")
        columns = [column for column, _sql, _alias in compiler.select]
        found = compiler.get_converters(columns)
        converters = tuple((n, one, column) for n, (each, column) in found.items() for one in each)
        return _Written(sql=sql, params=places, converters=converters)

    def _place(self, value: Any) -> Any:
        for name, mark in self._marks.items():
            if type(mark) is type(value) and mark == value:
                return _Place(name)
        return value


class Columns(Generic[M]):
    """The columns of a model, and the rows made of them; `path` is where the model stands seen from the one that is asked."""

    def __init__(self, model: type[M], path: str = "") -> None:
        self.model = model
        self.attributes = [field.attname for field in model._meta.concrete_fields]
        self.names = [f"{path}{name}" for name in self.attributes]

    def row(self, values: Sequence[Any], *, using: str = DEFAULT_DB_ALIAS) -> M:
        """The row of the first of these values, as if a query of its own had read it."""
        return self.model.from_db(using, self.attributes, values[: len(self.attributes)])

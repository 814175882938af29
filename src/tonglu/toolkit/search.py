"""Finds any part of a name, number or phone among a million rows: one tokeniser, in SQL, with no extension.

*Normal form*: NFKC, lower case, punctuation and spaces taken out, so that `华为（深圳）` and `138-0013 8000` are found however they
were typed; a line break stays and separates the fields. *Grams*: every run of three characters of the normal form, and the
shorter tails at the end of a field. They are kept in a generated `tsvector` column under a GIN index. A word of one or two
characters is a prefix of a gram; a longer word has all its grams, and words above three characters are looked for once more in the
text itself (as it stands, which is quick, then in normal form), so there are no false hits. Several words must all be found, in any order and field.

Grams of three instead of two make four digits of a phone 15 times as selective and need no second look for words of up to three
characters, which most Chinese names are.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, TypeVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Columns, Statement
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce, StrIndex

MAX_TEXT = 200
MAX_WORDS = 8
SEPARATOR = "\n"

_STRIPPED = re.compile(
    r"[\u0001-\u0009\u000b-/:-@\[-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u1680\u180e"
    r"\u2000-\u206f\u20a0-\u20cf\u2190-\u21ff\u2500-\u25ff\u3000-\u3004\u3008-\u3020\u3030\u30fb\ufe00-\ufe0f\ufeff]+"
)

M = TypeVar("M", bound=models.Model)


class Joined(Func):
    """The fields as one text, a line each."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = models.TextField()

    def __init__(self, *fields: str) -> None:
        self.fields = fields
        parts: list[Any] = []
        for name in fields:
            parts += [Value(SEPARATOR), Coalesce(name, Value(""))]
        super().__init__(*parts[1:])


class Normal(Func):
    """The normal form of a text."""

    function = "tonglu_normal"
    output_field = models.TextField()


class LowerCase(Func):
    """Lower case for the letters A to Z only, the same on every server."""

    template = '(lower(%(expressions)s COLLATE "C"))'
    output_field = models.TextField()


class Grams(Func):
    """The search tokens of the named fields; what a search column holds."""

    function = "tonglu_grams"
    output_field = SearchVectorField()

    def __init__(self, *fields: str) -> None:
        self.fields = fields
        super().__init__(Joined(*fields))


class HasGrams(Func):
    """Whether a search column holds all the grams of a word."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = models.BooleanField()

    def __init__(self, column: str, word: str, *, row_by_row: bool = False) -> None:
        asked: dict[str, Any] = {"template": "((%(expressions)s) IS TRUE)"} if row_by_row else {}
        super().__init__(F(column), Func(Value(word), function="tonglu_query"), **asked)


class SearchIndex(GinIndex):
    """The GIN index of a search column, with fine statistics and a short pending list.

    With the default statistics the planner takes a rare word for 4,000 hits in a million rows and walks the whole table in the
    order of the list (1.4 s); with these it takes it for some hundred and uses the index (0.1 ms). The short pending list
    keeps reads fast while rows are written.
    """

    def __init__(
        self, *expressions: Any, gin_pending_list_limit: int = 512, **options: Any
    ) -> None:
        super().__init__(*expressions, gin_pending_list_limit=gin_pending_list_limit, **options)

    def create_sql(
        self,
        model: type[models.Model],
        schema_editor: BaseDatabaseSchemaEditor,
        using: str = "",
        **options: Any,
    ) -> Statement:
        index = super().create_sql(model, schema_editor, using, **options)
        table = model._meta.db_table
        counted = Columns(table, list(self.fields), schema_editor.quote_name)
        return Statement(
            f"{index.template}; ALTER TABLE %(table)s ALTER COLUMN %(counted)s SET STATISTICS 500",
            **{**index.parts, "counted": counted},
        )


class Found(Func):
    """Whether a position in a text is one."""

    template = "(%(expressions)s > 0)"
    output_field = models.BooleanField()


def search_column(*fields: str) -> models.GeneratedField:
    """The column that makes these text fields searchable; give it an index with `search_index`."""
    return models.GeneratedField(
        expression=Grams(*fields),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )


def search_index(column: str = "search") -> SearchIndex:
    """The index of a search column."""
    return SearchIndex(fields=[column])


def search_filter(
    rows: QuerySet[M], text: str, column: str = "search", fields: tuple[str, ...] = ()
) -> QuerySet[M]:
    """Rows in which every word of `text` occurs; all rows when the text is blank, none when it holds only punctuation."""
    if not text.strip():
        return rows
    return rows.filter(search_condition(rows.model, text, column, fields))


def search_condition(
    model: type[models.Model],
    text: str,
    column: str = "search",
    fields: tuple[str, ...] = (),
    *,
    row_by_row: bool = False,
) -> Q:
    """The same as one condition, so that columns can be combined with `|`; `column` may be a path such as `account__search`.

    `row_by_row` keeps the index out of it, for rows that are few already.
    """
    words = search_words(text)
    if not words:
        return Q(pk__in=[])
    sources = fields or _source_fields(model, column)
    return Q(
        *(part for word in words for part in _word_conditions(word, column, sources, row_by_row))
    )


def search_words(text: str) -> list[str]:
    """The words of a search text as typed; punctuation alone is no word."""
    clean = text[:MAX_TEXT].encode("utf-8", "ignore").decode().replace("\0", " ")
    return [word for word in dict.fromkeys(clean.split()) if normal(word)][:MAX_WORDS]


def normal(text: str) -> str:
    """The normal form, computed here; the database's own is what decides a search."""
    return _STRIPPED.sub("", unicodedata.normalize("NFKC", text).lower())


def _word_conditions(
    word: str, column: str, sources: tuple[str, ...], row_by_row: bool
) -> list[Any]:
    grams = HasGrams(column, word, row_by_row=row_by_row)
    if len(normal(word)) <= 3:
        return [grams]
    as_typed = StrIndex(LowerCase(Joined(*sources)), Value(normal(word)))
    in_normal = StrIndex(Normal(Joined(*sources)), Normal(Value(word)))
    return [grams, Q(Found(as_typed)) | Q(Found(in_normal))]


def _source_fields(model: type[models.Model], column: str) -> tuple[str, ...]:
    *path, name = column.split("__")
    for step in path:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    expression = model._meta.get_field(name).expression  # type: ignore[union-attr]
    prefix = "".join(f"{step}__" for step in path)
    return tuple(prefix + field for field in expression.fields)

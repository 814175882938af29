"""A source of a block of the home page, and the columns that say months, choices and names in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Case, F, Func, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language

from tonglu.policy import Actor


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a block comes from: the kind it needs, its rows, and the columns that show a row."""

    name: str
    kind: str
    title: Callable[[], str]
    icon: str
    find: Callable[[Actor, date], QuerySet[Any]]
    label: Any
    about: Any = None
    """A column, or what gives one when the language of the reader is known."""
    when: Any = None
    leads_to: tuple[str, str] | None = None
    """The columns with the kind and the id of the record a tap opens, where it is another one."""
    query: str = ""
    tone: str = ""
    address: Callable[[], str] | None = None
    roles: frozenset[str] = frozenset()
    """Whom it concerns, where it is not everybody who may read the kind."""
    due: bool = True
    """Whether `when` is a day by which something should be done, so that a day past is late."""


def month(column: str) -> Any:
    """The month of a day, as 2026-11."""
    return Func(F(column), Value("YYYY-MM"), function="to_char", output_field=TextField())


def choice(kind: str, column: str) -> Any:
    """The name of a choice, in the reader's language."""
    choices: Any = apps.get_model(kind)._meta.get_field(column).flatchoices
    return Case(
        *(When(**{column: value}, then=said(name)) for value, name in choices),
        default=F(column),
        output_field=TextField(),
    )


def said(name: Any) -> Value:
    """A lazily translated text, which is put into words when the query is asked."""
    return Value(name, output_field=TextField())


def named(column: str) -> Callable[[], Any]:
    """The name of something with an English and a Chinese one, in the reader's language."""

    def name() -> Any:
        english = F(f"{column}__name")
        if not (get_language() or "").startswith("zh"):
            return english
        return Coalesce(NullIf(F(f"{column}__name_zh"), Value("")), english)

    return name

"""What a field is: its type and its description as people and doors know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

if TYPE_CHECKING:
    from .spec import Text


class Type(StrEnum):
    """What kind of value a field holds; decides its widget, operators, parsing and printing."""

    TEXT = "text"
    LONGTEXT = "longtext"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    BOOL = "bool"
    CHOICE = "choice"
    MULTI = "multi"
    FK = "fk"
    MANY = "many"
    JSON = "json"


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field as people and doors know it. `related` is the kind a foreign key points at."""

    name: str
    label: Text
    type: Type
    path: str
    required: bool = False
    readonly: bool = False
    choices: tuple[tuple[str, Text], ...] = ()
    related: str = ""
    help: Text = ""
    max_length: int | None = None
    model_field: Any = field(default=None, compare=False, repr=False)
    default: Any = None
    unique: bool = False
    condition_of: str = ""
    """For a field that holds a condition: the kind it speaks of, or the field that names the kind."""
    told: Callable[[Any], Text] | None = field(default=None, compare=False, repr=False)
    """For a field that holds a structure: its value as a sentence, where the leaves would say nothing to their reader."""
    unit: Callable[[Any], Text] | None = field(default=None, compare=False, repr=False)
    """For a number that counts now this and now that: a currency or a word, given its row."""
    opens: Callable[[Any], str] | None = field(default=None, compare=False, repr=False)
    """For a number: the address of what it is made of, given its row."""
    late: Callable[[Any], bool] | None = field(default=None, compare=False, repr=False)
    """For a day or a time: whether it is over and what was to be done by then is not, given its row."""
    nothing: Text = field(default="", compare=False, repr=False)
    """What it means that nothing is entered, where that says something: an announcement for no department is for everybody."""

    @property
    def is_custom(self) -> bool:
        """Whether an administrator added it."""
        return self.name.startswith("custom.")

    @property
    def key(self) -> str:
        """The key of a custom field in the JSON column."""
        return self.name.removeprefix("custom.")

    @property
    def sortable(self) -> bool:
        """Whether a list can be ordered by it."""
        return self.type not in {Type.LONGTEXT, Type.MULTI, Type.MANY, Type.JSON} and (
            not self.is_custom
        )

    def choice_label(self, value: Any) -> Text:
        """The label of a stored choice, or the value itself."""
        return dict(self.choices).get(value, "" if value is None else str(value))


def in_language(text: str, text_zh: str) -> str:
    """The text for the active language, falling back to the other one."""
    if (get_language() or "").startswith("zh"):
        return text_zh or text
    return text or text_zh

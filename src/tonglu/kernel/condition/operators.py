"""Which questions may be asked of which kind of field, with their words in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .tree import FieldInfo


class Arity(StrEnum):
    """What stands behind an operator: nothing, one value, two, a list, or a period told from today."""

    NONE = "none"
    ONE = "one"
    TWO = "two"
    MANY = "many"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator with its words; `name` is what JSON holds."""

    name: str
    arity: Arity
    english: str
    chinese: str

    def label(self, language: str = "en") -> str:
        """Its words in a language."""
        return self.chinese if language.startswith("zh") else self.english


PERSON = "directory.person"

_EMPTINESS = (
    Operator("is_empty", Arity.NONE, "is empty", "未填写"),
    Operator("is_set", Arity.NONE, "is not empty", "已填写"),
)
_SAME = (Operator("=", Arity.ONE, "is", "为"), Operator("!=", Arity.ONE, "is not", "不为"))
_ONE_OF = (
    Operator("in", Arity.MANY, "is one of", "属于"),
    Operator("not_in", Arity.MANY, "is none of", "不属于"),
)
_TEXT = (
    Operator("contains", Arity.ONE, "contains", "包含"),
    Operator("starts", Arity.ONE, "starts with", "开头为"),
    *_SAME,
    *_ONE_OF,
    *_EMPTINESS,
)
_NUMBER = (
    Operator("=", Arity.ONE, "equals", "等于"),
    Operator("!=", Arity.ONE, "does not equal", "不等于"),
    Operator(">", Arity.ONE, "is more than", "大于"),
    Operator(">=", Arity.ONE, "is at least", "大于或等于"),
    Operator("<", Arity.ONE, "is less than", "小于"),
    Operator("<=", Arity.ONE, "is at most", "小于或等于"),
    Operator("between", Arity.TWO, "is between", "介于"),
    *_EMPTINESS,
)
_DATE = (
    Operator("within", Arity.PERIOD, "is within", "在期间"),
    Operator("=", Arity.ONE, "is on", "为"),
    Operator("!=", Arity.ONE, "is not on", "不为"),
    Operator("<", Arity.ONE, "is before", "早于"),
    Operator("<=", Arity.ONE, "is on or before", "不晚于"),
    Operator(">", Arity.ONE, "is after", "晚于"),
    Operator(">=", Arity.ONE, "is on or after", "不早于"),
    Operator("between", Arity.TWO, "is between", "介于"),
    *_EMPTINESS,
)
_CHOICE = (*_SAME, *_ONE_OF, *_EMPTINESS)
_MULTI = (
    Operator("contains", Arity.ONE, "includes", "含有"),
    Operator("in", Arity.MANY, "includes one of", "含有其中之一"),
    Operator("not_in", Arity.MANY, "includes none of", "均不含"),
    *_EMPTINESS,
)

OPERATORS: dict[str, tuple[Operator, ...]] = {
    "text": _TEXT,
    "longtext": _TEXT,
    "email": _TEXT,
    "phone": _TEXT,
    "url": _TEXT,
    "integer": _NUMBER,
    "decimal": _NUMBER,
    "money": _NUMBER,
    "percent": _NUMBER,
    "date": _DATE,
    "datetime": _DATE,
    "bool": (Operator("=", Arity.ONE, "is", "为"), *_EMPTINESS),
    "choice": _CHOICE,
    "multi": _MULTI,
    "many": _MULTI,
    "fk": _CHOICE,
    "person": (*_SAME, Operator("me", Arity.NONE, "is me", "是我"), *_ONE_OF, *_EMPTINESS),
    "json": _EMPTINESS,
}
"""The operators of each type of field, in the order the builder offers them."""

_SAME_KIND = {"longtext": "text", "email": "text", "phone": "text", "url": "text"}


def kind_of(field: FieldInfo) -> str:
    """The kind of values a field holds: texts of every sort are one kind, and a person is a foreign key that can be "me"."""
    type_ = str(field.type)
    if type_ == "fk" and field.related == PERSON:
        return "person"
    return _SAME_KIND.get(type_, type_)


def operator_of(kind: str, name: Any) -> Operator | None:
    """The operator of that name, when the kind of field has it."""
    return next((known for known in OPERATORS.get(kind, ()) if known.name == name), None)


def operators_json() -> dict[str, list[dict[str, Any]]]:
    """The table for the builder: for each type the operators with what they need and their words."""
    return {
        type_: [
            {"op": o.name, "value": o.arity.value, "label": {"en": o.english, "zh-hans": o.chinese}}
            for o in operators
        ]
        for type_, operators in OPERATORS.items()
    }

"""Reads a condition aloud, in English or Chinese."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tonglu.kernel.number import decimal_text
from tonglu.kernel.percent import Percent
from tonglu.kernel.period_text import day_name, period_name, period_parse
from tonglu.kernel.relative import is_relative, relative_name

from .operators import Arity, operator_of
from .tree import All, AnyOf, Condition, FieldInfo, FieldOf, Not, Test
from .values import IDS, Me, RelativeDay

NameOf = Callable[[FieldInfo, int], str]
"""The name of the record a foreign key points at."""

_WORDS = {
    "en": {
        "and": " and ",
        "or": " or ",
        "not": "not ",
        "every": "every record",
        "list": ", ",
        "two": " and ",
        "yes": "yes",
        "no": "no",
        "me": "me",
        "open": "(",
        "close": ")",
        "gone": "a field that no longer exists",
    },
    "zh": {
        "and": "，且",
        "or": "，或",
        "not": "并非",
        "every": "所有记录",
        "list": "、",
        "two": "与",
        "yes": "是",
        "no": "否",
        "me": "我",
        "open": "（",
        "close": "）",
        "gone": "已不存在的字段",
    },
}


def condition_sentence(
    condition: Condition, field_of: FieldOf, language: str = "en", name_of: NameOf | None = None
) -> str:
    """The condition in words; `name_of` names the records it points at, which otherwise appear as #12."""
    return _Teller(field_of, language, name_of).told(condition)


class _Teller:
    """Tells one condition in one language."""

    def __init__(self, field_of: FieldOf, language: str, name_of: NameOf | None) -> None:
        self.field_of = field_of
        self.language = language
        self.name_of = name_of
        self.words = _WORDS["zh" if language.startswith("zh") else "en"]

    def told(self, condition: Condition, inside: bool = False) -> str:
        match condition:
            case All(()):
                return self.words["every"]
            case All((one,)) | AnyOf((one,)):
                return self.told(one, inside)
            case All(parts):
                return self._joined(parts, "and", inside)
            case AnyOf(parts):
                return self._joined(parts, "or", inside)
            case Not(part):
                return self.words["not"] + self._bracketed(self.told(part))
            case Test():
                return self._test(condition)

    def _joined(self, parts: tuple[Condition, ...], word: str, inside: bool) -> str:
        text = self.words[word].join(self.told(part, inside=True) for part in parts)
        return self._bracketed(text) if inside else text

    def _bracketed(self, text: str) -> str:
        return f"{self.words['open']}{text}{self.words['close']}"

    def _test(self, test: Test) -> str:
        field = self.field_of(test.field)
        operator = operator_of(test.kind, test.op)
        if field is None or operator is None:
            return self.words["gone"]
        value = self._value(field, test, operator.arity)
        return " ".join(
            part for part in (str(field.label), operator.label(self.language), value) if part
        )

    def _value(self, field: FieldInfo, test: Test, arity: Arity) -> str:
        if arity is Arity.NONE:
            return ""
        if arity is Arity.PERIOD:
            return self._period(test.value)
        if arity is Arity.ONE:
            return self._one(field, test.kind, test.value)
        between = "two" if arity is Arity.TWO else "list"
        return self.words[between].join(self._one(field, test.kind, one) for one in test.value)

    def _period(self, name: str) -> str:
        if is_relative(name):
            return relative_name(name, self.language)
        return period_name(period_parse(name), self.language)

    def _one(self, field: FieldInfo, kind: str, value: Any) -> str:
        match value:
            case Me():
                return self.words["me"]
            case bool():
                return self.words["yes" if value else "no"]
            case RelativeDay(text):
                return self._relative_day(text)
            case datetime():
                return f"{day_name(value.date(), self.language)} {value:%H:%M} UTC"
            case date():
                return day_name(value, self.language)
            case Decimal():
                return str(Percent(value)) if kind == "percent" else _grouped(value)
            case int() if kind in IDS:
                return self.name_of(field, value) if self.name_of else f"#{value}"
            case _:
                return str(dict(field.choices).get(value, value))

    def _relative_day(self, text: str) -> str:
        days = int(text.removeprefix("today") or 0)
        if days == 0:
            return relative_name("today", self.language)
        if self.language.startswith("zh"):
            return f"{abs(days)} 天{'前' if days < 0 else '后'}"
        unit = "day" if abs(days) == 1 else "days"
        return f"{abs(days)} {unit} {'ago' if days < 0 else 'from today'}"


def _grouped(value: Decimal) -> str:
    whole, dot, places = decimal_text(value).partition(".")
    return f"{int(whole):,}{dot}{places}" if not whole.startswith("-0") else whole + dot + places

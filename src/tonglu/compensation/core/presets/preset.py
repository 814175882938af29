"""What a preset is: a name, how it works and what it pays for in each language, and a plan in the neutral form."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tonglu.compensation.core.model.plan import Plan, plan_from_dict

Words = Mapping[str, str]
CHINESE_NAMES = {
    "Ana": "王芳",
    "Ben": "陈磊",
    "Lee": "李明",
    "Dee": "吴敏",
    "Tess": "周婷",
    "Eng": "孙强",
}
# Rows of a statement must add up to the cent, so presets round by telescoping.
ROUNDING = {"scale": 2, "mode": "half_up", "stage": "telescoping"}


@dataclass(frozen=True, kw_only=True)
class Preset:
    key: str
    title: Words
    about: Words
    pays_for: Words
    body: Mapping[str, Any]

    def plan_dict(self, *, chinese: bool = False) -> dict[str, Any]:
        """The plan as plain values of the caller's own, ready to be edited or saved; its people may bear Chinese names."""
        plain = {"id": self.key, "title": self.title, "rounding": ROUNDING, **self.body}
        named: dict[str, Any] = renamed(plain, CHINESE_NAMES) if chinese else deepcopy(plain)
        return named

    def plan(self) -> Plan:
        return plan_from_dict(self.plan_dict())


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The same plain values with other names for their people."""
    if isinstance(value, Mapping):
        return {renamed(key, names): renamed(one, names) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [renamed(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def words(en: str, zh: str) -> Words:
    return {"en": en, "zh": zh}


def sale(name: str, amount: Any, day: str = "2026-01-15", **more: Any) -> dict[str, Any]:
    """A transaction of an example; credited to Ana unless it says otherwise."""
    credited = {} if "credits" in more else {"payee": "Ana"}
    return {"id": name, "date": day, "amount": amount, **credited, **more}

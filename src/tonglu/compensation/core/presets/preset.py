"""What a preset is: a name, how it works and what it pays for in each language, and a plan in the neutral form."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tonglu.compensation.core.model.plan import Plan, plan_from_dict

Words = Mapping[str, str]
# Rows of a statement must add up to the cent, so presets round by telescoping.
ROUNDING = {"scale": 2, "mode": "half_up", "stage": "telescoping"}


@dataclass(frozen=True, kw_only=True)
class Preset:
    key: str
    title: Words
    about: Words
    pays_for: Words
    body: Mapping[str, Any]

    def plan_dict(self) -> dict[str, Any]:
        """The plan as plain values of the caller's own, ready to be edited or saved."""
        plain = {"id": self.key, "title": self.title, "rounding": ROUNDING, **self.body}
        return deepcopy(plain)

    def plan(self) -> Plan:
        return plan_from_dict(self.plan_dict())


def words(en: str, zh: str) -> Words:
    return {"en": en, "zh": zh}


def sale(name: str, amount: Any, day: str = "2026-01-15", **more: Any) -> dict[str, Any]:
    """A transaction of an example; credited to Ana unless it says otherwise."""
    credited = {} if "credits" in more else {"payee": "Ana"}
    return {"id": name, "date": day, "amount": amount, **credited, **more}

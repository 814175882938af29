"""Quotas of people by period, from a table: every row reaches a component, a person and a period, or is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tonglu.compensation.core.model.plan import Plan
from tonglu.compensation.core.numbers import exact

from .columns import headed, missing, renamed, require_one_word, tried
from .tables import Fault, Table

NAMES: Mapping[str, tuple[str, ...]] = {
    "payee": ("person", "employee", "工号", "业务员"),
    "window": ("period", "month", "quarter", "year", "期间", "月份", "季度", "年度"),
    "component": ("rule", "规则"),
    "quota": ("amount", "goal", "target", "任务额", "目标"),
}
_YEAR = re.compile(r"(\d{4})年?")
_MONTH = re.compile(r"(\d{4})(?:[-/.]?(\d{2})|[-/.](\d)|年(\d{1,2})月)")
_PART = re.compile(r"(\d{4})[-/. 年]*(?:第?([1-4])季度?|([QHqh][1-4]))")
_PART_FIRST = re.compile(r"([QHqh][1-4])[-/. ]*(\d{4})")
_EVERY_YEAR = re.compile(r"[Qq][1-4]|[Hh][12]|0[1-9]|1[0-2]|all|default")


def quotas_of(table: Table, plan: Plan, faults: list[Fault]) -> dict[str, Any]:
    """component -> payee -> window -> quota; without a component for every one of the plan."""
    everywhere = [component.id for version in plan.versions for component in version.components]
    heads = headed(table.columns, NAMES, {})
    require_one_word(table, heads, faults, "keep one of them, a quarter as 2026-Q1.")
    found: dict[str, Any] = {}
    for line in table.lines:
        cells = renamed(line.cells, heads)
        if "quota" not in cells:
            faults.append(missing(table, line, "quota"))
            continue
        quota = tried(table.name, line, lambda c=cells: exact(c["quota"]), faults, "quota")  # type: ignore[misc]
        window = tried(table.name, line, lambda c=cells: _window(c.get("window")), faults, "period")  # type: ignore[misc]
        if quota is None or window is None:
            continue
        named = str(cells["component"]) if "component" in cells else None
        if named is not None and named not in everywhere:
            message = f"the plan has no component “{named}”."
            faults.append(
                Fault(file=table.name, row=line.number, column="component", message=message)
            )
            continue
        for component in dict.fromkeys(everywhere if named is None else [named]):
            place = found.setdefault(component, {})
            if "payee" in cells:
                place = place.setdefault(str(cells["payee"]), {})
            if place.setdefault(window, quota) != quota:
                message = f"another row tells {window} otherwise."
                faults.append(
                    Fault(file=table.name, row=line.number, column="quota", message=message)
                )
                break
    return found


def _window(value: Any) -> str:
    """A period as the engine names it: 2017Q3, Q3 2017 and 2017年3季度 are 2017-Q3; no period is the default."""
    if value is None:
        return "default"
    text = str(value).strip()
    if (year := _YEAR.fullmatch(text)) is not None:
        return year[1]
    if (part := _PART.fullmatch(text)) is not None:
        return _checked(part[1], part[3] or f"Q{part[2]}", text)
    if (part := _PART_FIRST.fullmatch(text)) is not None:
        return _checked(part[2], part[1], text)
    if (month := _MONTH.fullmatch(text)) is not None:
        number = int(month[2] or month[3] or month[4])
        if 1 <= number <= 12:
            return f"{month[1]}-{number:02}"
    if _EVERY_YEAR.fullmatch(text) is not None:
        return text.upper() if text[:1].lower() in "qh" else text
    raise _no_period(text)


def _checked(year: str, part: str, text: str) -> str:
    part = part.upper()
    if part in ("H3", "H4"):
        raise _no_period(text)
    return f"{year}-{part}"


def _no_period(text: str) -> ValueError:
    return ValueError(f"“{text}” is no period such as 2026-Q1, 2026-03 or 2026.")

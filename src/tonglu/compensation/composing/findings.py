"""What the check has to say, in the reader's language, each beside the component it concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext

from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.problems import Problem
from tonglu.compensation.core.validation.check import plan_problems

from .canonical import Unread, readable_part, unread
from .numbers import number_shown

ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One sentence of the check; `component` is the place of the card, None for the plan."""

    text: str
    is_error: bool
    code: str = ""
    component: int | None = None
    path: tuple[str | int, ...] = ()


def findings_of(raw: Any) -> list[Finding]:
    """Everything to say about a plan: what cannot be read first, then faults, then what is unwise."""
    refused = [
        Finding(text=one.message, is_error=True, component=one.component, path=one.path)
        for one in unread(raw)
    ]
    return [*refused, *_checked(raw, refused)]


def may_be_issued(found: Sequence[Finding]) -> bool:
    """Whether nothing forbids it."""
    return not any(one.is_error for one in found)


def titles_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """What the components are called in the reader's language, by their short names."""
    components = raw.get("components") or ()
    return {
        str(one.get("id")): title_of(one.get("title"), str(one.get("id")))
        for one in components
        if isinstance(one, Mapping)
    }


def title_of(title: Any, otherwise: str = "") -> str:
    """A name in the reader's language, else in the other one."""
    if not isinstance(title, Mapping):
        return str(title or otherwise)
    own = "zh" if (get_language() or "en").startswith("zh") else "en"
    return str(title.get(own) or title.get("en") or title.get("zh") or otherwise)


def _checked(raw: Any, refused: Sequence[Finding]) -> list[Finding]:
    if not isinstance(raw, Mapping):
        return []
    try:
        part = readable_part(raw) if refused else raw
        problems = plan_problems(plan_from_dict(part))
    except (PayFault, TypeError, ValueError, AttributeError):
        return []
    places = _places(raw)
    titles = titles_of(raw)
    return [_finding(one, places, titles) for one in problems if not (refused and _follows(one))]


def _follows(problem: Problem) -> bool:
    """What is only wrong because something else could not be read."""
    return problem.code in ("no_components", "example_fails", "unknown_component")


def _finding(problem: Problem, places: Mapping[str, int], titles: Mapping[str, str]) -> Finding:
    name = str(problem.params.get("component", ""))
    shown = {key: _shown(key, value, titles) for key, value in problem.params.items()}
    sentence = gettext(problem.message) % shown if problem.message else problem.code
    prefix = f"{titles.get(name, name)}: "
    at = places.get(name)
    return Finding(
        text=sentence.removeprefix(prefix) if at is not None else sentence,
        is_error=problem.severity == ERROR,
        code=problem.code,
        component=at,
        path=() if at is None else ("components", at),
    )


def _shown(key: str, value: Any, titles: Mapping[str, str]) -> str:
    if key in ("component", "other"):
        return titles.get(str(value), str(value))
    return number_shown(value) if key not in ("example", "path", "date") else str(value)


def _places(raw: Mapping[str, Any]) -> dict[str, int]:
    components = raw.get("components") or ()
    return {
        str(one["id"]): at
        for at, one in enumerate(components)
        if isinstance(one, Mapping) and "id" in one
    }


__all__ = ["Finding", "Unread", "findings_of", "may_be_issued", "title_of", "titles_of"]

"""Where the modules that ask for decisions say what they are called and who wants to hear the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tonglu.kernel.errors import NotFound
from tonglu.kernel.text import N_

if TYPE_CHECKING:
    from tonglu.policy import Actor

    from .models import ApprovalRequest

Decided = Callable[["Actor", "ApprovalRequest"], None]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One kind of question, such as a discount; `decided` runs in the transaction of the decision.

    `guarded` are the facts, by their English label, that tell a field: its kind and name. They are told to its readers alone.
    """

    code: str
    label: Any
    decided: Decided
    guarded: Mapping[str, tuple[str, str]] = field(default_factory=dict)


_subjects: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Make a subject known; called from `apps.py`."""
    _subjects[subject.code] = subject


def subject_of(code: str) -> Subject:
    """The subject of that code."""
    found = _subjects.get(code)
    if found is None:
        raise NotFound(N_("There is no approval about %(code)s."), params={"code": code})
    return found


def guarded_facts(code: str) -> Mapping[str, tuple[str, str]]:
    """The facts of a subject that tell a field not everybody reads."""
    found = _subjects.get(code)
    return found.guarded if found is not None else {}


def subjects() -> list[tuple[str, Any]]:
    """Every subject with its label, as choices."""
    return [(subject.code, subject.label) for subject in _subjects.values()]

"""Run worked examples: a file's content in, one result per case out, nothing raised for a bad case.

A case may expect a refusal: `expected: {error: code}` (or `error: true`) passes when the engine refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tonglu.compensation.core.faults import PayFault, fault
from tonglu.compensation.core.model.plan import rounding_from
from tonglu.compensation.core.model.reading import REMARKS
from tonglu.compensation.core.numbers import exact
from tonglu.compensation.core.rounding import PER_PAYOUT, Rounding
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_

from .calc import WHAT_IF
from .compare import Check, checks
from .modes import MODES

_ABOUT = frozenset(
    {
        "id",
        "title",
        "title_zh",
        "concepts",
        "source",
        "published_part",
        "ref",
        "erratum",
        "arithmetic",
        "note",
        "notes",
        "comment",
        "description",
        "currency",
        "language",
        "author",
        "mode",
        "expected",
        "tags",
        "rounding",
    }
)
_CALC = frozenset(
    {
        "plan",
        "transactions",
        *WHAT_IF,
        "metrics",
        "measures",
        "hierarchy",
        "hierarchies",
        "quotas",
        "rates",
        "fx",
        "fx_rates",
        "base_currency",
        "plan_currency",
        "exchange_rates",
        "adjustments",
        "as_of",
    }
)
_BLOCKS: Mapping[str, frozenset[str]] = {
    "calc": _CALC,
    "payment": frozenset({"payment", "earnings"}),
    "trigger": frozenset({"earned", "deal_total", "total", "payment", "events"}),
    "clawback": frozenset({"clawback", "earnings"}),
    "retro": frozenset({"results"}),
    "proration": frozenset({"proration"}),
    "accounting": frozenset({"accounting"}),
    "attainment": frozenset({"attainment"}),
}


_TOLD = ("error", "note", "notes", "comment", "arithmetic")


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """One case: passed only when it expects something and every expectation holds."""

    id: str
    title: str
    mode: str
    checks: tuple[Check, ...] = ()
    error: str = ""
    ignored: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.error and bool(self.checks) and all(check.passed for check in self.checks)


def run_cases(content: Any) -> list[CaseResult]:
    """All cases of a file's content; a content that is no case file is refused."""
    cases = content.get("cases") if isinstance(content, Mapping) else content
    if not isinstance(cases, list) or not cases:
        raise fault("no_cases", N_("The file holds no cases."))
    for index, case in enumerate(cases, start=1):
        if not isinstance(case, Mapping) or "id" not in case:
            raise fault(
                "bad_case", N_("Case %(index)s is not a set of fields with an id."), index=index
            )
    return [run_case(case) for case in cases]


def run_case(case: Mapping[str, Any]) -> CaseResult:
    mode = str(case.get("mode", "calc"))
    about = CaseResult(
        id=str(case["id"]),
        title=" ".join(str(case.get("title", "")).split()),
        mode=mode,
        ignored=tuple(str(key) for key in case if key not in _ABOUT | _BLOCKS.get(mode, _ABOUT)),
    )
    expected = case.get("expected")
    if not isinstance(expected, Mapping) or not expected:
        return replace(about, error="The case expects nothing.")
    refusal = next(
        (expected[key] for key in ("error", "rejected", "refused") if key in expected), None
    )
    try:
        got = _computed(case, mode)
    except DomainError as error:
        return _refused(about, refusal, error)
    except RecursionError:
        return replace(about, error="The case is nested too deeply.")
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        return replace(about, error=f"The case cannot be read: {type(error).__name__} {error}.")
    if refusal:
        return _not_refused(about, refusal, got)
    wanted = {key: value for key, value in expected.items() if key not in _TOLD}
    return replace(about, checks=tuple(checks(wanted, got, _rounding(case))))


def _rounding(case: Mapping[str, Any]) -> Rounding:
    return rounding_from(case["rounding"]) if case.get("rounding") else PER_PAYOUT


def _computed(case: Mapping[str, Any], mode: str) -> dict[str, Any]:
    if mode not in MODES:
        raise fault(
            "unknown_mode",
            N_("Unknown mode “%(mode)s”. Known: %(known)s."),
            mode=mode,
            known=", ".join(MODES),
        )
    _all_read(case, mode)
    missing = {"payment": "earnings", "trigger": "events"}.get(mode, mode)
    if mode != "calc" and missing not in case and mode != "retro":
        raise fault(
            "missing_block",
            N_("A case of mode %(mode)s needs “%(field)s”."),
            mode=mode,
            field=missing,
        )
    return MODES[mode](case)


def _all_read(case: Mapping[str, Any], mode: str) -> None:
    """A field of the case that no mode knows may be words for people, never anything that could count."""
    known = _ABOUT.union(REMARKS, *_BLOCKS.values())
    for key, value in case.items():
        if key not in known and not _only_words(value):
            raise fault(
                "unknown_field",
                N_("%(where)s has an unknown field “%(field)s”. Known fields: %(known)s."),
                where=f"Case {case['id']}",
                field=key,
                known=", ".join(sorted(_BLOCKS[mode])),
            )


def _only_words(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_only_words(inner) for inner in value.values())
    if isinstance(value, (list, tuple)):
        return all(_only_words(inner) for inner in value)
    return value is None or (isinstance(value, str) and not _is_number(value))


def _is_number(value: str) -> bool:
    try:
        exact(value)
    except PayFault:
        return False
    return True


def _is_sentence(refusal: Any) -> bool:
    """A refusal told in words, or just told, is any refusal; one word is a code to be met."""
    return refusal is True or " " in str(refusal).strip()


def _refused(about: CaseResult, refusal: Any, error: DomainError) -> CaseResult:
    if not refusal:
        return replace(about, error=f"{error} [{error.code}]")
    wanted = "a refusal" if refusal is True else str(refusal)
    check = Check(
        path="error",
        expected=wanted,
        got=error.code,
        passed=_is_sentence(refusal) or str(refusal) == error.code,
    )
    return replace(about, checks=(check,))


def _not_refused(about: CaseResult, refusal: Any, got: Mapping[str, Any]) -> CaseResult:
    """A finding that does not stop the engine (a split that is not 100 %) counts as its refusal."""
    problems = [str(code) for code in got.get("problems", ())]
    wanted = "a refusal" if refusal is True else str(refusal)
    check = Check(
        path="error",
        expected=wanted,
        got=", ".join(problems) or "accepted",
        passed=bool(problems) if _is_sentence(refusal) else refusal in problems,
    )
    return replace(about, checks=(check,))

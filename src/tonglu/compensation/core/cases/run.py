"""Run worked examples: a file's content in, one result per case out, nothing raised for a bad case.

A case may expect a refusal: `expected: {error: code}` (or `error: true`) passes when the engine refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tonglu.compensation.core.faults import PayFault, fault, in_words
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


# What each mode cannot do without, and the form it has; a rule may be one or several.
_SEVERAL = (list, tuple, Mapping)
_NEEDS: Mapping[str, tuple[tuple[str, Any], ...]] = {
    "payment": (("payment", _SEVERAL), ("earnings", _SEVERAL)),
    "trigger": (("earned", object), ("payment", _SEVERAL), ("events", (list, tuple))),
    "clawback": (("clawback", Mapping),),
    "retro": (("results", (list, tuple)),),
    "proration": (("proration", Mapping),),
    "accounting": (("accounting", Mapping),),
    "attainment": (("attainment", Mapping),),
}
_LISTS = frozenset({"transactions", "adjustments", "hierarchy", "metrics"})
_TOO_DEEP = "The case is nested too deeply."
_REFUSED = ("error", "errors", "rejected", "refused", "refusal", "invalid")
_VALIDITY = ("valid", "accepted", "allowed")
_TOLD = ("error", "note", "notes", "comment", "arithmetic")


SCHEMA_VERSION = 1
"""The neutral form that is read here."""

Finding = tuple[str, bool]
"""What the check of a plan says: its code, and whether it forbids the plan."""
Findings = Callable[[Mapping[str, Any]], Sequence[Finding]]


def _no_findings(_case: Mapping[str, Any]) -> Sequence[Finding]:
    return ()


@dataclass(frozen=True, eq=False)
class Twice:
    """A name that a file gives twice in one place; the second one stands under it."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """One case: passed only when it expects something and every expectation holds."""

    id: str
    title: str
    mode: str
    checks: tuple[Check, ...] = ()
    error: str = ""
    ignored: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    """What the check of its plan forbids, told where a case fails."""

    @property
    def passed(self) -> bool:
        return not self.error and bool(self.checks) and all(check.passed for check in self.checks)


def run_cases(content: Any, findings: Findings = _no_findings) -> list[CaseResult]:
    """All cases of a file's content; a content that is no case file is refused."""
    cases = _listed(content)
    if not isinstance(cases, list) or not cases:
        raise fault("no_cases", N_("The file holds no cases."))
    if not any(_is_case(case) for case in cases):
        raise _no_case(1)
    seen: set[str] = set()
    results: list[CaseResult] = []
    for index, case in enumerate(cases, start=1):
        if not _is_case(case):
            results.append(
                CaseResult(id=f"#{index}", title="", mode="", error=str(_no_case(index)))
            )
            continue
        result = run_case(case, findings)
        if result.id in seen and not result.error:
            twice = N_("The file has another case with this id. Give this one an id of its own.")
            result = replace(result, error=twice)
        seen.add(result.id)
        results.append(result)
    return results


def _listed(content: Any) -> Any:
    """The cases under `cases`, by a list or by their ids; a bare list; or one case by itself."""
    if not isinstance(content, Mapping):
        return content
    require_known_form(content)
    if "cases" not in content:
        return [content] if "expected" in content else None
    cases = content["cases"]
    if isinstance(cases, Mapping):
        return [
            {"id": name, **case} if isinstance(case, Mapping) else case
            for name, case in cases.items()
        ]
    return cases


def require_known_form(content: Mapping[str, Any]) -> None:
    """Refuse a file of a form that is not the one read here: its fields may mean something else."""
    told = content.get("schema_version")
    if told is not None and str(told).strip().partition(".")[0] != str(SCHEMA_VERSION):
        raise fault(
            "unknown_schema",
            N_("“schema_version” is %(told)s; only %(known)s is read here."),
            told=told,
            known=SCHEMA_VERSION,
        )


def _is_case(case: Any) -> bool:
    return isinstance(case, Mapping) and case.get("id") is not None


def _no_case(index: int) -> PayFault:
    return fault("bad_case", N_("Case %(index)s is not a set of fields with an id."), index=index)


def run_case(case: Mapping[str, Any], findings: Findings = _no_findings) -> CaseResult:
    """One case; `findings` says what the check of its plan forbids, for a case that expects a refusal."""
    mode = str(case.get("mode") or _mode_of(case))
    about = CaseResult(
        id=str(case["id"]),
        title=" ".join(str(case.get("title", "")).split()),
        mode=mode,
        ignored=tuple(str(key) for key in case if key not in _ABOUT | _BLOCKS.get(mode, _ABOUT)),
    )
    expected = case.get("expected")
    if not isinstance(expected, Mapping) or not expected:
        return replace(about, error="The case expects nothing.")
    expected = _validity_told(expected)
    refusal = next((expected[key] for key in _REFUSED if key in expected), None)
    try:
        got = _computed(case, mode)
    except DomainError as error:
        return _refused(about, refusal, error)
    except KeyError as error:
        return replace(about, error=f"The case needs “{error.args[0] if error.args else ''}”.")
    except RecursionError:
        return replace(about, error=_TOO_DEEP)
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        return replace(about, error=f"The case cannot be read: {in_words(error)}.")
    if refusal:
        return _not_refused(about, refusal, got, findings(case) if mode == "calc" else ())
    wanted = {key: value for key, value in expected.items() if key not in _TOLD}
    try:
        result = replace(about, checks=tuple(checks(wanted, got, _rounding(case))))
    except RecursionError:
        return replace(about, error=_TOO_DEEP)
    if result.passed or mode != "calc":
        return result
    return replace(result, hints=tuple(code for code, forbids in findings(case) if forbids))


def _validity_told(expected: Mapping[str, Any]) -> Mapping[str, Any]:
    """`valid: false` expects a refusal; `valid: true` beside figures says no more than they do."""
    told = {key: expected[key] for key in _VALIDITY if isinstance(expected.get(key), bool)}
    rest = {key: value for key, value in expected.items() if key not in told}
    if False in told.values():
        return {"error": True, **rest}
    return rest or {"problems": []}


def _mode_of(case: Mapping[str, Any]) -> str:
    """A case that names no mode has that of the block it brings."""
    if case.get("plan") is not None:
        return "calc"
    if case.get("results") is not None:
        return "retro"
    found = (mode for mode in MODES if mode in case and mode != "calc")
    alone = next(found, "calc")
    return "trigger" if alone == "payment" and "events" in case else alone


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
    _each_name_once(case, f"Case {case['id']}")
    _all_read(case, mode)
    for field, kind in _NEEDS.get(mode, ()):
        if case.get(field) is None:
            raise fault(
                "missing_block",
                N_("A case of mode %(mode)s needs “%(field)s”."),
                mode=mode,
                field=field,
            )
        _of_kind(case, field, kind)
    for field in _LISTS & set(case):
        _of_kind(case, field, (list, tuple, Mapping))
    return MODES[mode](case)


def _of_kind(case: Mapping[str, Any], field: str, kind: Any) -> None:
    if case[field] is not None and not isinstance(case[field], kind):
        raise fault(
            "wrong_kind",
            N_("%(where)s: “%(field)s” has the wrong form: %(value)s."),
            where=f"Case {case['id']}",
            field=field,
            value=str(case[field])[:60],
        )


def _each_name_once(value: Any, where: str) -> None:
    """A name given twice says two things; which one counts is not for us to guess."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(key, Twice):
                raise fault(
                    "name_twice",
                    N_("%(where)s: the name “%(field)s” is given twice."),
                    where=where,
                    field=key.name,
                )
            _each_name_once(inner, where)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _each_name_once(inner, where)


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
        place = f"{error.place}: " if isinstance(error, PayFault) and error.place else ""
        return replace(about, error=f"{place}{error} [{error.code}]")
    wanted = "a refusal" if refusal is True else str(refusal)
    check = Check(
        path="error",
        expected=wanted,
        got=error.code,
        passed=_is_sentence(refusal) or str(refusal) == error.code,
    )
    return replace(about, checks=(check,))


def _not_refused(
    about: CaseResult, refusal: Any, got: Mapping[str, Any], found: Sequence[Finding]
) -> CaseResult:
    """A finding that does not stop the engine (a split that is not 100 %, a hole in a table) counts as its refusal."""
    problems = [str(code) for code in got.get("problems", ())]
    problems += [code for code, forbids in found if forbids or code == refusal]
    wanted = "a refusal" if refusal is True else str(refusal)
    check = Check(
        path="error",
        expected=wanted,
        got=", ".join(problems) or "accepted",
        passed=bool(problems) if _is_sentence(refusal) else refusal in problems,
    )
    return replace(about, checks=(check,))

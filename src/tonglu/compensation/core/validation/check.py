"""The check of a whole plan: each version, how versions follow each other, and its own examples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from tonglu.compensation.core.cases.run import run_case
from tonglu.compensation.core.clawback import clawback_from, unserved
from tonglu.compensation.core.model.plan import Plan, PlanVersion, as_plan
from tonglu.compensation.core.model.writing import version_to_dict
from tonglu.compensation.core.numbers import ONE, ZERO, number_text
from tonglu.compensation.core.order import in_turn
from tonglu.compensation.core.payment.rule import PaymentRule, rule_from
from tonglu.compensation.core.problems import Problem
from tonglu.compensation.core.release import schedule_from
from tonglu.kernel.errors import DomainError

from .components import component_problems
from .findings import ERROR, finding
from .tables import table_problems


def plan_problems(plan: Plan | PlanVersion) -> tuple[Problem, ...]:
    """Everything to say about the plan, errors first."""
    plan = as_plan(plan)
    found = [problem for version in plan.versions for problem in version_problems(version)]
    found += _sequence(plan)
    return tuple(sorted(found, key=lambda problem: problem.severity != ERROR))


def may_issue(plan: Plan | PlanVersion) -> bool:
    """Whether nothing forbids that people sign this plan."""
    return all(problem.severity != ERROR for problem in plan_problems(plan))


def version_problems(version: PlanVersion) -> Iterator[Problem]:
    if not version.components:
        yield finding("no_components")
    for component in version.components:
        yield from table_problems(component)
        yield from component_problems(component, version)
    yield from _circles(version)
    yield from _parts(version)
    yield from _examples(version)


def _circles(version: PlanVersion) -> Iterator[Problem]:
    try:
        in_turn(version.components)
    except DomainError as error:
        yield finding("cycle", circle=error.params.get("circle", ""))


def _parts(version: PlanVersion) -> Iterator[Problem]:
    if version.release is not None:
        yield from _readable("release", lambda: _release(version.release or {}))
    for rule in version.payment:
        yield from _readable("payment", lambda rule=rule: _holdback(rule_from(rule)))  # type: ignore[misc]
    if version.clawback is not None:
        yield from _readable("clawback", lambda: _clawback(version.clawback or {}))


def _readable(part: str, check: Callable[[], list[Problem]]) -> list[Problem]:
    try:
        return check()
    except DomainError as error:
        return [finding("unreadable_part", part=part, reason=str(error))]


def _release(raw: Mapping[str, Any]) -> list[Problem]:
    total = sum((step.pct for step in schedule_from(raw).steps), ZERO)
    return [] if total == ONE else [finding("release_not_whole", sum=number_text(total))]


def _holdback(rule: PaymentRule) -> list[Problem]:
    held = (rule.pct or ZERO) + sum((part.pct for part in rule.tranches), ZERO)
    over = rule.type == "holdback" and held > ONE
    return [finding("hold_over_all", sum=number_text(held))] if over else []


def _clawback(raw: Mapping[str, Any]) -> list[Problem]:
    claw = clawback_from(raw)
    if claw.type == "prorata_time":
        unserved(claw)
    return []


def _examples(version: PlanVersion) -> Iterator[Problem]:
    if not version.examples:
        yield finding("no_examples")
        return
    bare = {k: v for k, v in version_to_dict(version).items() if k != "examples"}
    for index, example in enumerate(version.examples, start=1):
        yield from _example({"id": str(index), "plan": bare, **example})


def _example(case: Mapping[str, Any]) -> Iterator[Problem]:
    if case.get("mode", "calc") != "calc":
        case = {key: value for key, value in case.items() if key != "plan"}
    result = run_case(case)
    if result.error:
        yield finding("example_fails", example=result.id, path="", expected="", got=result.error)
    for check in result.checks:
        if not check.passed:
            yield finding(
                "example_fails",
                example=result.id,
                path=check.path,
                expected=check.expected,
                got=check.got,
            )


def _sequence(plan: Plan) -> Iterator[Problem]:
    """Versions follow each other without holes or two in force on one day."""
    names = [version.id for version in plan.versions]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield finding("same_version_twice", version=name)
    for before, after in pairwise(plan.versions):
        if after.effective_from is None:
            yield finding("no_start", version=after.id)
            continue
        if before.effective_from == after.effective_from:
            yield _both(before, after)
        if before.effective_to is None:
            continue
        if before.effective_to >= after.effective_from:
            yield _both(before, after)
        elif before.effective_to + dt.timedelta(days=1) < after.effective_from:
            yield finding(
                "no_version_between", before=before.effective_to, after=after.effective_from
            )


def _both(before: PlanVersion, after: PlanVersion) -> Problem:
    return finding(
        "overlapping_versions", before=before.id, after=after.id, date=after.effective_from
    )

"""The plan's own examples: kept from the worked example, and renewed when the plan is meant to pay something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tonglu.compensation.core.cases.calc import calc
from tonglu.compensation.core.cases.run import run_case
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.faults import PayFault
from tonglu.compensation.core.model.writing import plain

from .canonical import example_version
from .sample import context_of_sample, facts_of, sample_read
from .showing import Typed
from .state import Draft
from .yamltext import yaml_of

UNCLEAR = (PayFault, ArithmeticError, TypeError, ValueError, LookupError, AttributeError)


def example_kept(draft: Draft) -> Typed:
    """The form with the sample and what it pays now as one more of the plan's own examples."""
    typed: Typed = dict(draft.typed or {})
    made = _neutral(draft.raw, draft.sample)
    if made is not None:
        kept = typed.get("examples")
        typed["examples"] = [*(kept if isinstance(kept, list) else ()), {"yaml": yaml_of(made)}]
    return typed


def examples_renewed(draft: Draft) -> Typed:
    """The form with the examples that fail expecting what the plan pays now; the others stay as they are."""
    examples = draft.raw.get("examples") or ()
    bare = {key: value for key, value in draft.raw.items() if key != "examples"}
    return {
        **(draft.typed or {}),
        "examples": [{"yaml": yaml_of(_renewed(bare, one))} for one in examples],
    }


def _renewed(bare: Mapping[str, Any], example: Any) -> Any:
    if not isinstance(example, Mapping) or example.get("mode", "calc") != "calc":
        return example
    case = {"id": "example", "plan": bare, **example}
    if run_case(case).passed:
        return example
    try:
        got = calc(case)
    except UNCLEAR:
        return example
    expected = _shaped(example.get("expected") or {}, got)
    return {**example, "expected": expected or {"payouts": plain(got["payouts"])}}


def _shaped(expected: Any, got: Any) -> Any:
    """What was got, at the places where something was expected."""
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        return {key: _shaped(value, got.get(key, 0)) for key, value in expected.items()}
    return plain(got)


def _neutral(raw: Mapping[str, Any], sample: Typed) -> dict[str, Any] | None:
    """The sample as a worked example in the neutral form; None when it cannot be worked out."""
    try:
        version = example_version(raw)
        read = sample_read(sample, version, {})
        facts, context = facts_of(read, version), context_of_sample(read)
        result = evaluate(version, facts, context)
    except UNCLEAR:
        return None
    payouts: dict[str, dict[str, Any]] = {}
    for one in result.payouts:
        payouts.setdefault(one.payee, {})[one.component] = plain(one.amount)
    metrics = {"metrics": plain(context.metrics)} if context.metrics else {}
    tree = {str(one.get("name")): one.get("manager") for one in read.get("people") or ()}
    return {
        "title": ", ".join(f"{fact.id} {plain(fact.values['amount'])}" for fact in facts),
        **metrics,
        **({"hierarchy": [{"manager_of": tree}]} if tree else {}),
        "transactions": [plain(fact.values) for fact in facts],
        "expected": {"payouts": payouts},
    }

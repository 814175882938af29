"""A run as one document: what a program sends, and what it is answered.

{"plan": {...}, "facts": [...], "people": [...], "quotas": [...], "events": [...], "as_of": "2026-03-31", "language": "zh",
 "detail": ["trace", "statements"]}

Rows have the columns of the files of `tonglu pay run`; the answer has its tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tonglu.compensation.core.model.plan import plan_from_dict
from tonglu.compensation.core.model.reading import day
from tonglu.kernel.errors import DomainError, Invalid
from tonglu.kernel.text import N_

from .papers import Papers
from .pay import PayRun, run_pay
from .reading import given_from
from .tables import Fault, RowsUnreadable, Table, table_of
from .writing import run_summary

FIELDS = frozenset({"plan", "facts", "people", "quotas", "events", "as_of", "language", "detail"})
DETAILS = ("trace", "statements")
MOST_FACTS = 100_000


def document_read(body: bytes) -> dict[str, Any]:
    """The document in a request's body, with exact numbers and no field nobody knows."""
    try:
        document = json.loads(body or b"{}", parse_float=Decimal)
    except ValueError as error:
        raise DomainError(
            N_("The body is not valid JSON: %(error)s."),
            code="bad_request",
            params={"error": error},
        ) from error
    if not isinstance(document, dict):
        raise Invalid({"": [N_("The body must be a JSON object.")]})
    unknown = sorted(set(document) - FIELDS)
    if unknown:
        raise Invalid({unknown[0]: [N_("There is no such field.")]})
    _require_shape(document)
    return document


def document_run(document: Mapping[str, Any]) -> dict[str, Any]:
    """Payouts, windows, payments and problems, and what else was asked for."""
    run = _computed(document)
    papers = Papers(run, str(document.get("language") or "en"))
    detail = set(document.get("detail") or ())
    answer: dict[str, Any] = {
        **run_summary(run),
        "payouts": list(papers.payouts()),
        "windows": list(papers.windows()),
        "releases": list(papers.releases()),
        "payments": list(papers.payments()),
        "to_look_at": list(papers.problems()),
    }
    if "trace" in detail:
        answer["trace"] = list(papers.trace())
    if "statements" in detail:
        payees = run.result.payees()
        answer["statements"] = {payee: papers.statement(payee) for payee in payees}
    return answer


def _require_shape(document: Mapping[str, Any]) -> None:
    """What can be told before anything is computed."""
    errors: dict[str, list[Any]] = {}
    if not isinstance(document.get("plan"), Mapping):
        errors["plan"] = [N_("A run needs a plan.")]
    if not isinstance(document.get("facts"), list):
        errors["facts"] = [N_("A run needs a list of facts.")]
    elif len(document["facts"]) > MOST_FACTS:
        errors["facts"] = [N_("Send at most 100,000 facts at once.")]
    if set(document.get("detail") or ()) - set(DETAILS):
        errors["detail"] = [N_("Details are “trace” and “statements”.")]
    if errors:
        raise Invalid(errors)


def _computed(document: Mapping[str, Any]) -> PayRun:
    as_of = document.get("as_of")
    plan = plan_from_dict(document["plan"])
    facts = table_of("facts", document["facts"])
    try:
        people, quotas = _maybe(document, "people"), _maybe(document, "quotas")
        given = given_from(plan, facts, people, quotas, events=_maybe(document, "events"))
        return run_pay(plan, given, "facts", None if as_of is None else day(as_of))
    except RowsUnreadable as error:
        raise Invalid(_by_place(error.faults)) from error
    except ValueError as error:
        raise Invalid({"as_of": [N_("Write the day as 2026-03-31.")]}) from error


def _maybe(document: Mapping[str, Any], name: str) -> Table | None:
    return None if document.get(name) is None else table_of(name, document[name])


def _by_place(faults: tuple[Fault, ...]) -> dict[str, list[Any]]:
    """facts[3].amount -> its sentences."""
    found: dict[str, list[Any]] = {}
    for fault in faults:
        row = "" if fault.row is None else f"[{fault.row - 1}]"
        place = f"{fault.file}{row}" + (f".{fault.column}" if fault.column else "")
        found.setdefault(place, []).append(fault.message)
    return found

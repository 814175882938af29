"""Check worked examples from a file: one line per case with expected and got; exit 0 only when all pass.

Numbers are read as decimals, never as binary floats; a name given twice is refused. Exit codes: 0 all
cases pass, 1 some fail, 2 the file cannot be read.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Hashable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TextIO

import yaml

from tonglu.kernel.errors import DomainError

from .core.cases.run import CaseResult, Finding, Twice, require_known_form, run_cases
from .core.model.plan import plan_from_dict
from .core.validation.check import plan_problems
from .core.validation.findings import ERROR

# The neutral form says what holds when these are left out.
_DECLARED_BY_THE_FORM = frozenset({"no_boundary", "no_ends"})
_UNREADABLE = (
    DomainError, OSError, ValueError, ArithmeticError, RecursionError, yaml.YAMLError,
)  # fmt: skip
ALL_PASS, SOME_FAIL, BAD_FILE = 0, 1, 2


class ExactLoader(yaml.SafeLoader):
    """YAML with decimals, true/false only for these two words, and no name given twice."""


def _decimal(loader: ExactLoader, node: yaml.ScalarNode) -> Decimal | str:
    """A decimal; infinity, not-a-number and minutes stay text."""
    text = str(loader.construct_scalar(node))
    try:
        return Decimal(text.replace("_", ""))
    except InvalidOperation:
        return text


def _whole(loader: ExactLoader, node: yaml.ScalarNode) -> Any:
    """A whole number as people read it: 010 is ten, and 12:30 is no number of seconds."""
    text = str(loader.construct_scalar(node)).replace("_", "")
    if text.lstrip("+-").isdigit():
        return int(text)
    return str(node.value) if ":" in text else loader.construct_yaml_int(node)


def _mapping(loader: ExactLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key, where, value, twice in _said(loader, node):
        if twice:
            raise yaml.constructor.ConstructorError(
                None, None, f"the name {key!r} is given twice", where.start_mark
            )
        result[key] = value
    return result


def _said(
    loader: ExactLoader, node: yaml.MappingNode
) -> Iterator[tuple[Any, yaml.Node, Any, bool]]:
    """Name, its place, value, and whether it was said before; one taken over by `<<: *other` may be said anew."""
    own = sum(key.tag != "tag:yaml.org,2002:merge" for key, _ in node.value)
    loader.flatten_mapping(node)
    seen: set[Any] = set()
    for place, (where, what) in enumerate(node.value):
        key = loader.construct_object(where, deep=True)
        key = key if isinstance(key, Hashable) else str(key)
        yield key, where, loader.construct_object(what, deep=True), key in seen
        if place >= len(node.value) - own:
            seen.add(key)


def _only_true_and_false() -> dict[str, list[tuple[str, Any]]]:
    """The resolvers without yes, no, on and off, which are words in a plan."""
    bool_tag = "tag:yaml.org,2002:bool"
    kept = {
        first: [(tag, pattern) for tag, pattern in found if tag != bool_tag or first in "tTfF"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return {first: found for first, found in kept.items() if found}


def _day(loader: ExactLoader, node: yaml.ScalarNode) -> Any:
    """A day; one that no calendar has stays text, and whoever reads it as a day says so."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return loader.construct_scalar(node)


class CaseLoader(ExactLoader):
    """The same for a file of cases, where one bad case must not keep the others from running."""


def _mapping_of_case(loader: CaseLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    return {
        Twice(str(key)) if twice else key: value for key, _, value, twice in _said(loader, node)
    }


def _as_written(loader: ExactLoader, node: yaml.Node) -> Any:
    """A value with a mark of its own (`!money 5`) is read as if it had none."""
    if isinstance(node, yaml.MappingNode):
        return loader.construct_object(
            yaml.MappingNode("tag:yaml.org,2002:map", node.value, node.start_mark), deep=True
        )
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return _text(loader, node)


def _text(loader: ExactLoader, node: Any) -> Any:
    return loader.construct_scalar(node)


ExactLoader.yaml_implicit_resolvers = _only_true_and_false()
ExactLoader.add_constructor("tag:yaml.org,2002:float", _decimal)
ExactLoader.add_constructor("tag:yaml.org,2002:int", _whole)
ExactLoader.add_constructor("tag:yaml.org,2002:timestamp", _day)
ExactLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
# A bare "=" is a word of the language of gates, for which YAML has a type of its own that nobody reads.
ExactLoader.add_constructor("tag:yaml.org,2002:value", _text)
CaseLoader.add_constructor("tag:yaml.org,2002:map", _mapping_of_case)
CaseLoader.add_constructor(None, _as_written)


def read_exact(path: Path, loader: type[ExactLoader] = ExactLoader) -> Any:
    """The content of a YAML or JSON file with exact numbers."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() == ".json":
        return json.loads(text, parse_float=Decimal)
    parts = [part for part in yaml.load_all(text, Loader=loader) if part is not None]
    if len(parts) < 2:
        return parts[0] if parts else None
    if loader is CaseLoader:
        return {"cases": [case for part in parts for case in _cases_of(part)]}
    raise ValueError("the file holds more than one document")


def _cases_of(part: Any) -> list[Any]:
    """The cases of one of several documents: listed under `cases`, a bare list, or one case by itself."""
    if isinstance(part, Mapping):
        require_known_form(part)
    if isinstance(part, Mapping) and "cases" not in part:
        return [part] if "id" in part else []
    found = part["cases"] if isinstance(part, Mapping) else part
    return found if isinstance(found, list) else [found]


def check_file(path: str | Path) -> list[CaseResult]:
    """The result of every case in the file; raises DomainError, OSError, ValueError or YAMLError."""
    content = read_exact(Path(path), CaseLoader)
    if isinstance(content, dict) and any(isinstance(key, Twice) for key in content):
        raise ValueError("a name at the top of the file is given twice")
    return run_cases(content, _findings)


def _findings(case: Mapping[str, Any]) -> list[Finding]:
    """What the check of the case's plan says when it is saved, and whether it forbids it."""
    return [
        (problem.code, problem.severity == ERROR and problem.code not in _DECLARED_BY_THE_FORM)
        for problem in plan_problems(plan_from_dict(case["plan"]))
    ]


def line_of(result: CaseResult) -> str:
    """One line: passed or not, the case, and what was expected and got."""
    return " ".join(_told(result).splitlines())


def _told(result: CaseResult) -> str:
    word = "ok  " if result.passed else "FAIL"
    head = f"{word} {result.id} [{result.mode}] {result.title}"
    if result.ignored:
        head = f"{head} (not read: {', '.join(result.ignored)})"
    if result.error:
        return f"{head}: {result.error}"
    pairs = "; ".join(
        f"{check.path} expected {check.expected} got {check.got}"
        for check in result.checks
        if result.passed or not check.passed
    )
    if result.hints:
        pairs = f"{pairs}; the check of the plan finds: {', '.join(result.hints)}"
    return f"{head}: {pairs}" if pairs else head


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="tonglu pay check", description="Check worked examples against the pay engine."
    )
    parser.add_argument("file", nargs="+", help="YAML or JSON file of cases")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    arguments = parser.parse_args(argv)
    results: list[CaseResult] = []
    for name in arguments.file:
        try:
            results += check_file(name)
        except UnicodeDecodeError:
            sys.stderr.write(
                f"{name}: The file is not text in UTF-8. Save it as UTF-8 and try again.\n"
            )
            return BAD_FILE
        except _UNREADABLE as error:
            sys.stderr.write(f"{name}: {error}\n")
            return BAD_FILE
    _say_anything(sys.stdout)
    sys.stdout.write(_as_json(results) if arguments.json else _as_text(results))
    return ALL_PASS if all(result.passed for result in results) else SOME_FAIL


def _say_anything(stream: TextIO) -> None:
    """A terminal without the letters of a title shows their codes."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def _as_text(results: Sequence[CaseResult]) -> str:
    passed = sum(result.passed for result in results)
    lines = [line_of(result) for result in results]
    return "\n".join([*lines, f"{passed} of {len(results)} cases pass."]) + "\n"


def _as_json(results: Sequence[CaseResult]) -> str:
    passed = sum(result.passed for result in results)
    cases = [
        {
            "id": result.id,
            "title": result.title,
            "mode": result.mode,
            "passed": result.passed,
            "error": result.error,
            "not_read": list(result.ignored),
            "expected": {check.path: check.expected for check in result.checks},
            "got": {check.path: check.got for check in result.checks},
            "wrong": [check.path for check in result.checks if not check.passed],
        }
        for result in results
    ]
    document = {"cases": cases, "passed": passed, "failed": len(results) - passed}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main())

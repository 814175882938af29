"""Check worked examples from a file: one line per case with expected and got; exit 0 only when all pass.

Numbers are read as decimals, never as binary floats; a name given twice is refused. Exit codes: 0 all
cases pass, 1 some fail, 2 the file cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tonglu.kernel.errors import DomainError

from .core.cases.run import CaseResult, run_cases

ALL_PASS, SOME_FAIL, BAD_FILE = 0, 1, 2


class ExactLoader(yaml.SafeLoader):
    """YAML with decimals, true/false only for these two words, and no name given twice."""


def _decimal(loader: ExactLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)).replace("_", ""))


def _mapping(loader: ExactLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    pairs = [(loader.construct_object(k, deep=True), k, v) for k, v in node.value]
    result: dict[Any, Any] = {}
    for key, where, value in pairs:
        if key in result:
            raise yaml.constructor.ConstructorError(
                None, None, f"the name {key!r} is given twice", where.start_mark
            )
        result[key] = loader.construct_object(value, deep=True)
    return result


def _only_true_and_false() -> dict[str, list[tuple[str, Any]]]:
    """The resolvers without yes, no, on and off, which are words in a plan."""
    bool_tag = "tag:yaml.org,2002:bool"
    kept = {
        first: [(tag, pattern) for tag, pattern in found if tag != bool_tag or first in "tTfF"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return {first: found for first, found in kept.items() if found}


ExactLoader.yaml_implicit_resolvers = _only_true_and_false()
ExactLoader.add_constructor("tag:yaml.org,2002:float", _decimal)
ExactLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_exact(path: Path) -> Any:
    """The content of a YAML or JSON file with exact numbers."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() == ".json":
        return json.loads(text, parse_float=Decimal)
    return yaml.load(text, Loader=ExactLoader)


def check_file(path: str | Path) -> list[CaseResult]:
    """The result of every case in the file; raises DomainError, OSError, ValueError or YAMLError."""
    return run_cases(read_exact(Path(path)))


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
        except (DomainError, OSError, ValueError, ArithmeticError, yaml.YAMLError) as error:
            sys.stderr.write(f"{name}: {error}\n")
            return BAD_FILE
    sys.stdout.write(_as_json(results) if arguments.json else _as_text(results))
    return ALL_PASS if all(result.passed for result in results) else SOME_FAIL


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

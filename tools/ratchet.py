"""The size ratchet: functions stop at 50 lines, files at 400, and every module says what it holds.

What is over a limit today stands in `tools/ratchet.json` with its size and may shrink but not grow; nothing new is let in.
`python -m tools.ratchet` checks, `--lower` writes down what has shrunk.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = ROOT / "tools/ratchet.json"
LONGEST_FUNCTION = 50
LONGEST_FILE = 400
LONGEST_TEMPLATE = 150
FOLDERS = ("src", "tools", "tests")


def main(arguments: list[str] | None = None) -> int:
    """Compare today's sizes with the limits and the allowances."""
    over = dict(sizes_over())
    allowed: dict[str, int] = json.loads(ALLOWED.read_text()) if ALLOWED.exists() else {}
    problems = [
        f"{name}: {size} lines, {allowed.get(name, 'none')} allowed over the limit"
        for name, size in sorted(over.items())
        if size > allowed.get(name, 0)
    ]
    problems += [f"{path}: has no docstring" for path in modules_without_docstring()]
    if "--lower" in (arguments or sys.argv[1:]):
        kept = {name: min(size, over[name]) for name, size in allowed.items() if name in over}
        ALLOWED.write_text(json.dumps(kept, indent=2) + "\n")
    print(
        "\n".join(problems)
        or "Every function and file is short enough, every module is introduced."
    )
    return 1 if problems else 0


def sizes_over() -> Iterator[tuple[str, int]]:
    """The name and length of everything over its limit."""
    for path in python_files():
        lines = len(path.read_text().splitlines())
        if lines > LONGEST_FILE:
            yield str(path.relative_to(ROOT)), lines
        yield from _long_functions(path)
    for path in sorted((ROOT / "src").glob("tonglu/*/templates/**/*.html")):
        lines = len(path.read_text().splitlines())
        if lines > LONGEST_TEMPLATE:
            yield str(path.relative_to(ROOT)), lines


def modules_without_docstring() -> Iterator[str]:
    """Modules that hold something and do not say what."""
    for path in python_files():
        tree = ast.parse(path.read_text())
        if tree.body and not ast.get_docstring(tree):
            yield str(path.relative_to(ROOT))


def python_files() -> Iterator[Path]:
    """Our own code; migrations are written by a machine."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def _long_functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{path.relative_to(ROOT)}:{node.name}", lines


if __name__ == "__main__":
    sys.exit(main())

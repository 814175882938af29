"""The engine is plain Python: no Django, no clock, no files, no binary floats."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

CORE = Path(__file__).resolve().parents[2] / "core"
SOURCES = sorted(CORE.rglob("*.py"))
ALLOWED = {"__future__", "tonglu", *sys.stdlib_module_names}
CLOCKS = {"now", "today", "utcnow", "time", "monotonic"}
EVERY = pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(CORE)))


def test_the_engine_and_its_checker_come_up_without_django():
    code = (
        "import sys, tonglu.compensation.check, tonglu.compensation.core.engine;"
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@EVERY
def test_a_file_reads_no_clock_opens_no_file_and_knows_no_float(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, float)
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            assert name not in {"float", "open", "eval", "exec", "random", *CLOCKS}


@EVERY
def test_a_file_imports_the_standard_library_and_the_kernel_only(path):
    allowed = ALLOWED | ({"polars"} if path.parent.name == "volume" else set())
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            name = node.module or ""
            assert name.split(".")[0] in allowed
            if name.startswith("tonglu"):
                assert name.startswith(("tonglu.kernel", "tonglu.compensation.core"))
        if isinstance(node, ast.Import):
            assert all(alias.name.split(".")[0] in allowed for alias in node.names)

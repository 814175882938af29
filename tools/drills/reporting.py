"""A plugin of pytest that writes down, for one drill, each test's outcome and what it told."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from .fixture import FIGURE

REPORT = "TONGLU_DRILLS_REPORT"
_told: list[dict[str, Any]] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """One phase of one test: the call itself, or a fixture that failed or asked to be left out."""
    if report.when != "call" and report.passed:
        return
    lines = report.longreprtext.strip().splitlines()
    _told.append(
        {
            "test": report.nodeid,
            "outcome": report.outcome,
            "words": lines[-1] if lines else "",
            "figures": [value for key, value in report.user_properties if key == FIGURE],
        }
    )


def pytest_sessionfinish() -> None:
    """Leave the report where the command looks for it."""
    if path := os.environ.get(REPORT):
        Path(path).write_text(json.dumps(_told))

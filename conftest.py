"""Fixtures every test may use: the test kit's and the cast."""

import pytest

from tools.messages import compile_stale

compile_stale()
pytest.register_assert_rewrite("tonglu.entities.testing")

pytest_plugins = [
    "tonglu.toolkit.testing.plugin",
    "tonglu.toolkit.testing.browser",
    "tonglu.toolkit.testing.smtp",
    "tonglu.policy.testing",
    "tonglu.entities.testing.bench",
    "tools.drills.fixture",
]

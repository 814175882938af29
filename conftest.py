"""Fixtures every test may use: the test kit's and the cast."""

from tools.messages import compile_stale

compile_stale()

pytest_plugins = [
    "tonglu.toolkit.testing.plugin",
    "tonglu.toolkit.testing.browser",
    "tonglu.toolkit.testing.smtp",
    "tonglu.policy.testing",
]

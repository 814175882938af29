"""Fixtures every test may use."""

pytest_plugins = ["tonglu.policy.testing"]

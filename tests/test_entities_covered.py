"""Every kind of record that people make by hand has its row of inherited tests; a new one without fails here."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from django.apps import apps

from tonglu.entities.registry import all_entities
from tonglu.entities.testing import EntityTests


def kinds_tested() -> set[str]:
    """The kinds of all subclasses in the modules' `tests/test_entities.py`."""
    for app in apps.get_app_configs():
        name = f"{app.name}.tests.test_entities"
        has_tests = app.name.startswith("tonglu.") and importlib.util.find_spec(f"{app.name}.tests")
        if has_tests and importlib.util.find_spec(name):
            importlib.import_module(name)
    return {tests.kind for tests in _below(EntityTests) if hasattr(tests, "kind")}


def _below(tests: Any) -> set[Any]:
    found = set(tests.__subclasses__())
    return found | {deeper for one in found for deeper in _below(one)}


def test_every_creatable_kind_has_the_inherited_tests() -> None:
    creatable = {entity.kind for entity in all_entities() if entity.creatable}

    assert creatable - kinds_tested() == set()


def test_no_tests_speak_of_a_kind_that_is_gone() -> None:
    assert kinds_tested() <= {entity.kind for entity in all_entities()}

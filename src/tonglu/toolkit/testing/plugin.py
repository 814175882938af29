"""Fixtures and hooks of the test kit, loaded by the root `conftest.py`.

`worker()` does all jobs that are due; `smtp` is a real mail server; `open_page(person)` is a browser page in which that person
is signed in, and fails the test on any console error, broken request or breach of the content security policy.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from tonglu.toolkit.postgres import Cluster

# The browser driver runs an event loop in the main thread, beside which Django would refuse to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

_server = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the embedded server once for all test processes."""
    from .database import server_hurry  # needs the settings, which are ready only now

    cluster: Cluster | None = settings.EMBEDDED
    if cluster and not hasattr(config, "workerinput"):
        config.stash[_server] = ExitStack()
        config.stash[_server].enter_context(cluster.used())
        server_hurry(cluster)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, unless something else uses it."""
    if server := config.stash.get(_server, None):
        server.close()


@pytest.fixture(autouse=True)
def _language_ends() -> Iterator[None]:
    """The language of the last page a test asked for is not the next test's."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """Copy each test database from the migrated template."""
    from .database import sessions_end, template_ready

    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = template_ready()
        sessions_end(connection.creation._get_test_db_name())  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, monkeypatch_session: pytest.MonkeyPatch
) -> Iterator[None]:
    """Tests that commit get a fresh database after them; before the last one goes, its left-over sessions are ended."""
    from .database import database_reset, sessions_end

    monkeypatch_session.setattr(
        TransactionTestCase, "_fixture_teardown", lambda _case: database_reset()
    )
    yield
    with django_db_blocker.unblock():
        sessions_end(connection.settings_dict["NAME"])


@pytest.fixture(scope="session")
def monkeypatch_session() -> Iterator[pytest.MonkeyPatch]:
    """Replacements that hold for the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture
def worker(db: Any) -> Callable[[], int]:
    """`worker()` runs all jobs that are due, and those they ask for; it returns how many ran and raises their errors."""
    from tonglu.toolkit.jobs import drain

    return drain

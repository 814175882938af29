"""A primary that holds the cast, and the product's own processes on it."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db import connection

from tonglu.api.tokens import token_create
from tonglu.cli.processes import running, web_command, worker_command
from tonglu.policy.testing import Cast
from tonglu.toolkit.postgres import OWNER
from tonglu.toolkit.testing.servers import HOST, Server, free_port, wait_for_port
from tools.drills.fixture import drill

__all__ = ["drill"]
PASSWORD = "correct horse battery staple"


@dataclass
class Company:
    """A primary with the cast in it, and a token for each who needs one."""

    primary: Server
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)


@dataclass
class Door:
    """The address of running web processes."""

    url: str

    def api(self, token: str) -> httpx.Client:
        """A program that holds a token."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=60)

    def person(self, email: str) -> httpx.Client:
        """Somebody who has signed in through the page."""
        client = httpx.Client(base_url=self.url, timeout=60)
        told = send(client, "/account/login/", login=email, password=PASSWORD)
        assert told.status_code == 302, told.text[:500]
        return client


def send(client: httpx.Client, path: str, **values: str) -> httpx.Response:
    """Open a page and send its form."""
    page = client.get(path)
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found is not None, page.text[:500]
    values["csrfmiddlewaretoken"] = found.group(1)
    return client.post(path, data=values)


@pytest.fixture
def company(transactional_db: None, cast: Cast) -> Iterator[Company]:
    """A server of its own with what the test database holds."""
    folder = Path(tempfile.mkdtemp(prefix="tonglu-running-"))
    made = Company(Server(folder / "primary").make(), folder)
    try:
        for name in ("ana", "ben", "cy", "dee"):
            person = getattr(cast, name)
            person.password = make_password(PASSWORD, hasher=Argon2PasswordHasher())
            person.save(update_fields=("password",))
            made.tokens[name] = token_create(person=person, name="test", scopes=["all"]).secret
        made.primary.fill(_url())
        yield made
    finally:
        made.primary.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def serving(company: Company) -> Callable[..., AbstractContextManager[Door]]:
    """`serving(DATABASE_URL=…)`: two web processes and, unless `worker=False`, a worker, with these variables."""

    @contextmanager
    def serve(*, worker: bool = True, **variables: str) -> Iterator[Door]:
        port = free_port()
        commands = {"web": web_command(HOST, port, workers=2, threads=4)}
        if worker:
            commands["worker"] = worker_command()
        with running(commands, company.folder / "logs", environment_of(company, **variables)):
            wait_for_port(port)
            yield Door(f"http://{HOST}:{port}")

    return serve


def environment_of(company: Company, **variables: str) -> dict[str, str]:
    """What the product's processes are told."""
    return {
        "TONGLU_DATA": str(company.folder / "data"),
        "TONGLU_DEMO": "1",
        "TONGLU_DATABASE_ROLE": "application",
        "TONGLU_LOG_LEVEL": "WARNING",
        "TONGLU_POOL": "8",
        "DATABASE_OWNER_URL": company.primary.url(OWNER),
        "DJANGO_SETTINGS_MODULE": "tonglu.config.settings",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        **variables,
    }


def _url() -> str:
    """The test database, as libpq spells it."""
    found = connection.settings_dict
    pairs = {
        "host": found["HOST"],
        "port": found["PORT"],
        "user": found["USER"],
        "dbname": found["NAME"],
    }
    return " ".join(f"{name}='{value}'" for name, value in pairs.items() if value)

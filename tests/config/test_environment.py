"""An installation is set up by its environment, and safe without any."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tonglu.config import environment, logs


def settings_of(folder: Path, *names: str, **variables: str) -> dict[str, Any]:
    """The named settings as a process with just these variables sees them."""
    code = (
        "import json; from tonglu.config import settings as s;"
        f"print(json.dumps({{n: getattr(s, n) for n in {names!r}}}, default=str))"
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TONGLU_", "PG", "DATABASE"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "TONGLU_DATA": str(folder), **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_cookies_are_secure_and_bound_to_the_host_by_default(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY",
             "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "DEBUG")  # fmt: skip

    assert settings_of(tmp_path, *names) == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "DEBUG": False,
    }


def test_the_demo_on_loopback_speaks_plain_http(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "SESSION_COOKIE_NAME", "SECURE_SSL_REDIRECT", TONGLU_DEMO="1")

    assert found == {"SESSION_COOKIE_NAME": "session", "SECURE_SSL_REDIRECT": False}


@pytest.mark.parametrize(
    ("variables", "secure"),
    [
        ({"TONGLU_URL": "http://localhost:8000"}, False),
        ({"TONGLU_URL": "http://[::1]:8000", "TONGLU_HOSTS": "localhost,[::1]"}, False),
        ({"TONGLU_URL": "http://crm.example.com"}, True),
        ({"TONGLU_URL": "https://localhost:8000"}, True),
        ({"TONGLU_URL": "http://localhost:8000", "TONGLU_HOSTS": "crm.example.com"}, True),
        ({"TONGLU_URL": "http://localhost:8000", "TONGLU_BEHIND_PROXY": "1"}, True),
    ],
)
def test_plain_http_is_for_this_machine_alone(
    tmp_path: Path, variables: dict[str, str], secure: bool
) -> None:
    """Planted mutant: `only_this_machine` looks at the address alone."""
    found = settings_of(tmp_path, "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT", **variables)

    assert found == {"SESSION_COOKIE_SECURE": secure, "SECURE_SSL_REDIRECT": secure}


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = environment.secret_key(tmp_path), environment.secret_key(tmp_path)

    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_database_address_becomes_djangos_settings() -> None:
    url = "postgresql://ana:p%40ss@db.example.com:6432/crm?sslmode=require"

    found = environment.database_from_url(url)

    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("crm", "ana", "p@ss")
    assert (found["HOST"], found["PORT"]) == ("db.example.com", "6432")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert "lock_timeout=10s" in found["OPTIONS"]["options"]


@pytest.mark.django_db
def test_plans_are_compiled_neither_directly_nor_behind_pgbouncer() -> None:
    """The server's own default would compile the search's one statement over all tables, for seconds."""
    straight = environment.database_from_url("postgresql://a:b@h:1/n")
    ini = (Path(__file__).parents[2] / "deploy/pgbouncer.ini").read_text()

    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
    assert "-c jit=off" in straight["OPTIONS"]["options"]
    assert "SET jit = off" in ini


def test_a_socket_folder_may_be_the_host() -> None:
    found = environment.database_from_url("postgresql:///crm?host=/var/run/postgresql")

    assert (found["NAME"], found["HOST"]) == ("crm", "/var/run/postgresql")


def test_migrations_may_run_as_another_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://application@db/crm")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@db/crm")

    monkeypatch.setenv("TONGLU_DATABASE_ROLE", "application")
    serving = environment.database()["USER"]
    monkeypatch.setenv("TONGLU_DATABASE_ROLE", "owner")

    assert (serving, environment.database()["USER"]) == ("application", "owner")


def test_without_a_mail_server_mails_land_in_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TONGLU_MAIL_URL", raising=False)
    assert "filebased" in environment.mail_server()["EMAIL_BACKEND"]

    monkeypatch.setenv("TONGLU_MAIL_URL", "smtp://u:p%3A@mail:587?tls=1")

    found = environment.mail_server()
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail", 587, True)
    assert found["EMAIL_HOST_PASSWORD"] == "p:"


def test_logs_hold_no_secrets() -> None:
    line = {"event": "password changed", "password": "x", "csrf_token": "y", "path": "/"}

    assert logs.conceal(None, "", line) == {
        "event": "password changed",
        "password": "…",
        "csrf_token": "…",
        "path": "/",
    }

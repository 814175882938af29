"""What the machine tells an installation: its data folder, its database, its secret key, its mail server.

Every answer comes from an environment variable; without any, the installation serves one machine from `.tonglu` in the
current folder with the embedded database.
"""

from __future__ import annotations

import os
import secrets
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tonglu.toolkit.backup.archiving import archive_options, base_take, bases_tidy, files_copy
from tonglu.toolkit.backup.taking import Source
from tonglu.toolkit.postgres import APPLICATION, OWNER, SUPERUSER, Cluster

STATEMENT_SECONDS = 30
LOCK_SECONDS = 10
REPLICA_PATIENCE_SECONDS = 2
IDLE_IN_TRANSACTION_SECONDS = 60
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
RANDOM_PAGE_COST = "1.1"
"""What PostgreSQL takes a page out of order to cost: it lies in memory or on a solid disk, and indexes are worth their while."""


def flag(name: str) -> bool:
    """Whether a variable is switched on ("1")."""
    return os.environ.get(name) == "1"


def words(name: str, default: str = "") -> list[str]:
    """A variable that lists several values with commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def only_this_machine() -> bool:
    """Whether nobody but this machine's own people is meant to come in, so that plain HTTP does: `TONGLU_URL` says so, and nothing else
    speaks against it.
    """
    url = urlsplit(os.environ.get("TONGLU_URL", ""))
    hosts = {host.strip("[]") for host in words("TONGLU_HOSTS")}
    named = url.scheme == "http" and url.hostname in LOOPBACK
    return named and hosts <= LOOPBACK and not flag("TONGLU_BEHIND_PROXY")


def data_folder() -> Path:
    """Where the database, files, keys and logs of this installation lie (`TONGLU_DATA`)."""
    return Path(os.environ.get("TONGLU_DATA", ".tonglu")).resolve()


def secret_key(folder: Path) -> str:
    """`TONGLU_SECRET_KEY`, else the key this installation made for itself at its first start."""
    given = os.environ.get("TONGLU_SECRET_KEY", "")
    return given or _kept_key(folder / "secret-key")


def uses_embedded_database() -> bool:
    """Whether no database was named, by `DATABASE_URL` or by PostgreSQL's own variables."""
    return not any(os.environ.get(name) for name in ("DATABASE_URL", "PGDATABASE", "PGSERVICE"))


def cluster() -> Cluster:
    """The embedded database of this installation, running or not; it archives its log where `TONGLU_ARCHIVE` names a folder."""
    archive = os.environ.get("TONGLU_ARCHIVE", "")
    settings = archive_options(Path(archive)) if archive else []
    return Cluster(data_folder() / "postgres", tuple(settings))


def running_database() -> AbstractContextManager[None]:
    """The embedded database, kept running for as long as it is needed; nothing to do for another."""
    return cluster().used() if uses_embedded_database() else nullcontext()


def database() -> dict[str, Any]:
    """Django's description of the database, with time limits on every statement, lock and idle transaction."""
    if uses_embedded_database():
        role = OWNER if os.environ.get("TONGLU_DATABASE_ROLE") == "owner" else APPLICATION
        return database_from_url(cluster().url(role))
    url = os.environ.get("DATABASE_URL", "")
    owner = os.environ.get("DATABASE_OWNER_URL", "")
    if owner and os.environ.get("TONGLU_DATABASE_ROLE") == "owner":
        return database_from_url(owner)
    url = url or "postgresql:///" + os.environ.get("PGDATABASE", "")
    return database_from_url(url, through_pgbouncer=flag("TONGLU_PGBOUNCER"))


def replica() -> dict[str, dict[str, Any]]:
    """The streaming replica to read from (`DATABASE_REPLICA_URL`), if there is one; it is given up quickly when it fails."""
    url = os.environ.get("DATABASE_REPLICA_URL", "")
    if not url or os.environ.get("TONGLU_DATABASE_ROLE") == "owner":
        return {}
    found = database_from_url(url, through_pgbouncer=flag("TONGLU_PGBOUNCER"))
    found["OPTIONS"]["connect_timeout"] = REPLICA_PATIENCE_SECONDS
    if "pool" in found["OPTIONS"]:
        found["OPTIONS"]["pool"]["timeout"] = REPLICA_PATIENCE_SECONDS
    return {"replica": found}


def database_from_url(url: str, *, through_pgbouncer: bool = False) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?host=/socket/folder&sslmode=require` in Django's words.

    Behind PgBouncer each transaction may get another of its connections: nothing is said when connecting (the pool sets the time
    limits, see deploy/pgbouncer.ini), and no cursor outlives its transaction.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or options.pop("user", os.environ.get("PGUSER", ""))),
        "PASSWORD": unquote(parts.password or options.pop("password", "")),
        "HOST": options.pop("host", "") or parts.hostname or os.environ.get("PGHOST", ""),
        "PORT": options.pop("port", "") or str(parts.port or ""),
        **_connections(),
        "DISABLE_SERVER_SIDE_CURSORS": through_pgbouncer,
        "OPTIONS": {**options, **({} if through_pgbouncer else {"options": _limits()}), **_pool()},
    }


def backup_source() -> Source:
    """What a backup reads: the database for the role that may read all of it, the stored files, the key."""
    folder = data_folder()
    url = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL")
    if uses_embedded_database():
        url = cluster().url(SUPERUSER)
    return Source(
        url=url or "postgresql:///" + os.environ.get("PGDATABASE", ""),
        files=folder / "files",
        key=folder / "secret-key",
    )


def base_backup() -> None:
    """Where the embedded database archives its log: the copy of its files that the log goes on from, and the stored files."""
    archive = os.environ.get("TONGLU_ARCHIVE", "")
    if archive and uses_embedded_database():
        base_take(cluster(), Path(archive))
        bases_tidy(Path(archive))
        files_copy(data_folder() / "files", Path(archive) / "files")


def mail_server() -> dict[str, Any]:
    """Django's mail settings from `TONGLU_MAIL_URL` (`smtp://user:password@host:587?tls=1`); without it mail lands in a folder."""
    url = os.environ.get("TONGLU_MAIL_URL", "")
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": data_folder() / "mail",
        }
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": dict(parse_qsl(parts.query)).get("tls") == "1",
        "EMAIL_TIMEOUT": 20,
    }


def _kept_key(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def _write_once(path: Path, text: str) -> None:
    """Whoever comes first writes it whole; web and worker may start at the same moment."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _connections() -> dict[str, Any]:
    """Connections are kept by the pool, or else by the thread that opened them; one that broke meanwhile is not used again."""
    kept = {} if _pool() else {"CONN_MAX_AGE": 600}
    return {"CONN_HEALTH_CHECKS": True, **kept}


def _pool() -> dict[str, Any]:
    """A web process shares `TONGLU_POOL` connections among its threads; other processes need no pool."""
    most = int(os.environ.get("TONGLU_POOL") or "0")
    return {"pool": {"min_size": 1, "max_size": most, "timeout": 10}} if most else {}


def _limits() -> str:
    """Time limits, and no compiling of plans: for the search's one statement over all tables it takes seconds, the answer none."""
    statement = int(os.environ.get("TONGLU_STATEMENT_SECONDS") or STATEMENT_SECONDS)
    return (
        f"-c statement_timeout={statement}s -c lock_timeout={LOCK_SECONDS}s"
        f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_SECONDS}s"
        f" -c random_page_cost={RANDOM_PAGE_COST} -c jit=off"
    )

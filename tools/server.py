"""A passing server of the system's own PostgreSQL, for a second run of the tests. `python -m tools.server start | stop`

`start` finds (or, as root on Debian, installs) the oldest PostgreSQL from 15 on, starts it on a temporary folder and a local
socket, and prints its `DATABASE_URL`; without one it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

OLDEST = 15
FOLDER = Path("/tmp") / f"tonglu-system-postgres-{os.getuid()}"
ROLE = "tonglu_test"


def main() -> int:
    """Do what the command line says."""
    binaries = _found()
    if sys.argv[1:] == ["stop"]:
        return _stop(binaries) if binaries else 0
    if binaries is None and _installed():
        binaries = _found()
    if binaries is None:
        return 1
    _start(binaries)
    print(f"postgresql://{ROLE}@/postgres?host={FOLDER}")
    return 0


def _found() -> Path | None:
    """The programs of the oldest server that is new enough."""
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    versions = sorted(int(path.parts[-3]) for path in folders if path.parts[-3].isdigit())
    chosen = next((version for version in versions if version >= OLDEST), None)
    return Path(f"/usr/lib/postgresql/{chosen}/bin") if chosen else None


def _installed() -> bool:
    if os.geteuid() or not shutil.which("apt-get"):
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    commands = (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"],
    )
    return all(
        subprocess.run(command, env=quiet, stdout=sys.stderr).returncode == 0
        for command in commands
    )


def _start(binaries: Path) -> None:
    if FOLDER.exists():
        _stop(binaries)
    FOLDER.mkdir(mode=0o755)
    if _account():
        shutil.chown(FOLDER, "postgres", "postgres")
    _run(
        binaries,
        "initdb",
        "-D",
        f"{FOLDER}/data",
        "-U",
        ROLE,
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-A",
        "trust",
    )
    options = f"-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c autovacuum=off -k {FOLDER}"
    _run(
        binaries,
        "pg_ctl",
        "start",
        "-w",
        "-s",
        "-D",
        f"{FOLDER}/data",
        "-l",
        f"{FOLDER}/log",
        "-o",
        options,
    )


def _stop(binaries: Path) -> int:
    if (FOLDER / "data").exists():
        _run(binaries, "pg_ctl", "stop", "-s", "-m", "fast", "-D", f"{FOLDER}/data", check=False)
    shutil.rmtree(FOLDER, ignore_errors=True)
    return 0


def _run(binaries: Path, program: str, *arguments: str, check: bool = True) -> None:
    with open(os.devnull, "w") as nowhere:
        subprocess.run(
            [str(binaries / program), *arguments],
            check=check,
            cwd="/",
            stdout=nowhere,
            **_account(),
        )


def _account() -> dict[str, Any]:
    """PostgreSQL does not run as root; Debian's package brings an account for it."""
    if os.geteuid():
        return {}
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


if __name__ == "__main__":
    sys.exit(main())

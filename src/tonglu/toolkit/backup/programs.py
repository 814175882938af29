"""PostgreSQL's own programs for taking a database out and putting it back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tonglu.toolkit.postgres import ServerFailed
from tonglu.toolkit.postgres.cluster import binaries

_NOT_FOR_ALL = (
    re.compile(rb"SET transaction_timeout = "),
    re.compile(rb"ALTER TABLE ONLY \S+ ALTER COLUMN \S+ SET \(pg_attver=\d+\);"),
)
"""Statements of a dump that another server may refuse and nothing needs: a time limit that servers before 17 do not know, and
a mark that some distributions' servers keep on columns for themselves."""


def dump(url: str, target: Path, snapshot: str) -> None:
    """The database as the exported snapshot sees it, in the custom format."""
    _run("pg_dump", f"--snapshot={snapshot}", "--format=custom", f"--file={target}", url)


def load(dumped: Path, url: str, *, owner: str = "") -> None:
    """Fill an empty database; with `owner`, everything will belong to that role and no other role's rights are carried over."""
    mine = ("--no-owner", "--no-privileges", f"--role={owner}") if owner else ()
    script = dumped.with_suffix(".sql")
    try:
        _run("pg_restore", *mine, f"--file={script}", str(dumped))
        _run(
            "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
            "--output=/dev/null", f"--file={_understood(script)}", url,
        )  # fmt: skip
    finally:
        script.unlink(missing_ok=True)


def _understood(script: Path) -> Path:
    """The script with those statements made comments, where they stand: before the first row of data."""
    with script.open("rb+") as file:
        while (line := file.readline()) and not line.startswith(b"COPY "):
            if any(pattern.match(line) for pattern in _NOT_FOR_ALL):
                file.seek(-len(line), os.SEEK_CUR)
                file.write(b"--")
                file.seek(len(line) - 2, os.SEEK_CUR)
    return script


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(_found(program)), *arguments],
        env={**os.environ, "PGOPTIONS": "-c statement_timeout=0", "PGAPPNAME": "tonglu backup"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise ServerFailed(f"{program}: {done.stderr.decode(errors='replace')[-2000:]}")


def _found(program: str) -> Path:
    """Those of the embedded server, which are as new as any server we speak to; else those on the path."""
    try:
        own: Sequence[Path] = (binaries() / program,)
    except ServerFailed:
        own = ()
    on_path = shutil.which(program)
    found = next((path for path in own if path.exists()), Path(on_path) if on_path else None)
    if found is None:
        raise ServerFailed(f"{program} is not installed: install PostgreSQL's client programs.")
    return found

"""What a release leaves for the releases after it: an installation of its day, to be upgraded by the tests of every later one.

    python -m tools.releases keep            # when a release is named, before it is tagged: writes tests/releases/VERSION.*
    python -m tools.releases look SIGN_INS   # what an installation (TONGLU_DATA) holds, as JSON; the tests compare

`VERSION.tonglu` is a backup as `tonglu backup` writes it, of the small sample company; `VERSION.json` says what was in it, which
migrations had been applied, and who signs in with what (passwords of invented people, made for this file).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "tests/releases"
ELSEWHERE = ("DATABASE_URL", "DATABASE_OWNER_URL", "PGDATABASE", "PGSERVICE")
PAGES = ("/", "/opportunities/", "/accounts/", "/contracts/")
SEED = 1


def main(arguments: list[str]) -> int:
    """Do what the command line says."""
    if arguments == ["keep"]:
        print(*keep(KEPT), sep="\n")
        return 0
    if len(arguments) == 2 and arguments[0] == "look":
        from tonglu.cli.installation import ready

        with ready(role="owner"):
            print(json.dumps(look(json.loads(Path(arguments[1]).read_text())["sign_ins"])))
        return 0
    print(__doc__, file=sys.stderr)
    return 2


def keep(folder: Path) -> list[Path]:
    """Make the sample company with the product as it stands here, and keep it; gives the files written."""
    with tempfile.TemporaryDirectory(prefix="tonglu-release-") as scratch:
        settings(Path(scratch))
        from tonglu.cli.installation import migrate, ready
        from tonglu.config import environment

        try:
            with ready(role="owner"):
                migrate()
                return _keep(folder)
        finally:
            environment.cluster().remove()


def settings(data: Path) -> None:
    """Let this process and its children work on the installation in a data folder, and on no other."""
    for name in ELSEWHERE:
        os.environ.pop(name, None)
    os.environ |= {
        "TONGLU_DATA": str(data),
        "TONGLU_DEMO": "1",
        "TONGLU_TIMEZONE": "Asia/Shanghai",
        "TONGLU_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "tonglu.config.settings",
    }


def look(sign_ins: Mapping[str, str]) -> dict[str, Any]:
    """Rows and sums of every kind of record, the end of the audit chain and whether it holds, and who can sign in."""
    from tonglu.audit.models import Head
    from tonglu.audit.services import audit_verify

    head = Head.objects.get()
    return {
        "figures": dict(_figures()),
        "audit": {"seq": head.seq, "hash": bytes(head.hash).hex(), "broken_at": audit_verify()},
        "answers": {email: _answers(email, password) for email, password in sign_ins.items()},
    }


def _keep(folder: Path) -> list[Path]:
    from django.db import connection, transaction
    from django.db.migrations.recorder import MigrationRecorder

    from tonglu import __version__
    from tonglu.audit.services import audit_seal
    from tonglu.cli.sample import sample_load
    from tonglu.config import environment
    from tonglu.toolkit.backup import backup_take

    with transaction.atomic():
        sample_load(size="small", seed=SEED, language="")
        sign_ins = dict(_passwords())
    while audit_seal():
        pass
    folder.mkdir(parents=True, exist_ok=True)
    backup, told = (folder / f"{__version__}.{kind}" for kind in ("tonglu", "json"))
    backup.unlink(missing_ok=True)
    backup_take(environment.backup_source(), backup)
    applied = sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())
    kept = {"version": __version__, "sign_ins": sign_ins, **look(sign_ins), "migrations": applied}
    told.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    return [backup, told]


def _passwords() -> Iterator[tuple[str, str]]:
    """Give a person of each of these roles a password."""
    from tonglu.cli.sign_ins import password_random
    from tonglu.directory.selectors import people_with_role

    for role in ("administrator", "sales_director", "salesperson", "finance"):
        person = people_with_role(role).exclude(email=None).order_by("pk").first()
        assert person is not None
        assert person.email is not None
        password = password_random()
        person.set_password(password)
        person.save(update_fields=("password",))
        yield person.email, password


def _figures() -> Iterator[tuple[str, str]]:
    """The number of rows of every kind of record, and the sum of every amount."""
    from django.apps import apps
    from django.db.models import Sum

    from tonglu.toolkit.money import MoneyField
    from tonglu.toolkit.records import Record

    for model in apps.get_models():
        if not issubclass(model, Record):
            continue
        label = model._meta.label_lower
        yield label, str(model._base_manager.count())
        for field in model._meta.concrete_fields:
            if isinstance(field, MoneyField):
                total = model._base_manager.aggregate(total=Sum(field.name))["total"]
                yield f"{label}.{field.name}", str(total or 0)
    yield from _books()


def _books() -> Iterator[tuple[str, str]]:
    """Each account of the pay ledger."""
    from django.apps import apps
    from django.db.models import Sum

    postings = apps.get_model("compensation", "LedgerPosting")._base_manager
    for row in postings.values("account").annotate(total=Sum("amount")).order_by("account"):
        yield f"books.{row['account']}", str(row["total"])


def _answers(email: str, password: str) -> dict[str, int]:
    """Sign in through the page, then open the first pages of a day."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    told = client.post("/account/login/", {"login": email, "password": password})
    return {"sign-in": told.status_code} | {page: client.get(page).status_code for page in PAGES}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

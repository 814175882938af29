"""Commands explain themselves, and their exit codes can be trusted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tonglu.administration.networks import networks_set
from tonglu.audit.services import context
from tonglu.cli import access, care, data, program, sample
from tonglu.cli.output import Refused, table
from tonglu.cli.sign_ins import password_random, sign_ins_make
from tonglu.directory.services import person_create
from tonglu.policy import Actor
from tonglu.policy.testing import Cast

COMMANDS = (
    "demo", "wipe-demo", "serve", "worker", "migrate", "check", "totals", "shell", "import", "export", "contracts",
    "token create", "person create", "networks", "pay check",
    "pay run", "pay bench",
)  # fmt: skip


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands work on the test database, which is ready."""

    @contextmanager
    def ready(**_: object) -> Iterator[None]:
        yield

    for module, name in ((access, "migrated"), (data, "migrated"), (care, "ready")):
        monkeypatch.setattr(module, name, ready)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_its_use(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        program.main([*command.split(), "--help"])

    shown = capsys.readouterr().out
    assert end.value.code == 0
    assert f"usage: tonglu {command}" in shown


@pytest.mark.parametrize("arguments", [[], ["dance"], ["token", "create"], ["demo", "--port", "x"]])
def test_a_wrong_call_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        program.main(arguments)

    assert end.value.code == 2


@pytest.mark.django_db
def test_a_token_is_shown_to_scripts_as_json(
    here: None, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    code = program.main(
        ["token", "create", "--user", "ana@example.com", "--scope", "read", "--json"]
    )

    assert code == 0
    assert json.loads(capsys.readouterr().out)["token"].startswith("tgl_")


@pytest.mark.django_db
def test_a_refusal_exits_with_1_and_says_why(
    here: None, capsys: pytest.CaptureFixture[str]
) -> None:
    code = program.main(["token", "create", "--user", "nobody@example.com", "--scope", "read"])

    assert code == 1
    assert capsys.readouterr().err == "There is no active person with that e-mail address.\n"


@pytest.mark.django_db
def test_only_the_first_administrator_is_made_on_the_command_line(
    here: None, capsys: pytest.CaptureFixture[str]
) -> None:
    made = program.main(["person", "create", "ann@example.com", "--name", "Ann", "--json"])
    again = program.main(["person", "create", "bob@example.com", "--name", "Bob"])

    assert (made, again) == (0, 1)
    assert "administrator already" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_new_company_can_sell_at_once(here: None, tmp_path: Path) -> None:
    """Without a stage to stand on, no deal can be entered and no pipeline be brought in."""
    program.main(["person", "create", "ann@example.com", "--name", "Ann"])
    deals = tmp_path / "deals.csv"
    deals.write_text("External ID,Name,Account,Stage\n1,Pumps,Acme,Won\n", encoding="utf-8")
    (tmp_path / "accounts.csv").write_text("Name\nAcme\n", encoding="utf-8")

    assert program.main(["import", str(tmp_path / "accounts.csv"), "--to", "accounts"]) == 0
    assert program.main(["import", str(deals), "--to", "opportunities"]) == 0


@pytest.mark.django_db
def test_history_that_would_pay_nobody_is_not_signed_unasked(
    here: None, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    days = ["--from", "2016-01-01", "--until", "2018-12-31"]

    assert program.main(["contracts", *days]) == 1
    assert "on a pay plan" in capsys.readouterr().err
    assert program.main(["contracts", *days, "--unpaid"]) == 0


@pytest.mark.django_db
def test_rows_left_out_for_one_reason_are_told_once(
    here: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program.main(["person", "create", "ann@example.com", "--name", "Ann"])
    contacts = tmp_path / "contacts.csv"
    contacts.write_text("Name,Account\n" + "Li,Nobody\n" * 7, encoding="utf-8")
    capsys.readouterr()

    code = program.main(["import", str(contacts), "--to", "contacts"])

    told = capsys.readouterr()
    assert code == 1
    assert told.err.startswith("contacts.csv:2, 3, 4, 5, 6 and 2 more lines: Account “Nobody”: ")
    assert told.err.count("\n") == 1
    assert "7 rows were left out" in told.out


@pytest.mark.django_db
def test_a_file_tells_which_of_its_columns_go_where_and_which_nowhere(
    here: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program.main(["person", "create", "ann@example.com", "--name", "Ann"])
    file = tmp_path / "people.csv"
    file.write_text("First Name,Last Name,Shoe size\nAnna,Li,38\n", encoding="utf-8")
    capsys.readouterr()

    codes = [program.main(["import", str(file), "--to", "contacts"])]
    told = capsys.readouterr().out
    codes += [program.main(["import", str(file), "--to", "contacts", "--dry-run", "--json"])]
    (report,) = json.loads(capsys.readouterr().out)

    assert codes == [0, 0]
    assert told.startswith("people.csv: First Name + Last Name to name; not taken: Shoe size\n")
    assert report["columns"] == {"First Name + Last Name": "name"}
    assert report["not_taken"] == ["Shoe size"]


@pytest.mark.django_db
def test_an_empty_installation_needs_attention(
    here: None, capsys: pytest.CaptureFixture[str]
) -> None:
    code = program.main(["check", "--json"])

    found = {one["name"]: one["ok"] for one in json.loads(capsys.readouterr().out)["findings"]}
    assert code == 1
    assert found["database"] is True
    assert found["administrators"] is False


@pytest.mark.django_db
def test_an_installation_with_people_and_policy_is_well(
    here: None, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    code = program.main(["check"])

    assert code == 0
    assert "PROBLEM" not in capsys.readouterr().out


def test_import_says_what_it_needs(here: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["import"]) == 1
    assert "--to LIST" in capsys.readouterr().err


def test_a_folder_without_a_demo_is_not_wiped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TONGLU_DATA", str(tmp_path))
    (tmp_path / "letter").touch()

    assert program.main(["wipe-demo", "--yes"]) == 1
    assert (tmp_path / "letter").exists()


@pytest.mark.django_db
def test_the_demo_keeps_out_of_a_real_company_and_wipes_none(cast: Cast) -> None:
    real = "Ana"
    with pytest.raises(Refused, match=real):
        sample.refuse_strangers()
    with pytest.raises(Refused, match=real):
        sample.refuse_real_data(datetime.now(UTC), "")


@pytest.mark.django_db
def test_what_was_imported_into_the_demo_is_not_wiped() -> None:
    began = datetime.now(UTC)
    for door, email in (("page", "cai@hengyuan.example"), ("import", "du@hengyuan.example")):
        sample.refuse_strangers()
        sample.refuse_real_data(began, "")
        with context(replace(Actor.system(), door=door)):
            person_create(name="Cai", email=email)

    with pytest.raises(Refused, match="imported"):
        sample.refuse_real_data(began, "")


def test_a_database_on_a_server_is_not_wiped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TONGLU_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://company.example/books")
    (tmp_path / "sign-ins.txt").touch()

    assert program.main(["wipe-demo", "--yes"]) == 1
    assert "DATABASE_URL" in capsys.readouterr().err
    assert (tmp_path / "sign-ins.txt").exists()


@pytest.mark.django_db
def test_one_person_of_each_role_can_sign_in_to_the_demo(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "sign-ins.txt"

    sign_ins_make(path)

    lines = path.read_text().splitlines()
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(lines) == 17
    (ana,) = (line for line in lines if "ana@example.com" in line)
    cast.ana.refresh_from_db()
    assert cast.ana.check_password(ana.split()[-1])


def test_passwords_are_long_and_random() -> None:
    passwords = {password_random() for _ in range(100)}

    assert len(passwords) == 100
    assert all(len(one) == 19 for one in passwords)


def test_a_table_lines_up_chinese_with_latin() -> None:
    assert table([("角色", "x"), ("role", "y")]) == "角色  x\nrole  y"


def test_allowed_networks_are_shown_and_taken_away(
    here: None, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    system = Actor.system("cli")
    networks_set(actor=system, role="", text="203.0.113.0/24", address="203.0.113.7")

    assert program.main(["networks", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"everybody": ["203.0.113.0/24"]}
    assert program.main(["networks", "--open"]) == 0
    assert "Lists taken away: 1" in capsys.readouterr().out
    assert program.main(["networks"]) == 0
    assert capsys.readouterr().out.strip() == "People may come in from anywhere."


@pytest.mark.parametrize("command", ["check", "backup", "export accounts", "worker --once"])
def test_a_database_that_nobody_answers_for_is_told_in_words(command: str, tmp_path: Path) -> None:
    nowhere = {**os.environ, "TONGLU_DATA": str(tmp_path), "DATABASE_URL": "postgresql://x:secret@127.0.0.1:1/x"}  # fmt: skip
    program_path = str(Path(sys.executable).parent / "tonglu")

    done = subprocess.run(
        [program_path, *command.split()], env=nowhere, capture_output=True, text=True, check=False
    )

    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "The database cannot be reached: " in said
    assert "DATABASE_URL" in said
    assert "Traceback" not in said
    assert "secret" not in said


@pytest.mark.django_db
def test_a_file_that_cannot_be_written_is_told_in_words(
    here: None, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = program.main(["export", "accounts", "--out", str(tmp_path / "no" / "a.csv")])

    assert code == 1
    assert "a.csv cannot be written: No such file or directory." in capsys.readouterr().err

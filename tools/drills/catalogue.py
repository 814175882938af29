"""All drills by name: what each tries, and the tests that do it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One drill: its name on the command line, what it tries, and its tests."""

    name: str
    tries: str
    nodes: tuple[str, ...]


def _listed(name: str, tries: str, *nodes: str) -> Listed:
    return Listed(name=name, tries=tries, nodes=nodes)


DRILLS = (
    _listed(
        "permissions",
        "roles x addresses x whose record, against a table kept by hand",
        "tests/permissions/test_matrix.py",
        "tests/permissions/test_routes.py",
        "tests/permissions/test_acts_named.py",
    ),
    _listed(
        "purity",
        "a refused request leaves every table as it was",
        "tests/drills/requests/test_purity.py",
    ),
    _listed(
        "canaries",
        "what somebody may not see is in nothing they are told",
        "tests/permissions/test_canaries.py",
        "tests/drills/requests/test_canaries.py",
    ),
    _listed(
        "oracles",
        "whatever a hidden field holds, every answer is the same",
        "tests/drills/requests/test_oracles.py",
    ),
    _listed(
        "mass",
        "columns that nobody may write, sent to every door that writes",
        "tests/drills/requests/test_mass_assignment.py",
    ),
    _listed(
        "formulas",
        "texts that a spreadsheet would run, through every door that makes sheets",
        "tests/drills/requests/test_formulas.py",
    ),
    _listed(
        "fuzz",
        "calls made up from the OpenAPI document, and any address with any query and form",
        "tests/drills/requests/test_fuzz.py",
        "tests/drills/requests/test_found.py",
    ),
    _listed(
        "schemathesis",
        "calls that a program which is not ours makes up from the OpenAPI document",
        "tests/drills/processes/test_schemathesis.py",
    ),
    _listed(
        "headers",
        "what keeps a browser safe, on every answer of every address",
        "tests/drills/requests/test_headers.py",
    ),
    _listed(
        "scripts",
        "scripts hidden in texts, opened in a real browser with a hook",
        "tests/drills/processes/test_scripts.py",
    ),
    _listed(
        "business",
        "from the lead to the commission and back, at random; the books agree after every step",
        "tests/drills/test_business.py",
    ),
    _listed(
        "money",
        "amounts shared, rounded, converted and added at random",
        "tests/drills/test_money.py",
    ),
    _listed(
        "closed",
        "later edits of rules, tables, people and targets against closed months of pay",
        "tests/drills/test_closed_months.py",
    ),
    _listed(
        "races",
        "many at one record at the same moment",
        "tests/drills/processes/test_races.py",
    ),
    _listed(
        "retries",
        "posts whose line went dead, sent again under their key",
        "tests/drills/processes/test_retries.py",
    ),
    _listed(
        "kills",
        "a worker or a person's act, killed at a random moment",
        "tests/drills/processes/test_kills.py",
        "src/tonglu/entities/tests/test_interrupted.py",
    ),
    _listed(
        "servers",
        "the web server killed while it answers",
        "tests/drills/processes/test_servers.py",
    ),
    _listed(
        "torture",
        "damaged, hostile and odd files at the door of imports",
        "tests/test_torture.py",
        "tests/drills/test_damaged.py",
    ),
    _listed(
        "tampering",
        "entries of the trail changed by the owner of the tables",
        "src/tonglu/audit/tests/test_chain.py",
    ),
    _listed(
        "sign-in",
        "passwords guessed, addresses asked for, sessions outlived",
        "src/tonglu/directory/tests/test_signin.py",
    ),
    _listed(
        "outbound",
        "spellings of loopback and of other addresses that must not be called",
        "src/tonglu/toolkit/tests/test_outbound.py",
    ),
    _listed(
        "backup",
        "flipped bytes, cut files, a backup killed half-way, a disk lost at work",
        "src/tonglu/toolkit/tests/test_backup.py",
        "tests/drills/processes/test_backups_killed.py",
        "tests/drills/processes/test_disk_lost.py",
    ),
    _listed(
        "load",
        "thirty requests a second, and hours of them",
        "tests/drills/processes/test_load.py",
    ),
    _listed(
        "failover",
        "a web server, a worker and the primary die under load",
        "tests/running/test_failover.py",
    ),
    _listed(
        "machines",
        "shared connections, a replica that lags or dies, upgrades of what releases left",
        "tests/running/test_pgbouncer.py",
        "tests/running/test_replicas.py",
        "tests/test_releases.py",
        "tests/test_upgraded_at_work.py",
    ),
)


def named(names: list[str]) -> tuple[Listed, ...]:
    """The drills of these names, all of them when none is named; an unknown one ends the program."""
    known = {one.name: one for one in DRILLS}
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"There is no drill named {', '.join(unknown)}; see --list.")
    return tuple(known[name] for name in names) if names else DRILLS

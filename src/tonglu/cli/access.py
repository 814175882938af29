"""`tonglu token create`, `tonglu person create` and `tonglu networks`: letting programs and people in."""

from __future__ import annotations

import argparse

from .installation import migrated
from .output import Commands, Refused, add_json, command, say, say_json
from .sample import first_administrator
from .sign_ins import password_random

TOKEN = """The token acts for its person, never with more rights than theirs, and within its scopes:

  tonglu token create --user ana@example.com --scope read --scope write:leads

It is shown once. It ends with its days, when it is revoked, or when its person's rights change."""

PERSON = """In an empty installation this makes the first administrator, who sets up the rest on the pages. The password is random, is
shown once, and can be changed after signing in."""


NETWORKS = """Prints the lists that stand on the page of allowed networks. When the company's address has changed and nobody can come in:

  tonglu networks --open               takes every list away; people come in from anywhere until new ones are set"""


def add_commands(commands: Commands) -> None:
    """Tell the command line about them."""
    token = commands.add_parser("token", help="Access tokens for the API.")
    parts = token.add_subparsers(title="commands", required=True, metavar="COMMAND")
    create = command(parts, "create", token_run, "Make an access token for the API.", more=TOKEN)
    create.add_argument("--user", metavar="EMAIL", required=True, help="whose token it is")
    create.add_argument(
        "--scope",
        action="append",
        required=True,
        help="read, write, all, or one list's, such as read:accounts; may be given again",
    )
    create.add_argument("--name", default="Command line", help="what it is for")
    create.add_argument("--days", type=int, default=365, help="how long it holds (365)")
    add_json(create)
    person = commands.add_parser("person", help="People who can sign in.")
    parts = person.add_subparsers(title="commands", required=True, metavar="COMMAND")
    networks = command(
        commands,
        "networks",
        networks_run,
        "From which networks people may come in.",
        more=NETWORKS,
    )
    networks.add_argument("--open", action="store_true", help="take every list away")
    add_json(networks)
    made = command(parts, "create", person_run, "Make the first administrator.", more=PERSON)
    made.add_argument("email", metavar="EMAIL", help="the address to sign in with")
    made.add_argument("--name", required=True, help="the person's name")
    add_json(made)


def token_run(given: argparse.Namespace) -> int:
    """Make the token and show it."""
    with migrated():
        from tonglu.api.tokens import token_create_for_email

        made = token_create_for_email(
            email=given.user, scopes=given.scope, name=given.name, days=given.days
        )
    if given.json:
        say_json({"token": made.secret, "expires_at": made.token.expires_at})
    else:
        say(made.secret)
    return 0


def person_run(given: argparse.Namespace) -> int:
    """Make the person, unless there is somebody who can."""
    with migrated():
        from tonglu.audit.services import context
        from tonglu.directory.selectors import people_with_role, person_by_email
        from tonglu.policy import Actor

        if people_with_role("administrator").exists():
            raise Refused("There is an administrator already, who can add people on the pages.")
        first_administrator(email=given.email, name=given.name)
        person, password = person_by_email(given.email), password_random()
        assert person is not None
        person.set_password(password)
        with context(Actor.system("cli")):
            person.save(update_fields=("password",))
    if given.json:
        say_json({"email": given.email, "password": password})
    else:
        say(f"{given.email} can sign in with the password {password}")
    return 0


def networks_run(given: argparse.Namespace) -> int:
    """Show the lists, or take them away."""
    with migrated():
        from tonglu.administration.networks import networks_open
        from tonglu.directory.networks import allowances_listed
        from tonglu.policy import Actor

        taken = networks_open(actor=Actor.system("cli")) if given.open else None
        held = {one.role or "everybody": list(one.networks) for one in allowances_listed()}
    if given.json:
        say_json(held)
    elif taken is not None:
        say(f"Lists taken away: {taken}. People may come in from anywhere.")
    elif not held:
        say("People may come in from anywhere.")
    for role, networks in held.items() if not given.json else ():
        say(f"{role}: {', '.join(networks)}")
    return 0

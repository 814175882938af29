"""The pages of tokens: made and shown once, listed without the secret, revoked by their person or an administrator."""

from __future__ import annotations

import html
import json
import re
import shlex
import subprocess
from typing import Any

import pytest
from django.test import Client

from tonglu.api.models import Token
from tonglu.api.tokens import token_create
from tonglu.audit.models import Entry
from tonglu.customers.models import Account
from tonglu.directory import services as directory

FORM = {"name": "Web shop", "access": "read", "kinds": ["accounts"], "days": "30"}


def _secret(page: Any) -> str:
    found = re.search(r'value="(tgl_[^"]+)"', page.content.decode())
    assert found
    return html.unescape(found.group(1))


def test_a_token_is_shown_once_and_works_within_its_scopes(cast, browse):
    client = browse(cast.ana)

    made = client.post("/me/tokens/", FORM)
    again = client.get("/me/tokens/").content.decode()

    secret = _secret(made)
    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    assert secret not in again
    assert "Web shop" in again
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client(headers=headers).get("/api/v1/accounts").status_code == 200
    assert Client(headers=headers).get("/api/v1/opportunities").status_code == 403
    token = Token.objects.get()
    assert (token.person, token.scopes) == (cast.ana, ["read:accounts"])
    entry = Entry.objects.get(verb="tokens.created")
    assert (entry.actor_id, entry.changes["name"]) == (cast.ana.pk, "Web shop")
    assert secret not in json.dumps(entry.changes)


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"access": "root"}, {"kinds": ["suppliers"]}, {"days": "9999"}]
)
def test_a_token_that_asks_too_much_is_not_made(cast, browse, wrong):
    page = browse(cast.ana).post("/me/tokens/", {**FORM, **wrong})

    assert page.status_code == 422
    assert not Token.objects.exists()


def test_my_list_shows_my_tokens_only_and_nobody_elses_can_be_revoked(cast, browse):
    hers = token_create(person=cast.ana, name="Ledger", scopes=["read"]).token
    client = browse(cast.ben)

    assert "Ledger" not in client.get("/me/tokens/").content.decode()
    assert client.post(f"/me/tokens/{hers.pk}/revoke/").status_code == 404
    assert client.get("/tokens/").status_code == 403
    assert client.post(f"/tokens/{hers.pk}/revoke/").status_code == 403
    hers.refresh_from_db()
    assert hers.revoked_at is None


@pytest.mark.parametrize(("who", "path"), [("ana", "/me/tokens/{}/revoke/"), ("ada", "/tokens/{}/revoke/")])  # fmt: skip
def test_a_revoked_token_opens_nothing(cast, browse, who, path):
    made = token_create(person=cast.ana, name="Ledger", scopes=["read"])

    browse(getattr(cast, who)).post(path.format(made.token.pk))

    caller = Client(headers={"Authorization": f"Bearer {made.secret}"})
    assert caller.get("/api/v1/accounts").status_code == 401
    assert Entry.objects.get(verb="tokens.revoked").actor_name.lower() == who


def test_the_administrator_sees_everybodys_tokens_and_which_have_ended(cast, browse):
    token_create(person=cast.ana, name="Ledger", scopes=["read"])
    token_create(person=cast.ben, name="Robot", scopes=["all"])
    directory.person_deactivate(person=cast.ben)

    text = browse(cast.ada).get("/tokens/").content.decode()

    assert "Ledger" in text
    assert "ended with a change of rights" in text
    assert text.count("/revoke/") == 1
    assert "Robot" not in browse(cast.ada).get("/tokens/?q=ana").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_example_on_the_page_is_a_command_that_works(live_server, cast, browse):
    Account.objects.create(name="Acme", owner=cast.ana, department=cast.east)
    client = browse(cast.ana)

    page = client.post("/me/tokens/", FORM, SERVER_NAME="127.0.0.1", SERVER_PORT=live_server.thread.port)  # fmt: skip
    shown = re.search(r"<code>(curl .+?)</code>", page.content.decode(), re.S)
    assert shown
    command = shlex.split(html.unescape(shown.group(1)))
    answer = subprocess.run([*command, "--silent", "--fail"], capture_output=True, check=True)

    assert [row["name"] for row in json.loads(answer.stdout)["data"]] == ["Acme"]

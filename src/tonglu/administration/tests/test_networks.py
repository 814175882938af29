"""Allowed networks: which address is in which list, and that every door asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client, override_settings

from tonglu.administration.networks import networks_open, networks_set
from tonglu.api.tokens import token_create
from tonglu.audit.models import Entry
from tonglu.collaboration.feeds import feed_renew
from tonglu.directory.core.networks import may_enter, networks_read, networks_text
from tonglu.directory.models import AllowedNetworks
from tonglu.entities.testing import queries_of
from tonglu.kernel.errors import Denied, Invalid
from tonglu.policy import Actor

OFFICE, HOME, PASSWORD = "203.0.113.7", "198.51.100.9", "a long and quiet password"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("203.0.113.7", "203.0.113.7"),
        ("2001:DB8::/32, 10.0.0.0/8\n10.0.0.0/8", "2001:db8::/32\n10.0.0.0/8"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("", ""),
    ],
)
def test_networks_are_kept_in_one_way_of_writing(typed: str, kept: str) -> None:
    assert networks_text(networks_read(typed)) == kept


@pytest.mark.parametrize(
    "typed", ["office", "10.0.0.0/33", "10.0.0", "2001:db8::/200", "10.0.0.0/8 x"]
)
def test_what_is_no_network_is_refused_by_name(typed: str) -> None:
    with pytest.raises(Invalid, match=typed.split()[-1]):
        networks_read(typed)


@pytest.mark.parametrize(
    ("address", "roles", "enters"),
    [
        ("203.0.113.7", ["salesperson"], True),
        ("2001:db8::5", ["salesperson"], True),
        ("::ffff:203.0.113.7", ["salesperson"], True),
        ("fe80::1%eth0", ["salesperson"], False),
        ("198.51.100.9", ["salesperson"], False),
        ("198.51.100.9", [], False),
        ("", ["salesperson"], False),
        ("unix:", ["salesperson"], False),
        ("198.51.100.9", ["service_engineer"], True),
        ("2001:db9::1", ["service_engineer"], False),
        ("203.0.113.7", ["administrator"], False),
        ("10.9.0.1", ["administrator"], True),
        ("10.9.0.1", ["administrator", "salesperson"], False),
        ("10.9.0.1", ["administrator", "service_engineer"], True),
    ],
)
def test_every_role_of_a_person_must_allow_the_address(
    address: str, roles: list[str], enters: bool
) -> None:
    lists = {
        "": networks_read("203.0.113.0/24 2001:db8::/32"),
        "service_engineer": networks_read("0.0.0.0/0"),
        "administrator": networks_read("10.9.0.0/16"),
    }

    assert may_enter(address, roles, lists) is enters


def test_without_lists_everybody_comes_in_from_anywhere() -> None:
    assert may_enter("", ["administrator"], {})


@pytest.fixture
def closed(cast: Any) -> Any:
    """Salespeople come in from the office only."""
    ada = Actor(person_id=cast.ada.pk, name="Ada", is_system=True)
    networks_set(actor=ada, role="salesperson", text="203.0.113.0/24", address=OFFICE)
    cast.ana.set_password(PASSWORD)
    cast.ana.save(update_fields=["password"])
    return cast


def sign_in(client: Client, cast: Any, address: str) -> Any:
    sent = {"login": cast.ana.email, "password": PASSWORD}
    return client.post("/account/login/", sent, REMOTE_ADDR=address)


def test_signing_in_from_elsewhere_is_refused_in_words_and_opens_no_session(closed: Any) -> None:
    client = Client()

    refused = sign_in(client, closed, HOME)

    assert refused.status_code == 403
    assert "You may not come in from this network (198.51.100.9)." in refused.content.decode()
    assert client.get("/", REMOTE_ADDR=OFFICE).status_code == 302
    assert sign_in(client, closed, OFFICE).status_code == 302
    assert client.get("/me/", REMOTE_ADDR=OFFICE).status_code == 200


def test_a_session_is_refused_elsewhere_and_goes_on_where_it_may(closed: Any, browse: Any) -> None:
    client = browse(closed.ana)

    moved = client.get("/accounts/", REMOTE_ADDR=HOME)
    fragment = client.get("/accounts/", REMOTE_ADDR=HOME, headers={"HX-Request": "true"})

    assert (moved.status_code, fragment.status_code) == (403, 403)
    assert fragment["HX-Refresh"] == "true"
    assert client.get("/account/change_password/", REMOTE_ADDR=HOME).status_code == 403
    assert client.get("/account/logout/", REMOTE_ADDR=HOME).status_code == 200
    assert client.get("/accounts/", REMOTE_ADDR=OFFICE).status_code == 200
    assert browse(closed.lee).get("/accounts/", REMOTE_ADDR=HOME).status_code == 200


def test_tokens_the_api_and_feeds_are_refused_too(closed: Any, browse: Any, actor: Any) -> None:
    secret = token_create(person=closed.ana, name="Shop", scopes=["all"]).secret
    feed = f"/calendar/feed/{feed_renew(actor=actor(closed.ana))}.ics"
    bearer = {"headers": {"Authorization": f"Bearer {secret}"}}
    client = Client()

    refused = client.get("/api/v1/accounts", REMOTE_ADDR=HOME, **bearer)

    assert refused.status_code == 403
    assert refused.json()["code"] == "network"
    assert client.get("/api/v1/accounts", REMOTE_ADDR=OFFICE, **bearer).status_code == 200
    assert browse(closed.ana).get("/api/v1/accounts", REMOTE_ADDR=HOME).status_code == 403
    assert client.get(feed, REMOTE_ADDR=HOME).status_code == 403
    assert client.get(feed, REMOTE_ADDR=OFFICE).status_code == 200


def test_behind_a_proxy_the_address_it_adds_counts_and_no_other(closed: Any, browse: Any) -> None:
    client = browse(closed.ana)
    told = {"headers": {"X-Forwarded-For": f"{OFFICE}, {HOME}"}, "REMOTE_ADDR": OFFICE}

    with override_settings(BEHIND_PROXY=True):
        assert client.get("/accounts/", **told).status_code == 403
    with override_settings(BEHIND_PROXY=False):
        assert client.get("/accounts/", **told).status_code == 200


def test_nobody_shuts_themselves_out(cast: Any, browse: Any) -> None:
    ada = browse(cast.ada)

    for role in ("", "administrator"):
        sent = {"role": role, "networks": "10.0.0.0/8"}
        refused = ada.post("/networks/save/", sent, REMOTE_ADDR=OFFICE)
        assert refused.status_code == 422
        assert "You come from 203.0.113.7 and would shut yourself out." in refused.content.decode()
    nonsense = ada.post("/networks/save/", {"role": "", "networks": "office"}, REMOTE_ADDR=OFFICE)

    assert nonsense.status_code == 422
    assert "is no network" in nonsense.content.decode()
    assert not AllowedNetworks.objects.exists()


def test_the_page_keeps_a_list_and_the_trail_has_both_values(cast: Any, browse: Any) -> None:
    ada = browse(cast.ada)
    for text in ("203.0.113.7/24", "203.0.113.0/24 2001:db8::/32", ""):
        sent = {"role": "", "networks": text}
        assert ada.post("/networks/save/", sent, REMOTE_ADDR=OFFICE).status_code == 302

    entries = Entry.objects.filter(kind="directory.allowednetworks").order_by("pk")
    assert [(one.act, one.actor_id, one.door) for one in entries] == [
        (act, cast.ada.pk, "page") for act in "IUD"
    ]
    assert entries[1].changes["networks"] == ["203.0.113.0/24", "203.0.113.0/24\n2001:db8::/32"]
    assert ada.get("/networks/", REMOTE_ADDR=HOME).status_code == 200


def test_only_who_holds_the_right_sets_them(cast: Any, actor: Any) -> None:
    with pytest.raises(Denied):
        networks_set(actor=actor(cast.max), role="", text="10.0.0.0/8", address="10.0.0.1")


def test_the_command_line_is_the_way_back_in(closed: Any, browse: Any) -> None:
    assert networks_open(actor=Actor.system("cli")) == 1

    assert browse(closed.ana).get("/accounts/", REMOTE_ADDR=HOME).status_code == 200


def test_lists_cost_no_query(cast: Any, actor: Any, browse: Any) -> None:
    client, costs = browse(cast.ana), []
    for text in ("", "127.0.0.0/8"):
        ada = replace(actor(cast.ada), is_system=True)
        networks_set(actor=ada, role="salesperson", text=text, address=OFFICE)
        client.get("/me/")
        costs.append(queries_of(client, "/me/"))

    assert costs[1] == costs[0]

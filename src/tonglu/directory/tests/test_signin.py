"""Signing in: guessing is stopped, the owner still gets in, nothing tells who has an account, and rights end sessions."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.utils import timezone

from tonglu.directory import services
from tonglu.directory.models import Person, SignInCount
from tonglu.directory.signin import throttle
from tonglu.toolkit.models import OutgoingMail

LOGIN = "/account/login/"
PASSWORD = "correct horse battery staple"


@pytest.fixture
def ana(cast):
    """Ana, who can sign in."""
    cast.ana.set_password(PASSWORD)
    cast.ana.save()
    return cast.ana


def sign_in(client, email="ana@example.com", password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def is_signed_in(client):
    return client.get("/me/").status_code == 200


def test_a_person_signs_in_with_address_and_password(ana):
    client = Client()

    response = sign_in(client, email="ANA@example.com")

    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_a_page_asks_to_sign_in_and_comes_back(ana):
    response = Client().get("/me/")

    assert response["Location"] == "/account/login/?next=/me/"


def test_a_fragment_sends_the_whole_page_to_the_sign_in_page(db):
    response = Client().get("/me/", headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Redirect"]) == (401, LOGIN)


def test_a_fragment_brings_back_to_the_page_it_stood_on(db):
    """Only the path is kept: an address of another site leads to the same path here."""
    for page in ("https://crm.example/me/?view=mine", "https://elsewhere.example/me/?view=mine"):
        headers = {"HX-Request": "true", "HX-Current-URL": page}
        response = Client().get("/me/", headers=headers)
        assert response["HX-Redirect"] == f"{LOGIN}?next=%2Fme%2F%3Fview%3Dmine"
    for odd in ("", "about:blank", "x", "https://crm.example//elsewhere.example/"):
        headers = {"HX-Request": "true", "HX-Current-URL": odd}
        assert Client().get("/me/", headers=headers)["HX-Redirect"] == LOGIN


def test_nobody_makes_an_account_for_themselves(db):
    for method in ("get", "post"):
        getattr(Client(), method)("/account/signup/", {"email": "x@y.z", "password1": PASSWORD})

    assert not Person.objects.exists()


def answer(client, email):
    text = sign_in(client, email=email, password="wrong").content.decode()
    text = text.replace(email, "")
    return re.sub(r'(value|nonce|content|hx-headers)=("[^"]*"|\'[^\']*\')', "", text)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(ana, cast):
    services.person_deactivate(person=cast.ben)

    answers = {answer(Client(), f"{name}@example.com") for name in ("ana", "ben", "nobody")}

    assert len(answers) == 1


def test_guesses_are_stopped_after_ten_and_leave_no_trace_of_the_address(ana, monkeypatch, drill):
    looked, guesses = [], drill.size(30, 10_000)
    monkeypatch.setattr(Person, "check_password", lambda self, raw: looked.append(raw) or False)

    for n in range(guesses):
        sign_in(Client(), password=f"guess {n}")

    drill.tell("guesses at one account that were tried in an hour", len(looked), guesses, bound=20)
    assert len(looked) == throttle.TRIES
    assert "ana" not in SignInCount.objects.get().key


def test_guessing_from_elsewhere_does_not_lock_out_the_browser_the_owner_uses(ana, drill):
    own = Client()
    sign_in(own)
    own.post("/account/logout/")

    for n in range(drill.size(15, 1_000)):
        sign_in(Client(REMOTE_ADDR="203.0.113.9"), password=f"guess {n}")

    assert sign_in(Client(REMOTE_ADDR="203.0.113.9")).status_code in {200, 429}
    assert sign_in(Client()).status_code == 200
    assert sign_in(own).status_code == 302


def test_a_device_mark_of_one_person_gives_no_tries_at_another(ana, cast):
    own = Client()
    sign_in(own)
    own.post("/account/logout/")

    for n in range(12):
        sign_in(own, email="ben@example.com", password=f"guess {n}")

    assert SignInCount.objects.order_by("-tries").first().tries == throttle.TRIES


def test_after_an_hour_there_are_tries_again(ana):
    for n in range(11):
        sign_in(Client(), password=f"guess {n}")
    SignInCount.objects.update(since=timezone.now() - throttle.SPAN)

    assert sign_in(Client()).status_code == 302


@pytest.mark.parametrize(
    "change",
    [
        lambda p: services.role_assign(person=p, role="analyst"),
        lambda p: services.person_deactivate(person=p),
        lambda p: services.person_epoch_bump(person_id=p.pk),
        lambda p: Person.objects.filter(pk=p.pk).update(deleted_at=timezone.now()),
    ],
    ids=["role", "deactivation", "bump", "trash"],
)
def test_a_change_of_rights_ends_every_session_at_once(ana, change):
    clients = [Client(), Client()]
    for client in clients:
        sign_in(client)

    change(ana)

    assert [is_signed_in(client) for client in clients] == [False, False]


def test_whoever_was_signed_out_by_a_change_of_rights_is_told_why_and_a_stranger_is_not(ana):
    client, stranger = Client(), Client()
    sign_in(client)
    services.role_assign(person=ana, role="analyst")

    page = client.get("/me/", follow=True)

    assert "your roles or password changed" in page.content.decode()
    assert "password changed" not in stranger.get("/me/", follow=True).content.decode()


def test_a_new_password_ends_the_other_sessions(ana):
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client)

    new = "another horse battery staple"
    here.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


def test_a_forgotten_password_is_set_again_by_a_link_to_our_own_address(ana, settings):
    client = Client(headers={"host": "localhost"})
    settings.SITE_URL = "https://crm.example.com"
    client.post("/account/password/reset/", {"email": "Ana@Example.com"})
    mail = OutgoingMail.objects.get(subject="Choose a new password for Tonglu")

    link = re.search(r"https://crm\.example\.com(/account/password/reset/key/\S+)", mail.text)
    assert link is not None
    page = client.get(link[1], follow=True)
    new = "a brand new long password"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})

    assert sign_in(Client(), password=new).status_code == 302
    assert sign_in(Client()).status_code == 200


def test_asking_for_the_password_of_an_unknown_address_tells_nothing(ana):
    known = Client().post("/account/password/reset/", {"email": "ana@example.com"})
    unknown = Client().post("/account/password/reset/", {"email": "nobody@example.com"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    "password", ["short", "fourteen chars", "123456789012345678", "ana@example.com1"]
)
def test_short_common_and_similar_passwords_are_refused(ana, password):
    client = Client()
    sign_in(client)

    client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )

    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def code_for(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_with_an_authenticator_app_the_password_alone_is_not_enough(ana):
    secret = generate_totp_secret()
    stored = TOTP.activate(ana, secret).instance
    client = Client()

    response = sign_in(client)

    assert response["Location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    assert secret not in str(stored.data)

    client.post("/account/2fa/authenticate/", {"code": code_for(secret)})
    client.post("/account/2fa/trust/", {"action": "no"})
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "path",
    [
        "2fa/",
        "2fa/totp/activate/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "sessions/",
        "password/change/",
    ],
)
def test_the_pages_of_second_factors_open_after_the_password_was_given_again(ana, path):
    client = Client()
    sign_in(client)

    client.post("/account/reauthenticate/", {"password": PASSWORD})

    assert client.get(f"/account/{path}").status_code == 200


def test_a_key_is_added_on_a_page_in_the_readers_language(ana):
    Person.objects.filter(pk=ana.pk).update(language="zh-hans")
    client = Client()
    sign_in(client)
    client.post("/account/reauthenticate/", {"password": PASSWORD})

    page = client.get("/account/2fa/webauthn/add/").content.decode()

    assert "仅用此密钥登录" in page
    assert re.search(r"<label[^>]*>\s*名称", page)
    assert not re.search(r"<label[^>]*>\s*Name", page)


def test_second_factors_cannot_be_changed_without_the_password_given_again(ana):
    client = Client()
    sign_in(client)

    client.post("/account/reauthenticate/", {"password": "wrong"})
    response = client.get("/account/2fa/totp/activate/")

    assert response["Location"].startswith("/account/reauthenticate/")


def test_a_passkey_may_sign_in_without_a_password(db):
    options = Client().get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})

    assert options.json()["request_options"]["publicKey"]["challenge"]


def test_whoever_forgot_the_password_finds_the_way_back(ana):
    client = Client()

    asked = client.get("/account/password/reset/").content.decode()
    sent = client.post("/account/password/reset/", {"email": "x@example.com"}, follow=True)

    assert 'href="/account/login/"' in asked
    assert 'href="/account/login/"' in sent.content.decode()
    assert "ask your administrator" in sent.content.decode()

"""Signing in as people do, in a real browser: with a passkey, with an authenticator app, and switching how pages look."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import expect

from tonglu.directory.models import Person

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery staple"


@pytest.fixture
def ana(live_server, cast):
    """Ana, who can sign in with a password."""
    cast.ana.set_password(PASSWORD)
    cast.ana.save()
    return cast.ana


def sign_in(page):
    page.goto("/account/login/")
    page.fill("input[name=login]", "ana@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "login" not in url)


def give_password_again(page):
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()


def with_authenticator(page):
    """A fingerprint reader, as far as the browser can tell."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_then_signs_in_alone(ana, page, watch):
    watch.expected.append("404")
    with_authenticator(page)
    sign_in(page)
    page.goto("/account/2fa/webauthn/add/")
    give_password_again(page)
    page.check("input[name=passwordless]")
    page.fill("input[name=name]", "Laptop")
    page.locator("main button:not([type=button]), main #mfa_webauthn_add").last.click()
    page.wait_for_url("**/2fa/**recovery**")
    assert Authenticator.objects.get(user=ana, type="webauthn").wrap().is_passwordless

    page.context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_role("button", name="passkey").click()
    page.wait_for_url(lambda url: "login" not in url)
    page.goto("/me/")

    expect(page.get_by_role("heading", name="My profile")).to_be_visible()
    expect(page.get_by_text("1 passkey")).to_be_visible()


def test_an_authenticator_app_is_added_and_asked_for(ana, page, watch):
    watch.expected.append("404")
    sign_in(page)
    page.goto("/account/2fa/totp/activate/")
    give_password_again(page)
    secret = page.locator("input[readonly], input[disabled], code").first
    text = secret.evaluate("e => e.value || e.textContent").strip()
    page.fill("input[name=code]", code_for(text))
    page.locator("main button[type=submit]").last.click()
    page.wait_for_url("**/2fa/**recovery**")

    page.context.clear_cookies()
    sign_in(page)

    assert "/account/2fa/authenticate/" in page.url


def code_for(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_theme_and_language_are_switched_from_the_corner_of_any_page(ana, open_page):
    page = open_page(ana)
    page.goto("/me/")
    page.locator(".person-button").click()
    with page.expect_response("**/me/preferences"):
        page.locator("[data-preference=theme] button[value=dark]").click()

    page.reload()

    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert Person.objects.get(pk=ana.pk).theme == "dark"


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_profile_is_saved_at_any_width(ana, open_page, size):
    page = open_page(ana, size=size)
    page.goto("/me/")

    page.get_by_label("Name", exact=True).fill("Ana Maria")
    page.get_by_label("Language", exact=True).select_option("zh-hans")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="我的资料").wait_for()

    assert Person.objects.get(pk=ana.pk).name == "Ana Maria"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_key_that_the_browser_does_not_use_is_said_beside_the_button(ana, page, watch):
    sign_in(page)
    page.goto("/account/2fa/webauthn/add/")
    give_password_again(page)
    said = page.get_by_text("neither https nor localhost")
    expect(page.locator("#mfa_webauthn_add")).to_be_visible()
    expect(said).to_be_hidden()

    refuse = "navigator.credentials.create = () => Promise.reject(new Error('no'))"
    page.evaluate(f"() => {{ {refuse} }}")
    page.click("#mfa_webauthn_add")

    expect(said).to_be_visible()

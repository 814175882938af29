"""What a form says that was loaded before its person signed in anew: in words, with the way back to its page, on every way in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tonglu.directory.models import Person

HERE = "http://testserver/accounts/new/"
SAID = "You signed in anew since this page was loaded"


@pytest.fixture
def strict(cast: Any) -> Client:
    """Ana's browser, with a token that is not its own any more."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.ana)
    return browser


def test_a_fragment_answers_with_a_dialog_that_loads_its_page_again(strict: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": HERE}

    answer = strict.post("/accounts/new/", {"name": "Acme"}, headers=headers)

    page = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (403, "#modal-2")
    assert SAID in page
    assert f'href="{HERE}"' in page
    assert "<html" not in page


def test_a_page_leads_back_to_the_form_of_ours_and_to_no_other_site(strict: Client) -> None:
    for referer, leads in ((HERE, True), ("https://elsewhere.example/x/", False), ("", False)):
        answer = strict.post("/accounts/new/", {"name": "Acme"}, headers={"Referer": referer})
        page = answer.content.decode()
        assert (answer.status_code, SAID in page) == (403, True)
        assert (f'href="{HERE}"' in page, "elsewhere" in page) == (leads, False)
        assert 'href="/"' in page


def test_somebody_outside_is_not_sent_to_a_page_they_cannot_enter(db: None) -> None:
    """A customer whose answer to a quote came too late stays with the quote."""
    outside = Client(enforce_csrf_checks=True)

    answer = outside.post("/q/1.a~b/", {}, headers={"Referer": "http://testserver/q/1.a~b/"})

    page = answer.content.decode()
    assert 'href="http://testserver/q/1.a~b/"' in page
    assert 'href="/"' not in page


def test_a_script_gets_a_sentence(strict: Client) -> None:
    answer = strict.post("/accounts/new/", {}, headers={"Accept": "application/json"})

    assert SAID in answer.json()["message"]


def test_it_is_said_in_the_language_of_whoever_reads(strict: Client, cast: Any) -> None:
    Person.objects.filter(pk=cast.ana.pk).update(language="zh-hans")

    assert "您重新登录过" in strict.post("/accounts/new/", {}).content.decode()

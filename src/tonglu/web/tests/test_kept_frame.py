"""The kept parts of a page are each reader's own: menu, rights, language, views, unread notices and token."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from tonglu.directory.models import Person
from tonglu.notifications.services import notify
from tonglu.policy.services import draft_issue, rule_set

ACCOUNTS = "/accounts/"


def seen(client: Client, address: str = ACCOUNTS) -> str:
    """The page, as it comes once everything that may be kept is kept."""
    client.get(address)
    return client.get(address).content.decode()


def test_two_people_on_the_same_page_see_their_own_frame(cast: Any, browse: Any) -> None:
    ana, pat = seen(browse(cast.ana)), seen(browse(cast.pat), "/suppliers/")
    again = seen(browse(cast.ana))

    assert ("Account of Ana" in ana, "Account of Pat" in ana) == (True, False)
    assert ("Account of Ana" in pat, "Account of Pat" in pat) == (False, True)
    assert 'href="/suppliers/"' not in ana
    assert 'href="/suppliers/"' in pat
    assert "Account of Ana" in again


def test_each_reader_keeps_their_language(cast: Any, browse: Any) -> None:
    Person.objects.filter(pk=cast.ben.pk).update(language="zh-hans")

    ana, ben, again = (seen(browse(one)) for one in (cast.ana, cast.ben, cast.ana))

    english, chinese = "Keyboard shortcuts", "键盘快捷键"
    assert [(english in page, chinese in page) for page in (ana, ben, again)] == [
        (True, False),
        (False, True),
        (True, False),
    ]


def test_a_new_policy_takes_an_act_off_the_page(cast: Any, browse: Any, actor: Any) -> None:
    ana, link = browse(cast.ana), 'href="/accounts/new/"'
    before = seen(ana)

    rule_set(actor=actor(cast.ada), role="salesperson", kind="customers.account", act="create", reach="")  # fmt: skip
    draft_issue(actor=actor(cast.ada))

    assert (link in before, link in seen(ana)) == (True, False)


def test_a_new_saved_view_stands_in_its_owners_menu_alone(cast: Any, browse: Any) -> None:
    ana, ben, title = browse(cast.ana), browse(cast.ben), "Big ones of mine"
    before = [title in seen(ana), title in seen(ben)]

    ana.post("/accounts/views/new/", {"title": title})

    assert [*before, title in seen(ana), title in seen(ben)] == [False, False, True, False]


def test_the_bell_counts_at_once_and_for_each_alone(cast: Any, browse: Any, actor: Any) -> None:
    from tonglu.customers.models import Account
    from tonglu.entities.services import record_create

    row = record_create(actor=actor(cast.ana), model=Account, values={"name": "Acme"})
    ana, ben = browse(cast.ana), browse(cast.ben)
    before = [_bell(seen(ana)), _bell(seen(ben))]

    notify("assigned", [cast.ana.pk], kind="customers.account", row_id=row.pk, by=cast.lee)

    assert [*before, _bell(seen(ana)), _bell(seen(ben))] == ["0", "0", "1", "0"]


def test_every_kept_form_carries_the_token_of_its_own_reader(cast: Any) -> None:
    for person in (cast.ana, cast.ben):
        client = Client(enforce_csrf_checks=True)
        client.force_login(Person.objects.get(pk=person.pk))
        page = seen(client, "/contracts/?view=renewal")
        tokens = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)

        codes = [
            client.post("/accounts/views/all/default/", {"csrfmiddlewaretoken": token}).status_code
            for token in {*tokens}
        ]

        assert len(tokens) >= 4
        assert {len(token) for token in tokens} == {64}
        assert 403 not in codes
        assert client.post("/accounts/views/all/default/", {}).status_code == 403


def _bell(page: str) -> str:
    found = re.search(r'id="unread"[^>]*>([^<]*)<', page)
    return found[1] if found else ""

"""One home for all settings: nothing of the administration is reached by its address alone."""

from __future__ import annotations

import pytest

from tonglu.administration.settings_home import settings_home
from tonglu.entities.registry import all_entities
from tonglu.toolkit.ui import navigation


def test_the_administrator_finds_every_page_and_list_of_the_administration(cast, actor):
    ada = actor(cast.ada)
    shown = {link.url for group in settings_home(ada) for link in group.links}

    pages = [page for page in navigation.registered() if page.area == "administration"]
    wanted = {f"/{entity.slug}/" for entity in all_entities() if entity.area == "administration" and entity.menu}  # fmt: skip
    assert wanted - shown == set()
    assert len(shown) >= len(pages) + len(wanted) - 1
    assert {"/audit/", "/background/", "/tokens/", "/policy/", "/approvals/"} <= shown


@pytest.mark.parametrize("name", ["ada", "ana", "hue", "pat"])
def test_every_link_opens_for_whoever_sees_it(cast, actor, browse, name):
    client = browse(getattr(cast, name))

    answers = {
        link.url: client.get(link.url).status_code
        for group in settings_home(actor(getattr(cast, name)))
        for link in group.links
    }

    assert {url: status for url, status in answers.items() if status != 200} == {}
    assert client.get("/administration/").status_code == 200


def test_a_salesperson_finds_nothing_of_the_machine(cast, browse):
    text = browse(cast.ana).get("/administration/").content.decode()

    assert "/audit/" not in text
    assert "/background/" not in text
    assert 'href="/tokens/"' not in text

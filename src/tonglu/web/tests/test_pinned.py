"""A view that a person pins stands in their navigation, and in nobody else's."""

from __future__ import annotations

from typing import Any


def test_a_pinned_view_stands_in_the_navigation_until_it_is_unpinned(
    cast: Any, browse: Any
) -> None:
    ana, link = browse(cast.ana), 'href="/contracts/?view=renewal"'
    nav = [ana.get("/").content.decode()]

    ana.post("/contracts/views/renewal/pin/", {"pinned": "1"})
    nav.append(ana.get("/").content.decode())
    others = browse(cast.ben).get("/").content.decode()
    ana.post("/contracts/views/renewal/pin/", {"pinned": ""})
    nav.append(ana.get("/").content.decode())

    assert [link in page for page in nav] == [False, True, False]
    assert link not in others

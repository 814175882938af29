"""Which pages and dialogs there are: followed from page to page, one of each kind of address."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page

NUMBER = re.compile(r"/\d+(?=/|$)|(?<=/)[0-9a-f]{8}-[0-9a-f-]{27}")
# Answers that are no pages: downloads, sign-out, other doors, fragments that links name for readers without scripts.
NO_PAGE = re.compile(
    r"logout|/api/|/static/|/export/|/download|\.(pdf|csv|xlsx|ics|json|yaml)|/files/\d|/walk/|/count/|/panels?/|/timeline/"
    r"|/pdf/|/lines/|/lane|/lookup|/columns|/board/.|/q/|/print|template|/photo|/content|/payroll/|form=(xlsx|csv)"
)
LINKS = """() => [...document.querySelectorAll("a[href^='/'], [data-href^='/']")]
  .filter(e => !e.hasAttribute('download') && e.target !== '_blank')
  .map(e => e.getAttribute('href') || e.dataset.href)"""
OPENERS = """() => [...document.querySelectorAll('[hx-get]')]
  .filter(e => ['#modal', '#modal-2', '#panel'].includes(e.getAttribute('hx-target')) && e.closest('main'))
  .map(e => e.getAttribute('hx-get'))"""
PRESS = """url => [...document.querySelectorAll('[hx-get]')]
  .find(e => e.getAttribute('hx-get') === url && e.closest('main')).click()"""
CLOSE = "() => document.querySelectorAll('dialog[open]').forEach(d => d.close())"


def kind_of(address: str) -> str:
    """The address without numbers of records and without its question."""
    return NUMBER.sub("/#", address.split("?")[0].split("#")[0])


class Links(HTMLParser):
    """The links of a page that nobody looks at, and the fragments that come later."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[str] = []
        self.late: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the scripts of LINKS would find."""
        given = {name: value or "" for name, value in attrs}
        address = given.get("href", "") if tag == "a" else given.get("data-href", "")
        if address.startswith("/") and "download" not in given and given.get("target") != "_blank":
            self.pages.append(address)
        if re.search(r"load|revealed|intersect", given.get("hx-trigger", "")):
            self.late.append(given.get("hx-get", ""))


@dataclass
class Walk:
    """The addresses that wait, and the kinds that were seen.

    What somebody else has seen is asked for once more by each role, without a look, for links that only this role is shown.
    """

    seen: set[str] = field(default_factory=set)
    waiting: deque[str] = field(default_factory=deque)
    passing: deque[str] = field(default_factory=deque)
    known: set[str] = field(default_factory=set)
    refused: dict[str, int] = field(default_factory=dict)

    def begin(self) -> None:
        """Another role begins: it has passed nothing yet."""
        self.known.clear()
        self.passing.clear()
        self.refused.clear()

    def offer(self, addresses: list[str]) -> None:
        """Take in addresses of kinds not met before."""
        for address in addresses:
            kind = kind_of(address)
            if kind in self.known or NO_PAGE.search(address):
                continue
            self.known.add(kind)
            queue = self.passing if kind in self.seen else self.waiting
            self.seen.add(kind)
            queue.append(address.split("#")[0])

    def look_around(self, page: Page) -> None:
        """Take in what the open page links to."""
        self.offer(page.evaluate(LINKS))

    def pages(self, page: Page) -> Iterator[str]:
        """The addresses one after another, those found meanwhile included."""
        while self.waiting or self.passing:
            if self.waiting:
                yield self.waiting.popleft()
            else:
                self._pass(page, self.passing.popleft())

    def _pass(self, page: Page, address: str, *, late: bool = False) -> None:
        """Take in what a page that was seen before links to, and what comes late on it."""
        answer = page.request.get(address, headers={"HX-Request": "true"} if late else {})
        if not answer.ok:
            self.refused[address] = answer.status
        if not answer.ok or "html" not in answer.headers.get("content-type", ""):
            return
        links = Links()
        links.feed(answer.text())
        self.offer(links.pages)
        for fragment in links.late if not late else ():
            self._pass(page, fragment, late=True)

    def dialogs(self, page: Page) -> Iterator[str]:
        """Open every dialog of a new kind that the page offers, one at a time; yields its address while it is open."""
        for url in dict.fromkeys(page.evaluate(OPENERS)):
            kind = f"dialog {kind_of(url)}"
            if kind in self.seen:
                continue
            self.seen.add(kind)
            try:
                page.evaluate(PRESS, url)
                page.wait_for_selector("dialog[open]", timeout=10_000)
            except BrowserError:
                yield f"! {url}"
                continue
            page.wait_for_timeout(150)
            yield url
            page.evaluate(CLOSE)


def recalled(file: Path | None, dress: str) -> Walk:
    """The walk in this dress as an earlier run left it: what it had seen, and what still waited."""
    if file is None or not file.exists():
        return Walk()
    kept = json.loads(file.read_text()).get(dress, {})
    return Walk(seen=set(kept.get("seen", ())), waiting=deque(kept.get("waiting", ())))


def keep(file: Path | None, walks: dict[str, Walk]) -> None:
    """Write down where these walks stand; what stands there of other dresses stays."""
    if file is None:
        return
    kept = json.loads(file.read_text()) if file.exists() else {}
    for dress, walk in walks.items():
        kept[dress] = {"seen": sorted(walk.seen), "waiting": list(walk.waiting)}
    file.write_text(json.dumps(kept, indent=1))

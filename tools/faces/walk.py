"""Which pages and dialogs there are: followed from page to page, one of each kind of address."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

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


@dataclass
class Walk:
    """The addresses that wait, and the kinds that were seen."""

    seen: set[str] = field(default_factory=set)
    waiting: deque[str] = field(default_factory=deque)

    def offer(self, addresses: list[str]) -> None:
        """Take in addresses of kinds not met before."""
        for address in addresses:
            kind = kind_of(address)
            if kind not in self.seen and not NO_PAGE.search(address):
                self.seen.add(kind)
                self.waiting.append(address.split("#")[0])

    def look_around(self, page: Page) -> None:
        """Take in what the open page links to."""
        self.offer(page.evaluate(LINKS))

    def pages(self) -> Iterator[str]:
        """The addresses one after another, those found meanwhile included."""
        while self.waiting:
            yield self.waiting.popleft()

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

"""One person's browser: pages, forms, lookups, tables of lines and the acts of records, used as a person uses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

PATIENCE = 30_000
"""Milliseconds: this walk is long, and a busy machine is no fault of a page."""


class Desk:
    """A page with the words for what one does on it; nothing here knows an address of a record."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        self.main = page.locator("#main")
        self.dialog = page.locator("#modal")

    def opens(self, path: str) -> None:
        """Go to a page of the menu."""
        self.page.goto(path)

    def follows(self, text: str) -> None:
        """Open what a link says, and have its page."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.main.get_by_role("link", name=text).first.click()

    def begins(self, kind: str) -> None:
        """Press the plus of a panel, and get the form of that kind in a dialog."""
        self.main.get_by_role("link", name=f"New {kind}", exact=True).click()
        expect(self.dialog.locator("form")).to_be_visible()

    def enters(self, scope: Locator | None = None, **values: str) -> None:
        """Fill in fields by name: a lookup is typed into and its first answer taken."""
        form = scope or self.page.locator("#record-form")
        for name, value in values.items():
            self._enter(form, name, value)

    def adds_line(self, table: str, **values: str) -> None:
        """Add a line to the table of that title in the open form."""
        self._table(table).get_by_role("button", name="Add line").click()
        line = self.line(table, -1)
        for name, value in values.items():
            self._enter(line, name, value, match="$")

    def line(self, table: str, place: int) -> Locator:
        """A line of a table in the open form."""
        return self._table(table).locator("tr[data-line]").nth(place)

    def saves(self) -> None:
        """Save the open form and see the record."""
        self.page.locator("#record-form").get_by_role("button", name="Save", exact=True).click()
        expect(self.page.locator("#record")).to_be_visible()

    def saves_dialog(self) -> None:
        """Save the form in the dialog."""
        self.dialog.get_by_role("button", name="Save", exact=True).click()
        expect(self.dialog).to_be_hidden()

    def acts(self, act: str, check: Callable[[Locator], Any] | None = None, **values: str) -> None:
        """Press the button of an act, look at its dialog, fill it in and agree."""
        self.asks(act)
        if check:
            check(self.dialog)
        self.enters(self.dialog, **values)
        self.dialog.get_by_role("button", name=act, exact=True).click()
        expect(self.dialog).to_be_hidden()

    def asks(self, act: str) -> None:
        """Press the button of an act, which may stand in the menu; its dialog opens."""
        act_button(self.page, act).click()
        expect(self.dialog.locator("form")).to_be_visible()

    def sees(self, *texts: str) -> None:
        """The page says all this, sooner or later."""
        for text in texts:
            expect(self.main).to_contain_text(text)

    def stands_at(self, stage: str) -> None:
        """The bar of stages shows where the record is."""
        expect(self.page.locator(".stage-bar [aria-current=step]")).to_have_text(stage)

    def number(self) -> str:
        """The heading of the record."""
        return self.page.locator("#page-head h1").inner_text()

    def _table(self, title: str) -> Locator:
        legend = self.page.locator("legend", has_text=title)
        return self.page.locator("fieldset[data-lines]").filter(has=legend)

    def _enter(self, scope: Locator, name: str, value: str, match: str = "") -> None:
        wanted = f"-{name}" if match else name
        lookup = scope.locator(f"[data-lookup][data-name{match}='{wanted}']")
        if lookup.count():
            self._pick(lookup, value)
            return
        control = scope.locator(f"[name{match}='{wanted}']")
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)

    def _pick(self, lookup: Locator, value: str) -> None:
        lookup.locator("[data-lookup-text]").fill(value)
        found = self.page.locator(".lookup-list [role=option]", has_text=value).first
        found.click()
        expect(lookup.locator("input[type=hidden]")).not_to_have_value("")


def act_button(page: Page, act: str) -> Locator:
    """The button of an act in the head of a record; where it stands in the menu, the menu is opened.

    A page just followed to may still be read in: which of the two it is, is asked once one of them can be seen.
    """
    head = page.locator("#page-head")
    button = head.get_by_role("button", name=act, exact=True)
    menu = head.get_by_role("button", name="More", exact=True)
    expect(button.or_(menu).first).to_be_visible()
    page.wait_for_load_state("domcontentloaded")
    if not button.is_visible():
        menu.click()
    return button

"""The command: `python -m tools.faces [--url URL] [--data DIR] [--roles finance,salesperson] [--pictures DIR]`.

Needs a running `tonglu demo`; `--data` is its folder, where the sign-ins lie. Prints what is wrong and a count; fails when
anything is. Languages of the people it signs in as are set back at the end. A long walk can be taken in parts: with `--met FILE`
kinds of pages that stand in the file are left out and those seen now are added, and `--minutes` stops a run that the same command
then takes up again where it stood (one role and one dress a run).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools.browser import found

from .trial import MOST_BYTES, Finding, Watcher, settle, try_page, violations
from .walk import Walk, keep, kind_of, recalled

ROLES = "managing director,salesperson,finance,compensation administrator,procurement,administrator"
SIGN_IN = re.compile(r"^(\S.*?)\s{2,}.*?(\S+@\S+)\s+(\S+)$")
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
)


@dataclass(frozen=True, kw_only=True)
class Dress:
    """The language and the size in which a page is seen; each in both themes."""

    language: str
    size: str
    theme: str

    def __str__(self) -> str:
        return f"{self.language} {self.size}"


DRESSES = (
    Dress(language="en", size="desktop", theme="light"),
    Dress(language="zh-hans", size="phone", theme="dark"),
)


def main() -> int:
    """Look at everything and print what is wrong."""
    given = _asked()
    sign_ins = _sign_ins(given.data / "sign-ins.txt")
    given.until = time.monotonic() + 60 * given.minutes
    walks = {
        str(dress): recalled(given.met, str(dress))
        for dress in DRESSES
        if given.dress in ("", str(dress))
    }
    findings: list[Finding] = []
    try:
        for one, more in _told(given, sign_ins, walks):
            findings += [one, *more]
            print(one, f"(and {len(more)} more)" if more else "", flush=True)
    finally:
        keep(given.met, walks)
    pages = max(sum(not kind.startswith("dialog ") for kind in one.seen) for one in walks.values())
    print(f"{pages} pages, {len(findings)} findings: {dict(Counter(one.rule for one in findings))}")
    if given.json:
        given.json.write_text(json.dumps([asdict(one) for one in findings], ensure_ascii=False))
    return 1 if findings else 0


def _told(
    given: argparse.Namespace, sign_ins: dict[str, tuple[str, str]], walks: dict[str, Walk]
) -> Iterator[tuple[Finding, list[Finding]]]:
    """What is wrong, as it is found: the first of its kind on a page, and those like it."""
    path = found()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for role in given.roles.split(","):
            found_here = _role(browser, given, role, sign_ins[role], walks)
            for _same, alike in groupby(
                found_here, key=lambda one: (one.path, one.dress, one.rule)
            ):
                first, *more = alike
                yield first, more
        browser.close()


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tools.faces", description=__doc__)
    asked.add_argument("--url", default="http://127.0.0.1:8000", help="where the demo answers")
    asked.add_argument("--data", type=Path, default=Path(".tonglu"), help="the demo's data folder")
    asked.add_argument("--roles", default=ROLES, help="the roles to sign in as, with commas")
    asked.add_argument("--only", default="", help="a pattern of addresses; others are left out")
    asked.add_argument("--pages", default="", help="only these addresses, with commas")
    asked.add_argument("--dress", default="", help="only `en desktop` or `zh-hans phone`")
    asked.add_argument("--no-dialogs", action="store_true", help="leave the dialogs closed")
    asked.add_argument("--met", type=Path, help="leave out what this file says, and add to it")
    asked.add_argument("--minutes", type=float, default=1e6, help="stop in between after so many")
    asked.add_argument("--pictures", type=Path, help="also keep a picture of every page there")
    asked.add_argument("--json", type=Path, help="also write the findings there")
    return asked.parse_args()


def _sign_ins(path: Path) -> dict[str, tuple[str, str]]:
    """Role in small letters -> e-mail and password."""
    lines = (SIGN_IN.match(line) for line in path.read_text().splitlines())
    return {one[1].lower(): (one[2], one[3]) for one in lines if one}


def _role(
    browser: Browser,
    given: argparse.Namespace,
    role: str,
    sign_in: tuple[str, str],
    walks: dict[str, Walk],
) -> Iterator[Finding]:
    """All pages that this role meets first, in each dress."""
    context = _signed_in(browser, given.url, *sign_in)
    state = context.storage_state()
    before = context.pages[0].evaluate("() => document.documentElement.lang")
    for dress in (one for one in DRESSES if str(one) in walks):
        _speak(context.pages[0], dress.language)
        width, height = SIZES[dress.size]
        wearing = browser.new_context(
            base_url=given.url,
            storage_state=state,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            color_scheme="light",
        )
        yield from _dressed(wearing.new_page(), given, role, dress, walks[str(dress)])
        wearing.close()
    _speak(context.pages[0], before.lower())
    context.close()


def _dressed(
    page: Page, given: argparse.Namespace, role: str, dress: Dress, walk: Walk
) -> Iterator[Finding]:
    watcher = Watcher(page)
    worn = f"{role}, {dress}"
    if dress.size == "phone":
        yield from _weight(page, worn)
    named = given.pages.split(",") if given.pages else []
    walk.begin()
    walk.seen.difference_update(map(kind_of, named or ["/"]))
    walk.offer(named or ["/"])
    looked_at = 0
    for path in walk.pages(page):
        if path not in ("/", *named) and not re.search(given.only, path):
            continue
        looked_at += 1
        yield from try_page(watcher, path, worn, theme=dress.theme)
        _picture(page, given.pictures, path, role, dress)
        if not named:
            walk.look_around(page)
        if not given.no_dialogs:
            yield from _dialogs(watcher, walk, path, worn)
        if time.monotonic() > given.until:
            break
    for path, status in walk.refused.items():
        yield Finding(path=path, dress=worn, rule=f"status-{status}")
    waiting = f", {len(walk.waiting)} still waiting" if walk.waiting else ""
    print(f"{worn}: {looked_at} pages that nobody before had met{waiting}", flush=True)


def _weight(page: Page, worn: str) -> Iterator[Finding]:
    """The first page somebody loads, with nothing in the cache."""
    watcher = Watcher(page)
    watcher.count_bytes()
    page.goto("/")
    settle(page)
    print(f"first page, {worn}: {watcher.received / 1024:.1f} KB", flush=True)
    if watcher.received > MOST_BYTES:
        yield Finding(
            path="/", dress=worn, rule="weight", target=f"{watcher.received / 1024:.1f} KB"
        )
    if watcher.wire:
        watcher.wire.detach()


def _dialogs(watcher: Watcher, walk: Walk, path: str, worn: str) -> Iterator[Finding]:
    for url in walk.dialogs(watcher.page):
        if url.startswith("! "):
            said = " ".join(watcher.said[-1:])
            yield Finding(path=path, dress=worn, rule="dialog-does-not-open", target=url, why=said)
            continue
        where = f"{path} > {url}"
        yield from violations(watcher.page, where, worn, within="dialog[open]")


def _picture(page: Page, folder: Path | None, path: str, role: str, dress: Dress) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "_", path).strip("_") or "today"
    page.screenshot(path=folder / f"{role} {dress.language} {name[:80]}.png".replace(" ", "-"))


def _signed_in(browser: Browser, url: str, email: str, password: str) -> BrowserContext:
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.goto("/account/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#nav")
    return context


def _speak(page: Page, language: str) -> None:
    """Let the person who is signed in read this language."""
    token = json.loads(page.get_attribute("body", "hx-headers") or "{}")["X-CSRFToken"]
    page.request.post(
        "/me/preferences",
        form={"language": language},
        headers={"X-CSRFToken": token, "Referer": page.url},
    )


if __name__ == "__main__":
    sys.exit(main())

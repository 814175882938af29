"""One page, tried: what axe, the console, the width, the layout and the wire say about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import CDPSession, ConsoleMessage, Page, Response
from playwright.sync_api import Error as BrowserError

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
# Beside axe's default rules: targets large enough for a finger.
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
MOST_SHIFT = 0.02
# Of the first page that somebody loads, with nothing in the cache, headers included.
MOST_BYTES = 60 * 1024

SHIFTS = """
window.facesShift = 0; window.facesMoved = [];
new PerformanceObserver(list => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) {
    window.facesShift += one.value;
    window.facesMoved.push(...one.sources.map(s => s.node && s.node.nodeType === 1 ? s.node.tagName.toLowerCase() + '.' + s.node.className : '?'));
  }
}).observe({ type: 'layout-shift', buffered: true });
"""
WIDEST = """() => {
  const root = document.documentElement, over = root.scrollWidth - innerWidth;
  if (over <= 0) return null;
  const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1);
  const last = wide.find(e => ![...e.children].some(c => wide.includes(c)));
  return over + ' px too wide' + (last ? ': ' + last.tagName.toLowerCase() + '.' + last.className : '');
}"""
WEAR = """theme => {
  if (!window.facesStill) {
    const still = window.facesStill = new CSSStyleSheet();
    still.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
  }
  document.documentElement.dataset.theme = theme;
  return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
AXE_RUN = """async ([options, within]) => {
  const found = await axe.run(within ? { include: [within] } : document, options);
  return found.violations.flatMap(v => v.nodes.map(n => ({
    rule: v.id, impact: v.impact, target: n.target.join(' '), html: n.html.slice(0, 200),
    why: [...n.any, ...n.all, ...n.none].map(c => c.message).join(' ').slice(0, 240) })));
}"""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong with one page in one dress."""

    path: str
    dress: str
    rule: str
    target: str = ""
    why: str = ""

    def __str__(self) -> str:
        return f"{self.path}  [{self.dress}]  {self.rule}  {self.target}  {self.why}".rstrip()


@dataclass
class Watcher:
    """What one browser page says and receives between two visits."""

    page: Page
    said: list[str] = field(default_factory=list)
    wire: CDPSession | None = None
    received: float = 0

    def __post_init__(self) -> None:
        self.page.add_init_script(SHIFTS)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.said.append(f"script: {error}"))
        self.page.on("response", self._response)

    def count_bytes(self) -> None:
        """From now on count what comes over the wire, compressed, and keep no cache."""
        self.wire = self.page.context.new_cdp_session(self.page)
        self.wire.send("Network.enable")
        self.wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.wire.on("Network.loadingFinished", self._received)

    def fresh(self) -> None:
        """Forget the last page."""
        self.said.clear()
        self.received = 0

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.said.append(message.text[:200])

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.said.append(f"{response.status} {response.url}")

    def _received(self, event: dict[str, Any]) -> None:
        self.received += event["encodedDataLength"]


def settle(page: Page) -> None:
    """Wait until fragments have arrived and scripts are done."""
    try:
        page.wait_for_load_state("networkidle", timeout=10_000)
    except BrowserError:
        return


def violations(
    page: Page, path: str, dress: str, *, within: str = "", colours_only: bool = False
) -> Iterator[Finding]:
    """What axe finds on the page, or within one element."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    for one in page.evaluate(AXE_RUN, [COLOURS if colours_only else RULES, within or None]):
        why = f"{one['why']}  {one['html']}" if one["why"] else one["html"]
        yield Finding(path=path, dress=dress, rule=one["rule"], target=one["target"], why=why)


def layout(page: Page, path: str, dress: str) -> Iterator[Finding]:
    """Whether the page is too wide, or moved while it loaded."""
    if wide := page.evaluate(WIDEST):
        yield Finding(path=path, dress=dress, rule="too-wide", target=wide)
    shift = page.evaluate("() => window.facesShift ?? 0")
    if shift > MOST_SHIFT:
        moved = json.dumps(page.evaluate("() => [...new Set(window.facesMoved)].slice(0, 4)"))
        yield Finding(path=path, dress=dress, rule="layout-shift", target=f"{shift:.3f}", why=moved)


def wear(page: Page, theme: str) -> None:
    """Change the theme of the page that is open; its colours change at once."""
    page.evaluate(WEAR, theme)


def try_page(watcher: Watcher, path: str, dress: str, *, theme: str = "light") -> Iterator[Finding]:
    """The page at `path` in one language and width, in both themes; the watcher's page stays on it."""
    page = watcher.page
    watcher.fresh()
    try:
        answer = page.goto(path)
    except BrowserError as error:
        if "Download is starting" not in str(error):
            raise
        return
    settle(page)
    if answer is None or answer.status != 200:
        yield Finding(path=path, dress=dress, rule=f"status-{answer.status if answer else 0}")
        return
    yield from layout(page, path, dress)
    wear(page, theme)
    yield from violations(page, path, f"{dress} {theme}")
    other = {"light": "dark", "dark": "light"}[theme]
    wear(page, other)
    yield from violations(page, path, f"{dress} {other}", colours_only=True)
    wear(page, theme)
    for text in dict.fromkeys(watcher.said):
        yield Finding(path=path, dress=dress, rule="console", target=text)

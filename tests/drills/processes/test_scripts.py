"""Scripts hidden in what people type: stored in every text of a record, opened in a real browser with a hook; none may run.

Each payload would call the hook with its own number if it ran, by tag, attribute, address, template or the attributes that our own
scripts react to. No link of a page may lead to a script either, and no expression of a template may be computed.
"""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from tonglu.collaboration.models import CalendarEvent, Note
from tonglu.customers.models import Account, Contact
from tonglu.entities.services import record_create
from tonglu.policy import Actor, actor_of
from tonglu.policy.testing import Cast
from tonglu.sales.models import Opportunity
from tonglu.sales.sample import sales_load_sample
from tonglu.support.models import ServiceOrder
from tonglu.toolkit.clock import now
from tools.drills.fixture import Drill

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOOK = "window.__ran&&__ran({n})"
BARE = (
    "<script>{h}</script>", "<img src=x onerror={h}>", "<svg onload={h}>", "<body onload={h}>", "<details open ontoggle={h}>",
    "<input autofocus onfocus={h}>", "<video><source onerror={h}></video>", "<iframe srcdoc='<script>parent.{h}</script>'>",
    "<a href=javascript:{h}>x</a>", "<form action=javascript:{h}><button>x", "<marquee onstart={h}>", "<object data=javascript:{h}>",
    "<math href=javascript:{h}>x", "<svg><script>{h}</script></svg>", "<svg><animate onbegin={h} attributeName=x dur=1s>",
    "<template><script>{h}</script></template>", "<noscript><p title='</noscript><img src=x onerror={h}>'>", "<base href=//evil.test/>",
    "<link rel=stylesheet href=//evil.test/x.css>", "<meta http-equiv=refresh content='0;url=javascript:{h}'>",
    "<div x-data x-init='{h}'>", "<div x-data='{{a: {h}}}'></div>", "<div @click='{h}' x-on:load.window='{h}'>", "<div x-html='{h}'>",
    "<div hx-get=/ hx-trigger=load hx-on::load='{h}'>", "<div hx-on:click='{h}' hx-vals='js:{{a:{h}}}'>", "<p style='background:url(javascript:{h})'>",
    "{{{{7*1913}}}}", "{{% debug %}}", "${{7*1913}}", "<%= 7*1913 %>", "#{{7*1913}}", "&lt;script&gt;{h}&lt;/script&gt;",
    "%3Cscript%3E{h}%3C/script%3E", "\\u003cscript\\u003e{h}\\u003c/script\\u003e", "javascript:{h}", "data:text/html,<script>{h}</script>",
    "{h}", "';{h};'", "\";{h};\"", "`;{h};`", "</script><script>{h}</script>", "--><script>{h}</script>", "]]><script>{h}</script>",
)  # fmt: skip
BEFORE = (
    "",
    '">',
    "'>",
    "</textarea>",
    "</title>",
    "</option></select>",
    '" ',
    "' ",
    "\u2028",
    "</td></tr></table>",
)
AFTER = ("", "<!--", '"', " x=", "\u0000".strip("\u0000"))
LETTERS = (
    str,
    str.upper,
    lambda text: text.replace("<s", "<S").replace("on", "oN"),
    lambda text: text.replace(" ", "/"),
)
COMPUTED = str(7 * 1913)


def payloads(number: int, dice: random.Random) -> list[str]:
    """So many different ones, numbered; the first are the plain ones."""
    ways = list(itertools.product(BARE, BEFORE, AFTER, range(len(LETTERS))))
    plain = [way for way in ways if way[1:] == ("", "", 0)]
    rest = dice.sample(ways, min(len(ways), number))
    made = []
    for n, (bare, before, after, letters) in enumerate([*plain, *rest][:number]):
        text = (
            LETTERS[letters](bare.replace("{h}", "HOOK"))
            .replace("HOOK", HOOK)
            .replace("hook", HOOK)
        )
        made.append(
            before + text.replace("{n}", str(n)).replace("{{", "{").replace("}}", "}") + after
        )
    return made


def test_no_stored_script_runs(cast: Cast, drill: Drill, open_page: Any, watch: Any) -> None:
    """In lists, records, forms, boards, timelines, search and the preview of duplicates."""
    sales_load_sample(actor=Actor.system("cli"))
    given = payloads(drill.size(50, 2_000), drill.dice())
    pages = [
        url
        for start in range(0, len(given), 25)
        for url in _stored(cast, given[start : start + 25])
    ]
    page = open_page(cast.ana)
    ran: list[int] = []
    page.expose_function("__ran", lambda number: ran.append(number))
    page.on("dialog", lambda dialog: (ran.append(-1), dialog.dismiss()))

    faults = []
    for url in dict.fromkeys(pages):
        page.goto(url, wait_until="load")
        faults += [f"{url}: ran {given[n]!r}" for n in ran]
        faults += [f"{url}: leads to {one}" for one in _links(page) if one]
        faults += [f"{url}: computed 7*1913"] * (COMPUTED in page.inner_text("main"))
        ran.clear()

    drill.holds(
        f"pages on which one of {len(given):,} stored scripts ran", faults, of=len(set(pages))
    )


def _stored(cast: Cast, given: list[str]) -> list[str]:
    """Records whose texts are these payloads, and the pages that show them."""
    texts = itertools.cycle(given)

    def made(model: Any, *names: str, **more: Any) -> Any:
        fields = model._meta
        values = {name: next(texts)[: fields.get_field(name).max_length or 9000] for name in names}
        values |= more
        who = actor_of(cast.eng if model is ServiceOrder else cast.ana)
        return record_create(actor=who, model=model, values=values)

    account = made(Account, "name", "name_en", "city", "description")
    contact = made(Contact, "name", "title", account=account)
    deal = made(Opportunity, "name", account=account, amount=100)
    note = made(Note, "title", text="\n".join(given))
    job = made(ServiceOrder, "address", "task", account=account, owner=cast.ana)
    event = made(CalendarEvent, "title", "place", "description", starts_at=now(), ends_at=now())
    Account.objects.filter(pk=account.pk).update(description=" ".join(given))
    return [
        f"/accounts/{account.pk}/", f"/accounts/{account.pk}/edit/", "/accounts/?view=all&columns=name,name_en,city,description",
        f"/contacts/{contact.pk}/", f"/opportunities/{deal.pk}/", "/opportunities/board/", f"/notes/{note.pk}/",
        f"/notes/{note.pk}/edit/", "/search/?q=script", f"/service-orders/{job.pk}/", "/service-orders/?view=all",
        f"/events/{event.pk}/", f"/events/{event.pk}/edit/", "/calendar/", "/",
    ]  # fmt: skip


def _links(page: Any) -> list[str]:
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('[href],[src],[action],[formaction]')].map(one => one.href || one.src || one.action)"
        ".filter(one => /^\\s*(javascript|data|vbscript):/i.test(String(one)) && !/^data:image|^data:font/.test(one)).map(String)"
    )
    return found


def test_planted_a_page_that_trusts_its_text_is_found(
    cast: Cast, open_page: Any, watch: Any
) -> None:
    watch.expected += ["ERR_", "404", "Failed to load", "Refused", "violates", "evil.test"]
    page = open_page(cast.ana)
    ran: list[int] = []
    page.expose_function("__ran", lambda number: ran.append(number))
    trusting = payloads(len(BARE), random.Random(1))
    page.route(
        "**/trusting",
        lambda route: route.fulfill(body="\n".join(trusting[:8]), content_type="text/html"),
    )

    page.goto("/trusting", wait_until="load")
    page.wait_for_timeout(200)

    assert len(set(ran)) >= 3

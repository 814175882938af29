"""No amount of money on a page of pay stays closed: each is a link or a disclosure, or the sum below the lines it adds up.

What a person typed, such as somebody's quota or target, is its own reason: its record says who typed it and when.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from tonglu.compensation.models import Correction, Earning, LedgerEntry, PayPeriod, Statement
from tonglu.compensation.payroll import payroll_rows
from tonglu.compensation.tests.months import month_closed
from tonglu.entities.services import record_create, record_run
from tonglu.entities.testing import signed_in
from tonglu.orders.models import Quote, QuoteLine
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today

from .test_home import collect

D = Decimal
MONEY = re.compile(r"CN¥|\d{1,3}(?:,\d{3})+\.\d\d|\b\d+\.\d\d\b")
OPENING = frozenset({"a", "summary", "tfoot", "button", "script", "title", "h1", "h2"})
REASONS = frozenset({"pay-line-body", "is-wrapped", "pay-told", "pay-said", "chart", "why"})
"""Where a number has been opened already: the sentences and the slices that it came from."""
SUMS = frozenset({"card-actions", "ladder-foot"})
"""The sum of the lines below it in the head of a card, and how far a person is from the next step of the table that they stand in."""
ALONE = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "rect", "use"})
CELL = re.compile(r'<td class="num">([^<]+)</td>')


class Reader(HTMLParser):
    """Collects the amounts that stand neither in a link, a disclosure or a sum, nor among the reasons of one."""

    def __init__(self) -> None:
        super().__init__()
        self.around: list[tuple[str, frozenset[str]]] = []
        self.closed: list[str] = []
        self.seen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALONE:
            self.around.append((tag, frozenset((dict(attrs).get("class") or "").split())))

    def handle_endtag(self, tag: str) -> None:
        if tag in ALONE:
            return
        while self.around and self.around.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not MONEY.search(data):
            return
        self.seen += 1
        if not any(tag in OPENING or names & (REASONS | SUMS) for tag, names in self.around):
            self.closed.append(" ".join(data.split()))


def closed_on(client: Any, address: str, part: str = "") -> list[str]:
    """The amounts of a page, or of what stands in it from a mark on, that open to nothing."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    page = answer.content.decode()
    main = re.search(r"<main.*?</main>", page, re.S)
    reader = Reader()
    reader.feed(
        (main.group() if main else page).partition(part)[2]
        if part
        else (main.group() if main else page)
    )
    assert reader.seen, f"no money on {address}"
    return reader.closed


def number(text: str) -> Decimal:
    return D(re.sub(r"[^0-9.\-]", "", unescape(text).replace("−", "-")))


@pytest.fixture
def month(plan: Any, sign: Callable[..., Any], selling: Cast) -> Statement:
    """Ana's month, paid out: two contracts, and the money of one of them."""
    first = sign(quantity=2)
    sign(quantity=1)
    collect(first, "113000.00", 1)
    month_closed(today().replace(day=1))
    return Statement.objects.get(owner=selling.ana)


@pytest.fixture
def granted(month: Statement, actor: Any, selling: Cast) -> Correction:
    """What she disputed, granted with 25.00."""
    earning = Earning.objects.filter(owner=selling.ana).first()
    asked = {"text": "It was more", "earning": earning}
    dispute = record_run(actor=actor(selling.ana), row=month, verb="dispute", params=asked)
    answer = {"amount": D(25), "answer": "It was"}
    record_run(actor=actor(selling.cam), row=dispute, verb="adjust", params=answer)
    return Correction.objects.get()


def test_no_amount_on_lists_and_records_of_pay_stays_closed(
    granted: Correction, month: Statement, selling: Cast
) -> None:
    cam, movement = signed_in(selling.cam), LedgerEntry.objects.filter(earning__isnull=False)[0]
    earning = Earning.objects.filter(owner=selling.ana)[0]
    pages = (
        "/statements/?view=all",
        f"/statements/{month.pk}/",
        "/earnings/?view=all",
        f"/earnings/{earning.pk}/",
        "/pay-movements/?view=all",
        f"/pay-movements/{movement.pk}/",
        "/pay-periods/?view=all",
        f"/pay-periods/{month.period_id}/",
        "/pay-disputes/?view=all",
        f"/pay-disputes/{granted.dispute_id}/",
        "/corrections/?view=all",
        f"/corrections/{granted.pk}/",
        "/pay-calendar/",
        f"/pay-calendar/{month.period_id}/",
        f"/my-pay/{month.pk}/",
    )

    assert {page: found for page in pages if (found := closed_on(cam, page))} == {}


def test_what_is_released_of_an_earning_opens_to_the_movements_that_add_up_to_it(
    month: Statement, selling: Cast
) -> None:
    client = signed_in(selling.ana)
    earning = Earning.objects.get(owner=selling.ana, released_amount__gt=0)
    record = client.get(f"/earnings/{earning.pk}/").content.decode()
    found = re.search(r'href="(/pay-movements/[^"]+)">([^<]+)<', record)
    assert found is not None

    listed = client.get(unescape(found.group(1))).content.decode()

    told = re.findall(r'data-label="Amount"><a [^>]*>([^<]+)</a>', listed)
    assert sum(map(number, told)) == number(found.group(2)) == earning.released_amount > 0


def test_a_months_sums_open_to_the_statements_that_make_them(
    month: Statement, selling: Cast
) -> None:
    client = signed_in(selling.cam)
    record = client.get(f"/pay-periods/{month.period_id}/").content.decode()
    found = re.findall(r'href="(/statements/\?[^"]+)">([^<]+)<', record)
    assert len(found) == 3

    listed = client.get(unescape(found[0][0])).content.decode()

    told = re.findall(r'data-label="Earned"><a [^>]*#earned">([^<]+)</a>', listed)
    assert sum(map(number, told)) == number(found[0][1]) == month.earned


def test_a_statement_without_lines_leads_nowhere_else(
    month: Statement, join: Any, plan: Any, selling: Cast
) -> None:
    other = Statement.objects.exclude(pk=month.pk).filter(earned=0).first()
    pages = [signed_in(selling.cam).get(f"/my-pay/{one.pk}/") for one in (month, other) if one]

    for page in (one.content.decode() for one in pages):
        anchors = re.findall(r'<a class="tile" href="#([\w-]+)"', page)
        assert len(anchors) == 5
        assert all(f'id="{name}"' in page for name in anchors)


def test_every_amount_on_the_what_if_desk_opens_to_rows_that_make_it(
    month: Statement, make_deal: Callable[..., Any], selling: Cast
) -> None:
    deals = [make_deal(amount=D(amount)) for amount in ("120000.50", "390000")]
    asked = "&".join(f"pick={deal.pk}" for deal in deals)
    address = f"/my-pay/what-if/?{asked}&discount-{deals[0].pk}=5"
    client = signed_in(selling.ana)

    page = client.get(address).content.decode()

    assert closed_on(client, address) == []
    whole = re.search(r'href="#desk-deals" id="desk-sum">([^<]+)</a>', page)
    assert whole is not None
    lines = re.findall(r'<details class="pay-line">(.*?)</details>', page, re.S)
    paid = [re.search(r'pay-line-sum tabular">([^<]+)<', line) for line in lines]
    assert len(lines) == 2
    for line, sum_ in zip(lines, paid, strict=True):
        assert sum_ is not None
        slices = CELL.findall(line.split("<tfoot>")[0])
        assert sum(map(number, slices)) == number(sum_.group(1)) > 0
    assert sum(number(one.group(1)) for one in paid if one) == number(whole.group(1))


def test_the_panels_of_deals_and_documents_open_what_they_say(
    month: Statement,
    make_deal: Callable[..., Any],
    account: Any,
    pump: Any,
    actor: Any,
    selling: Cast,
) -> None:
    client, deal = signed_in(selling.ana), make_deal(amount=D("120000.50"))
    quote = record_create(
        actor=actor(selling.ana),
        model=Quote,
        values={"account": account, "currency": "CNY"},
        lines={QuoteLine: [{"product": pump, "quantity": D(3)}]},
    )
    contract = Earning.objects.filter(owner=selling.ana)[0].contract_id

    for address in (
        f"/pay-estimate/opportunities/{deal.pk}/",
        f"/pay-estimate/quotes/{quote.pk}/",
        f"/contracts/{contract}/panels/earned/",
        "/my-pay/next-deals/",
    ):
        assert [one for one in closed_on(client, address) if "CN¥" in one] == [], address
    for address in (f"/pay-estimate/opportunities/{deal.pk}/", f"/pay-estimate/quotes/{quote.pk}/"):
        page = client.get(address).content.decode()
        shown = re.search(r'<summary><span class="pay-sum tabular">([^<]+)<', page)
        assert shown is not None
        slices = CELL.findall(page.split("<tfoot>")[0])
        assert sum(map(number, slices)) == number(shown.group(1)) > 0


def test_what_a_dispute_granted_leads_to_its_correction_and_back(
    granted: Correction, selling: Cast
) -> None:
    client = signed_in(selling.cam)

    dispute = client.get(f"/pay-disputes/{granted.dispute_id}/").content.decode()
    correction = client.get(f"/corrections/{granted.pk}/").content.decode()

    assert f'href="/corrections/{granted.pk}/">CN¥25.00</a>' in dispute
    assert f'href="/pay-disputes/{granted.dispute_id}/"' in correction


def test_what_a_trial_would_pay_opens_to_the_rows_that_make_it(
    month: Statement, plan: Any, selling: Cast
) -> None:
    client = signed_in(selling.cam)
    asked = {"book": "this_year", "against": f"version:{plan.pk}", "plan": "preset:on_collection"}
    trial = client.post("/pay-lab/", asked)["Location"]
    opened = client.get(f"{trial}?person=p{selling.ana.pk}").content.decode()
    parts = opened.split('id="parts"')[1].split("</section>")[0]
    told = re.findall(r'href="(\?person=[^"]*part=[^"]*)#rows">([^<]+)</a>', parts)

    assert len(told) == 2
    for address, shown in told:
        page = client.get(f"{trial}{unescape(address)}").content.decode()
        rows = page.split('id="rows"')[1].split("</section>")[0]
        lines = re.findall(r'<details class="pay-line">(.*?)</details>', rows, re.S)
        sums = [re.search(r'pay-line-sum tabular">([^<]+)<', line) for line in lines]
        assert len(lines) == 2
        assert sum(number(one.group(1)) for one in sums if one) == number(shown) == month.earned
        for line, sum_ in zip(lines, sums, strict=True):
            assert sum_ is not None
            assert sum(map(number, CELL.findall(line.split("<tfoot>")[0]))) == number(sum_.group(1))
        assert closed_on(client, f"{trial}{unescape(address)}") == []
        assert "version v1" in rows or "version Commission on collection" in rows


def test_a_payee_disputes_the_line_they_look_at(month: Statement, selling: Cast) -> None:
    address, earning = f"/my-pay/{month.pk}/", Earning.objects.filter(owner=selling.ana)[0]
    page = signed_in(selling.ana).get(address).content.decode()
    found = re.findall(r'hx-get="([^"]*dispute/\?next=[^"]*earning=(\d+))"', page)

    dialog = signed_in(selling.ana).get(unescape(found[0][0]), headers={"HX-Request": "true"})

    assert str(earning.pk) in {key for _address, key in found}
    assert f'name="earning" value="{found[0][1]}"' in dialog.content.decode()
    assert "earning=" not in signed_in(selling.cam).get(address).content.decode()


def test_what_another_run_of_a_month_changed_opens_and_adds_up(
    plan: Any, sign: Callable[..., Any], actor: Any, selling: Cast
) -> None:
    cam, client = actor(selling.cam), signed_in(selling.cam)
    sign(quantity=2)
    period = PayPeriod.objects.get()
    record_run(actor=cam, row=period, verb="calculate")
    period.refresh_from_db()
    record_run(actor=cam, row=period, verb="reopen", params={"reason": "One is missing"})
    sign(quantity=1)
    period.refresh_from_db()
    record_run(actor=cam, row=period, verb="calculate")
    address = f"/pay-calendar/{period.pk}/changes/"

    page = client.get(address).content.decode()

    assert closed_on(client, address) == []
    (before, after), *_rest = re.findall(
        r'Earned: <a href="#changed-1">([^<]+)</a>.*?<strong>([^<]+)</strong>', page, re.S
    )
    lines = re.findall(r'data-label="Change">\s*<details class="why"><summary>([^<]+)<', page)
    assert sum(map(number, lines)) == number(after) - number(before) == D(2500)


def test_the_payroll_file_says_what_the_statements_say(month: Statement) -> None:
    head, *rows = payroll_rows(month.period)
    told = [dict(zip(head, row, strict=True)) for row in rows]

    (own,) = (row for row in told if row["Name"] == month.owner.name)
    assert (own["Payable"], own["Paid out"]) == (month.payable, month.paid)
    assert sum(row["Payable"] for row in told) == month.period.total_released

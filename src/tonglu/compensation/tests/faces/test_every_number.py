"""Every number on a page of pay opens to its reason, and the reasons add up to the ledger, to the cent."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from html import escape, unescape
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client

from tonglu.compensation.core.storing import row_from_dict
from tonglu.compensation.faces.recalculations import line_changes
from tonglu.compensation.models import Earning, LedgerPosting, Statement
from tonglu.compensation.neutral import version_read
from tonglu.compensation.paper import paper_of
from tonglu.compensation.services.plans import plan_from_preset, version_issue
from tonglu.compensation.tests.months import month_closed
from tonglu.entities.services import record_run, record_update
from tonglu.entities.testing import signed_in
from tonglu.kernel.errors import DomainError
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today

from .conftest import first_of_year
from .test_home import collect

D = Decimal
TOTAL = re.compile(r'id="lines".*?<tfoot>.*?<strong>([^<]+)</strong>', re.S)
KINDS = ("earned", "payable", "signed")
BOARD = re.compile(r'<td class="num"[^>]*><a href="(\?span=[^"]*#lines)">([^<]+)</a></td>')
CELL = re.compile(r'<td class="num[^>]*>(.*?)</td>', re.S)
TOTALS = re.compile(r'<td class="num"[^>]*>([^<]+)</td>')
CHART = re.compile(r'<figure class="chart.*?</figure>', re.S)
TILE = re.compile(r'<a class="tile" href="([^"]+)".*?<span class="tile-value">([^<]+)</span>', re.S)


@pytest.fixture
def plan(cast: Cast, actor: Any, join: Any) -> Any:
    """Commission on collection in steps, of which ten percent is held back."""
    cam = actor(cast.cam)
    draft = plan_from_preset(actor=cam, key="on_collection")
    definition = {**draft.definition, "payment": [{"type": "holdback", "pct": "0.1"}]}
    draft = record_update(actor=cam, row=draft, values={"definition": definition})
    version = version_issue(actor=cam, row=draft, effective_from=first_of_year())
    join(version, cast.ana, quota=D(400000))
    return version


@pytest.fixture
def paid(plan: Any, sign: Callable[..., Any], selling: Cast, join: Any) -> Statement:
    """Ana's month: three contracts, money of two in parts, paid out; then some of it goes back."""
    join(plan, selling.ben)
    first, second, _third = sign(quantity=2), sign(quantity=3), sign(quantity=1)
    collect(first, "50000.01", 1)
    collect(second, "70000.37", 2)
    month_closed(today().replace(day=1))
    collect(second, "-5000.13", 3)
    return Statement.objects.get(owner=selling.ana)


def number(text: str) -> Decimal:
    """What a page says, as a number."""
    return D(re.sub(r"[^0-9.\-]", "", unescape(text).replace("−", "-")))


def opened(client: Client, address: str) -> tuple[str, Decimal]:
    """A page, and the sum below the lines it shows."""
    page = client.get(unescape(address).partition("#")[0]).content.decode()
    found = TOTAL.search(page)
    return page, number(found.group(1)) if found else D(0)


def booked(person: Any, account: str, **where: Any) -> Decimal:
    found = LedgerPosting.objects.filter(person=person, account=account, **where)
    return found.aggregate(sum=Sum("amount"))["sum"] or D(0)


def test_an_earning_speaks_its_readers_language_and_names_its_component_and_version(
    paid: Statement, selling: Cast
) -> None:
    earning = Earning.objects.filter(owner=selling.ana).first()
    assert earning is not None

    page = signed_in(selling.ana).get(f"/earnings/{earning.pk}/").content.decode()

    assert page.count(escape(earning.sentence)) == 1
    assert earning.sentence_zh not in page
    assert f"{earning.plan_version.plan.name} v{earning.plan_version.number}" in page


def test_a_list_of_earnings_names_components_and_a_months_name_is_a_month(
    paid: Statement, selling: Cast, actor: Any
) -> None:
    (component,) = version_read(Earning.objects.all()[0].plan_version.definition)[1].components
    title: Any = component.title
    dispute = record_run(
        actor=actor(selling.ana), row=paid, verb="dispute", params={"text": "No", "earning": None}
    )
    client = signed_in(selling.cam)

    earnings = client.get("/earnings/").content.decode()
    record = client.get(f"/pay-disputes/{dispute.pk}/").content.decode()

    assert escape(title["en"]) in earnings
    assert f">{component.id}<" not in earnings
    month = f"{today():%Y-%m}"
    assert f'<a href="/statements/{paid.pk}/">{month}</a>' in record
    assert f">{month}<" in client.get("/pay-periods/").content.decode()


def test_what_a_plan_cost_opens_to_the_sales_that_make_it(paid: Statement, selling: Cast) -> None:
    client, address = signed_in(selling.fay), f"/pay-calendar/{paid.period_id}/"
    plan = Earning.objects.all()[0].plan_version.plan_id
    assert f'href="?plan={plan}#cost"' in client.get(address).content.decode()

    opened_ = client.get(f"{address}?plan={plan}").content.decode().split('id="cost"')[1]

    lines, foot = opened_.split("<tfoot>")
    assert closed(opened_) == []
    earned = re.findall(r'data-label="Earned"><a [^>]*>([^<]+)</a></td>', lines)
    assert sum(map(number, earned)) == booked(selling.ana, "expense") == D(13000)
    assert number(re.findall(r"<strong>([^<]+)</strong>", foot)[0]) == D(13000)
    assert len(earned) == 3


def test_people_to_whom_a_month_brought_nothing_stand_below_it_and_steps_lead_to_lines(
    paid: Statement, selling: Cast
) -> None:
    quiet = Statement.objects.get(owner=selling.ben)
    page = signed_in(selling.cam).get(f"/pay-calendar/{paid.period_id}/").content.decode()
    table, rest = page.split('id="statements"')[1].split("</section>")[0].split("</table>")
    for name in ("earned", "due", "bridge"):
        assert f'href="/my-pay/{paid.pk}/#{name}"' in table
    assert f"/my-pay/{quiet.pk}/" not in table
    assert f'<a href="/my-pay/{quiet.pk}/">' in rest

    assert [group for _label, _amount, group in paper_of(paid).bridge] == ["due", "rules"]


def test_a_dispute_is_read_beside_what_it_is_about(
    paid: Statement, selling: Cast, actor: Any
) -> None:
    earning = Earning.objects.filter(owner=selling.ana).first()
    assert earning is not None
    dispute = record_run(
        actor=actor(selling.ana),
        row=paid,
        verb="dispute",
        params={"text": "It was a third", "earning": earning},
    )

    page = signed_in(selling.cam).get(f"/pay-disputes/{dispute.pk}/").content.decode()

    assert "It was a third" in page
    assert f'href="/my-pay/{paid.pk}/"' in page
    assert escape(earning.sentence) in page


def test_every_number_of_the_board_opens_to_lines_that_make_it(
    paid: Statement, selling: Cast
) -> None:
    client = signed_in(selling.max)
    year = f"/team-pay/?span={today().year}"
    page = client.get(year).content.decode()
    board = page.split('id="board"')[1].split("</section>")[0]
    told = [(unescape(address), number(text)) for address, text in BOARD.findall(board)]

    assert len(told) == 6  # three numbers each of Ana and Ben
    for address, shown in told:
        assert opened(client, f"/team-pay/{address}")[1] == shown, address
    by_kind = {kind: sum(n for address, n in told if f"show={kind}" in address) for kind in KINDS}
    payable = -booked(selling.ana, "payable") - booked(selling.ana, "cash")
    assert by_kind["earned"] == booked(selling.ana, "expense") == D(13000)
    assert by_kind["payable"] == payable
    assert by_kind["signed"] == D(300000)
    foot = re.findall(r"<strong>([^<]+)</strong>", board.split("<tfoot>")[1].split("</tfoot>")[0])
    assert [number(text) for text in foot] == [by_kind[kind] for kind in KINDS]
    tiles = [number(text) for address, text in TILE.findall(page) if address == "#board"]
    assert tiles[0] == by_kind["earned"]


def closed(page: str) -> list[str]:
    """The cells of the tables' bodies that hold a number and open to nothing."""
    tables = CHART.sub("", page).split("<tbody>")[1:]
    cells = [cell for part in tables for cell in CELL.findall(part.split("</tbody>")[0])]
    assert cells
    opening = ("<a ", "<summary>")
    told = [cell for cell in cells if re.search(r"\d", re.sub(r"<[^>]*>", "", cell))]
    return [cell for cell in told if not any(tag in cell for tag in opening)]


def test_no_number_in_a_table_of_pay_stays_closed(
    paid: Statement, make_deal: Callable[..., Any], selling: Cast
) -> None:
    deal = make_deal(amount=D(120000))
    board = signed_in(selling.max).get(f"/team-pay/?span={today().year}").content.decode()
    calendar = f"/pay-calendar/{paid.period_id}"
    books = signed_in(selling.fay).get(f"{calendar}/accruals/?months=24").content.decode()
    desk = signed_in(selling.ana).get(f"/my-pay/what-if/?pick={deal.pk}").content.decode()
    desk = desk.partition('id="desk-deals"')[0]  # from there on stand slices, which are reasons

    assert {name: closed(page) for name, page in (("board", board), ("books", books), ("desk", desk))} == {"board": [], "books": [], "desk": []}  # fmt: skip

    assert "13,000.00 earned, of" in board
    assert "300,000.00 signed" in board
    assert "evenly over 24 months; this is month 1" in books
    assert "9,600.00 from the deals ticked" in desk


def test_statements_next_deals_trials_and_books_leave_no_number_closed(
    paid: Statement, make_deal: Callable[..., Any], selling: Cast
) -> None:
    make_deal(amount=D(120000))
    ana, cam = signed_in(selling.ana), signed_in(selling.cam)
    asked = {"book": "this_year", "against": "", "plan": "preset:flat"}
    trial = cam.post("/pay-lab/", asked)["Location"]
    trial_page = cam.get(trial).content.decode()
    balances = ana.get(f"/my-pay/{paid.pk}/").content.decode().split('id="balances"')[1]
    books = signed_in(selling.fay).get(f"/pay-calendar/{paid.period_id}/accruals/").content.decode()

    assert closed(ana.get("/my-pay/next-deals/").content.decode()) == []
    assert closed("<tbody>" + balances.split("<tbody>")[1]) == []
    assert '<div class="tile">' not in trial_page
    assert "less before CN¥13,000.00" in trial_page
    foot = books.split("<tfoot>")[1].split("</tfoot>")[0]
    assert "CN¥13,000.00" in foot


def test_every_number_of_a_trial_opens_to_components_and_to_what_was_earned(
    paid: Statement, plan: Any, selling: Cast
) -> None:
    cam = signed_in(selling.cam)
    asked = {"book": "this_year", "against": "", "plan": f"version:{plan.pk}"}
    trial = cam.post("/pay-lab/", asked)["Location"]
    page = cam.get(trial).content.decode()
    ana = f"{trial}?person=p{selling.ana.pk}"
    hers, everybody = cam.get(ana).content.decode(), cam.get(f"{trial}?person=all").content.decode()

    assert [closed(one) for one in (page, hers, everybody)] == [[], [], []]
    assert f'href="?person=p{selling.ana.pk}#parts"' in page
    for one in (hers, everybody):
        parts = one.split('id="parts"')[1].split("</section>")[0]
        before, after, change = map(number, TOTALS.findall(parts.split("<tfoot>")[1]))
        told = [number(re.sub(r"<p>.*?</p>|<[^>]*>", "", cell)) for cell in CELL.findall(parts.split("<tfoot>")[0])]  # fmt: skip
        assert (sum(told[::3]), sum(told[1::3])) == (before, after)
        assert before == booked(selling.ana, "expense") == D(13000)
        assert change == after - before
    lines = hers.split('id="lines"')[1].split("</section>")[0]
    assert sum(map(number, re.findall(r'<a href="/earnings/\d+/">([^<]+)</a>', lines))) == D(13000)
    bars = re.findall(r'href="(\?band=\d+)#people">(\d+)<', page)
    shown = [cam.get(f"{trial}{address}").content.decode() for address, _ in bars]
    found = [one.split('id="people"')[1].split("</section>")[0].count("#parts") for one in shown]
    assert found == [2 * int(count) for _, count in bars]


def test_the_targets_behind_open_to_the_people_they_are_of(paid: Statement, selling: Cast) -> None:
    client, year = signed_in(selling.max), f"/team-pay/?span={today().year}"
    page = client.get(year).content.decode()
    found = re.search(r"Targets behind</span><span class=\"tile-value\">(\d+)<", page)
    assert found is not None

    behind = client.get(f"{year}&behind=1").content.decode()

    nobody = client.get("/team-pay/?span=2001&behind=1").content.decode()
    assert "<tbody></tbody>" not in nobody
    assert behind.count("data-person=") == int(found.group(1)) < page.count("data-person=")


def test_a_statement_is_not_called_right_while_its_dispute_waits(
    paid: Statement, selling: Cast, actor: Any
) -> None:
    ana = actor(selling.ana)
    dispute = record_run(
        actor=ana, row=paid, verb="dispute", params={"text": "No", "earning": None}
    )

    paid.refresh_from_db()
    with pytest.raises(DomainError, match="something is wrong"):
        record_run(actor=ana, row=paid, verb="acknowledge")
    answer = {"answer": "It is right"}
    record_run(actor=actor(selling.cam), row=dispute, verb="reject", params=answer)
    paid.refresh_from_db()
    record_run(actor=ana, row=paid, verb="acknowledge")
    paid.refresh_from_db()
    assert paid.state == Statement.State.ACKNOWLEDGED


def test_a_version_shows_its_plan_as_yaml(plan: Any, selling: Cast) -> None:
    page = signed_in(selling.cam).get(f"/plan-versions/{plan.pk}/").content.decode()

    assert "&#x27;components&#x27;" not in page
    assert "components:\n" in page


def test_what_a_line_was_before_opens_to_the_reason_it_gave() -> None:
    before = [{"key": "a", "amount": "1.00", "en": "a third", "zh": "三分之一"}]
    after = [{"key": "a", "amount": "2.00", "en": "two thirds", "zh": "三分之二"}]
    (one,) = line_changes(before, after, "zh-hans")
    (new,) = line_changes([], after, "en")

    assert (one.was, one.why) == ("三分之一", "三分之二")
    assert (new.was, new.why) == ("", "two thirds")


def test_the_boards_lines_are_shown_to_whoever_may_see_the_person(
    paid: Statement, selling: Cast
) -> None:
    asked = f"/team-pay/?span={today().year}&person={selling.ana.pk}&show=earned"

    seen = {
        name: 'id="lines"' in signed_in(getattr(selling, name)).get(asked).content.decode()
        for name in ("ana", "lee", "max", "ben", "cy")
    }

    assert seen == {"ana": True, "lee": True, "max": True, "ben": False, "cy": False}


def test_every_line_of_my_pay_opens_to_its_movement(paid: Statement, selling: Cast) -> None:
    client = signed_in(selling.ana)
    for kind in ("earned", "payable", "paid", "held"):
        page = client.get(f"/my-pay/?span={today().year}&show={kind}").content.decode()
        assert closed(page.split('id="lines"')[1].split("</section>")[0]) == [], kind


def test_every_tile_of_my_pay_opens_to_lines_that_make_it(paid: Statement, selling: Cast) -> None:
    client, seen = signed_in(selling.ana), {}
    for span in ("", str(today().year)):
        page = client.get(f"/my-pay/?span={span}").content.decode()
        for address, text in TILE.findall(page):
            assert opened(client, f"/my-pay/{address}")[1] == number(text), address
            seen[re.findall(r"show=(\w+)", address)[0]] = number(text)

    assert {name for name, amount in seen.items() if amount} >= {"earned", "payable", "paid", "held", "retained"}  # fmt: skip


def test_an_earning_opens_into_the_parts_that_make_its_cents(
    paid: Statement, selling: Cast
) -> None:
    client = signed_in(selling.ana)
    page = client.get(f"/my-pay/?span={today().year}&show=earned").content.decode()
    links = set(re.findall(r'href="(/earnings/\d+/)"', page))

    assert len(links) == Earning.objects.filter(owner=selling.ana).count() == 3
    for link in links:
        row = Earning.objects.get(pk=int(link.split("/")[2]))
        page = client.get(f"{link}panels/trace/")
        trace = re.search(r"<caption>.*?</table>", page.content.decode(), re.S)
        assert trace is not None
        parts, whole = trace.group().split("<tfoot>")
        amounts = re.findall(r'<td class="num">([^<]+)</td>', parts)
        assert "Clause 1, version v1" in whole
        assert sum(number(text) for text in amounts) == row.amount
    assert sum(Earning.objects.values_list("amount", flat=True)) == booked(selling.ana, "expense")


def test_every_number_of_a_statement_leads_to_its_lines(paid: Statement, selling: Cast) -> None:
    page = signed_in(selling.ana).get(f"/my-pay/{paid.pk}/").content.decode()
    paper = paper_of(paid)

    anchors = set(re.findall(r'href="#([\w-]+)"', page)) - {"main"}
    assert {"earned", "due", "bridge", "line-1"} <= anchors
    assert all(f'id="{name}"' in page for name in anchors), anchors
    assert sum(amount for _label, amount, _group in paper.bridge) == paid.payable == paid.paid
    for account in paper.accounts:
        assert account.before + sum(one.amount for one in account.moved) == account.after
    for group in paper.groups:
        assert group.total == sum(
            line.amount if group.name == "earned" else line.effect for line in group.lines
        )
    rows = [
        row_from_dict(raw)
        for line in paid.lines
        if line["kind"] == "earned"
        for raw in line["trace"]
    ]
    parts = [piece.amount for row in rows for piece in row.slices]
    parts += [step.delta for row in rows for step in row.steps]
    assert sum(parts, Fraction(0)) + sum(row.rounding for row in rows) == paid.earned
    assert paid.earned == booked(selling.ana, "expense", entry__period=paid.period)


def test_the_panel_of_a_deal_says_why(
    paid: Statement, make_deal: Callable[..., Any], selling: Cast
) -> None:
    deal = make_deal(amount=D(120000))
    page = signed_in(selling.ana).get(f"/pay-estimate/opportunities/{deal.pk}/").content.decode()

    shown = re.search(r'<summary><span class="pay-sum tabular">([^<]+)<', page)
    why = re.search(r'<details class="pay-why">.*?</details>', page, re.S)
    assert shown is not None
    assert why is not None
    assert number(shown.group(1)) == D(9600)
    assert "all of it fell into the 8 % step" in why.group()
    assert "earned 9,600.00" in why.group()
    assert "(plan v1, clause 1)" in why.group()

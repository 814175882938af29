"""The whole road over HTTP: a program with the bearer tokens of eight people takes a lead to the money paid out.

Nothing is read or written but by requests, each as the person whose token it carries; the customer's answer is the only one
without a token. The figures are those of the walk in the browser.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tonglu.api.tokens import token_create
from tonglu.policy.testing import Cast
from tonglu.toolkit.clock import today
from tonglu.toolkit.jobs import drain

Row = dict[str, Any]


@dataclass(frozen=True)
class Program:
    """What one person's token lets a program do."""

    secret: str

    def get(self, path: str) -> Row:
        """Read."""
        return self._answered("get", path)

    def find(self, path: str) -> Row:
        """The only row that an address finds."""
        (row,) = self.get(path)["data"]
        return dict(row)

    def make(self, slug: str, **values: Any) -> Row:
        """Make one."""
        return self._answered("post", slug, values)

    def change(self, slug: str, row: Row, **values: Any) -> Row:
        """Change one, if nobody did since it was read."""
        path = f"{slug}/{row['id']}"
        return self._answered("patch", path, values, {"If-Match": f'"v{row["version"]}"'})

    def act(self, slug: str, row: Row, verb: str, **values: Any) -> Row:
        """Run an act."""
        return self._answered("post", f"{slug}/{row['id']}/{verb}", values)

    def refused(self, slug: str, row: Row, verb: str, **values: Any) -> Row:
        """Run an act that is refused: the problem."""
        answer = self._send("post", f"{slug}/{row['id']}/{verb}", values)
        assert answer.status_code in {403, 409, 422}, answer.content
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        return dict(answer.json())

    def _answered(
        self, method: str, path: str, body: Row | None = None, headers: Row | None = None
    ) -> Row:
        answer = self._send(method, path, body, headers)
        assert answer.status_code in {200, 201}, f"{method} {path}: {answer.content.decode()}"
        drain()
        return dict(answer.json())

    def _send(
        self, method: str, path: str, body: Row | None = None, headers: Row | None = None
    ) -> Any:
        sent = {"Authorization": f"Bearer {self.secret}", **(headers or {})}
        more: Row = {}
        if body is not None:
            more = {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(Client(), method)(f"/api/v1/{path}", headers=sent, **more)


@dataclass(frozen=True, kw_only=True)
class Programs:
    """One for each person of the road."""

    mia: Program
    tess: Program
    ana: Program
    lee: Program
    oli: Program
    fay: Program
    cam: Program


@pytest.fixture
def they(trading: Cast) -> Programs:
    """The people, each with a token."""
    names = ("mia", "tess", "ana", "lee", "oli", "fay", "cam")
    made = {n: token_create(person=getattr(trading, n), name="road", scopes=["all"]) for n in names}
    return Programs(**{name: Program(one.secret) for name, one in made.items()})


def test_from_the_first_lead_to_the_money_paid_out(trading: Cast, they: Programs) -> None:
    deal = deal_of_a_lead(they, trading)
    moved_on(they.ana, deal)
    quote = quote_accepted(they, deal)
    contract = contract_signed(they.ana, quote)
    delivered(they, contract)
    paid_in_part(they.fay, contract)
    earning = they.ana.find("earnings")
    assert (earning["amount"], earning["released_amount"]) == ("7000.00", "4853.20")
    assert "100,000.00 filled the 3 % step" in earning["sentence"]
    assert they.ana.get(f"opportunities/{deal['id']}")["is_open"] is False

    month_closed(they)

    statement = they.ana.find("statements")
    assert {name: statement[name] for name in ("earned", "released", "paid", "held_after")} == {
        "earned": "7000.00",
        "released": "4853.20",
        "paid": "4853.20",
        "held_after": "2146.80",
    }
    they.ana.act("statements", statement, "acknowledge")
    moves = they.ana.get("pay-movements?sort=id")["data"]
    assert [(move["kind"], move["amount"]) for move in moves] == [
        ("earned", "7000.00"),
        ("released", "2100.00"),
        ("released", "2753.20"),
        ("paid", "4853.20"),
    ]
    ticket = they.ana.make("tickets", subject="The third pump hums", account=deal["account"])
    assert ticket["number"]


def deal_of_a_lead(they: Programs, cast: Cast) -> Row:
    """A rule gives the lead to Ana, who converts it: a sure duplicate of hers has to be chosen or refused knowingly."""
    condition = {"all": [{"field": "company", "op": "contains", "value": "Huachen"}]}
    they.mia.make(
        "assignment-rules",
        name="Huachen",
        condition=condition,
        method="person",
        person=cast.ana.pk,
    )
    product = they.ana.find("products")
    came = they.mia.make(
        "leads",
        name="Zhang Jun",
        company="Huachen Biotech Co., Ltd.",
        mobile="13800138000",
        need="Four pumps",
        product=product["id"],
    )
    lead = they.ana.get(f"leads/{came['id']}")
    assert lead["owner"] == cast.ana.pk
    they.ana.act("leads", lead, "qualify")
    converted = they.ana.act("leads", lead, "convert", opportunity_name="Four pumps")
    assert they.ana.refused("leads", lead, "convert")["code"]
    return they.ana.get(f"opportunities/{converted['converted_opportunity_id']}")


def moved_on(ana: Program, deal: Row) -> None:
    """From stage to stage; the one that asks for more says what."""
    ana.act("opportunities", deal, "advance")
    problem = ana.refused("opportunities", deal, "advance")
    assert problem["code"] == "not_now"
    assert "Decision maker" in problem["title"]
    asked = {error["field"] for error in problem["errors"]}
    assert asked == {"close_date", "buyingrole"}
    fresh = ana.get(f"opportunities/{deal['id']}")
    product = ana.find("products")
    ana.change(
        "opportunities",
        fresh,
        close_date=str(today()),
        next_step="Send the quote",
        opportunityline=[{"product": product["id"], "quantity": "4"}],
        buyingrole=[{"contact": deal["contact"], "role": "decision_maker"}],
    )
    ana.act("opportunities", deal, "advance")
    ana.act("opportunities", deal, "advance")


def quote_accepted(they: Programs, deal: Row) -> Row:
    """Beyond her authority, so her leader decides; then it goes out by mail, and its link is answered by name."""
    made = they.ana.act("opportunities", deal, "quote")
    assert made["result_url"] == f"/api/v1/quotes/{made['result']}"
    quote = they.ana.get(f"quotes/{made['result']}")
    line = {**quote["quoteline"][0], "discount": "0.1", "price": None}
    asked = {name: line[name] for name in ("id", "product", "quantity", "discount", "price")}
    quote = they.ana.change("quotes", quote, quoteline=[asked])
    assert (quote["net_amount"], quote["amount"]) == ("180000.00", "203400.00")
    assert they.ana.refused("quotes", quote, "send")["next_step"] == "Ask for approval."
    they.ana.act("quotes", quote, "ask_approval", reason="They order again")
    they.lee.act("approvals", they.lee.find("approvals?f.state=pending"), "approve")
    they.ana.act("quotes", quote, "send", email="zhang@example.com")

    (link,) = re.findall(r"https?://[^/]+(/\S+)", str(mail.outbox[-1].body))
    answered = Client().post(link, {"answer": "accept", "name": "Zhang Jun"}, follow=True)
    assert answered.status_code == 200
    accepted = they.ana.get(f"quotes/{quote['id']}")
    assert (accepted["state"], accepted["answered_by"]) == ("accepted", "Zhang Jun")
    return accepted


def contract_signed(ana: Program, quote: Row) -> Row:
    """With its payment plan; what is signed changes no more."""
    made = ana.act("quotes", quote, "contract")
    contract = ana.get(f"contracts/{made['result']}")
    plan = [
        {"label": "Deposit", "milestone": "signed", "percent": "0.3"},
        {"label": "Rest", "milestone": "delivered", "percent": "0.7"},
    ]
    contract = ana.change("contracts", contract, paymentinstalment=plan)
    signed = ana.act("contracts", contract, "sign", signed_by="Zhang Jun")
    assert (signed["state"], signed["signed_on"]) == ("signed", str(today()))
    return signed


def delivered(they: Programs, contract: Row) -> None:
    """Reserved, shipped, arrived."""
    made = they.ana.act("contracts", contract, "order")
    order = they.oli.get(f"orders/{made['result']}")
    for verb, state in (("reserve", "reserved"), ("ship", "shipped"), ("deliver", "delivered")):
        assert they.oli.act("orders", order, verb)["state"] == state


def paid_in_part(fay: Program, contract: Row) -> None:
    """An invoice of 30 percent, one of all the rest; one receipt shared out between them, what is left of it credit."""
    (line,) = fay.get(f"contracts/{contract['id']}")["contractline"]
    deposit = {"amounts": {str(line["id"]): "54000"}}
    opens = []
    for amount, asked in (("61020.00", deposit), ("142380.00", {})):
        made = fay.act("contracts", contract, "invoice", **asked)
        invoice = fay.act("invoices", {"id": made["result"]}, "issue")
        assert (invoice["state"], invoice["open_amount"]) == ("issued", amount)
        opens.append(invoice["id"])
    receipt = fay.make(
        "collections", account=contract["account"], amount="150000", received_on=str(today())
    )
    assert (receipt["amount"], receipt["open_amount"]) == ("150000.00", "150000.00")
    parts = dict(zip(map(str, opens), ("61020.00", "80000.00"), strict=True))
    left = fay.act("collections", receipt, "allocate", amounts=parts)
    assert left["open_amount"] == "8980.00"


def month_closed(they: Programs) -> None:
    """Calculated and paid by who keeps pay, approved by finance."""
    period = they.cam.find("pay-periods")
    for who, verb in (
        (they.cam, "calculate"),
        (they.cam, "review"),
        (they.fay, "approve"),
        (they.cam, "lock"),
        (they.cam, "pay"),
    ):
        period = who.act("pay-periods", period, verb)
    assert (period["state"], period["total_paid"]) == ("paid", "4853.20")

"""A small company that does business at random, and what must be true of its books after every step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from tonglu.catalog.models import Product
from tonglu.compensation.models import PayPeriod, Statement
from tonglu.compensation.services.plans import plan_from_preset, version_issue
from tonglu.customers.models import Account
from tonglu.entities.services import record_create, record_run, record_update
from tonglu.finance.models import Allocation, Collection, Invoice
from tonglu.finance.services import collection_allocate
from tonglu.kernel.errors import DomainError
from tonglu.marketing.models import Lead
from tonglu.orders.models import Contract, ContractLine, Order, Quote, QuoteLine
from tonglu.orders.sample import orders_load_sample
from tonglu.policy import Actor, actor_of
from tonglu.policy.testing import Cast
from tonglu.sales.models import Opportunity
from tonglu.sales.sample import sales_load_sample
from tonglu.toolkit.jobs import drain

D = Decimal
SYSTEM = Actor.system("cli")
FIRST = date(2026, 1, 5)


@dataclass(kw_only=True)
class Business:
    """The company's records as they come about, and the steps that make them. A step that is refused changes nothing."""

    cast: Cast
    pump: Product
    day: date = FIRST
    leads: list[Any] = field(default_factory=list)
    deals: list[Any] = field(default_factory=list)
    quotes: list[Any] = field(default_factory=list)
    contracts: list[Any] = field(default_factory=list)
    orders: list[Any] = field(default_factory=list)
    invoices: list[Any] = field(default_factory=list)
    receipts: list[Any] = field(default_factory=list)
    signed: dict[int, str] = field(default_factory=dict)
    closed: dict[int, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    done: int = 0

    def actor(self, name: str) -> Actor:
        """Somebody of the cast."""
        return actor_of(getattr(self.cast, name))

    def step(self, name: str, act: Callable[[], Any]) -> Any:
        """Try something; a refusal is part of business, anything else a fault."""
        self.steps.append(name)
        try:
            with transaction.atomic():
                made = act()
        except DomainError as refusal:
            self.steps[-1] += f" refused: {refusal}"
            return None
        self.done += 1
        return made

    def run(self, who: str, row: Any, verb: str, **params: Any) -> Any:
        """An act on a record, as its button does it."""
        if row is None:
            return None
        row.refresh_from_db()
        name = f"{type(row).__name__} {row.pk} {verb} {params or ''}"
        return self.step(
            name, lambda: record_run(actor=self.actor(who), row=row, verb=verb, params=params)
        )

    # Steps --------------------------------------------------------------------------------------------------------

    def lead_comes(self, n: int) -> None:
        """Somebody asks for pumps."""
        values = {
            "name": f"张军{n}",
            "company": f"华辰{n}{len(self.leads)}",
            "mobile": f"138{n % 10**8:08}",
        }
        made = self.step(
            "lead", lambda: record_create(actor=self.actor("ana"), model=Lead, values=values)
        )
        self.leads += [made] if made else []

    def lead_converts(self, n: int) -> None:
        """A lead becomes a customer, sometimes with a deal, sometimes for the second time."""
        lead = pick(self.leads, n)
        self.run("ana", lead, "convert", create_opportunity=n % 2 == 0)
        self.deals = list(Opportunity.objects.order_by("pk"))

    def deal_wins(self, n: int) -> None:
        """A deal is won or lost."""
        self.run("ana", pick(self.deals, n), "win" if n % 3 else "lose", reason=None, note="")

    def contract_made(self, n: int) -> None:
        """A contract is written down, at a price with or without a discount."""
        account = pick(list(Account.objects.order_by("pk")), n)
        if account is None:
            return
        line = {"product": self.pump, "quantity": D(n % 5 + 1), "discount": D(n % 4) / 100}
        values = {"account": account, "currency": "CNY"}
        lines = {ContractLine: [line, {**line, "quantity": D("0.5")}][: n % 2 + 1]}
        made = self.step(
            "contract",
            lambda: record_create(
                actor=self.actor("ana"), model=Contract, values=values, lines=lines
            ),
        )
        self.contracts += [made] if made else []

    def quote_made(self, n: int) -> None:
        """An offer is made, sent and accepted, and becomes a contract or an order."""
        account = pick(list(Account.objects.order_by("pk")), n)
        if account is None:
            return
        values = {"account": account, "currency": "CNY", "title": "Pumps"}
        lines = {QuoteLine: [{"product": self.pump, "quantity": D(n % 7 + 1)}]}
        made = self.step(
            "quote",
            lambda: record_create(actor=self.actor("ana"), model=Quote, values=values, lines=lines),
        )
        self.quotes += [made] if made else []

    def quote_moves(self, n: int, verb: str) -> None:
        """The next act on an offer."""
        params = {"accepted_by": "王总"} if verb == "accept" else {}
        made = self.run("ana", pick(self.quotes, n), verb, **params)
        if isinstance(made, Contract):
            self.contracts.append(made)

    def contract_moves(self, n: int, verb: str) -> None:
        """The next act on a contract."""
        more: dict[str, Any] = {"signed_on": self.day} if verb == "sign" else {}
        more = {"reason": "Closed down", "ended_on": self.day} if verb == "terminate" else more
        row = pick(self.contracts, n)
        made = self.run("ana", row, verb, **more)
        if verb == "amend" and made is not None:
            self.contracts.append(made)
        if verb == "order" and made is not None:
            self.orders.append(made)
        if row is not None and made is not None and verb == "sign":
            self.signed[row.pk] = terms(row.pk)

    def contract_tampered(self, n: int) -> None:
        """Somebody tries to change what was agreed."""
        row = pick(self.contracts, n)
        if row is None:
            return
        row.refresh_from_db()
        lines = {ContractLine: [{"product": self.pump, "quantity": D(99)}]}
        self.step(
            f"tamper with {row.pk}",
            lambda: record_update(
                actor=self.actor("max"), row=row, values={"currency": "USD"}, lines=lines
            ),
        )

    def invoice_made(self, n: int, of_order: bool) -> None:
        """An invoice of a contract or an order, whole or in part."""
        row = pick(self.orders if of_order else self.contracts, n)
        made = self.run("fay", row, "invoice")
        if isinstance(made, Invoice):
            self.invoices.append(made)

    def invoice_moves(self, n: int, verb: str) -> None:
        """An invoice is issued or credited."""
        more = {"reason": "Wrong price"} if verb == "credit" else {}
        made = self.run("fay", pick(self.invoices, n), verb, **more)
        if verb == "credit" and isinstance(made, Invoice):
            self.invoices.append(made)

    def money_comes(self, n: int) -> None:
        """A customer pays some sum."""
        account = pick(list(Account.objects.order_by("pk")), n)
        if account is None:
            return
        amount = D(n % 400_000 + 1) + D(n % 100) / 100
        values = {"account": account, "amount": amount, "received_on": self.day, "currency": "CNY"}
        made = self.step(
            f"receipt of {amount}",
            lambda: record_create(actor=self.actor("fay"), model=Collection, values=values),
        )
        self.receipts += [made] if made else []

    def money_allocated(self, n: int, how: str) -> None:
        """A receipt pays an invoice, the oldest ones, or a contract in advance."""
        row = pick(self.receipts, n)
        if how == "oldest":
            self.run("fay", row, "allocate_oldest")
        elif how == "contract" and (contract := pick(self.contracts, n // 3)):
            self.run("fay", row, "advance", contract=contract, amount=D(n % 150_000 + 1))
        elif row is not None and (invoice := pick(self.invoices, n // 5)):
            row.refresh_from_db()
            self.step(
                f"allocate {row.pk} to {invoice.pk}",
                lambda: collection_allocate(
                    actor=self.actor("fay"), row=row, amount=D(n % 90_000 + 1), invoice=invoice
                ),
            )

    def money_goes_back(self, n: int, how: str) -> None:
        """An allocation is taken back, or money is refunded."""
        if how == "reverse":
            allocation = pick(list(Allocation.objects.order_by("pk")), n)
            self.run("fay", allocation, "reverse", reason="Booked twice")
        else:
            contract = pick(self.contracts, n // 7) if how == "contract" else None
            amount = D(n % 60_000 + 1)
            self.run(
                "fay",
                pick(self.receipts, n),
                "refund",
                amount=amount,
                contract=contract,
                on=self.day,
                reason="Returned",
            )

    def jobs_run(self) -> None:
        """The worker does what is due, sometimes what it did already."""
        self.steps.append("jobs")
        drain()

    def days_pass(self, n: int) -> None:
        """Time goes on."""
        self.day += timedelta(days=n % 40)

    def month_moves(self, n: int, verb: str) -> None:
        """The next act on a month's pay."""
        row = pick(list(PayPeriod.objects.order_by("pk")), n)
        more = {"reason": "Late receipt"} if verb == "reopen" else {}
        self.run("cam", row, verb, **more)
        for statement in Statement.objects.filter(period__state="paid"):
            self.closed.setdefault(statement.pk, statement.digest + str(statement.lines))


def pick(rows: list[Any], n: int) -> Any:
    """The n-th of them, round and round; None of none."""
    return rows[n % len(rows)] if rows else None


def opened(cast: Cast) -> Business:
    """The company on its first day, with a plan that pays when customers pay."""
    sales_load_sample(actor=SYSTEM)
    orders_load_sample(actor=SYSTEM)
    pump = Product.objects.create(
        sku="P-9",
        name="Pump",
        name_zh="水泵",
        list_price=D(50000),
        cost=D(30000),
        vat_rate=D("0.13"),
    )
    cam = actor_of(cast.cam)
    draft = plan_from_preset(actor=cam, key="on_collection")
    version = version_issue(actor=cam, row=draft, effective_from=date(2026, 1, 1))
    member = {"plan": version.plan, "person": cast.ana, "valid_from": date(2026, 1, 1)}
    record_create(actor=cam, model=version.plan.members.model, values=member)
    return Business(cast=cast, pump=pump)


def terms(pk: int) -> str:
    """What a signed contract says."""
    row = Contract.objects.get(pk=pk)
    lines = (
        ContractLine.objects.filter(contract=row)
        .order_by("pk")
        .values_list("product", "quantity", "price", "amount")
    )
    return f"{row.amount} {row.currency} {row.terms_at_signing} {list(lines)}"


# Truths -------------------------------------------------------------------------------------------------------------

QUERIES: dict[str, str] = {
    "every movement of the pay ledger balances": """
        SELECT entry_id FROM compensation_ledgerposting GROUP BY entry_id HAVING sum(amount) <> 0""",
    "nobody is paid twice for a month": """
        SELECT owner_id, period_id FROM compensation_ledgerentry WHERE kind = 'paid' GROUP BY 1, 2 HAVING count(*) > 1""",
    "a statement's payment is what the ledger paid": """
        SELECT s.id FROM compensation_statement s JOIN compensation_payperiod p ON p.id = s.period_id WHERE p.state = 'paid'
        AND s.paid <> coalesce((SELECT sum(e.amount) FROM compensation_ledgerentry e
            WHERE e.kind = 'paid' AND e.owner_id = s.owner_id AND e.period_id = s.period_id), 0)""",
    "no more is released than was earned": """
        SELECT id FROM compensation_earning WHERE released_amount > greatest(amount, 0)""",
    "what an earning has released is what the ledger moved": """
        SELECT g.id FROM compensation_earning g WHERE g.released_amount <> coalesce((SELECT sum(
            CASE e.kind WHEN 'released' THEN e.amount WHEN 'taken_back' THEN -e.amount ELSE 0 END)
            FROM compensation_ledgerentry e WHERE e.earning_id = g.id), 0)""",
    "an invoice's collected sum is that of its allocations": """
        SELECT i.id FROM finance_invoice i WHERE i.collected_amount <>
            coalesce((SELECT sum(a.amount) FROM finance_allocation a WHERE a.invoice_id = i.id), 0)""",
    "an invoice is open by what is neither collected nor credited": """
        SELECT id FROM finance_invoice WHERE state = 'issued' AND kind = 'invoice'
            AND open_amount <> amount - credited_amount - collected_amount""",
    "no invoice is paid or credited beyond its amount": """
        SELECT id FROM finance_invoice WHERE kind = 'invoice' AND (open_amount < 0 OR collected_amount < 0)""",
    "money received is allocated, refunded or open": """
        SELECT account_id FROM finance_collection GROUP BY account_id
        HAVING sum(amount) <> sum(allocated_amount) + sum(open_amount)""",
    "allocations are what receipts and refunds say": """
        SELECT c.account_id FROM finance_collection c GROUP BY 1 HAVING sum(c.allocated_amount) <>
            coalesce((SELECT sum(a.amount) FROM finance_allocation a WHERE a.account_id = c.account_id), 0)""",
    "no more is given back of a contract than was paid for it": """
        SELECT c.id FROM orders_contract c JOIN finance_allocation a ON a.contract_id = c.id
        GROUP BY c.id, c.amount HAVING sum(a.amount) < 0""",
    "an invoice's amount is that of its lines": """
        SELECT i.id FROM finance_invoice i WHERE i.amount <>
            coalesce((SELECT sum(l.amount) FROM finance_invoiceline l WHERE l.invoice_id = i.id AND l.deleted_at IS NULL), 0)""",
    "no more of a contract's line is invoiced than was sold": """
        SELECT l.contract_line_id FROM finance_invoiceline l JOIN finance_invoice i ON i.id = l.invoice_id
        JOIN orders_contractline c ON c.id = l.contract_line_id WHERE i.state IN ('issued', 'credited') AND l.deleted_at IS NULL
        GROUP BY 1, c.quantity HAVING sum(l.quantity) > c.quantity""",
    "the running totals of deals are those of the deals": """
        SELECT wrong FROM (SELECT sales_totals_wrong() AS wrong) totals WHERE wrong > 0""",
    "a contract is counted for pay once": """
        SELECT contract_id FROM compensation_payfact WHERE contract_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1""",
}
TRAILED = (
    "customers_account",
    "orders_contract",
    "finance_invoice",
    "finance_collection",
    "finance_allocation",
    "compensation_earning",
    "compensation_ledgerentry",
)


def untrue(business: Business) -> Iterator[str]:
    """What should be true of the books and is not."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for truth, query in QUERIES.items():
            cursor.execute(query)
            if wrong := cursor.fetchall():
                yield f"not so: {truth}: {wrong[:5]}"
        for table in TRAILED:
            kind = table.replace("_", ".", 1)
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE NOT EXISTS (SELECT 1 FROM audit_entry e'
                " WHERE e.kind = %s AND e.row_id = t.id AND e.act = 'I')",
                [kind],
            )
            if missing := cursor.fetchone()[0]:
                yield f"{missing} rows of {kind} whose making the trail does not know"
    for pk, was in business.signed.items():
        if terms(pk) != was:
            yield f"the terms of contract {pk} moved after it was signed"
    for pk, was in business.closed.items():
        row = Statement.objects.get(pk=pk)
        if row.digest + str(row.lines) != was:
            yield f"statement {pk} of a paid month changed"


__all__ = ["Business", "Order", "opened", "untrue"]

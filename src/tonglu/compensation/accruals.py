"""What commission means for the books at the end of a month: capitalised and amortised (ASC 340-40, IFRS 15.91-94), or expensed.

What a contract earned somebody is an incremental cost of obtaining it: an asset that is amortised over the contract's term, unless the
term is a year or less and the practical expedient is taken. What hangs on no contract is expensed at once. The same reading gives what
each plan costs as a share of the margin it was earned on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from tonglu.toolkit.money import base_currency

from .core.accounting import Contract, Cost, accrue
from .exceptions import last_day_of
from .models import Earning, LedgerEntry, LedgerPosting, PayFact, PayPeriod
from .neutral import money_of, version_read
from .receiving import RECEIVED, reads_money
from .services.receipts import PAYMENT
from .sheets import Cell, sheet_write

ZERO, CENT = Decimal(0), Decimal("0.01")
DEFAULT_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How the books treat commission: months of benefit where a contract has no end, the expedient, the employer's tax on top."""

    months: int = DEFAULT_MONTHS
    expedient: bool = True
    tax_rate: Fraction = Fraction(0)


@dataclass(frozen=True, kw_only=True)
class AccrualRow:
    """One contract at the end of the month."""

    contract_id: int | None
    contract: str
    months: int
    cost: Decimal
    asset: Decimal
    expensed: Decimal
    this_month: Decimal
    remaining: Decimal
    elapsed: int

    @property
    def amortised(self) -> Decimal:
        """What of the asset is written off."""
        return self.asset - self.remaining


@dataclass(frozen=True, kw_only=True)
class AccrualReport:
    """All contracts that earned somebody something until the end of the month, and what is owed to payees then."""

    rows: list[AccrualRow]
    asset: Decimal
    expensed: Decimal
    this_month: Decimal
    remaining: Decimal
    owed: Decimal

    @property
    def cost(self) -> Decimal:
        """What all contracts earned people until then."""
        return sum((one.cost for one in self.rows), ZERO)


@dataclass(frozen=True, kw_only=True)
class CostLine:
    """What one sale of a month brought, and what it earned people; other causes of pay, and earlier sales, have neither sales nor margin."""

    fact: PayFact
    earned: Decimal
    is_sold: bool

    @property
    def sales(self) -> Decimal | None:
        """What was sold; of a payment what came in."""
        if not self.is_sold:
            return None
        counted = RECEIVED if self.fact.source_kind == PAYMENT else "amount"
        return Decimal(str(self.fact.neutral.get(counted, "0")))

    @property
    def margin(self) -> Decimal | None:
        """What it brought above its cost, where that is known."""
        return None if self.sales is None or self.cost is None else self.sales - self.cost

    @property
    def cost(self) -> Decimal | None:
        """What it cost, where that is known; of a payment its share."""
        if self.fact.source_kind != PAYMENT:
            cost = self.fact.neutral.get("cost")
            return None if cost is None else Decimal(str(cost))
        contract: Any = self.fact.contract
        if contract.base_cost_amount is None or not contract.base_net_amount:
            return None
        share = (self.sales or ZERO) / contract.base_net_amount
        return Decimal(contract.base_cost_amount * share).quantize(CENT)


@dataclass(frozen=True, kw_only=True)
class PlanCost:
    """What a plan earned its people in a month, beside the margin it was earned on; `lines` add up to it."""

    plan_id: int
    plan: str
    lines: tuple[CostLine, ...]
    facts: int
    sales: Decimal
    margin: Decimal
    earned: Decimal
    without_cost: int

    @property
    def share(self) -> Decimal | None:
        """Pay as a share of the margin, when there was one."""
        return self.earned / self.margin if self.margin > 0 else None


def accruals_of(row: PayPeriod, terms: Terms) -> AccrualReport:
    """The books' view at the end of a month."""
    last = last_day_of(row)
    earnings = Earning.objects.filter(entries__period__first_day__lte=row.first_day).distinct()
    by_contract: dict[int | None, list[Earning]] = {}
    for one in earnings.select_related("contract").order_by("contract_id", "pk"):
        by_contract.setdefault(one.contract_id, []).append(one)
    gone = _cancelled(row)
    rows = [
        _contract_row(found, last, terms, gone.get(pk, ZERO)) for pk, found in by_contract.items()
    ]
    return AccrualReport(
        rows=rows,
        asset=_total(one.asset for one in rows),
        expensed=_total(one.expensed for one in rows),
        this_month=_total(one.this_month for one in rows),
        remaining=_total(one.remaining for one in rows),
        owed=_owed(row),
    )


def accruals_write(report: AccrualReport, form: str) -> bytes:
    """The report as a file: a line per contract, the sums, and what is owed to payees."""
    return sheet_write(list(accrual_lines(report)), form)


def accrual_lines(report: AccrualReport) -> Iterator[list[Cell]]:
    """The heading, a line per contract, the sums under their columns; amounts stay numbers."""
    yield [
        _("Contract"),
        _("Months"),
        _("Commission"),
        _("Capitalised"),
        _("Amortised this month"),
        _("Asset that remains"),
        _("Expensed at once"),
        _("Currency"),
    ]
    base = base_currency()
    for one in report.rows:
        name = one.contract or _("Without a contract")
        amounts = (one.cost, one.asset, one.this_month, one.remaining, one.expensed)
        yield [name, one.months, *amounts, base]
    sums = (report.asset, report.this_month, report.remaining, report.expensed)
    yield [_("Total"), "", _total(one.cost for one in report.rows), *sums, base]
    yield [_("Earned, not yet paid"), "", report.owed, "", "", "", "", base]


def plan_costs_of(row: PayPeriod) -> list[PlanCost]:
    """What each plan cost in a month, the dearest first."""
    entries = LedgerEntry.objects.filter(
        period=row, kind__in=("earned", "corrected", "cancelled"), earning__isnull=False
    )
    booked = entries.order_by().values_list("earning__fact_id", "kind").annotate(sum=Sum("amount"))
    earned: dict[int, Decimal] = {}
    for fact_id, _kind, amount in booked:
        earned[fact_id] = earned.get(fact_id, ZERO) + amount
    new = {fact_id for fact_id, kind, _amount in booked if kind == LedgerEntry.Kind.EARNED}
    facts = PayFact.objects.filter(pk__in=earned).select_related("plan_version__plan", "contract")
    by_plan: dict[int, list[CostLine]] = {}
    for fact in facts.order_by("day", "pk"):
        is_sold = fact.is_sale and fact.pk in new and not _is_beside(fact)
        line = CostLine(fact=fact, earned=earned[fact.pk], is_sold=is_sold)
        by_plan.setdefault(fact.plan_version.plan_id, []).append(line)
    return sorted(map(_plan_cost, by_plan.values()), key=lambda one: -one.earned)


def _is_beside(fact: PayFact) -> bool:
    """Whether it is a payment under a plan that counts what was signed as well: its sale is there already."""
    components = version_read(fact.plan_version.definition)[1].components
    return fact.source_kind == PAYMENT and not all(map(reads_money, components))


def _cancelled(row: PayPeriod) -> dict[int | None, Decimal]:
    """What was cancelled of each contract's pay until the end of the month, below zero."""
    found = LedgerEntry.objects.filter(
        kind=LedgerEntry.Kind.CANCELLED, period__first_day__lte=row.first_day
    )
    sums = found.order_by().values_list("earning__contract_id").annotate(sum=Sum("amount"))
    return dict(sums)


def _contract_row(
    earnings: list[Earning], last: date, terms: Terms, cancelled: Decimal
) -> AccrualRow:
    contract: Any = earnings[0].contract
    cost = _total(one.amount for one in earnings) + cancelled
    months = months_of(contract, terms)
    begins = (contract.starts_on or contract.signed_on) if contract is not None else None
    elapsed = _months_between(begins or earnings[0].earned_on, last)
    found = accrue(
        Contract(
            costs=(Cost(amount=Fraction(cost), incremental=contract is not None),),
            periods=months,
            months=months,
            expedient=terms.expedient,
            tax_rate=terms.tax_rate,
            elapsed=min(elapsed, months),
        )
    )
    is_amortised = 1 <= elapsed <= len(found.schedule)
    return AccrualRow(
        contract_id=contract.pk if contract is not None else None,
        contract=str(contract) if contract is not None else "",
        months=months,
        cost=cost,
        asset=money_of(found.asset),
        expensed=money_of(found.expensed_now),
        this_month=money_of(found.schedule[elapsed - 1]) if is_amortised else ZERO,
        remaining=money_of(found.remaining),
        elapsed=elapsed,
    )


def months_of(contract: Any, terms: Terms) -> int:
    """Over how many months a contract brings its benefit."""
    if contract is None or contract.starts_on is None or contract.ends_on is None:
        return terms.months
    return max(_months_between(contract.starts_on, contract.ends_on), 1)


def _months_between(first: date, last: date) -> int:
    """Months begun, both ends included."""
    return max((last.year - first.year) * 12 + last.month - first.month + 1, 0)


def _owed(row: PayPeriod) -> Decimal:
    """Earned and not paid at the end of the month, less what payees owe."""
    postings = LedgerPosting.objects.filter(entry__period__first_day__lte=row.first_day)
    sums = dict(postings.values_list("account").annotate(sum=Sum("amount")).order_by())
    return Decimal(sums.get("expense", ZERO) + sums.get("cash", ZERO))


def _plan_cost(lines: list[CostLine]) -> PlanCost:
    plan = lines[0].fact.plan_version.plan
    sold = [one for one in lines if one.is_sold]
    return PlanCost(
        plan_id=plan.pk,
        plan=str(plan),
        lines=tuple(lines),
        facts=len({one.fact.contract_id or -one.fact.pk for one in sold}),
        sales=_total(one.sales or ZERO for one in sold),
        margin=_total(one.margin or ZERO for one in sold),
        earned=_total(one.earned for one in lines),
        without_cost=sum(one.margin is None for one in sold),
    )


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)

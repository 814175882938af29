"""What a deal pays me: the same engine with one more fact, before anything is signed.

Shown only to whom it concerns: who has credit on the deal, and who is paid an override on it. Runs on the plan versions that hold on the day of the deal, and
once more on those of the next quarter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tonglu.compensation.core.explaining.sentence import explain
from tonglu.compensation.core.facts import Fact
from tonglu.compensation.core.model.plan import PlanVersion as EngineVersion
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.shared import is_shared
from tonglu.compensation.core.spans import quarter_after, quarter_name
from tonglu.compensation.core.trace import Row
from tonglu.compensation.neutral import fact_read, money_of, person_of, version_read
from tonglu.compensation.paper import OpenedRow, rows_opened
from tonglu.compensation.receiving import counts_money
from tonglu.compensation.services.earning import (
    Deal,
    deal_neutral,
    role_of,
    seller_named,
    versions_for,
)
from tonglu.compensation.told import About, told_to
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import today

from .books import Added, Book, book_of
from .overrides import Lift, lifts_of, override_rows
from .steps import Step

CENT = Decimal("0.01")
ONE = Decimal(1)


@dataclass(frozen=True, kw_only=True)
class Later:
    """What the same deal would pay were it closed in the next quarter."""

    quarter: str
    adds: Decimal
    differs: Decimal
    rows: tuple[OpenedRow, ...]
    other: Decimal


@dataclass(frozen=True, kw_only=True)
class DealPay:
    """What a deal would pay one person under one plan, with its reasons in words; `shared` names what is paid by the window, whatever one deal adds."""

    plan: str
    version: int
    adds: Decimal
    own: Decimal
    catch_up: Decimal
    sentences: tuple[str, ...]
    rows: tuple[OpenedRow, ...]
    """The rows that make the amount, each with its slices; what they leave moves elsewhere."""
    steps: tuple[Step, ...]
    waits_for_cash: bool
    shared: tuple[str, ...] = ()
    later: Later | None = None
    problem: str = ""
    override: bool = False

    @property
    def other(self) -> Decimal:
        """What moves elsewhere because of the deal: caps and ranks of other deals."""
        return self.adds - self.own - self.catch_up


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody tries on a deal: a further discount, another day, another share; fractions of one."""

    discount: Decimal = Decimal(0)
    day: date | None = None
    share: Decimal | None = None


def deal_pay(actor: Actor, deal: Deal, *, later: bool = True) -> list[DealPay]:
    """What the deal pays the actor, a result per plan; empty when it does not concern them."""
    person_id = actor.person_id
    if person_id is None:
        return []
    sellers = {credit[0] for credit in deal.credits}
    own = versions_for(person_id, deal.day) if person_id in sellers else []
    lifts = lifts_of(person_id, sellers, deal.day)
    asked: list[tuple[Any, Callable[[], DealPay]]] = [
        *((row, partial(_pay, actor, deal, row, person_id, later)) for row in own),
        *((one.version, partial(_override, actor, deal, one, person_id, later)) for one in lifts),
    ]
    found = []
    for row, price in asked:
        try:
            found.append(price())
        except DomainError as refusal:
            found.append(_refused(row, refusal))
    return found


def deal_of(actor: Actor, row: Any) -> Deal:
    """A deal, quote or unsigned contract as pay sees it."""
    if row._meta.label_lower == "sales.opportunity":
        return deal_of_opportunity(actor, row)
    return deal_of_document(actor, row)


def deal_of_opportunity(actor: Actor, row: Any) -> Deal:
    """An open deal as pay sees it, were it signed on its closing day."""
    from tonglu.sales.selectors import opportunity_cost, opportunity_discount

    rate = row.base_amount / row.amount if row.amount else ONE
    return Deal(
        contract_id=None,
        account_id=row.account_id,
        day=day_of(actor, row),
        amount=row.base_amount or Decimal(0),
        cost=_in_base(opportunity_cost(row), rate),
        discount=opportunity_discount(row),
        credits=credits_of(row),
        about=About(row, rate),
    )


def day_of(actor: Actor, row: Any) -> date:
    """The day on which a deal would be signed: its closing day, a document's today."""
    now = today(actor)
    return max(getattr(row, "close_date", None) or now, now)


def credits_of(row: Any) -> tuple[tuple[int, Decimal, str], ...]:
    """Who has which part of a deal, quote or contract; a document without a deal is its owner's."""
    from tonglu.sales.selectors import opportunity_credits

    deal = row if row._meta.label_lower == "sales.opportunity" else row.opportunity
    if deal is None:
        return ((row.owner_id, Decimal(100), "direct"),) if row.owner_id else ()
    return tuple((s.person_id, s.percent * 100, role_of(s)) for s in opportunity_credits(deal))


def deal_of_document(actor: Actor, row: Any) -> Deal:
    """A quote or contract that is not signed yet, as pay sees it; an amendment is what it adds to the contract before."""
    rate = row.base_amount / row.amount if row.amount else ONE
    discount = None
    if row.list_amount:
        discount = (row.list_amount - row.net_amount) / row.list_amount
    amount, cost = (row.net_amount * rate).quantize(CENT), _in_base(row.cost_amount, rate)
    if (before := getattr(row, "amends", None)) is not None:
        amount -= before.base_net_amount
        cost = None if cost is None else cost - (before.base_cost_amount or Decimal(0))
    return Deal(
        contract_id=None,
        account_id=row.account_id,
        day=today(actor),
        amount=amount,
        cost=cost,
        discount=discount,
        credits=credits_of(row),
        about=About(row, rate),
    )


def deal_wished(actor: Actor, deal: Deal, wish: Wish) -> Deal:
    """The deal with what somebody tries on it; the rest of a direct share goes to nobody in particular."""
    left = ONE - wish.discount
    discount = deal.discount
    if wish.discount:
        discount = ONE - (ONE - (deal.discount or Decimal(0))) * left
    credits = deal.credits
    if wish.share is not None:
        credits = tuple(
            (person, wish.share * 100 if person == actor.person_id else percent, role)
            for person, percent, role in credits
        )
    return replace(
        deal,
        amount=(deal.amount * left).quantize(CENT),
        discount=discount,
        day=wish.day or deal.day,
        credits=credits,
        left=deal.left * left,
    )


def rows_of(rows: Sequence[Row], number: int, language: str) -> tuple[OpenedRow, ...]:
    """Rows of a trace opened into what makes them, under the number their version has for people."""
    spoken = "zh" if language.startswith("zh") else "en"
    return rows_opened([replace(one, version=f"v{number}") for one in rows], spoken)


def fact_of(deal: Deal, person_id: int, name: str, version: EngineVersion) -> Fact:
    """The deal as the engine's fact, with the person's own credits and what the version asks of it."""
    own = tuple(credit for credit in deal.credits if credit[0] == person_id)
    told = told_to(deal, version)
    return fact_read(deal_neutral(deal, own, name, told=told))


def _pay(actor: Actor, deal: Deal, row: Any, person_id: int, later: bool) -> DealPay:
    book = book_of(row, person_id, deal.day)
    require_cost(deal, book)
    added = book.add([fact_of(deal, person_id, "deal", book.version)], actor.language)
    return DealPay(
        plan=str(row.plan),
        version=row.number,
        adds=added.adds,
        own=added.own,
        catch_up=added.catch_up,
        sentences=tuple(
            explain(one, actor.language, {one.version: f"v{row.number}"}) for one in added.rows
        ),
        rows=rows_of(added.rows, row.number, actor.language),
        steps=added.steps,
        waits_for_cash=waits_for_cash(book.version),
        shared=_shared(row, actor.language),
        later=_later(actor, deal, book, row, added) if later else None,
    )


def _override(actor: Actor, deal: Deal, lift: Lift, person_id: int, later: bool) -> DealPay:
    """What a deal of the people below pays the actor."""
    version = version_read(lift.version.definition)[1]
    cost_required(deal, version)
    rows = override_rows(lift, deal, person_id)
    adds = sum((money_of(row.amount) for row in rows), Decimal(0))
    late = sum((s.amount for row in rows for s in row.slices if s.kind == "catch_up"), ZERO)
    late_money = money_of(version.rounding.money(late))
    return DealPay(
        plan=str(lift.version.plan),
        version=lift.version.number,
        adds=adds,
        own=adds - late_money,
        catch_up=late_money,
        sentences=tuple(explain(seller_named(row), actor.language) for row in rows),
        rows=rows_of(rows, lift.version.number, actor.language),
        steps=(),
        waits_for_cash=waits_for_cash(version),
        later=_override_later(actor, deal, lift, person_id, adds) if later else None,
        override=True,
    )


def _override_later(
    actor: Actor, deal: Deal, lift: Lift, person_id: int, now: Decimal
) -> Later | None:
    """The same override on the first day of the next quarter."""
    then = replace(deal, day=quarter_after(deal.day))
    lifts = lifts_of(person_id, {credit[0] for credit in deal.credits}, then.day)
    other = next((one for one in lifts if one.version.plan_id == lift.version.plan_id), None)
    if other is None:
        return None
    rows = override_rows(other, then, person_id)
    adds = sum((money_of(row.amount) for row in rows), Decimal(0))
    return Later(
        quarter=quarter_name(then.day),
        adds=adds,
        differs=adds - now,
        rows=rows_of(rows, other.version.number, actor.language),
        other=Decimal(0),
    )


def waits_for_cash(version: EngineVersion) -> bool:
    """Whether its pay comes as the customer's money does."""
    return version.release is not None or counts_money(version)


def _shared(row: Any, language: str) -> tuple[str, ...]:
    """The team pools, contests and goals of a plan, as it calls them."""
    components = version_read(row.definition)[1].components
    names = [
        one.title.get("zh" if language.startswith("zh") else "en", one.id)
        if isinstance(one.title, Mapping)
        else one.title or one.id
        for one in components
        if is_shared(one)
    ]
    return tuple(names)


def require_cost(deal: Deal, book: Book) -> None:
    """Refuse to price a deal without a cost under a plan that pays on margin: it would look too good."""
    cost_required(deal, book.version)


def cost_required(deal: Deal, version: EngineVersion) -> None:
    """The same for a version."""
    if deal.cost is None and any(c.measure.name == "margin" for c in version.components):
        raise DomainError(N_("This plan pays on margin: give the deal's cost to see what it pays."))


def _later(actor: Actor, deal: Deal, book: Book, row: Any, now: Added) -> Later | None:
    """The same deal on the first day of the next quarter, under the version of the same plan that holds then."""
    day, person_id = quarter_after(deal.day), person_of(book.payee)
    then = next((v for v in versions_for(person_id, day) if v.plan_id == row.plan_id), None)
    if then is None:
        return None
    other = book.on(day) if then.pk == row.pk else None
    other = other or book_of(then, person_id, day)
    fact = fact_of(replace(deal, day=day), person_id, "deal", other.version)
    added = other.add([fact], actor.language)
    return Later(
        quarter=quarter_name(day),
        adds=added.adds,
        differs=added.adds - now.adds,
        rows=rows_of(added.rows, then.number, actor.language),
        other=added.other,
    )


def _refused(row: Any, refusal: DomainError) -> DealPay:
    """A plan that cannot price the deal yet says what it needs."""
    return DealPay(
        plan=str(row.plan),
        version=row.number,
        adds=Decimal(0),
        own=Decimal(0),
        catch_up=Decimal(0),
        sentences=(),
        rows=(),
        steps=(),
        waits_for_cash=False,
        problem=refusal.text(_),
    )


def _in_base(amount: Decimal | None, rate: Decimal) -> Decimal | None:
    return None if amount is None else (amount * rate).quantize(CENT)

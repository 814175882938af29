"""What a signed contract earns whom, under the plan versions it was signed with.

A contract becomes one fact per plan version, priced on top of all that was recorded before it: from the position that the payees'
stored traces have reached, where that is all a new row needs to know, and else by letting the engine see the earlier facts of the window
in the order in which they were recorded. What older versions of the plan counted in the window counts on (`carrying`). Only the new fact's rows are kept. So a contract that is entered late is priced from where its
payees stand now, and nothing that was computed before changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tonglu.audit.services import context
from tonglu.compensation.carrying import carried_into, versions_hold
from tonglu.compensation.core.condensing import (
    condensed,
    continued,
    has_limits,
    limits_begun,
    may_condense,
)
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.explaining.sentence import explain
from tonglu.compensation.core.facts import Fact
from tonglu.compensation.core.model.rules import Rollup
from tonglu.compensation.core.shared import by_fact, plan_with
from tonglu.compensation.core.spans import span_of
from tonglu.compensation.core.trace import Row
from tonglu.compensation.models import Earning, PayCredit, PayFact, PlanMember, PlanVersion
from tonglu.compensation.neutral import (
    context_of,
    fact_neutral,
    fact_read,
    facts_recorded,
    money_of,
    person_of,
    trace_json,
    version_named,
    version_read,
)
from tonglu.compensation.selectors import quotas_of
from tonglu.compensation.stands import facts_before, stands_of
from tonglu.compensation.told import NOTHING, About, Told
from tonglu.directory.selectors import managers_above, person_by_id
from tonglu.entities.services import record_create
from tonglu.policy import Actor

from .ledger import move_earned
from .releasing import earning_start

if TYPE_CHECKING:
    from tonglu.orders.events import ContractSigned

SOURCE = "orders.contract"
HUNDRED, ONE = Decimal(100), Decimal(1)


@dataclass(frozen=True, kw_only=True)
class Deal:
    """A contract as pay sees it: amounts in base currency, credits as (person, percent, role)."""

    contract_id: int | None
    account_id: int | None
    day: date
    amount: Decimal
    cost: Decimal | None
    discount: Decimal | None
    credits: tuple[tuple[int, Decimal, str], ...]
    about: About | None = None
    left: Decimal = ONE
    """What a tried discount leaves of what it is `about`."""


def versions_at_signing(actor: Actor, contract: Any) -> list[dict[str, Any]]:
    """The port of orders: the version in force on the day of signing for each person with a credit."""
    found = []
    for credit in contract.credits.all():
        for version in versions_for(credit.person_id, contract.signed_on):
            found.append(
                {
                    "id": version.pk,
                    "person": credit.person_id,
                    "name": str(version.plan.name),
                    "label": f"{version.plan.name} v{version.number}",
                    "label_zh": f"{version.plan.name_zh or version.plan.name} v{version.number}",
                    "number": version.number,
                    "digest": version.digest,
                }
            )
    return found


def versions_for(person_id: int, day: date) -> list[PlanVersion]:
    """The issued versions that hold for a person on a day, one per plan the person is on."""
    members = PlanMember.objects.filter(
        person_id=person_id, valid_from__lte=day, deleted_at__isnull=True
    ).exclude(valid_until__lt=day)
    issued = PlanVersion.objects.select_related("plan").filter(
        plan_id__in=members.values("plan_id"),
        state=PlanVersion.State.ISSUED,
        effective_from__lte=day,
    )
    return list(issued.order_by("plan_id", "-effective_from").distinct("plan_id"))


def contract_earn(event: ContractSigned) -> None:
    """Record the fact of a signed contract and what it earns; idempotent by the fact's key.

    The contract and the versions of its plans are held: what a payee has sold before decides the rate, so two contracts of one plan are
    priced one after the other, and money that comes in meanwhile waits until there is something to release.
    """
    from tonglu.orders.selectors import contract_by_id, contract_hold

    actor = Actor.system()
    contract_hold(event.contract_id)
    contract = contract_by_id(actor, event.contract_id)
    deal = _deal_of(contract, event)
    kept: dict[int, set[int]] = {}
    for version in contract.plan_versions:
        kept.setdefault(int(version["id"]), set()).add(int(version["person"]))
    with context(actor, verb="compensation.earned", reason=event.number):
        for version_id, held in versions_hold(kept).items():
            deal_record(actor, held, deal, kept[version_id])


def deal_record(
    actor: Actor, version: PlanVersion, deal: Deal, people: set[int], source_id: int | None = None
) -> PayFact | None:
    """Keep the fact under one version, and the earnings of those of its people who are on that plan."""
    key = {"source_kind": SOURCE, "source_id": deal.contract_id or source_id or 0}
    if PayFact.objects.filter(plan_version=version, **key).exists():
        return None
    credits = tuple(credit for credit in deal.credits if credit[0] in people)
    rollups = rollups_of(version)
    above = {one[0]: managers_above(one[0]) for one in credits} if rollups else {}
    told = NOTHING if deal.about is None else deal.about.fields
    neutral = deal_neutral(deal, credits, f"deal:{source_id}" if source_id else "", above, told)
    rows = rows_of(version, neutral, people)
    fact = PayFact.objects.create(
        **key,
        plan_version=version,
        contract_id=deal.contract_id,
        day=deal.day,
        neutral=neutral,
    )
    for person_id, percent, role in credits:
        PayCredit.objects.create(fact=fact, person_id=person_id, percent=percent, role=role)
    for row in rows:
        earning_book(actor, version, fact, deal, row)
    return fact


def rollups_of(version: PlanVersion) -> list[Rollup]:
    """What managers earn on their people's sales; who is above whom is kept on the credit, as it was on that day."""
    _, engine = version_read(version.definition)
    return [one.rule for one in engine.components if isinstance(one.rule, Rollup)]


def rows_of(version: PlanVersion, neutral: dict[str, Any], people: set[int]) -> list[Row]:
    """The engine's rows for one new fact after all that was recorded before it; what rests on a window is worked out when it ends."""
    plan, engine_version = version_named(version.definition, version.number)
    engine_version = by_fact(engine_version)
    plan = plan_with(plan, engine_version)
    fact = fact_read(neutral)
    payees = _payees_of(fact)
    around = context_of(engine_version, quotas_of(version, payees))
    stands = stands_of(version.pk, payees, limits=has_limits(engine_version))
    day = date.fromisoformat(neutral["date"])
    carried = carried_into(version, people, payees, (day, day))
    facts = [fact]
    if may_condense(engine_version):
        begun = condensed(engine_version, stands)
    else:
        begun = limits_begun(engine_version, stands, {one.id for one in engine_version.components})
        facts = _with_earlier(version, engine_version, neutral, people)
    joined = plan_with(plan, carried.into(begun))
    result = evaluate(joined, facts, around, before=carried.facts)
    own = [row for row in result.trace if row.fact == fact.id]
    return continued(own, stands, engine_version.rounding, carried.paid)


def _payees_of(fact: Fact) -> set[int]:
    """Who has a credit of a fact, and who is above them."""
    named = {name for one in fact.credits for name in (one.payee, *(one.path or ()))}
    return {person_of(name) for name in named}


def _with_earlier(
    version: PlanVersion, engine_version: Any, neutral: dict[str, Any], people: set[int]
) -> list[Fact]:
    """The facts of the window in the order of recording, the new one last; those of everybody where a manager's step asks for them."""
    stepped = any(rule.table is not None for rule in rollups_of(version))
    span = span_of(engine_version, date.fromisoformat(neutral["date"]))
    earlier = facts_before([version.pk], None if stepped else people, span)
    return facts_recorded([*earlier, neutral])


def deal_neutral(
    deal: Deal,
    credits: tuple[tuple[int, Decimal, str], ...],
    fact_id: str = "",
    above: Mapping[int, Sequence[int]] | None = None,
    told: Told = NOTHING,
) -> dict[str, Any]:
    """The deal as the engine's neutral fact, with what it says of itself."""
    known = fact_neutral(
        fact_id=fact_id or f"contract:{deal.contract_id}",
        day=deal.day,
        amount=deal.amount,
        cost=deal.cost,
        discount=deal.discount,
        credits=credits,
        above=above,
    )
    return {**told, **known}


def earning_book(actor: Actor, version: PlanVersion, fact: PayFact, deal: Deal, row: Row) -> None:
    """Book what one row of a fact pays, and release what is due of it at once."""
    person = person_by_id(person_of(row.payee))
    if person is None:
        return
    row = seller_named(row)
    earning: Earning = record_create(
        actor=actor,
        model=Earning,
        values={
            "owner": person,
            "fact": fact,
            "plan_version": version,
            "component": row.component,
            "contract_id": deal.contract_id,
            "account_id": deal.account_id,
            "earned_on": deal.day,
            "amount": money_of(row.amount),
            "trace": [trace_json(row)],
            "sentence": explain(row, "en"),
            "sentence_zh": explain(row, "zh"),
        },
        act=None,
    )
    move_earned(actor, earning)
    earning_start(actor, earning)


def seller_named(row: Row) -> Row:
    """An override says by name whose sale it is: its trace and sentence are read without anything beside them."""
    if row.kind != "rollup" or not row.reason:
        return row
    seller = person_by_id(person_of(row.reason))
    return row if seller is None else replace(row, reason=seller.name)


def role_of(share: Any) -> str:
    """The role in which the engine sees a share of a deal."""
    if share.direct:
        return "direct"
    return "sourcer" if share.sourced else "overlay"


def _deal_of(contract: Any, event: ContractSigned) -> Deal:
    amount, cost = event.base_net_amount, event.base_cost_amount
    if contract.amends_id is not None:
        amount -= contract.amends.base_net_amount
        cost = None if cost is None else cost - (contract.amends.base_cost_amount or Decimal(0))
    discount = None
    if contract.list_amount:
        discount = (contract.list_amount - contract.net_amount) / contract.list_amount
    return Deal(
        contract_id=contract.pk,
        account_id=contract.account_id,
        day=event.signed_on,
        amount=amount,
        cost=cost,
        discount=discount,
        credits=tuple(
            (one.person_id, one.percent * HUNDRED, role_of(one)) for one in event.credits
        ),
        about=About(contract, contract.base_rate or ONE, is_first=event.new_customer),
    )

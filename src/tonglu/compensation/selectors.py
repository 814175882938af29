"""Reading pay; each list starts from what the actor may see. A payee sees their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum, Value

from tonglu.directory.memory import remember
from tonglu.entities.fields import in_language
from tonglu.entities.selectors import rows
from tonglu.policy import Actor

from .members_then import members_then
from .models import (
    Earning,
    LedgerEntry,
    LedgerPosting,
    PayFact,
    PlanMember,
    PlanVersion,
    Statement,
)
from .neutral import Quota, version_read
from .quotas import Term, quota_by_window
from .receiving import counts_money

ZERO = Decimal(0)
EARNED = ("earned", "adjusted", "corrected", "cancelled")
RELEASED = ("released", "adjusted")


@dataclass(frozen=True, kw_only=True)
class Balances:
    """What a payee has: earned and paid in a span, held and payable now."""

    earned: Decimal
    released: Decimal
    paid: Decimal
    held: Decimal
    payable: Decimal
    owed_back: Decimal


def version_names(version: PlanVersion | None) -> dict[str, str]:
    """How a plan version is called, in each language; what is frozen does not depend on its reader."""
    if version is None:
        return {}
    plan = version.plan
    return {
        "en": f"{plan.name} v{version.number}",
        "zh": f"{plan.name_zh or plan.name} v{version.number}",
    }


def anybody_on_a_plan(first: date, last: date) -> bool:
    """Whether anybody was on a pay plan with an issued version on any of these days."""
    on = PlanMember.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=first))
    on = on.filter(valid_from__lte=last, deleted_at__isnull=True)
    return on.filter(
        plan__versions__state=PlanVersion.State.ISSUED, plan__versions__effective_from__lte=last
    ).exists()


def component_choices() -> list[tuple[str, str]]:
    """What issued plans call their components, by code, in the reader's language; the newest version names them."""
    return [
        (code, in_language(names["en"], names["zh"]))
        for code, names in remember("pay components", _components_named).items()
    ]


def _components_named() -> dict[str, dict[str, str]]:
    issued = PlanVersion.objects.filter(state=PlanVersion.State.ISSUED).order_by("issued_at", "pk")
    found = issued.values_list("definition__components", flat=True)
    return {
        str(one["id"]): names_of(one.get("title"), str(one["id"]))
        for components in found
        for one in components or ()
        if isinstance(one, dict) and "id" in one
    }


def names_of(title: Any, otherwise: str) -> dict[str, str]:
    """A title that is one text, or one in each language, in both."""
    if not isinstance(title, Mapping):
        return dict.fromkeys(("en", "zh"), str(title or otherwise))
    return {name: str(title.get(name) or otherwise) for name in ("en", "zh")}


def quotas_of(
    version: PlanVersion, people: Iterable[int], then: datetime | None = None
) -> dict[str, dict[int, Quota]]:
    """The quotas of people on a plan, for every component, by window for who had several; as they were told at a moment, or as they are."""
    found = PlanMember.objects.filter(plan_id=version.plan_id, person_id__in=list(people))
    in_order = found.order_by("person_id", "valid_from")
    members = [
        one
        for one in (in_order if then is None else members_then(in_order, then))
        if one.deleted_at is None and one.quota is not None
    ]
    terms: dict[int, list[Term]] = {}
    for one in members:
        if one.quota is not None:
            term = Term(first=one.valid_from, last=one.valid_until, quota=one.quota)
            terms.setdefault(one.person_id, []).append(term)
    components = version_read(version.definition)[1].components
    return (
        {
            component.id: {
                person: quota_by_window(own, component.window) for person, own in terms.items()
            }
            for component in components
        }
        if terms
        else {}
    )


def balances_of(person_id: int, first: date, last: date) -> Balances:
    """A payee's pay in a span of days and as it stands now; one query."""
    moved = LedgerEntry.objects.filter(owner_id=person_id, day__range=(first, last))
    standing = LedgerPosting.objects.filter(person_id=person_id)
    sums = {
        (of, name): sum_ or ZERO
        for of, name, sum_ in _summed("moved", moved, "kind").union(
            _summed("standing", standing, "account"), all=True
        )
    }
    return Balances(
        earned=sum((sums.get(("moved", kind), ZERO) for kind in EARNED), ZERO),
        released=sum((sums.get(("moved", kind), ZERO) for kind in RELEASED), ZERO),
        paid=sums.get(("moved", "paid"), ZERO),
        held=-sums.get(("standing", "held"), ZERO),
        payable=-sums.get(("standing", "payable"), ZERO),
        owed_back=sums.get(("standing", "clawback"), ZERO),
    )


def _summed(of: str, rows_: QuerySet[Any], by: str) -> QuerySet[Any, Any]:
    """The sums of amounts by a column, under a name that tells them from others."""
    named = rows_.order_by().annotate(_of=Value(of), _by=F(by)).values_list("_of", "_by")
    summed: QuerySet[Any, Any] = named.annotate(_sum=Sum("amount"))
    return summed


def earnings_on(actor: Actor, contract_id: int) -> QuerySet[Earning]:
    """What a contract earns whom, as far as the actor may see it."""
    found: QuerySet[Earning] = rows(actor, Earning).filter(contract_id=contract_id)
    return found.select_related("owner", "plan_version", "plan_version__plan").order_by("pk")


def plans_awaiting(actor: Actor, contract_id: int) -> list[PlanVersion]:
    """The plan versions under which the customer's payments of a contract will pay the actor, each when it comes."""
    found = PayFact.objects.filter(contract_id=contract_id, source_kind="orders.contract")
    own = found.filter(credits__person_id=actor.person_id or 0).select_related("plan_version__plan")
    versions = {one.plan_version_id: one.plan_version for one in own.order_by("pk")}
    return [one for one in versions.values() if counts_money(version_read(one.definition)[1])]


def earnings_on_deal(actor: Actor, opportunity_id: int) -> QuerySet[Earning]:
    """What the contracts of a deal earn whom, as far as the actor may see it."""
    found: QuerySet[Earning] = rows(actor, Earning).filter(contract__opportunity_id=opportunity_id)
    return found.select_related("owner", "plan_version", "plan_version__plan").order_by("pk")


def earnings_on_quote(actor: Actor, quote_id: int) -> QuerySet[Earning]:
    """What the contracts made from a quote earn whom, as far as the actor may see it."""
    found: QuerySet[Earning] = rows(actor, Earning).filter(contract__quote_id=quote_id)
    return found.select_related("owner", "plan_version", "plan_version__plan").order_by("pk")


def left_alone_of(actor: Actor, earnings: QuerySet[Earning]) -> QuerySet[LedgerEntry]:
    """What happened to earnings without moving any pay, such as a refund after the time in which a plan takes back."""
    found: QuerySet[LedgerEntry] = rows(actor, LedgerEntry).filter(
        kind=LedgerEntry.Kind.TAKEN_BACK, amount=0, earning__in=earnings.order_by()
    )
    return found.order_by("day", "pk")


def statements_of(actor: Actor, person_id: int) -> QuerySet[Statement]:
    """A payee's statements, the newest first."""
    found: QuerySet[Statement] = rows(actor, Statement).filter(owner_id=person_id)
    return found.select_related("period").order_by("-period__first_day")


def statement_before(actor: Actor, row: Statement) -> int | None:
    """The statement that came before in a payee's months."""
    earlier = statements_of(actor, row.owner_id or 0).filter(
        period__first_day__lt=row.period.first_day
    )
    found: int | None = earlier.values_list("pk", flat=True).first()
    return found

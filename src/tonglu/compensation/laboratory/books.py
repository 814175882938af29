"""Books to try a plan on: what was signed in a span of days, or the facts of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db.models import QuerySet, Sum

from tonglu.compensation.core.context import Context
from tonglu.compensation.core.facts import Fact
from tonglu.compensation.core.model.amounts import amounts_from
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.plan import Plan
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.shared import (
    MONTHS,
    Span,
    is_shared,
    metrics_in,
    names_in,
    renamed,
    span_of,
)
from tonglu.compensation.models import Earning, PayEvent, PayFact, PlanMember
from tonglu.compensation.models.earnings import NO_SALES
from tonglu.compensation.neutral import fact_read, payee_of, person_of
from tonglu.compensation.receiving import RECEIPT
from tonglu.compensation.run.reading import given_from
from tonglu.compensation.run.tables import RowsUnreadable, table_read
from tonglu.compensation.services.earning import SOURCE
from tonglu.compensation.services.heard import MONEY
from tonglu.compensation.services.receipts import PAYMENT, payments_of, receipt_neutral
from tonglu.compensation.services.windows.counting import metrics_between
from tonglu.compensation.services.windows.people import is_for_everybody, persons_called
from tonglu.directory.models import Person
from tonglu.directory.selectors import managers_above
from tonglu.entities.selectors import rows
from tonglu.kernel.errors import DomainError
from tonglu.kernel.text import N_
from tonglu.policy import Actor
from tonglu.toolkit.clock import today

SHOWN = 5
STEM = 60
"""So much of a file's name is told with its faults."""


@dataclass(frozen=True, kw_only=True)
class LabBook:
    """Facts with what they earned when they happened (`earned`, by payee and component, empty for a file), and how payees are called."""

    facts: tuple[Fact, ...]
    earned: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    quotas: dict[str, str] = field(default_factory=dict)
    context: Context | None = None
    days: tuple[date, date] | None = None
    """The days of an own book, as far as they have passed; goals are paid for the windows that end in them."""
    reached: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    """What goals were reached, by window, payee and name of the goal."""

    @property
    def paid(self) -> dict[str, Fraction]:
        """What each payee earned in all."""
        return {payee: sum(parts.values(), ZERO) for payee, parts in self.earned.items()}

    def around(self, plan: Plan) -> Context:
        """The quotas of people for every component of a plan; a file brings its own."""
        if self.context is not None:
            return self.context
        components = {c.id for version in plan.versions for c in version.components}
        return Context(quotas=amounts_from(dict.fromkeys(components, self.quotas)))


def book_between(actor: Actor, first: date, last: date, *, money: bool = False) -> LabBook:
    """What was signed in a span of days, each contract once whatever plans it was paid under, and what it earned.

    With `money` also what customers paid in those days, for plans that count it.
    """
    sold = PayFact.objects.filter(day__range=(first, last))
    merged = _merged(sold.exclude(source_kind__in=(*NO_SALES, PAYMENT)))
    neutrals = [*merged.values(), *(_paid(first, last) if money else ())]
    paths: dict[str, list[str]] = {}
    for one in (one for known in neutrals for one in known["credits"]):
        if "path" not in one:
            payee = one["payee"]
            one["path"] = paths[payee] if payee in paths else _path(payee, paths)
    paid = _earned(actor, first, last)
    facts = tuple(fact_read(one) for one in neutrals)
    credits = [credit for fact in facts for credit in fact.credits]
    people = {person_of(credit.payee) for credit in credits} | set(paid)
    above = {person_of(one) for credit in credits for one in credit.path or ()}
    return LabBook(
        facts=facts,
        earned={payee_of(person): parts for person, parts in paid.items()},
        names=_names(people | above),
        quotas=_quotas(people, last),
        days=(first, min(last, today())),
    )


def _merged(facts: QuerySet[PayFact]) -> dict[tuple[str, int], dict[str, Any]]:
    """Each thing that happened once, whatever plans it was paid under, by its source."""
    merged: dict[tuple[str, int], dict[str, Any]] = {}
    for fact in facts.order_by("day", "pk"):
        key = (fact.source_kind, fact.source_id)
        known = merged.setdefault(key, {**fact.neutral, "id": f"{key[0]}:{key[1]}", "credits": []})
        _credits_add(known["credits"], fact.neutral.get("credits", ()))
    return merged


def _paid(first: date, last: date) -> Iterator[dict[str, Any]]:
    """What customers paid in a span of days, for whoever had credit of the contract when it was signed."""
    heard = PayEvent.objects.filter(type__in=MONEY, day__gte=first)
    signed = PayFact.objects.filter(source_kind=SOURCE, contract__in=heard.values("contract"))
    contracts = {one.contract_id: one.contract for one in signed.select_related("contract")}
    said = {pk: known for (_kind, pk), known in _merged(signed).items()}
    for pk, payments in payments_of(contracts.values()).items():
        for payment in payments:
            if payment.received and first <= payment.day <= last:
                own = [dict(one) for one in said[pk]["credits"]]
                yield receipt_neutral(said[pk], payment) | {
                    "id": f"{PAYMENT}:{payment.event.pk}",
                    "credits": own,
                }


def _earned(actor: Actor, first: date, last: date) -> dict[int, dict[str, Fraction]]:
    """What sales of a span of days earned, by person and component."""
    found = rows(actor, Earning).filter(fact__day__range=(first, last)).order_by()
    paid: dict[int, dict[str, Fraction]] = {}
    for owner, component, amount in found.values_list("owner_id", "component").annotate(
        sum=Sum("amount")
    ):
        paid.setdefault(owner, {})[component] = Fraction(amount)
    return paid


def _credits_add(known: list[dict[str, Any]], more: Iterable[Mapping[str, Any]]) -> None:
    """Each person's share in a role once; who stood above them is known to plans with overrides only."""
    for one in more:
        same = next(
            (k for k in known if (k["payee"], k["role"]) == (one["payee"], one["role"])), None
        )
        if same is None:
            known.append(dict(one))
        elif "path" in one:
            same["path"] = one["path"]


def _path(payee: str, paths: dict[str, list[str]]) -> list[str]:
    """Who stands above a person today, where no fact kept who stood there then."""
    paths[payee] = [payee_of(one) for one in managers_above(person_of(payee))]
    return paths[payee]


def in_the_house(book: LabBook, plan: Plan) -> tuple[LabBook, Plan]:
    """The people whom the pools and goals of a plan name, as the persons they are, with what they reached; everybody is who sold."""
    names = {name for version in plan.versions for name in names_in(version)}
    people = persons_called(names)

    def call(name: str) -> str:
        return payee_of(people[name].pk) if name in people else name

    sold = tuple(sorted({credit.payee for fact in book.facts for credit in fact.credits}))

    def bound(component: Component) -> Component:
        one = renamed(component, call) if is_shared(component) else component
        return replace(one, payees=sold) if is_for_everybody(one) else one

    versions = tuple(
        replace(version, components=tuple(bound(one) for one in version.components))
        for version in plan.versions
    )
    called = {payee_of(one.pk): one.name for one in people.values()}
    reached = {**book.reached, **_reached(book, plan)}
    book = replace(book, names={**called, **book.names}, reached=reached)
    return book, replace(plan, versions=versions)


def windows_ended(component: Component, days: tuple[date, date]) -> list[Span]:
    """The windows of a component that end in a span of days; one to its last day where the component has no end."""
    first, last = days
    if component.window not in MONTHS:
        return [Span(key=component.window, first=first, last=last)]
    found, one = [], span_of(component.window, first)
    while one.last <= last:
        found.append(one)
        one = span_of(component.window, one.last + timedelta(days=1))
    return found


def _reached(book: LabBook, plan: Plan) -> dict[str, dict[str, dict[str, str]]]:
    """What the goals that a plan looks up have reached, window by window."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for component in (one for version in plan.versions for one in version.components):
        names = metrics_in(component)
        for span in windows_ended(component, book.days) if names and book.days else ():
            for payee, own in metrics_between(names, span).items():
                found.setdefault(span.key, {}).setdefault(payee, {}).update(own)
    return found


def book_of_file(name: str, content: bytes, plan: Plan) -> LabBook:
    """The facts of a file, in the form that `tonglu pay run` reads."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).stem[:STEM] + (Path(name).suffix.lower() or ".csv"))
        path.write_bytes(content)
        try:
            given = given_from(plan, table_read(path))
        except RowsUnreadable as unreadable:
            found = "; ".join(str(fault) for fault in unreadable.faults[:SHOWN])
            raise DomainError(
                N_("The file cannot be read: %(found)s"), params={"found": found}
            ) from unreadable
    return LabBook(facts=tuple(given.facts), names=dict(given.names), context=given.context)


def amount_of(fact: Fact) -> Fraction:
    """What was sold by a fact; nothing when it does not say, or is a payment."""
    return ZERO if is_payment(fact) else fact.number("amount") or ZERO


def is_payment(fact: Fact) -> bool:
    """Whether a fact is money of a customer."""
    return fact.values.get("kind") == RECEIPT


def _names(people: set[int]) -> dict[str, str]:
    found = Person.objects.filter(pk__in=people).values_list("pk", "name")
    return {payee_of(person): name for person, name in found}


def _quotas(people: set[int], day: date) -> dict[str, str]:
    members = PlanMember.objects.filter(
        person_id__in=people, valid_from__lte=day, deleted_at__isnull=True, quota__isnull=False
    )
    found = members.order_by("valid_from", "pk").values_list("person_id", "quota")
    return {payee_of(person): str(quota) for person, quota in found}

"""Overrides on several deals at once: what they pay whoever is above their sellers, priced as signing would, with what is stored read once.

Each deal by itself, or each after those before it, on top of where the manager and the sellers stand under the sellers' plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tonglu.compensation.carrying import carried_into
from tonglu.compensation.core.condensing import condensed, continued, has_limits, may_condense
from tonglu.compensation.core.evaluate import evaluate
from tonglu.compensation.core.facts import Fact
from tonglu.compensation.core.model.plan import PlanVersion as EnginePlan
from tonglu.compensation.core.shared import by_fact, plan_with
from tonglu.compensation.core.trace import Row
from tonglu.compensation.models import PlanVersion
from tonglu.compensation.neutral import context_of, fact_read, money_of, payee_of, version_named
from tonglu.compensation.selectors import quotas_of
from tonglu.compensation.services.earning import Deal, deal_neutral, rollups_of, versions_for
from tonglu.compensation.stands import stands_of
from tonglu.compensation.told import told_to
from tonglu.directory.selectors import managers_above, people_active
from tonglu.kernel.errors import DomainError

from .estimates import cost_required
from .overrides import Lift, leads, override_rows

Named = tuple[str, Deal]
ZERO = Decimal(0)


@dataclass
class _Lifted:
    """A version under which deals pay an override, and those deals with their sellers who are on it."""

    version: PlanVersion
    deals: list[tuple[str, Deal, frozenset[int]]]


class Lifting:
    """What deals pay one person for being above their sellers; who is above whom, and on which plan, is asked once."""

    def __init__(self, person_id: int):
        self.person_id = person_id
        self._leads = leads(person_id)
        self._above: dict[int, list[int]] = {}
        self._versions: dict[tuple[int, date], list[PlanVersion]] = {}

    def below(self) -> set[int]:
        """Everybody below the person, however far."""
        found: set[int] = set()
        layer = {self.person_id} if self._leads else set()
        while layer:
            reports = people_active().filter(manager_id__in=layer).values_list("pk", flat=True)
            layer = set(reports) - found - {self.person_id}
            found |= layer
        return found

    def reaches(self, deal: Deal) -> bool:
        """Whether a deal can pay the person an override."""
        return bool(self._lifted([("", deal)]))

    def adds(self, deals: Sequence[Named], *, apart: bool) -> dict[str, Decimal]:
        """What each deal pays, by its name: each by itself, or each after those before it."""
        found: dict[str, Decimal] = {}
        for lifted in self._lifted(deals):
            for row in self._rows(lifted, apart=apart):
                found[row.fact] = found.get(row.fact, ZERO) + money_of(row.amount)
        return found

    def _lifted(self, deals: Sequence[Named]) -> list[_Lifted]:
        found: dict[int, _Lifted] = {}
        for name, deal in deals if self._leads else ():
            on: dict[int, tuple[PlanVersion, set[int]]] = {}
            for seller in {credit[0] for credit in deal.credits}:
                if self.person_id in self._path(seller):
                    for version in self._held(seller, deal.day):
                        on.setdefault(version.pk, (version, set()))[1].add(seller)
            for pk, (version, sellers) in sorted(on.items()):
                if rollups_of(version):
                    one = found.setdefault(pk, _Lifted(version=version, deals=[]))
                    one.deals.append((name, deal, frozenset(sellers)))
        return list(found.values())

    def _rows(self, lifted: _Lifted, *, apart: bool) -> Iterator[Row]:
        plan, engine = version_named(lifted.version.definition, lifted.version.number)
        engine = by_fact(engine)
        known = [one for one in lifted.deals if self._has_cost(one[1], engine)]
        if not known or not may_condense(engine):
            yield from self._walked(lifted.version, known)
            return
        sellers = {seller for _, _, of in known for seller in of}
        payees = sellers.union(*(self._path(one) for one in sellers))
        stands = stands_of(lifted.version.pk, payees, limits=has_limits(engine))
        around = context_of(engine, quotas_of(lifted.version, payees))
        days = [deal.day for _, deal, _ in known]
        carried = carried_into(lifted.version, sellers, payees, (min(days), max(days)))
        short = plan_with(plan, carried.into(condensed(engine, stands)))
        facts = [self._fact(one, engine, turn) for turn, one in enumerate(known)]
        payee = payee_of(self.person_id)
        for group in [[fact] for fact in facts] if apart else [facts]:
            result = evaluate(short, group, around, before=carried.facts)
            own = [row for row in result.trace if row.payee == payee]
            rows = continued(own, stands, engine.rounding, carried.paid)
            yield from (row for row in rows if row.kind == "rollup")

    def _walked(
        self, version: PlanVersion, deals: Sequence[tuple[str, Deal, frozenset[int]]]
    ) -> Iterator[Row]:
        """Where the whole book has to be walked through, each deal by itself."""
        for name, deal, sellers in deals:
            above = {one: self._path(one) for one in sellers}
            lift = Lift(version=version, sellers=sellers, above=above)
            rows = override_rows(lift, deal, self.person_id)
            yield from (replace(row, fact=name) for row in rows)

    def _fact(self, named: tuple[str, Deal, frozenset[int]], engine: EnginePlan, turn: int) -> Fact:
        name, deal, sellers = named
        credits = tuple(one for one in deal.credits if one[0] in sellers)
        above = {one: self._path(one) for one in sellers}
        told = told_to(deal, engine)
        return replace(fact_read(deal_neutral(deal, credits, name, above, told)), turn=turn)

    def _path(self, seller: int) -> list[int]:
        if seller not in self._above:
            self._above[seller] = managers_above(seller)
        return self._above[seller]

    def _held(self, seller: int, day: date) -> list[PlanVersion]:
        if (seller, day) not in self._versions:
            self._versions[seller, day] = versions_for(seller, day)
        return self._versions[seller, day]

    def _has_cost(self, deal: Deal, engine: EnginePlan) -> bool:
        try:
            cost_required(deal, engine)
        except DomainError:
            return False
        return True

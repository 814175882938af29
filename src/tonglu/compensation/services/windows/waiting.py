"""What keeps pay by the window from being worked out: people it names and nobody knows, goals that nobody set, contests without an end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.rules import EVERYBODY, Rank
from tonglu.compensation.core.shared import TO_DATE, last_day_of, span_of
from tonglu.compensation.models import PayPeriod, PlanVersion
from tonglu.compensation.neutral import person_of
from tonglu.directory.selectors import person_by_id

from .booking import fault_of, links_of
from .chains import Chain, chains_of, reigns_by_plan, shared_of
from .counting import metrics_of
from .working import goals_missing


@dataclass(frozen=True, kw_only=True)
class Unpaid:
    """A component that pays nobody, or not everybody, in words."""

    version_id: int
    text: str


def windows_unpaid(period: PayPeriod) -> Iterator[Unpaid]:
    """What the windows of a month wait for."""
    month = span_of("month", period.first_day)
    for chain in chains_of(period):
        if chain.span.last == month.last or chain.span.key == TO_DATE:
            yield from _waiting(chain)
    for reigns in reigns_by_plan():
        for reign in reigns:
            if reign.holds_in(month):
                yield from _endless(reign.version)


def _waiting(chain: Chain) -> Iterator[Unpaid]:
    if not links_of(chain).exists() and (found := fault_of(chain)) is not None:
        text = _("“%(component)s” of %(plan)s cannot be worked out: %(why)s")
        yield _unpaid(chain.version, chain.component, text, why=found.text(_))
        return
    text = _(
        "“%(component)s” of %(plan)s looks for the goal “%(goal)s” of %(who)s: none ends then."
    )
    for payee, goal in goals_missing(chain, metrics_of(chain)):
        person = None if payee == EVERYBODY else person_by_id(person_of(payee))
        who = person.name if person is not None else _("a department")
        yield _unpaid(chain.version, chain.component, text, goal=goal, who=who)


def _endless(version: PlanVersion) -> Iterator[Unpaid]:
    for component in shared_of(version):
        is_open = component.window == TO_DATE and last_day_of(component) is None
        if is_open and isinstance(component.rule, Rank):
            text = _(
                "The contest “%(component)s” of %(plan)s has neither a window nor a last day: nobody wins it."
            )
            yield _unpaid(version, component, text)


def _unpaid(version: PlanVersion, component: Component, text: str, **params: str) -> Unpaid:
    told = text % {"plan": str(version), "component": component.id, **params}
    return Unpaid(version_id=version.pk, text=told)

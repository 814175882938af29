"""Where many people stand on their plans at once: positions added up from stored traces, in a few questions for a whole company."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from tonglu.compensation.core.facts import Fact
from tonglu.compensation.core.model.component import Component
from tonglu.compensation.core.model.rules import Rate
from tonglu.compensation.core.numbers import ZERO
from tonglu.compensation.core.outlook import outlook
from tonglu.compensation.core.scene import Scene
from tonglu.compensation.core.spans import MONTHS, months_after
from tonglu.compensation.core.windows import window_key
from tonglu.compensation.models import Earning, PlanMember, PlanVersion
from tonglu.compensation.neutral import context_of, payee_of, version_read
from tonglu.compensation.selectors import quotas_of
from tonglu.kernel.errors import DomainError

from .steps import Step, step_of

MARKED = Decimal("0.6")
"""A target is marked while less than this share of the whole is reached, unless that is what was due by now."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A person's step on a component with a quota, and how much of its window has passed."""

    person_id: int
    step: Step
    first: date
    last: date
    elapsed: Decimal

    @property
    def pace(self) -> Decimal:
        """What is reached of what was due by now."""
        return (self.step.attainment or Decimal(0)) / self.elapsed

    @property
    def is_behind(self) -> bool:
        """Whether it is marked: below 60 % of the whole, and below what was due by now; nobody is marked in January for being on time."""
        return (self.step.attainment or Decimal(0)) < MARKED and self.pace < 1

    @property
    def gap(self) -> Decimal:
        """What is missing to the whole target."""
        return max((self.step.quota or Decimal(0)) - self.step.position, Decimal(0))


def targets_of(people: Iterable[int], day: date, language: str) -> dict[int, Target]:
    """The target of each person on a day: the first component with a quota of the plans that hold for them."""
    wanted = frozenset(people)
    found: dict[int, Target] = {}
    for version, members in _versions(wanted, day):
        _, engine = version_read(version.definition)
        components = [one for one in engine.components if _counts(one)]
        around = context_of(engine, quotas_of(version, members))
        positions = _positions(version.pk, members, components, day)
        scene = Scene(version=engine, facts=(), context=around)
        for person in members:
            for component in components:
                if person in found:
                    continue
                position = positions.get((person, component.id), ZERO)
                if target := _target(component, scene, person, position, day, language):
                    found[person] = target
    return found


def _counts(component: Component) -> bool:
    return (
        isinstance(component.rule, Rate)
        and component.window in MONTHS
        and component.window != "transaction"
    )


def _target(
    component: Component, scene: Scene, person: int, position: Fraction, day: date, language: str
) -> Target | None:
    window = window_key(component.window, Fact(id="", date=day))
    payee = payee_of(person)
    if not scene.quota(component, payee, window):
        return None
    position += component.starting_value.find(payee, window) or ZERO
    try:
        seen = outlook(component, scene, payee, window, position)
    except DomainError:
        return None
    months = MONTHS[component.window]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    last = months_after(first, months) - timedelta(days=1)
    elapsed = Decimal((day - first).days + 1) / Decimal((last - first).days + 1)
    return Target(
        person_id=person,
        step=step_of(seen, component, language, position),
        first=first,
        last=last,
        elapsed=elapsed,
    )


def _versions(people: frozenset[int], day: date) -> Iterator[tuple[PlanVersion, list[int]]]:
    """The versions in force on a day with those of the people whom they pay."""
    members: dict[int, list[int]] = {}
    on_plans = PlanMember.objects.filter(
        person_id__in=people, valid_from__lte=day, deleted_at__isnull=True
    ).exclude(valid_until__lt=day)
    for plan_id, person_id in on_plans.order_by("plan_id", "person_id").values_list(
        "plan_id", "person_id"
    ):
        members.setdefault(plan_id, []).append(person_id)
    issued = PlanVersion.objects.filter(
        plan_id__in=members, state=PlanVersion.State.ISSUED, effective_from__lte=day
    )
    latest = issued.order_by("plan_id", "-effective_from").distinct("plan_id")
    for version in latest.select_related("plan"):
        yield version, members[version.plan_id]


def _positions(
    version_id: int, people: Sequence[int], components: Sequence[Component], day: date
) -> dict[tuple[int, str], Fraction]:
    """What each person has counted in the windows of a day."""
    windows = {one.id: window_key(one.window, Fact(id="", date=day)) for one in components}
    first_row: Any = KeyTransform("0", "trace")
    found = (
        Earning.objects.filter(
            plan_version_id=version_id, owner_id__in=people, component__in=windows
        )
        .annotate(
            window=KeyTextTransform("window", first_row),
            before=KeyTextTransform("before", first_row),
            after=KeyTextTransform("after", first_row),
        )
        .filter(window__in=set(windows.values()))
        .order_by()
    )
    sums: dict[tuple[int, str], Fraction] = {}
    for person, component, window, before, after in found.values_list(
        F("owner_id"), "component", "window", "before", "after"
    ):
        if windows[component] == window:
            moved = Fraction(after or 0) - Fraction(before or 0)
            sums[person, component] = sums.get((person, component), ZERO) + moved
    return sums

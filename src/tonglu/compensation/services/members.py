"""Putting many people on a plan at once, with what is prorated and ramped worked out for each before it is done.

Who is on a plan already in those days is never put on a second one unawares: their other membership ends the day before, or stays beside the
new one, as whoever puts them says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tonglu.compensation.core.proration import prorated
from tonglu.compensation.models import PayPlan, PlanMember
from tonglu.directory.models import Person
from tonglu.entities.services import record_create, record_update
from tonglu.kernel.errors import Invalid
from tonglu.policy import Actor

CENT = Decimal("0.01")
DAYS, MONTHS, WHOLE = "days", "months", "none"
ASK, END, KEEP = "", "end", "keep"
NAMED = 3
MOST_RAMP = 24


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a person gets: a quota and target pay for a year, from a day, prorated or not, ramped by months of tenure."""

    plan: PayPlan
    valid_from: date
    valid_until: date | None = None
    quota: Decimal | None = None
    target_incentive: Decimal | None = None
    proration: str = WHOLE
    ramp: tuple[Decimal, ...] = ()
    others: str = ASK


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """One membership to be made: its days, and the quota and target of those days."""

    valid_from: date
    valid_until: date | None
    quota: Decimal | None
    target_incentive: Decimal | None


@transaction.atomic
def members_assign(*, actor: Actor, people: Sequence[Person], terms: Terms) -> list[PlanMember]:
    """Put people on a plan; all of them or none. A ramp becomes one membership for each month, then the whole."""
    if not people:
        raise Invalid({"people": [_("Choose at least one person.")]})
    found = stretches(terms)
    standing = memberships_beside(people, terms)
    if standing and terms.others == ASK:
        raise Invalid({"others": [_question(standing)]})
    if terms.others == END:
        for one in standing:
            _ended(actor, one, terms.valid_from)
    return [_made(actor, terms.plan, person, one) for person in people for one in found]


def memberships_beside(people: Sequence[Person], terms: Terms) -> list[PlanMember]:
    """The memberships of these people that hold on some day of the terms."""
    found = PlanMember.objects.filter(person__in=people, deleted_at__isnull=True)
    found = found.exclude(valid_until__lt=terms.valid_from).select_related("person", "plan")
    if terms.valid_until is not None:
        found = found.filter(valid_from__lte=terms.valid_until)
    return list(found.order_by("person__name", "valid_from", "pk"))


def stretches(terms: Terms) -> list[Stretch]:
    """The memberships that the terms mean for one person."""
    if terms.valid_until is not None and terms.valid_until < terms.valid_from:
        raise Invalid({"valid_until": [_("The last day lies before the first.")]})
    start, found = terms.valid_from, []
    for share in terms.ramp[:MOST_RAMP]:
        following = _month_later(start)
        if terms.valid_until is not None and following > terms.valid_until:
            break
        found.append(_stretch(terms, start, following - timedelta(days=1), share))
        start = following
    return [*found, *_whole(terms, start)]


def _question(standing: Sequence[PlanMember]) -> str:
    named = [f"{one.person} ({one.plan})" for one in standing[:NAMED]]
    if len(standing) > NAMED:
        named.append("…")
    return _("On a plan in those days already: %(who)s. Say what becomes of that.") % {
        "who": ", ".join(named)
    }


def _ended(actor: Actor, row: PlanMember, day: date) -> None:
    """End a membership the day before another begins."""
    if row.valid_from >= day:
        told = {"person": row.person, "plan": row.plan, "day": row.valid_from.isoformat()}
        text = _("%(person)s is on %(plan)s from %(day)s only. End that membership first.")
        raise Invalid({"others": [text % told]})
    record_update(
        actor=actor,
        row=row,
        values={"valid_until": day - timedelta(days=1)},
        verb="compensation.planmember.ended",
    )


def _whole(terms: Terms, start: date) -> list[Stretch]:
    """The time after a ramp; a prorated first year ends with the year, and the next has the whole quota."""
    year_end, last = date(start.year, 12, 31), terms.valid_until
    if terms.proration == WHOLE or (last is not None and last <= year_end):
        return [_stretch(terms, start, last, _part(terms, start))]
    if start == date(start.year, 1, 1):
        return [_stretch(terms, start, last, Decimal(1))]
    return [
        _stretch(terms, start, year_end, _part(terms, start)),
        _stretch(terms, year_end + timedelta(days=1), last, Decimal(1)),
    ]


def _stretch(terms: Terms, first: date, last: date | None, part: Decimal) -> Stretch:
    return Stretch(
        valid_from=first,
        valid_until=last,
        quota=_of(terms.quota, part),
        target_incentive=_of(terms.target_incentive, part),
    )


def _part(terms: Terms, first: date) -> Decimal:
    """The part of the year's quota that belongs to the days that are left of the year."""
    if terms.proration == WHOLE:
        return Decimal(1)
    year_end = date(first.year, 12, 31)
    asked: dict[str, Any] = {
        "type": terms.proration,
        "period_start": date(first.year, 1, 1),
        "period_end": year_end,
        "start": first,
        "end": min(terms.valid_until or year_end, year_end),
        "amounts": {"share": 1_000_000},
    }
    share = prorated(asked)["share"]
    return Decimal(share.numerator) / Decimal(share.denominator) / 1_000_000


def _of(amount: Decimal | None, part: Decimal) -> Decimal | None:
    return None if amount is None else (amount * part).quantize(CENT)


def _month_later(day: date) -> date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, 28) if day.day > 28 else day.day)


def _made(actor: Actor, plan: PayPlan, person: Person, one: Stretch) -> PlanMember:
    made: PlanMember = record_create(
        actor=actor,
        model=PlanMember,
        values={
            "plan": plan,
            "person": person,
            "valid_from": one.valid_from,
            "valid_until": one.valid_until,
            "quota": one.quota,
            "target_incentive": one.target_incentive,
        },
        verb="compensation.planmember.assigned",
    )
    return made

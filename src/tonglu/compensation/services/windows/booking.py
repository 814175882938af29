"""Working out the windows of a month and booking them: an earning for each payee, or the difference to what was booked before.

A window is a chain of links: worked out when it ends, and again when something of it arrived late. Each link that changes somebody's pay
books the difference in the open month. A pool follows the sales both ways. A prize or a goal that was booked is taken back only for what
customers undid and the plan names; otherwise less pay is proposed as a correction, which two people approve and the payee answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F
from django.db.transaction import atomic

from tonglu.audit.services import context
from tonglu.compensation.carrying import versions_hold
from tonglu.compensation.core.faults import PayFault, fault
from tonglu.compensation.core.model.rules import Pool
from tonglu.compensation.core.numbers import ONE
from tonglu.compensation.core.rounding import Rounding
from tonglu.compensation.core.trace import Slice
from tonglu.compensation.models import (
    Correction,
    Earning,
    PayFact,
    PayPeriod,
    PayWindow,
)
from tonglu.compensation.neutral import money_of, payee_of, person_of, trace_json
from tonglu.compensation.services.corrections import correction_propose
from tonglu.compensation.services.ledger import move_earned
from tonglu.compensation.services.releasing import Cause as Why
from tonglu.compensation.services.releasing import earning_settle, terms_of
from tonglu.directory.selectors import person_by_id
from tonglu.entities.services import record_create
from tonglu.kernel.text import N_
from tonglu.policy import Actor

from .chains import WINDOW, Chain, chains_of
from .counting import Count, count_of, share_due
from .limiting import is_cut, under_limits, unlimited
from .people import people_bound
from .words import Cause, due_words, earned_words, taken_words
from .working import Shares, less, money_in, nothing, worked_out

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A chain at the moment it is worked out: the links before it, and what it counts now."""

    chain: Chain
    period: PayPeriod
    before: list[PayWindow]
    count: Count
    day: date

    @property
    def seen(self) -> dict[str, Any]:
        """What it was worked out from the last time; nothing the first time."""
        return self.before[-1].seen if self.before else {}


def windows_waiting(period: PayPeriod) -> bool:
    """Whether a window that ends with the month has not been worked out yet."""
    return any(
        not links_of(chain).exists() and fault_of(chain) is None for chain in chains_of(period)
    )


def fault_of(chain: Chain) -> PayFault | None:
    """What keeps a window from being worked out: people whom nobody knows, or what the engine asks for in vain."""
    if missing := people_bound(chain.version)[1]:
        return fault(
            "unknown_people",
            N_("It is not clear who %(names)s is."),
            names=", ".join(missing),
        )
    try:
        worked_out(chain, count_of(chain, None))
    except PayFault as found:
        return found
    return None


def windows_book(actor: Actor, period: PayPeriod, last: date) -> None:
    """Work out, in an open month, all windows that it has to, and bring what is due of them up to date; what cannot be is told in the calendar."""
    with context(actor, verb="compensation.window"):
        for chain in list(chains_of(period)):
            versions_hold([chain.version.pk])
            if people_bound(chain.version)[1]:
                continue
            before = list(links_of(chain))
            count = count_of(chain, before[-1] if before else None)
            link = Link(chain=chain, period=period, before=before, count=count, day=last)
            try:
                with atomic():
                    if not before or link.seen != count.seen():
                        _work(actor, link)
                    _settle(actor, link)
            except PayFault:
                continue


def links_of(chain: Chain) -> Any:
    """Each time a window was worked out, the first one first."""
    found = PayWindow.objects.filter(
        plan_version=chain.version, component=chain.component.id, window=chain.span.key
    )
    return found.order_by("number")


def _work(actor: Actor, link: Link) -> None:
    """Keep the link and book what each payee gets more or less by it."""
    then = link.before[0].created_at if link.before else None
    now = worked_out(link.chain, link.count, then)
    stood = _stood(link)
    row = _kept(link)
    kept = _without_the_late(link, then) if link.before else now
    cause = _cause(link) if link.before else None
    fact = None
    for payee in sorted({*now, *stood}, key=person_of):
        standing = stood.get(payee, ZERO)
        wanted = money_in(now.get(payee, ()))
        least = _least(link, standing, wanted, money_in(kept.get(payee, ())))
        if least != standing:
            fact = fact or _fact(link, row)
            shown = now.get(payee, ()) if least == wanted else kept.get(payee, ())
            more = less(shown, standing, link.chain, payee)
            _book(actor, link, fact, payee, under_limits(link.chain, payee, more), cause)
        if wanted < least:
            _propose(actor, link, payee, wanted - least, cause)


def _least(link: Link, standing: Decimal, wanted: Decimal, kept: Decimal) -> Decimal:
    """What is to stand booked at once: less than before only for a pool, or for what customers undid."""
    if wanted >= standing or isinstance(link.chain.component.rule, Pool):
        return wanted
    return max(wanted, min(kept, standing))


def _without_the_late(link: Link, then: Any) -> Shares:
    """The window without what came late: what customers undid of the rest, and the goals as they stood."""
    known = [one for one in link.count.facts if one.fact.pk <= int(link.seen["last"])]
    metrics = link.seen["metrics"]
    return worked_out(link.chain, Count(facts=known, metrics=metrics, fund=link.count.fund), then)


def _stood(link: Link) -> Mapping[str, Decimal]:
    """What the chain has booked for each payee before the plan's own limits, with the corrections that were proposed for what came late."""
    if not link.before:
        return {}
    earned = Earning.objects.filter(
        fact__source_kind=WINDOW, fact__source_id__in=[one.pk for one in link.before]
    )
    found: dict[str, Decimal] = {}
    told = Correction.objects.filter(earning__in=earned, cause=Correction.Cause.LATE_FACT)
    told = told.filter(workings__has_key="window")
    for owner, trace in earned.values_list("owner_id", "trace"):
        found[payee_of(owner)] = found.get(payee_of(owner), ZERO) + unlimited(trace)
    for owner, amount, workings in told.values_list("owner_id", "amount", "workings"):
        before = Decimal(workings.get("unlimited", amount))
        found[payee_of(owner)] = found.get(payee_of(owner), ZERO) + before
    return found


def _kept(link: Link) -> PayWindow:
    chain = link.chain
    return PayWindow.objects.create(
        plan_version=chain.version,
        component=chain.component.id,
        window=chain.span.key,
        first_day=chain.span.first,
        last_day=chain.span.last,
        number=len(link.before),
        period=link.period,
        seen=link.count.seen(),
    )


def _fact(link: Link, row: PayWindow) -> PayFact:
    """What the earnings of a link hang on: nothing was sold by it, so it counts for nobody."""
    return PayFact.objects.create(
        source_kind=WINDOW,
        source_id=row.pk,
        plan_version=link.chain.version,
        day=link.day,
        neutral={
            "id": f"window:{row.pk}",
            "date": link.day.isoformat(),
            "amount": "0",
            "credits": [],
            "window": link.chain.span.key,
        },
    )


def _book(
    actor: Actor, link: Link, fact: PayFact, payee: str, rows: Any, cause: Cause | None
) -> None:
    person = person_by_id(person_of(payee))
    amount = money_in(rows)
    if person is None or not (amount or is_cut(rows)):
        return
    english, chinese = earned_words(link.chain.span, rows, cause)
    earning: Earning = record_create(
        actor=actor,
        model=Earning,
        values={
            "owner": person,
            "fact": fact,
            "plan_version": link.chain.version,
            "component": link.chain.component.id,
            "earned_on": link.day,
            "amount": amount,
            "trace": [trace_json(row) for row in rows],
            "sentence": english,
            "sentence_zh": chinese,
        },
        act=None,
    )
    move_earned(actor, earning, link.period)


def _propose(actor: Actor, link: Link, payee: str, amount: Decimal, cause: Cause | None) -> None:
    """Less pay for what nobody undid is told as a correction: approved by two, answered by the payee, booked after its notice."""
    first = Earning.objects.filter(
        fact__source_kind=WINDOW,
        fact__source_id__in=[one.pk for one in link.before],
        owner_id=person_of(payee),
    )
    piece = Slice(kind="adjustment", portion=ONE, rate=Fraction(amount), amount=Fraction(amount))
    bare = replace(nothing(link.chain, payee), slices=(piece,), amount=Fraction(amount))
    unlimited_, amount = amount, money_in(under_limits(link.chain, payee, (bare,)))
    if not amount:
        return
    english, chinese = taken_words(link.chain.span, cause, amount)
    correction_propose(
        actor=actor,
        person=person_by_id(person_of(payee)),
        cause=Correction.Cause.LATE_FACT,
        amount=amount,
        reason=f"{english}\n{chinese}",
        earning=first.order_by("pk").first(),
        workings={
            "window": link.chain.span.key,
            "number": len(link.before),
            "unlimited": str(unlimited_),
        },
    )


def _cause(link: Link) -> Cause:
    seen = link.seen
    late = [one for one in link.count.facts if one.fact.pk > int(seen["last"])]
    undone = [
        one
        for one in link.count.facts
        if one.fact.pk <= int(seen["last"])
        and one.undone
        and seen["undone"].get(str(one.fact.pk)) != one.share
    ]
    return Cause(
        late=[_name(one.fact) for one in late],
        undone=[_name(one.fact) for one in undone],
        goals=seen["metrics"] != link.count.seen()["metrics"],
    )


def _name(fact: PayFact) -> str:
    return str(fact.contract) if fact.contract is not None else str(fact.neutral["id"])


def _settle(actor: Actor, link: Link) -> None:
    """Release of a chain's earnings what customers have made due, or take back what no longer is."""
    waits = terms_of(link.chain.version).schedule is not None and link.chain.follows_sales
    pks = list(links_of(link.chain).values_list("pk", flat=True))
    found = Earning.objects.filter(fact__source_kind=WINDOW, fact__source_id__in=pks)
    found = found.select_related("plan_version", "owner", "contract")
    if not waits:
        found = found.exclude(amount=F("released_amount"))
    share = share_due(link.chain, link.count) if waits else ONE
    words = due_words(link.chain.span, share)
    for earning in found.select_for_update(of=("self",)).order_by("pk"):
        target = money_of(Rounding().money(Fraction(earning.amount) * share))
        key = f"{link.period.first_day:%Y-%m}:{earning.entries.count()}"
        earning_settle(actor, earning, target, Why(key=key, day=link.day, words=words, event=None))

"""The team's board: who earned what, where they stand on their targets, what would help, and what it costs.

It starts from what its reader may see: a leader's people, everybody for whoever reads all, oneself for a salesperson.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.compensation.models import LedgerEntry, LedgerPosting, PayCredit, PlanMember
from tonglu.compensation.services.receipts import PAYMENT
from tonglu.entities.selectors import rows
from tonglu.policy import Actor, Level
from tonglu.toolkit.clock import today
from tonglu.toolkit.money import base_currency
from tonglu.toolkit.ui.charts import Chart, Series

from .helping import Help, helps_of
from .ledgers import FLOWS, Line, flows, lines_of, seen
from .spans import Span
from .targets import Target, targets_of

ZERO = Decimal(0)
CHARTED = 20
TAIL = 10


@dataclass(frozen=True, kw_only=True)
class Share:
    """A person's direct share of what was signed once; its cost where it is known."""

    day: date
    contract: Any
    percent: Decimal
    amount: Decimal
    cost: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What one number of the board is made of: movements, or shares of what was signed."""

    span: Span
    person_id: int
    show: str
    show_label: str
    lines: list[Line]
    shares: list[Share]
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class Mate:
    """One line of the board."""

    person_id: int
    name: str
    earned: Decimal
    payable: Decimal
    signed: Decimal
    target: Target | None
    help: Help | None

    @property
    def is_active(self) -> bool:
        """Whether there is anything to say of them."""
        return bool(self.earned or self.payable or self.signed or self.target)

    @property
    def is_behind(self) -> bool:
        """Whether their target is marked."""
        return self.target is not None and self.target.is_behind

    @property
    def cost_rate(self) -> Decimal | None:
        """What was earned for each unit signed."""
        return self.earned / self.signed if self.signed else None


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a team's pay costs; margin only for whoever may read margins, and when every cost is known."""

    earned: Decimal
    signed: Decimal
    margin: Decimal | None

    @property
    def of_signed(self) -> Decimal | None:
        """The share of what was signed."""
        return self.earned / self.signed if self.signed else None

    @property
    def of_margin(self) -> Decimal | None:
        """The share of the margin."""
        return self.earned / self.margin if self.margin else None


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything the page shows."""

    span: Span
    mates: list[Mate]
    cost: Cost
    behind: int

    @property
    def active(self) -> list[Mate]:
        """Who is ranked: everybody, but for a long tail of people of whom there is nothing to say."""
        idle = self.idle
        return [mate for mate in self.mates if mate.is_active or not idle]

    @property
    def idle(self) -> list[Mate]:
        """The long tail: on a plan, and without pay, sales or a target in the span."""
        found = [mate for mate in self.mates if not mate.is_active]
        return found if len(found) > TAIL else []

    @property
    def has_targets(self) -> bool:
        """Whether anybody is measured against a target."""
        return any(mate.target for mate in self.mates)

    @property
    def payable(self) -> Decimal:
        """What became payable, of everybody."""
        return sum((mate.payable for mate in self.mates), ZERO)

    @property
    def chart(self) -> Chart:
        """The ranking, each bar opening the movements behind it."""
        shown = self.active[:CHARTED]
        return Chart(
            title=_("Earned, by person"),
            kind="hbar",
            unit=base_currency(),
            labels=tuple(mate.name for mate in shown),
            label_title=_("Person"),
            series=(
                Series(
                    name=_("Earned"),
                    values=tuple(mate.earned for mate in shown),
                    urls=tuple(
                        f"?span={self.span.code}&person={mate.person_id}&show=earned#lines"
                        for mate in shown
                    ),
                ),
            ),
            empty=_("What people earn is ranked here."),
        )


def board_of(actor: Actor, span: Span) -> Board:
    """The board of a span as far as the actor may see it."""
    policy.require(actor, "read", LedgerEntry._meta.label_lower)
    if policy.field_level(actor, LedgerEntry._meta.label_lower, "amount") is Level.HIDDEN:
        return Board(
            span=span, mates=[], cost=Cost(earned=ZERO, signed=ZERO, margin=None), behind=0
        )
    names = _people(actor, span)
    day = min(max(today(actor), span.first), span.last)
    moved, signed = _moved(actor, span), _signed(names, span)
    targets = targets_of(names, day, actor.language)
    behind = {one.person_id: (one.gap, one.last) for one in targets.values() if one.is_behind}
    helps = helps_of(actor, behind, today(actor))
    mates = [
        Mate(
            person_id=person,
            name=name,
            earned=moved.get((person, "earned"), ZERO),
            payable=moved.get((person, "payable"), ZERO),
            signed=_sum(signed.get(person, ())),
            target=targets.get(person),
            help=helps.get(person),
        )
        for person, name in names.items()
    ]
    return Board(
        span=span,
        mates=sorted(mates, key=lambda mate: (-mate.earned, mate.name)),
        cost=_cost(actor, mates, signed),
        behind=len(behind),
    )


def opened_of(actor: Actor, span: Span, person_id: int, show: str) -> Opened | None:
    """The reason of one number of the board, as far as the actor may see it; nothing for whom the board does not show."""
    labels = {
        "earned": _("Earned"),
        "payable": _("Became payable"),
        "signed": _("Signed"),
    }
    if show not in labels or person_id not in (names := _people(actor, span)):
        return None
    if policy.field_level(actor, LedgerEntry._meta.label_lower, "amount") is Level.HIDDEN:
        return None
    shares = _signed([person_id], span).get(person_id, []) if show == "signed" else []
    lines: list[Line] = []
    if show != "signed":
        lines = lines_of(person_id, show, span.first, span.last, rows(actor, LedgerEntry))
    return Opened(
        span=span,
        person_id=person_id,
        show=show,
        show_label=f"{names[person_id]} · {labels[show]}",
        lines=lines,
        shares=shares,
        total=sum((one.amount for one in lines), _sum(shares)),
    )


def _people(actor: Actor, span: Span) -> dict[int, str]:
    """Who has a movement in the span, and who is on a plan in it, as far as the actor may see them."""
    moved = rows(actor, LedgerEntry).filter(period__first_day__range=(span.first, span.last))
    members = rows(actor, PlanMember).filter(valid_from__lte=span.last)
    members = members.exclude(valid_until__lt=span.first)
    found = dict(moved.order_by().values_list("owner_id", "owner__name").distinct())
    return found | dict(members.order_by().values_list("person_id", "person__name").distinct())


def _moved(actor: Actor, span: Span) -> dict[tuple[int, str], Decimal]:
    """What each visible person earned and what became payable."""
    entries = rows(actor, LedgerEntry).filter(period__first_day__range=(span.first, span.last))
    found = (
        LedgerPosting.objects.filter(entry__in=entries.order_by().values("pk"))
        .values_list("person_id", "entry__kind", "account")
        .annotate(sum=Sum("amount"))
        .order_by()
    )
    sums: dict[tuple[int, str], Decimal] = {}
    for person, kind, account, amount in found:
        for name in FLOWS:
            if flows(name, kind, account):
                sums[person, name] = sums.get((person, name), ZERO) + seen(account, amount)
    return sums


def _signed(people: Iterable[int], span: Span) -> dict[int, list[Share]]:
    """Each person's direct shares of what was signed in the span, with their cost where it is known; a contract once."""
    found = PayCredit.objects.filter(
        person_id__in=list(people), role="direct", fact__day__range=(span.first, span.last)
    ).exclude(fact__source_kind=PAYMENT)
    once: dict[tuple[int, str, int], Share] = {}
    for credit in found.select_related("fact__contract").order_by("fact__day", "pk"):
        neutral, part = credit.fact.neutral, credit.percent / 100
        cost = neutral.get("cost")
        key = (credit.person_id, credit.fact.source_kind, credit.fact.source_id)
        once[key] = Share(
            day=credit.fact.day,
            contract=credit.fact.contract,
            percent=part,
            amount=Decimal(neutral["amount"]) * part,
            cost=None if cost is None else Decimal(cost) * part,
        )
    by_person: dict[int, list[Share]] = {}
    for (person, *_rest), share in once.items():
        by_person.setdefault(person, []).append(share)
    return by_person


def _sum(shares: Iterable[Share]) -> Decimal:
    return sum((one.amount for one in shares), ZERO)


def _cost(actor: Actor, mates: list[Mate], signed: Mapping[int, list[Share]]) -> Cost:
    shares = [one for found in signed.values() for one in found]
    total = _sum(shares)
    known = bool(shares) and all(one.cost is not None for one in shares)
    may_see = policy.field_level(actor, "orders.contract", "margin_amount") >= Level.READ
    costs = sum((one.cost or ZERO for one in shares), ZERO)
    margin = total - costs if known and may_see else None
    return Cost(earned=sum((mate.earned for mate in mates), ZERO), signed=total, margin=margin)

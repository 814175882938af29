"""What somebody should look at before a month is closed, the gravest first.

An exception is a sentence with a place to go, never money: a contract whose row was deleted keeps what it earned, and is flagged until a
correction or a restored row settles it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tonglu import policy
from tonglu.collaboration.selectors import followups_gone
from tonglu.directory.selectors import people_with_role
from tonglu.orders.selectors import contracts_signed
from tonglu.policy import Actor
from tonglu.toolkit.clock import today
from tonglu.toolkit.formatting import money_text
from tonglu.toolkit.money import base_currency

from .models import Correction, Dispute, PayFact, PayPeriod, PlanMember, Statement
from .neutral import version_read
from .paper import problems_of
from .services.books import versions_in_force
from .services.ledger import month_after
from .services.releasing import MEETING
from .services.windows.waiting import windows_unpaid
from .told import fields_unknown

ZERO = Decimal(0)
GRAVE, WATCH = "danger", "warning"
ROLES = ("salesperson", "telesales")
MONTHS_BEFORE = 3
TIMES = 3
LEAST = Decimal(1000)
"""An outlier is paid three times, or a third of, the middle of the three months before, and differs by at least so much."""


@dataclass(frozen=True, kw_only=True)
class PayException:
    """One thing to look at."""

    kind: str
    tone: str
    title: str
    text: str
    url: str = ""


def exceptions_of(actor: Actor, row: PayPeriod) -> list[PayException]:
    """Everything to look at in a month, the gravest first."""
    statements = list(row.statements.select_related("owner").order_by("owner__name", "pk"))
    found = [
        *_facts_without_plan(actor, row),
        *_sources_gone(row),
        *_meetings_gone(row),
        *_not_adding_up(statements),
        *_negative(statements),
        *_people_without_plan(actor, row),
        *_outliers(row, statements),
        *_disputes(actor, row),
        *_corrections(row),
        *_windows_waiting(row),
        *_fields_gone(row),
    ]
    return sorted(found, key=lambda one: one.tone != GRAVE)


def approve_asks(actor: Actor, row: PayPeriod) -> str:
    """What the dialog of approving says: how much nobody has looked at."""
    found = len(exceptions_of(actor, row))
    if not found:
        return ""
    return ngettext(
        "%(n)s thing to look at is still open in this month.",
        "%(n)s things to look at are still open in this month.",
        found,
    ) % {"n": found}


def pay_asks(_actor: Actor, row: PayPeriod) -> str:
    """What the dialog of paying out says: how much goes to how many."""
    due = row.statements.filter(payable__gt=0)
    told = due.aggregate(sum=Sum("payable"), n=Count("pk"))
    if not told["n"]:
        return _("Nobody is paid anything in this month.")
    return ngettext(
        "%(n)s person is paid %(sum)s.", "%(n)s people are paid %(sum)s.", told["n"]
    ) % {"n": told["n"], "sum": _money(told["sum"])}


def last_day_of(row: PayPeriod) -> date:
    """The last day of the month."""
    return month_after(row.first_day) - timedelta(days=1)


def _facts_without_plan(actor: Actor, row: PayPeriod) -> Iterator[PayException]:
    signed = contracts_signed(actor, row.first_day, last_day_of(row))
    for contract in signed.prefetch_related("credits__person"):
        covered = {int(one["person"]) for one in contract.plan_versions}
        names = [c.person.name for c in contract.credits.all() if c.person_id not in covered]
        if names:
            yield PayException(
                kind="fact_without_plan",
                tone=GRAVE,
                title=_("Signed, and pays nobody"),
                text=_("%(contract)s credits %(people)s, who were on no plan that day.")
                % {"contract": contract, "people": ", ".join(names)},
                url=reverse("entities:detail", args=["contracts", contract.pk]),
            )


def _sources_gone(row: PayPeriod) -> Iterator[PayException]:
    gone = PayFact.objects.filter(
        contract__deleted_at__isnull=False, earnings__entries__period=row
    ).distinct()
    for fact in gone.select_related("contract"):
        yield PayException(
            kind="source_gone",
            tone=GRAVE,
            title=_("The document is gone"),
            text=_("%(contract)s was deleted. What it earned stands until it is corrected.")
            % {"contract": fact.contract},
            url=f"{reverse('entities:list', args=['earnings'])}?f.contract={fact.contract_id}",
        )


def _meetings_gone(row: PayPeriod) -> Iterator[PayException]:
    paid = PayFact.objects.filter(source_kind=MEETING, earnings__entries__period=row)
    for subject in followups_gone(paid.values_list("source_id", flat=True)):
        yield PayException(
            kind="source_gone",
            tone=GRAVE,
            title=_("The document is gone"),
            text=_("%(contract)s was deleted. What it earned stands until it is corrected.")
            % {"contract": subject},
            url=reverse("entities:list", args=["follow-ups"]),
        )


def _not_adding_up(statements: list[Statement]) -> Iterator[PayException]:
    for one in statements:
        for problem in problems_of(one):
            yield PayException(
                kind="not_adding_up",
                tone=GRAVE,
                title=_("It does not add up"),
                text=f"{one.owner}: {problem}",
                url=_statement_url(one),
            )


def _negative(statements: list[Statement]) -> Iterator[PayException]:
    for one in statements:
        after = Decimal(one.accounts.get("payable", {}).get("after", "0"))
        if after < 0:
            yield PayException(
                kind="negative",
                tone=GRAVE,
                title=_("Below zero"),
                text=_("%(who)s stands at %(amount)s; it is set against later pay.")
                % {"who": one.owner, "amount": _money(after)},
                url=_statement_url(one),
            )


def _people_without_plan(actor: Actor, row: PayPeriod) -> Iterator[PayException]:
    last = last_day_of(row)
    members = PlanMember.objects.filter(valid_from__lte=last, deleted_at__isnull=True).exclude(
        valid_until__lt=row.first_day
    )
    covered = set(members.values_list("person_id", flat=True))
    people = {person for role in ROLES for person in people_with_role(role)}
    may_join = policy.may(actor, "create", PlanMember._meta.label_lower)
    for person in sorted(people, key=lambda one: one.name):
        was_here = person.joined_on is None or person.joined_on <= last
        if person.pk not in covered and was_here:
            yield PayException(
                kind="person_without_plan",
                tone=WATCH,
                title=_("On no plan"),
                text=_("%(who)s sells and is on no pay plan this month.") % {"who": person.name},
                url=f"{reverse('entities:new', args=['plan-members'])}?person={person.pk}"
                if may_join
                else reverse("entities:detail", args=["people", person.pk]),
            )


def _outliers(row: PayPeriod, statements: list[Statement]) -> Iterator[PayException]:
    """Against the middle of the months before, so that one odd month does not hide the next."""
    earlier = Statement.objects.filter(period__first_day__lt=row.first_day)
    months = PayPeriod.objects.filter(first_day__lt=row.first_day).order_by("-first_day")
    recent = list(months.values_list("pk", flat=True)[:MONTHS_BEFORE])
    history: dict[int | None, list[Decimal]] = {}
    for owner_id, amount in earlier.filter(period__in=recent).values_list("owner_id", "payable"):
        history.setdefault(owner_id, []).append(amount)
    for one in statements:
        usual = Decimal(median(history.get(one.owner_id, [one.payable])))
        if _is_outlier(one.payable, usual):
            yield PayException(
                kind="outlier",
                tone=WATCH,
                title=_("Unlike the months before"),
                text=_("%(who)s: %(amount)s, usually about %(usual)s.")
                % {
                    "who": one.owner,
                    "amount": _money(one.payable),
                    "usual": _money(usual),
                },
                url=_statement_url(one),
            )


def _money(amount: Decimal) -> str:
    """An amount of pay with its currency, as the reader writes it."""
    return money_text(amount, base_currency(), get_language() or "en")


def _is_outlier(amount: Decimal, usual: Decimal) -> bool:
    if abs(amount - usual) < LEAST:
        return False
    return amount > usual * TIMES or amount * TIMES < usual


def _disputes(actor: Actor, row: PayPeriod) -> Iterator[PayException]:
    found: QuerySet[Dispute] = Dispute.objects.filter(
        state=Dispute.State.OPEN, statement__period__first_day__lte=row.first_day
    )
    day = today(actor)
    for one in found.select_related("statement__period", "owner").order_by("answer_due_on"):
        late = one.answer_due_on is not None and one.answer_due_on < day
        yield PayException(
            kind="dispute",
            tone=GRAVE if late else WATCH,
            title=_("An answer is late") if late else _("An answer is due"),
            text=f"{one.owner} · {one.statement.period}: {one.text[:120]}",
            url=reverse("entities:detail", args=["pay-disputes", one.pk]),
        )


def _corrections(row: PayPeriod) -> Iterator[PayException]:
    state = Correction.State
    waiting = Correction.objects.filter(
        state__in=(state.PROPOSED, state.DISPUTED),
        created_at__date__lte=month_after(month_after(row.first_day)),
    )
    for one in waiting.select_related("owner").order_by("pk"):
        yield PayException(
            kind="correction",
            tone=WATCH,
            title=_("A correction waits"),
            text=f"{one.owner} · {_money(one.amount)} · {one.get_state_display()}",
            url=reverse("entities:detail", args=["corrections", one.pk]),
        )


def _windows_waiting(row: PayPeriod) -> Iterator[PayException]:
    """Team pools, contests and goals of the month that pay nobody, or not everybody, and what they wait for."""
    for one in windows_unpaid(row):
        yield PayException(
            kind="window_waits",
            tone=GRAVE,
            title=_("Pay by the window waits"),
            text=one.text,
            url=f"/plan-versions/{one.version_id}/",
        )


def _statement_url(one: Any) -> str:
    return reverse("compensation:statement", args=[one.pk])


def _fields_gone(row: PayPeriod) -> Iterator[PayException]:
    """Plans that count by a product, a category or a field that nothing is called any more."""
    for version in versions_in_force(last_day_of(row)).values():
        if unknown := fields_unknown(version_read(version.definition)[1]):
            yield PayException(
                kind="field",
                tone=GRAVE,
                title=str(version),
                text=_("It counts %(names)s, and no contract says anything of that name any more.")
                % {"names": ", ".join(unknown)},
                url=reverse("compensation:compose", args=(version.pk,)),
            )

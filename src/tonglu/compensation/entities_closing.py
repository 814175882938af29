"""The entities of closing a month: periods, statements, disputes and corrections."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.entities.spec import Entity, Section, StageBar, Verb, View

from . import openings
from .exceptions import approve_asks, pay_asks
from .faces.corrections import correction_stages, nobody
from .models import Correction, Dispute, PayPeriod, Statement
from .services import corrections, periods

NO_OWNER = {"owner": None, "department": None}

PERIODS = Entity(
    model=PayPeriod,
    slug="pay-periods",
    area="compensation",
    icon="calendar-dollar",
    title="first_day",
    subtitle="state",
    columns=("first_day", "state", "total_earned", "total_released", "total_paid"),
    form=(Section(title=_("Period"), fields=("first_day",)),),
    readonly=(
        "state",
        "total_earned",
        "total_released",
        "total_paid",
        "calculated_at",
        "approved_at",
        "locked_at",
        "paid_at",
    ),
    sort="-first_day",
    opens=dict.fromkeys(
        ("total_earned", "total_released", "total_paid"), openings.period_statements
    ),
    editable=False,
    verbs=(
        Verb(
            name="calculate",
            label=_("Calculate"),
            run=periods.period_calculate,
            act="calculate",
            when=periods.may_become("calculated"),
            icon="calculator",
            primary=True,
            help=_("Makes everybody's statement from the ledger."),
        ),
        Verb(
            name="review",
            label=_("Begin the review"),
            help=_("The calculated month goes to those who look it over."),
            run=periods.period_review,
            act="calculate",
            when=periods.may_become("in_review"),
            icon="eye-check",
        ),
        Verb(
            name="approve",
            label=_("Approve"),
            run=periods.period_approve,
            act="approve",
            when=periods.may_become("approved"),
            help=_("What the statements say is final from then on."),
            asks=approve_asks,
            icon="check",
            tone="success",
        ),
        Verb(
            name="lock",
            label=_("Lock"),
            run=periods.period_lock,
            act="pay",
            when=periods.may_become("locked"),
            icon="lock",
            help=_("Books holds, draws and recoveries. Nothing of the month changes any more."),
        ),
        Verb(
            name="pay",
            label=_("Pay out"),
            help=_("What the statements say is paid out, and the month is locked."),
            run=periods.period_pay,
            act="pay",
            when=periods.may_be_paid,
            asks=pay_asks,
            icon="cash",
            primary=True,
            bulk=False,
        ),
        Verb(
            name="reopen",
            label=_("Reopen"),
            run=periods.period_reopen,
            act="reopen",
            when=periods.may_become("open"),
            params={"reason": forms.CharField(label=_("Reason"), max_length=200)},
            icon="lock-open",
            tone="danger",
            bulk=False,
        ),
    ),
    scope=NO_OWNER,
    order=60,
    empty=_("Months of pay: calculated, reviewed, approved, locked, paid."),
)

STATEMENTS = Entity(
    model=Statement,
    slug="statements",
    area="compensation",
    icon="file-text",
    title="period",
    subtitle="owner",
    columns=("period", "owner", "state", "earned", "released", "payable", "paid", "held_after"),
    form=(
        Section(
            title=_("Statement"),
            fields=(
                "period",
                "owner",
                "held_before",
                "earned",
                "released",
                "adjusted",
                "payable",
                "paid",
                "held_after",
            ),
        ),
    ),
    hidden=("lines", "accounts", "digest"),
    opens=openings.STATEMENT,
    filters=("period", "owner", "state"),
    sort="-created_at",
    creatable=False,
    editable=False,
    verbs=(
        Verb(
            name="acknowledge",
            label=_("It is right"),
            help=_("You agree with its figures."),
            run=periods.statement_acknowledge,
            act="answer",
            when=periods.may_acknowledge,
            icon="check",
            tone="success",
            primary=True,
        ),
        Verb(
            name="dispute",
            label=_("Something is wrong"),
            run=periods.statement_dispute,
            act="answer",
            when=periods.may_dispute,
            params={
                "text": forms.CharField(label=_("What is wrong"), widget=forms.Textarea),
                "earning": forms.IntegerField(label=_("Earning"), required=False),
            },
            related={"earning": "compensation.earning"},
            icon="message-exclamation",
            bulk=False,
        ),
    ),
    views=(
        View(
            name="disputed",
            title=_("Disputed"),
            condition={"field": "state", "op": "=", "value": "disputed"},
            pinned=True,
        ),
    ),
    order=70,
    empty=_("What each month brought each person, frozen as it was issued."),
)

DISPUTES = Entity(
    model=Dispute,
    slug="pay-disputes",
    area="compensation",
    icon="message-exclamation",
    title="statement",
    subtitle="state",
    columns=("statement", "owner", "state", "answer_due_on", "text", "adjustment"),
    form=(
        Section(
            title=_("Dispute"),
            fields=("statement", "owner", "earning", "adjustment", "answer_due_on"),
        ),
    ),
    opens={"adjustment": openings.record_reason},
    filters=("state", "owner"),
    sort="-created_at",
    creatable=False,
    editable=False,
    verbs=(
        Verb(
            name="adjust",
            label=_("Answer and adjust"),
            run=periods.dispute_adjust,
            act="decide",
            when=periods.may_decide,
            params={
                "amount": forms.DecimalField(label=_("Amount"), max_digits=18, decimal_places=2),
                "answer": forms.CharField(
                    label=pgettext_lazy("pay dispute", "Answer"), widget=forms.Textarea
                ),
            },
            icon="adjustments",
            primary=True,
            bulk=False,
            help=_(
                "So much more is paid, or less below zero, by a correction that a second person approves."
            ),
        ),
        Verb(
            name="reject",
            label=_("Answer and reject"),
            run=periods.dispute_reject,
            act="decide",
            when=periods.may_decide,
            params={
                "answer": forms.CharField(
                    label=pgettext_lazy("pay dispute", "Answer"), widget=forms.Textarea
                )
            },
            icon="message",
            bulk=False,
        ),
    ),
    order=80,
    empty=_("Statements that somebody says are wrong, with the day an answer is due."),
)

CORRECTIONS = Entity(
    model=Correction,
    slug="corrections",
    area="compensation",
    closed={"field": "state", "op": "in", "value": ["booked", "withdrawn"]},
    icon="pencil-dollar",
    title="owner",
    subtitle="state",
    columns=("owner", "cause", "amount", "state", "notice_until", "reason"),
    form=(
        Section(
            title=_("Correction"),
            fields=("owner", "cause", "earning", "amount", "reason", "notice_days"),
        ),
        Section(
            title=_("Way"),
            folded=True,
            fields=(
                "state",
                "first_approver",
                "second_approver",
                "notice_until",
                "answer",
                "answered_at",
                "outcome",
                "booked_at",
            ),
        ),
    ),
    hidden=("workings", "dispute"),
    opens={"amount": openings.record_reason},
    readonly=(
        "state",
        "first_approver",
        "second_approver",
        "notice_until",
        "answer",
        "answered_at",
        "outcome",
        "booked_at",
    ),
    filters=("state", "owner", "cause"),
    sort="-created_at",
    stage_bar=StageBar(stages=correction_stages),
    proposed={"owner": nobody},
    prepare=corrections.correction_prepare,
    verbs=(
        Verb(
            name="approve",
            label=_("Approve"),
            run=corrections.correction_approve,
            act="approve",
            when=corrections.may_approve,
            icon="check",
            tone="success",
            primary=True,
            help=_("It needs two people. With the second approval the payee is told."),
        ),
        Verb(
            name="acknowledge",
            label=_("It is right"),
            help=_("You agree to the correction. It is booked now, or when the notice has passed."),
            run=corrections.correction_acknowledge,
            act="answer",
            when=corrections.may_respond,
            icon="check",
            tone="success",
            primary=True,
            bulk=False,
        ),
        Verb(
            name="dispute",
            label=_("Something is wrong"),
            run=corrections.correction_dispute,
            act="answer",
            when=corrections.may_respond,
            params={"text": forms.CharField(label=_("What is wrong"), widget=forms.Textarea)},
            icon="message-exclamation",
            bulk=False,
        ),
        Verb(
            name="uphold",
            label=_("Answer and uphold"),
            run=corrections.correction_uphold,
            act="approve",
            when=corrections.may_uphold,
            params={
                "answer": forms.CharField(
                    label=pgettext_lazy("pay dispute", "Answer"), widget=forms.Textarea
                )
            },
            icon="message",
            bulk=False,
        ),
        Verb(
            name="withdraw",
            label=_("Withdraw"),
            run=corrections.correction_withdraw,
            act="approve",
            when=corrections.may_withdraw,
            params={"reason": forms.CharField(label=_("Reason"), max_length=200)},
            icon="arrow-back-up",
            tone="danger",
            bulk=False,
        ),
    ),
    views=(
        View(
            name="waiting",
            title=_("Waiting for approval"),
            condition={"field": "state", "op": "=", "value": "proposed"},
            pinned=True,
        ),
    ),
    order=90,
    empty=_("What pays more or less than was computed before, with cause, reason and approvals."),
)

CLOSING = (PERIODS, STATEMENTS, DISPUTES, CORRECTIONS)

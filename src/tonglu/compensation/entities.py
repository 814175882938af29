"""The entities of pay."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.entities.spec import Entity, Section, Verb, View

from .models import (
    Dispute,
    Earning,
    LedgerEntry,
    PayPeriod,
    PayPlan,
    PlanMember,
    PlanVersion,
    Statement,
)
from .services import periods, plans

NO_OWNER = {"owner": None, "department": None}

PAY_PLANS = Entity(
    model=PayPlan,
    slug="pay-plans",
    area="compensation",
    icon="file-dollar",
    columns=("name", "name_zh", "code", "active"),
    form=(Section(title=_("Plan"), fields=("code", "name", "name_zh", "description", "active")),),
    search=("name", "name_zh", "code"),
    sort="name",
    import_key=("code",),
    scope=NO_OWNER,
    order=10,
    empty=_("How people are paid. Begin with a preset, then issue its first version."),
)

VERSIONS = Entity(
    model=PlanVersion,
    slug="plan-versions",
    area="compensation",
    icon="versions",
    title="plan",
    subtitle="state",
    columns=("plan", "number", "state", "effective_from", "issued_at", "note"),
    form=(Section(title=_("Version"), fields=("plan", "definition", "note")),),
    readonly=("number", "state", "digest", "issued_at", "issued_by", "effective_from"),
    filters=("plan", "state"),
    sort="-created_at",
    verbs=(
        Verb(
            name="issue",
            label=_("Issue"),
            run=plans.version_issue,
            act="issue",
            when=plans.may_be_issued,
            params={"effective_from": forms.DateField(label=_("Holds from"))},
            icon="rubber-stamp",
            primary=True,
            bulk=False,
            help=_("It holds for contracts signed from that day on, and never changes again."),
        ),
        Verb(
            name="next",
            label=_("Make the next version"),
            run=plans.version_next,
            act="update",
            icon="copy-plus",
            bulk=False,
            url=lambda made: f"/plan-versions/{made.pk}/",
        ),
    ),
    prepare=plans.version_prepare,
    scope=NO_OWNER,
    menu=False,
    order=20,
)

MEMBERS = Entity(
    model=PlanMember,
    slug="plan-members",
    area="compensation",
    icon="user-dollar",
    title="person",
    subtitle="plan",
    columns=("person", "plan", "valid_from", "valid_until", "quota", "target_incentive"),
    form=(
        Section(
            title=_("Member"),
            fields=("person", "plan", "valid_from", "valid_until", "quota", "target_incentive"),
        ),
    ),
    filters=("plan", "person"),
    sort="-created_at",
    prepare=plans.member_prepare,
    scope={"owner": "person", "department": "person__department"},
    order=30,
    empty=_("Who is paid by which plan, from when."),
)

EARNINGS = Entity(
    model=Earning,
    slug="earnings",
    area="compensation",
    icon="coins",
    title="contract",
    subtitle="component",
    columns=("contract", "account", "owner", "component", "earned_on", "amount", "released_amount"),
    form=(
        Section(
            title=_("Earning"),
            fields=(
                "owner",
                "contract",
                "account",
                "plan_version",
                "component",
                "earned_on",
                "amount",
                "released_amount",
            ),
        ),
        Section(title=_("Why"), fields=("sentence", "sentence_zh")),
    ),
    hidden=("trace", "fact"),
    filters=("owner", "earned_on", "component"),
    sort="-earned_on",
    creatable=False,
    editable=False,
    order=40,
    empty=_("What each signed contract earned whom, with the reason of every cent."),
)

MOVEMENTS = Entity(
    model=LedgerEntry,
    slug="pay-movements",
    area="compensation",
    icon="arrows-exchange",
    title="kind",
    subtitle="owner",
    columns=("day", "owner", "kind", "amount", "earning", "period"),
    form=(
        Section(
            title=_("Movement"),
            fields=(
                "owner",
                "kind",
                "amount",
                "day",
                "period",
                "earning",
                "sentence",
                "sentence_zh",
            ),
        ),
    ),
    hidden=("key", "event"),
    filters=("owner", "kind", "period"),
    sort="-created_at",
    creatable=False,
    editable=False,
    menu=False,
    order=50,
)

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
        "paid_at",
    ),
    sort="-first_day",
    editable=False,
    verbs=(
        Verb(
            name="calculate",
            label=_("Calculate"),
            run=periods.period_calculate,
            act="calculate",
            when=periods.may_be("open", "calculated"),
            icon="calculator",
            primary=True,
            help=_("Makes everybody's statement from the ledger."),
        ),
        Verb(
            name="approve",
            label=_("Approve"),
            run=periods.period_approve,
            act="approve",
            when=periods.may_be("calculated"),
            icon="check",
            tone="success",
        ),
        Verb(
            name="pay",
            label=_("Pay out"),
            run=periods.period_pay,
            act="pay",
            when=periods.may_be("approved"),
            icon="cash",
            primary=True,
            bulk=False,
        ),
        Verb(
            name="reopen",
            label=_("Reopen"),
            run=periods.period_reopen,
            act="reopen",
            when=periods.may_be("calculated", "approved"),
            params={"reason": forms.CharField(label=_("Reason"), max_length=200)},
            icon="lock-open",
            tone="danger",
            bulk=False,
        ),
    ),
    scope=NO_OWNER,
    order=60,
    empty=_("Months of pay: calculated, approved, paid."),
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
    hidden=("lines", "digest"),
    filters=("period", "owner", "state"),
    sort="-created_at",
    creatable=False,
    editable=False,
    verbs=(
        Verb(
            name="acknowledge",
            label=_("It is right"),
            run=periods.statement_acknowledge,
            act="answer",
            when=periods.may_answer,
            icon="check",
            tone="success",
            primary=True,
        ),
        Verb(
            name="dispute",
            label=_("Something is wrong"),
            run=periods.statement_dispute,
            act="answer",
            when=periods.may_answer,
            params={"text": forms.CharField(label=_("What is wrong"), widget=forms.Textarea)},
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
            fields=(
                "statement",
                "owner",
                "earning",
                "text",
                "answer",
                "adjustment",
                "answer_due_on",
            ),
        ),
    ),
    filters=("state", "owner"),
    sort="-created_at",
    creatable=False,
    editable=False,
    verbs=(
        Verb(
            name="adjust",
            label=_("Adjust"),
            run=periods.dispute_adjust,
            act="decide",
            when=periods.may_decide,
            params={
                "amount": forms.DecimalField(label=_("Amount"), max_digits=18, decimal_places=2),
                "answer": forms.CharField(label=_("Answer"), widget=forms.Textarea),
            },
            icon="adjustments",
            primary=True,
            bulk=False,
        ),
        Verb(
            name="reject",
            label=_("Explain"),
            run=periods.dispute_reject,
            act="decide",
            when=periods.may_decide,
            params={"answer": forms.CharField(label=_("Answer"), widget=forms.Textarea)},
            icon="message",
            bulk=False,
        ),
    ),
    order=80,
    empty=_("Statements that somebody says are wrong, with the day an answer is due."),
)

ENTITIES = (PAY_PLANS, VERSIONS, MEMBERS, EARNINGS, MOVEMENTS, PERIODS, STATEMENTS, DISPUTES)

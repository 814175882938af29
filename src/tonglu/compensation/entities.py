"""The entities of pay."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.entities.spec import Entity, Section, Verb

from . import openings
from .entities_closing import CLOSING, NO_OWNER
from .models import Earning, LedgerEntry, PayPlan, PlanMember, PlanVersion
from .selectors import component_choices
from .services import corrections, plans, turning

PAY_PLANS = Entity(
    model=PayPlan,
    slug="pay-plans",
    area="compensation",
    icon="file-dollar",
    columns=("name", "code", "active"),
    form=(Section(title=_("Plan"), fields=("code", "name", "name_zh", "description", "active")),),
    search=("name", "name_zh", "code"),
    sort="name",
    import_key=("code",),
    scope=NO_OWNER,
    order=10,
    empty=_(
        "How people are paid. “Begin a pay plan” offers presets; then issue the first version."
    ),
)

VERSIONS = Entity(
    model=PlanVersion,
    slug="plan-versions",
    area="compensation",
    icon="versions",
    title="plan",
    numbered="number",
    subtitle="state",
    columns=("plan", "number", "state", "effective_from", "issued_at", "note"),
    form=(
        Section(title=_("Version"), fields=("plan", "note")),
        Section(title=_("The plan as data"), fields=("definition",), folded=True),
    ),
    readonly=("number", "state", "digest", "issued_at", "issued_by", "effective_from"),
    hidden=("working",),
    filters=("plan", "state"),
    sort="-created_at",
    verbs=(
        Verb(
            name="issue",
            label=_("Issue"),
            run=plans.version_issue,
            act="issue",
            when=plans.may_be_issued,
            params={
                "effective_from": forms.DateField(label=_("Holds from")),
                "note": forms.CharField(label=_("What is new"), max_length=300, required=False),
            },
            icon="rubber-stamp",
            primary=True,
            bulk=False,
            help=_("It holds for contracts signed from that day on, and never changes again."),
            initial=turning.issue_proposed,
            asks=turning.issue_asks,
        ),
        Verb(
            name="next",
            label=_("Make the next version"),
            help=_(
                "A draft that starts as a copy of this version. Nothing changes for anybody until it is issued."
            ),
            run=plans.version_next,
            act="update",
            icon="copy-plus",
            bulk=False,
            url=lambda made: f"/plan-versions/{made.pk}/compose/",
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
            fields=(
                "person",
                "plan",
                "valid_from",
                "valid_until",
                "quota",
                "target_incentive",
                "holds_released_on",
            ),
        ),
    ),
    filters=("plan", "person"),
    sort="-created_at",
    prepare=plans.member_prepare,
    one_by_one=("plan", "person", "valid_from", "valid_until"),
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
    subtitle="owner",
    columns=("contract", "account", "owner", "component", "earned_on", "amount", "released_amount"),
    form=(
        Section(
            title=_("Earning"),
            fields=(
                "owner",
                "contract",
                "account",
                "plan_version",
                "earned_on",
                "amount",
                "released_amount",
            ),
        ),
    ),
    hidden=("trace", "fact"),
    opens={"amount": openings.earning_trace, "released_amount": openings.earning_movements},
    choices={"component": component_choices},
    filters=("owner", "earned_on", "component"),
    sort="-earned_on",
    creatable=False,
    editable=False,
    verbs=(
        Verb(
            name="reprice",
            label=_("Compute under another version"),
            run=corrections.earning_reprice,
            act="reprice",
            params={
                "plan_version": forms.IntegerField(label=_("Plan version")),
                "reason": forms.CharField(label=_("Reason"), widget=forms.Textarea),
            },
            related={"plan_version": "compensation.planversion"},
            required=("plan_version",),
            icon="refresh-dot",
            bulk=False,
            help=_("Proposes the difference as a correction. Nothing moves before it is approved."),
            url=lambda made: f"/corrections/{made.pk}/",
        ),
    ),
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
            ),
        ),
    ),
    hidden=("key", "event"),
    opens={"amount": openings.movement_reason},
    filters=("owner", "kind", "period", "earning"),
    sort="-created_at",
    creatable=False,
    editable=False,
    menu=False,
    order=50,
)

ENTITIES = (PAY_PLANS, VERSIONS, MEMBERS, EARNINGS, MOVEMENTS, *CLOSING)

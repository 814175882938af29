"""How this company sells: pipelines with stages, competitors, reasons, targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tonglu.entities.registry import entity_of
from tonglu.entities.spec import Entity, Refusal, Section, Verb, View
from tonglu.sales import rules, services
from tonglu.sales.models import Competitor, Pipeline, SalesTarget, Stage, WinLossReason
from tonglu.sales.models.pipelines import EditionState

if TYPE_CHECKING:
    from tonglu.policy import Actor


def _must_be_draft(_actor: Actor, row: Any) -> Refusal | None:
    if row.state != EditionState.DRAFT:
        return Refusal(reason=_("Only a draft can be issued."))
    return None


def _must_be_issued(_actor: Actor, row: Any) -> Refusal | None:
    if row.state == EditionState.DRAFT:
        return Refusal(
            reason=_("This edition is a draft itself."), next_step=_("Change it and issue it.")
        )
    return None


def _page_of(made: Any) -> str:
    return entity_of(made).url("detail", made.pk)


PIPELINE = Entity(
    model=Pipeline,
    slug="pipelines",
    area="administration",
    icon="route",
    order=40,
    subtitle="record_type",
    columns=("name", "record_type", "edition", "state", "department", "is_default"),
    form=(
        Section(
            title=_("Pipeline"),
            fields=(
                "name",
                "name_zh",
                "code",
                "record_type",
                "department",
                "is_default",
                "position",
            ),
        ),
    ),
    search=("name", "name_zh", "code"),
    filters=("record_type", "state"),
    sort="position",
    readonly=("edition", "replaces", "state"),
    import_key=("code",),
    meant=rules.pipeline_meant,
    prepare=rules.pipeline_derive,
    scope={"owner": None, "department": None},
    verbs=(
        Verb(
            name="issue",
            label=_("Issue"),
            run=services.pipeline_issue,
            when=_must_be_draft,
            icon="rocket",
            tone="success",
            bulk=False,
            help=_("New deals take this edition; running deals stay in theirs."),
        ),
        Verb(
            name="new_edition",
            label=_("New edition"),
            help=_(
                "A draft with all stages, to be changed and issued. Running deals stay on this edition."
            ),
            run=services.pipeline_new_edition,
            when=_must_be_issued,
            icon="copy",
            bulk=False,
            url=_page_of,
        ),
    ),
    empty=_("The ways this company sells. Make a pipeline, give it stages, and issue it."),
)

STAGE = Entity(
    model=Stage,
    slug="stages",
    meant=rules.stage_meant,
    area="administration",
    icon="stack-2",
    order=41,
    subtitle="pipeline",
    columns=(
        "name",
        "pipeline",
        "position",
        "kind",
        "probability",
        "department",
        "norm_days",
    ),
    form=(
        Section(
            title=_("Stage"),
            fields=(
                "pipeline",
                "name",
                "name_zh",
                "position",
                "kind",
                "probability",
                "department",
                "norm_days",
                "skip",
            ),
        ),
        Section(
            title=_("Before a deal enters"),
            fields=("criteria", "required_fields", "required_roles", "required_files"),
        ),
        Section(title=_("Guidance"), fields=("guidance", "guidance_zh")),
    ),
    search=("name", "name_zh"),
    filters=("pipeline", "kind", "department"),
    sort="position",
    choices={"required_fields": rules.gate_fields, "required_roles": rules.gate_roles},
    conditions={"criteria": "sales.opportunity"},
    prepare=rules.stage_derive,
    scope={"owner": None, "department": None},
    empty=_("The steps of a pipeline, with what a deal needs before it enters each."),
)

COMPETITOR = Entity(
    model=Competitor,
    slug="competitors",
    area="sales",
    icon="flame",
    order=60,
    columns=("name", "website", "strengths", "weaknesses", "updated_at"),
    form=(
        Section(
            title=_("Competitor"), fields=("name", "website", "strengths", "weaknesses", "note")
        ),
    ),
    search=("name",),
    quick=("name",),
    import_key=("name",),
    scope={"owner": None, "department": None},
    empty=_("Companies we meet in deals. Add one, and name it in the deals where they bid."),
)

WIN_LOSS_REASON = Entity(
    model=WinLossReason,
    slug="win-loss-reasons",
    area="administration",
    icon="list-check",
    order=42,
    columns=("name", "outcome", "is_active", "position"),
    form=(
        Section(title=_("Reason"), fields=("name", "name_zh", "outcome", "is_active", "position")),
    ),
    search=("name", "name_zh"),
    filters=("outcome", "is_active"),
    sort="position",
    scope={"owner": None, "department": None},
    empty=_("Why deals are won and lost, so that it can be counted."),
)

TARGET = Entity(
    model=SalesTarget,
    slug="targets",
    area="sales",
    icon="target",
    order=50,
    title="month",
    subtitle="owner",
    columns=("month", "owner", "department", "measure", "amount", "note"),
    form=(
        Section(
            title=_("Whose target"),
            fields=("owner", "department", "month", "measure", "amount", "currency", "note"),
        ),
    ),
    filters=("month", "owner", "department", "measure"),
    sort="-month",
    prepare=rules.target_derive,
    views=(
        View(
            name="month",
            title=_("This month"),
            condition={"all": [{"field": "month", "op": "within", "value": "this_month"}]},
        ),
    ),
    empty=_("What people and departments set out to sell, month by month."),
)

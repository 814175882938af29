"""What sales shows and offers: deals, pipelines with stages, competitors, reasons, targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.entities.registry import entity_of
from tonglu.entities.spec import Board, Entity, Lines, Refusal, Section, StageBar, Verb, View

from . import rules, selectors, services
from .gate import stage_missing, stage_owner_refusal
from .models import (
    BuyingRole,
    Competitor,
    CreditSplit,
    Opportunity,
    OpportunityCompetitor,
    OpportunityLine,
    Pipeline,
    SalesTarget,
    Stage,
    WinLossReason,
)
from .models.pipelines import EditionState

if TYPE_CHECKING:
    from tonglu.policy import Actor


def _advance_refusal(actor: Actor, row: Any) -> Refusal | None:
    """Why the next stage is not open yet: the list beside the button."""
    following = selectors.stage_next(row)
    if following is None:
        return _CLOSED if not row.is_open else _LAST
    refusal = stage_owner_refusal(actor, row, row.stage, following)
    if refusal is not None:
        return Refusal(reason=refusal.text(str), next_step=refusal.next_step)
    missing = stage_missing(actor, row, following)
    if missing:
        return Refusal(
            reason=_("%(stage)s asks for more.") % {"stage": following.label},
            next_step=_("Fill in what is missing, then move the deal again."),
            missing=tuple(one.label for one in missing),
        )
    return _WINNING if following.kind != "open" else None


def _must_be_open(_actor: Actor, row: Any) -> Refusal | None:
    return None if row.is_open else _CLOSED


def _must_be_closed(_actor: Actor, row: Any) -> Refusal | None:
    return Refusal(reason=_("The deal is open.")) if row.is_open else None


def _must_need_attention(_actor: Actor, row: Any) -> Refusal | None:
    return None if row.attention else Refusal(reason=_("Nothing needs attention here."))


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


_CLOSED = Refusal(reason=_("The deal is closed already."), next_step=_("Reopen the deal."))
_LAST = Refusal(reason=_("There is no stage after this one."))
_WINNING = Refusal(
    reason=_("A deal is closed by winning or losing it."),
    next_step=_("Use Mark won or Mark lost."),
)
_NOTE = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)
_REASON = forms.CharField(label=_("Reason"), widget=forms.Textarea)
_STAGE = forms.IntegerField(label=_("Stage"))


def _advance(*, actor: Actor, row: Any) -> Any:
    """Move a deal to its next stage."""
    following = selectors.stage_next(row)
    return services.opportunity_move(actor=actor, row=row, to=following or row.stage)


def _page_of(made: Any) -> str:
    return entity_of(made).url("detail", made.pk)


OPPORTUNITY = Entity(
    model=Opportunity,
    slug="opportunities",
    area="sales",
    icon="target",
    order=10,
    title="name",
    subtitle="account",
    columns=(
        "name",
        "account",
        "stage",
        "amount",
        "close_date",
        "probability",
        "owner",
        "next_step",
        "updated_at",
    ),
    form=(
        Section(
            title=_("Basics"),
            fields=("name", "account", "contact", "amount", "currency", "close_date", "owner"),
        ),
        Section(
            title=_("Progress"),
            fields=(
                "pipeline",
                "stage",
                "probability",
                "forecast_category",
                "next_step",
                "next_step_on",
            ),
        ),
        Section(
            title=_("More"),
            fields=(
                "type",
                "source",
                "campaign",
                "importance",
                "budget",
                "cost_estimate",
                "opened_on",
                "description",
            ),
            folded=True,
        ),
        Section(
            title=_("Outcome"),
            fields=("outcome_reason", "outcome_note", "stage_reason"),
            folded=True,
        ),
    ),
    search=("name", "number"),
    search_related=("account",),
    quick=("name", "account", "amount", "close_date"),
    filters=(
        "pipeline",
        "stage",
        "owner",
        "department",
        "is_open",
        "close_date",
        "amount",
        "type",
        "source",
        "importance",
        "forecast_category",
        "attention",
    ),
    sort="-updated_at",
    readonly=(
        "number",
        "is_open",
        "stage_since",
        "stage_due_on",
        "base_amount",
        "margin_estimate",
        "close_date_moves",
        "closed_at",
        "attention",
        "lead",
        "competitors",
    ),
    board=Board(
        column="stage",
        move=services.opportunity_move,
        card=("account", "amount", "close_date", "owner"),
        total="base_amount",
        lanes=selectors.board_lanes,
        group="pipeline",
    ),
    stage_bar=StageBar(stages=selectors.stage_bar, move="move", guidance=selectors.stage_guidance),
    lines=(
        Lines(
            model=OpportunityLine,
            parent="opportunity",
            fields=("product", "description", "quantity", "price", "discount"),
            computed=("amount",),
            amount="amount",
            title=_("Products"),
        ),
        Lines(
            model=OpportunityCompetitor,
            parent="opportunity",
            fields=("competitor", "strength", "note"),
            title=_("Competitors"),
        ),
        Lines(
            model=BuyingRole,
            parent="opportunity",
            fields=("contact", "role", "influence", "attitude", "focus"),
            title=_("Who decides"),
        ),
        Lines(
            model=CreditSplit,
            parent="opportunity",
            fields=("person", "percent", "kind", "role"),
            title=_("Credit split"),
        ),
    ),
    verbs=(
        Verb(
            name="advance",
            label=_("Next stage"),
            run=_advance,
            when=_advance_refusal,
            icon="arrow-right",
            primary=True,
        ),
        Verb(
            name="move",
            label=_("Move to a stage"),
            run=services.opportunity_move,
            params={"to": _STAGE, "reason": forms.CharField(label=_("Reason"), required=False)},
            related={"to": "sales.stage"},
            when=_must_be_open,
            icon="arrows-right-left",
            help=_("Stages that are passed over need a reason."),
        ),
        Verb(
            name="win",
            label=_("Mark won"),
            run=services.opportunity_win,
            params={
                "reason": forms.IntegerField(label=_("Won because"), required=False),
                "note": _NOTE,
            },
            related={"reason": "sales.winlossreason"},
            when=_must_be_open,
            icon="trophy",
            tone="success",
        ),
        Verb(
            name="lose",
            label=_("Mark lost"),
            run=services.opportunity_lose,
            params={"reason": forms.IntegerField(label=_("Lost because")), "note": _NOTE},
            related={"reason": "sales.winlossreason"},
            when=_must_be_open,
            icon="thumb-down",
            tone="danger",
        ),
        Verb(
            name="reopen",
            label=_("Reopen"),
            run=services.opportunity_reopen,
            params={"reason": _REASON},
            when=_must_be_closed,
            icon="rotate",
        ),
        Verb(
            name="change_process",
            label=_("Change process"),
            run=services.opportunity_change_process,
            params={"to": _STAGE, "reason": _REASON},
            related={"to": "sales.stage"},
            when=_must_be_open,
            icon="route",
            bulk=False,
            help=_("A running deal keeps the process it began with until it is moved knowingly."),
        ),
        Verb(
            name="attend",
            label=_("Looked after"),
            run=services.opportunity_attend,
            when=_must_need_attention,
            icon="check",
        ),
    ),
    views=(
        View(
            name="mine",
            title=_("My open deals"),
            condition={
                "all": [
                    {"field": "is_open", "op": "=", "value": True},
                    {"field": "owner", "op": "me"},
                ]
            },
            sort="close_date",
            pinned=True,
        ),
        View(
            name="open",
            title=_("All open deals"),
            condition={"all": [{"field": "is_open", "op": "=", "value": True}]},
        ),
        View(
            name="closing",
            title=_("Closing this month"),
            condition={
                "all": [
                    {"field": "is_open", "op": "=", "value": True},
                    {"field": "close_date", "op": "within", "value": "this_month"},
                ]
            },
            sort="close_date",
            pinned=True,
        ),
        View(
            name="overdue",
            title=_("Close date passed"),
            condition={
                "all": [
                    {"field": "is_open", "op": "=", "value": True},
                    {"field": "close_date", "op": "<", "value": "today"},
                ]
            },
            sort="close_date",
        ),
        View(
            name="stuck",
            title=_("Longer in the stage than its norm"),
            condition={
                "all": [
                    {"field": "is_open", "op": "=", "value": True},
                    {"field": "stage_due_on", "op": "<", "value": "today"},
                ]
            },
            sort="stage_due_on",
            columns=("name", "account", "stage", "stage_since", "stage_due_on", "amount", "owner"),
            pinned=True,
        ),
        View(
            name="attention",
            title=_("Needs attention"),
            condition={
                "all": [
                    {"field": "is_open", "op": "=", "value": True},
                    {"field": "attention", "op": "is_set"},
                ]
            },
        ),
        View(
            name="no_next_step",
            title=_("Without a next step"),
            condition={
                "all": [
                    {"field": "is_open", "op": "=", "value": True},
                    {"field": "next_step", "op": "is_empty"},
                ]
            },
        ),
        View(
            name="won",
            title=_("Won this quarter"),
            condition={
                "all": [
                    {"field": "stage.kind", "op": "=", "value": "won"},
                    {"field": "closed_at", "op": "within", "value": "this_quarter"},
                ]
            },
            sort="-closed_at",
        ),
        View(
            name="lost",
            title=_("Lost this quarter"),
            condition={
                "all": [
                    {"field": "stage.kind", "op": "=", "value": "lost"},
                    {"field": "closed_at", "op": "within", "value": "this_quarter"},
                ]
            },
            sort="-closed_at",
            columns=(
                "name",
                "account",
                "amount",
                "outcome_reason",
                "outcome_note",
                "closed_at",
                "owner",
            ),
        ),
    ),
    scope={
        "parents": ("account",),
        "acts": ("read", "create", "update", "delete", "export", "assign", "steer"),
    },
    prepare=rules.opportunity_derive,
    after=rules.opportunity_tell,
    empty=_(
        "Deals that may be won. Open one from a customer or a lead, and move it through its stages."
    ),
)

PIPELINE = Entity(
    model=Pipeline,
    slug="pipelines",
    area="administration",
    icon="route",
    order=40,
    subtitle="record_type",
    columns=("name", "name_zh", "record_type", "edition", "state", "department", "is_default"),
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
    area="administration",
    icon="stairs",
    order=41,
    subtitle="pipeline",
    columns=(
        "name",
        "name_zh",
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
    prepare=rules.stage_derive,
    scope={"owner": None, "department": None},
    empty=_("The steps of a pipeline, with what a deal needs before it enters each."),
)

COMPETITOR = Entity(
    model=Competitor,
    slug="competitors",
    area="sales",
    icon="swords",
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
    columns=("name", "name_zh", "outcome", "is_active", "position"),
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
            title=_("Target"),
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

ENTITIES = (OPPORTUNITY, PIPELINE, STAGE, COMPETITOR, WIN_LOSS_REASON, TARGET)

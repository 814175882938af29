"""Deals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.catalog.wording import line_worded
from tonglu.entities.spec import Board, Entity, Lines, Refusal, Section, StageBar, Verb, View
from tonglu.policy import Strays
from tonglu.sales import rules, selectors, services
from tonglu.sales.gate import stage_owner_refusal
from tonglu.sales.models import (
    BuyingRole,
    CreditSplit,
    Opportunity,
    OpportunityCompetitor,
    OpportunityLine,
    StrayDeal,
)

if TYPE_CHECKING:
    from tonglu.policy import Actor

_ROLES = str(BuyingRole._meta.model_name)
"""The lines of a deal that hold who decides."""


def _advance_refusal(actor: Actor, row: Any) -> Refusal | None:
    """Why the next stage is not open yet: the list beside the button."""
    following = selectors.stage_next(row)
    if following is None:
        return _CLOSED if not row.is_open else _LAST
    refusal = stage_owner_refusal(actor, row, selectors.stage_of(row), following)
    if refusal is not None:
        return Refusal(reason=refusal.text(str), next_step=refusal.next_step)
    missing = selectors.next_missing(actor, row)
    if missing:
        return Refusal(
            reason=_("%(stage)s asks for more.") % {"stage": following.label},
            next_step=_("Fill in what is missing, then move the deal again."),
            missing=tuple(one.label for one in missing),
            fields=tuple(_ROLES if one.kind == "role" else one.field for one in missing),
        )
    return _WINNING if following.kind != "open" else None


def _must_be_open(_actor: Actor, row: Any) -> Refusal | None:
    return None if row.is_open else _CLOSED


def _must_be_closed(_actor: Actor, row: Any) -> Refusal | None:
    return Refusal(reason=_("The deal is open.")) if row.is_open else None


def _must_need_attention(_actor: Actor, row: Any) -> Refusal | None:
    return None if row.attention else Refusal(reason=_("Nothing needs attention here."))


def _open(*more: dict[str, Any]) -> dict[str, Any]:
    """A condition on open deals."""
    return {"all": [{"field": "is_open", "op": "=", "value": True}, *more]}


def _closed(kind: str) -> dict[str, Any]:
    """A condition on deals that were won, or lost, this quarter."""
    return {
        "all": [
            {"field": "stage.kind", "op": "=", "value": kind},
            {"field": "closed_at", "op": "within", "value": "this_quarter"},
        ]
    }


_CLOSED = Refusal(reason=_("The deal is closed already."), next_step=_("Reopen the deal."))
_LAST = Refusal(reason=_("There is no stage after this one."))
_WINNING = Refusal(
    reason=_("A deal is closed by winning or losing it."),
    next_step=_("Use Mark won or Mark lost."),
)
_NOTE = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)
_REASON = forms.CharField(label=_("Reason"), widget=forms.Textarea)
_STAGE = forms.IntegerField(label=_("Stage"))


def _advance_asks(actor: Actor, row: Any) -> str:
    """From which stage to which."""
    now, following = selectors.stage_of(row), selectors.stage_next(row)
    if now is None or following is None:
        return ""
    return _("The deal moves from “%(now)s” to “%(next)s”.") % {
        "now": now.label,
        "next": following.label,
    }


def _advance(*, actor: Actor, row: Any) -> Any:
    """Move a deal to its next stage."""
    following = selectors.stage_next(row)
    return services.opportunity_move(actor=actor, row=row, to=following or row.stage)


OPPORTUNITY = Entity(
    model=Opportunity,
    also_called=("deal", "potential", "销售机会", "项目"),
    slug="opportunities",
    area="sales",
    closed={"field": "is_open", "op": "=", "value": False},
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
        "signed_amount",
        "margin_estimate",
        "close_date_moves",
        "closed_at",
        "attention",
        "lead",
        "competitors",
    ),
    importable=("lead",),
    board=Board(
        column="stage",
        move=services.opportunity_move,
        card=("account", "amount", "close_date", "owner"),
        total="base_amount",
        lanes=selectors.board_lanes,
        group="pipeline",
        totals=selectors.board_totals,
    ),
    stage_bar=StageBar(
        stages=selectors.stage_bar,
        move="move",
        guidance=selectors.stage_guidance,
        warnings=selectors.stage_warnings,
    ),
    lines=(
        Lines(
            model=OpportunityLine,
            parent="opportunity",
            fields=("product", "description", "quantity", "price", "discount"),
            computed=("amount",),
            amount="amount",
            worded=line_worded,
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
            asks=_advance_asks,
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
            icon="arrows-exchange",
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
            icon="circle-x",
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
            help=_("The mark that it needs attention goes away until something new happens."),
            run=services.opportunity_attend,
            when=_must_need_attention,
            icon="check",
        ),
    ),
    views=(
        View(
            name="mine",
            title=_("My open deals"),
            condition=_open({"field": "owner", "op": "me"}),
            sort="close_date",
            pinned=True,
        ),
        View(
            name="open",
            title=_("All open deals"),
            condition=_open(),
        ),
        View(
            name="closing",
            title=_("Closing this month"),
            condition=_open({"field": "close_date", "op": "within", "value": "this_month"}),
            sort="close_date",
            pinned=True,
        ),
        View(
            name="overdue",
            title=_("Close date passed"),
            condition=_open({"field": "close_date", "op": "<", "value": "today"}),
            sort="close_date",
        ),
        View(
            name="stuck",
            title=_("Longer in the stage than its norm"),
            condition=_open({"field": "stage_due_on", "op": "<", "value": "today"}),
            sort="stage_due_on",
            columns=("name", "account", "stage", "stage_since", "stage_due_on", "amount", "owner"),
            pinned=True,
        ),
        View(
            name="attention",
            title=_("Needs attention"),
            condition=_open({"field": "attention", "op": "is_set"}),
        ),
        View(
            name="no_next_step",
            title=_("Without a next step"),
            condition=_open({"field": "next_step", "op": "is_empty"}),
        ),
        View(
            name="won",
            title=_("Won this quarter"),
            condition=_closed("won"),
            sort="-closed_at",
        ),
        View(
            name="lost",
            title=_("Lost this quarter"),
            condition=_closed("lost"),
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
        "strays": Strays(parent="account", model=StrayDeal),
        "acts": ("read", "create", "update", "delete", "export", "assign", "steer"),
    },
    prepare=rules.opportunity_derive,
    draft=rules.opportunity_draft,
    after=rules.opportunity_tell,
    after_many=rules.opportunities_tell,
    empty=_(
        "Deals that may be won. Open one from a customer or a lead, and move it through its stages."
    ),
)

"""What marketing puts on records' pages: what a lead became, what a campaign brought, who is in a segment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tonglu.entities.likes import duplicates_panel
from tonglu.entities.panels import Panel, related_panel
from tonglu.entities.registry import entity_declared, entity_of
from tonglu.kernel.errors import Invalid

from . import selectors
from .models import Lead

if TYPE_CHECKING:
    from tonglu.policy import Actor

SHOWN = 10
OPPORTUNITY = "sales.opportunity"


def _became(_actor: Actor, row: Lead) -> Mapping[str, Any]:
    became = [row.converted_account, row.converted_contact]
    links: list[tuple[Any, Any, str]] = [
        (one._meta.verbose_name, one, entity_of(one).url("detail", one.pk)) for one in became if one
    ]
    if row.converted_opportunity_id and entity_declared(OPPORTUNITY):
        entity = entity_of(OPPORTUNITY)
        url = entity.url("detail", row.converted_opportunity_id)
        links.append((entity.label, f"#{row.converted_opportunity_id}", url))
    return {"links": links}


def _is_converted(_actor: Actor, row: Lead) -> bool:
    return row.status == Lead.Status.CONVERTED


def _result(actor: Actor, row: Any) -> Mapping[str, Any]:
    return {"result": selectors.campaign_result(actor, row)}


def _members(actor: Actor, row: Any) -> Mapping[str, Any]:
    entity = entity_of(row.of)
    try:
        found = selectors.segment_members(actor, row)
    except Invalid as refusal:
        return {"broken": [str(said) for list_ in refusal.errors.values() for said in list_]}
    shown = [(str(one), entity.url("detail", one.pk)) for one in found.order_by("-pk")[:SHOWN]]
    return {"members": shown, "count": found.count()}


PANELS = (
    duplicates_panel("marketing.lead"),
    Panel(
        on="marketing.lead",
        name="became",
        title=_("What it became"),
        render=_became,
        template="marketing/became.html",
        order=1,
        icon="transform",
        side=True,
        allowed=_is_converted,
    ),
    Panel(
        on="marketing.campaign",
        name="result",
        title=_("Result"),
        render=_result,
        template="marketing/result.html",
        order=1,
        icon="chart-bar",
    ),
    related_panel(
        on="marketing.campaign",
        kind="marketing.lead",
        field="campaign",
        title=_("Leads"),
        columns=("name", "company", "lead_class", "status", "score"),
        icon="user-plus",
        order=8,
    ),
    Panel(
        on="marketing.segment",
        name="members",
        title=_("Members today"),
        render=_members,
        template="marketing/members.html",
        order=1,
        icon="users",
    ),
    related_panel(
        on="customers.account",
        kind="marketing.lead",
        field="converted_account",
        title=_("Leads it came from"),
        columns=("name", "source", "campaign", "converted_at"),
        icon="user-plus",
        order=70,
    ),
)

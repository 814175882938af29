"""Campaigns and segments: their lists, forms and acts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tonglu.entities.spec import Board, Entity, Lines, Section, Verb, View
from tonglu.marketing import rules, services
from tonglu.marketing.models import Campaign, CampaignMember, Segment

CAMPAIGN = Entity(
    model=Campaign,
    slug="campaigns",
    area="marketing",
    closed={"field": "state", "op": "in", "value": ["done", "cancelled"]},
    icon="speakerphone",
    order=20,
    columns=(
        "name",
        "kind",
        "state",
        "starts_on",
        "ends_on",
        "budget",
        "cost",
        "currency",
        "owner",
    ),
    form=(
        Section(
            title=_("Campaign"),
            fields=("name", "kind", "state", "starts_on", "ends_on", "audience", "owner"),
        ),
        Section(
            title=_("Budget and cost"),
            fields=("budget", "cost", "expected_revenue", "currency", "expected_leads"),
        ),
        Section(title=_("Description"), fields=("description",), folded=True),
    ),
    subtitle="kind",
    search=("name", "audience"),
    quick=("name", "kind", "starts_on"),
    filters=("kind", "state", "starts_on", "owner"),
    sort="-starts_on",
    import_key=("external_id", "name"),
    duplicate_keys=("name",),
    lines=(
        Lines(
            model=CampaignMember,
            parent="campaign",
            fields=("lead", "contact", "state"),
            title=_("Members"),
        ),
    ),
    board=Board(
        column="state",
        move=services.campaign_move,
        card=("kind", "starts_on", "budget"),
        total="budget",
    ),
    verbs=(
        Verb(
            name="add_segment",
            label=_("Add a segment"),
            run=services.campaign_add_segment,
            params={"segment": forms.IntegerField(label=_("Segment"))},
            related={"segment": "marketing.segment"},
            required=("segment",),
            icon="users-plus",
            bulk=False,
            help=_("Everyone who is in the segment today becomes a member."),
        ),
    ),
    views=(
        View(
            name="running",
            title=_("Running"),
            condition={"all": [{"field": "state", "op": "=", "value": "running"}]},
            sort="ends_on",
            pinned=True,
        ),
    ),
    prepare=rules.campaign_prepare,
    empty=_(
        "What you do to be noticed: fairs, seminars, mailings. Each shows what it cost and brought."
    ),
)

SEGMENT = Entity(
    model=Segment,
    slug="segments",
    area="marketing",
    icon="chart-pie",
    order=30,
    columns=("name", "of", "condition", "owner", "updated_at"),
    form=(Section(title=_("Segment"), fields=("name", "of", "condition", "description", "owner")),),
    subtitle="of",
    search=("name",),
    filters=("of", "owner"),
    sort="name",
    import_key=("external_id", "name"),
    conditions={"condition": "of"},
    prepare=rules.segment_prepare,
    empty=_("Groups that are described, not listed: whoever meets the condition today is in."),
)

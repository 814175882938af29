"""The rules for leads: assignment and score."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tonglu.entities.spec import Entity, Section
from tonglu.marketing import rules
from tonglu.marketing.models import AssignmentRule, ScoreRule

ASSIGNMENT_RULE = Entity(
    model=AssignmentRule,
    slug="assignment-rules",
    area="marketing",
    icon="arrows-split-2",
    order=80,
    columns=("position", "name", "condition", "method", "person", "team", "active"),
    form=(
        Section(
            title=_("Rule"),
            fields=("name", "position", "condition", "method", "person", "team", "active"),
        ),
    ),
    search=("name",),
    filters=("method", "active"),
    sort="position",
    readonly=("last_person",),
    import_key=("external_id", "name"),
    conditions={"condition": "marketing.lead"},
    prepare=rules.assignment_rule_prepare,
    empty=_("Who gets a lead that comes in by itself: the first rule whose condition it meets."),
)

SCORE_RULE = Entity(
    model=ScoreRule,
    slug="score-rules",
    area="marketing",
    icon="stars",
    order=90,
    columns=("position", "name", "condition", "points", "active"),
    form=(Section(title=_("Rule"), fields=("name", "position", "condition", "points", "active")),),
    search=("name",),
    filters=("active",),
    sort="position",
    import_key=("external_id", "name"),
    conditions={"condition": "marketing.lead"},
    prepare=rules.score_rule_prepare,
    empty=_(
        "Points for what makes a lead promising. The name of the rule is the reason people read."
    ),
)

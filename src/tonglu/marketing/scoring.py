"""The points of a lead under the score rules in use, each with its reason."""

from __future__ import annotations

from tonglu.directory.memory import remember

from .core.points import Points, score_of
from .matching import LEAD, row_meets
from .models import Lead, ScoreRule


def lead_points(lead: Lead) -> list[Points]:
    """The points the lead gets, in the order of the rules."""
    return [
        Points(rule=rule.pk, reason=rule.name, points=rule.points)
        for rule in _rules()
        if row_meets(LEAD, lead, rule.condition)
    ]


def lead_score(lead: Lead) -> None:
    """Put score and reasons on the lead."""
    points = lead_points(lead)
    lead.score = score_of(points)
    lead.score_reasons = [{"reason": given.reason, "points": given.points} for given in points]


def _rules() -> list[ScoreRule]:
    return remember("marketing.score_rules", _load)


def _load() -> list[ScoreRule]:
    return list(ScoreRule.objects.filter(active=True, deleted_at__isnull=True))

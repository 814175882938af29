"""The tables of marketing, one file per subject."""

from .campaigns import Campaign, CampaignMember
from .leads import Lead
from .rules import AssignmentRule, ScoreRule
from .segments import Segment

__all__ = ["AssignmentRule", "Campaign", "CampaignMember", "Lead", "ScoreRule", "Segment"]

"""What marketing shows and offers: leads, campaigns, segments and the rules for leads."""

from .campaigns import CAMPAIGN, SEGMENT
from .leads import LEAD
from .rules import ASSIGNMENT_RULE, SCORE_RULE

ENTITIES = (LEAD, CAMPAIGN, SEGMENT, ASSIGNMENT_RULE, SCORE_RULE)

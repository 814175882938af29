"""What collaboration shows and offers."""

from .activities import DOCUMENT, EVENT, FOLLOWUP
from .company import ANNOUNCEMENT, GOAL, LINK, NOTE
from .tasks import TASK

ENTITIES = (TASK, EVENT, FOLLOWUP, DOCUMENT, NOTE, LINK, GOAL, ANNOUNCEMENT)

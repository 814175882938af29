"""The tables of collaboration, one file per subject."""

from .announcements import Announcement, Reading
from .documents import Document, DocumentVersion
from .events import CalendarEvent, CalendarFeed
from .followups import FollowUp
from .goals import Goal
from .notes import Link, Note
from .tasks import Task

__all__ = [
    "Announcement",
    "CalendarEvent",
    "CalendarFeed",
    "Document",
    "DocumentVersion",
    "FollowUp",
    "Goal",
    "Link",
    "Note",
    "Reading",
    "Task",
]

"""The tables of the directory, one file per subject."""

from .calendars import Calendar, CalendarHours, Holiday
from .departments import Department, Territory
from .epochs import Epoch
from .people import Deputy, Person, Role, RoleAssignment

__all__ = [
    "Calendar",
    "CalendarHours",
    "Department",
    "Deputy",
    "Epoch",
    "Holiday",
    "Person",
    "Role",
    "RoleAssignment",
    "Territory",
]

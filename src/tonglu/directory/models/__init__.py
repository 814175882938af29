"""The tables of the directory, one file per subject."""

from .calendars import Calendar, CalendarHours, Holiday
from .departments import Department, Territory
from .epochs import Epoch
from .networks import AllowedNetworks
from .people import Deputy, Person, Role, RoleAssignment
from .signin import SignInCount

__all__ = [
    "AllowedNetworks",
    "Calendar",
    "CalendarHours",
    "Department",
    "Deputy",
    "Epoch",
    "Holiday",
    "Person",
    "Role",
    "RoleAssignment",
    "SignInCount",
    "Territory",
]

"""Tables of the machine itself: custom fields, change-sets, imports, saved lists."""

from .changeset import ChangeSet
from .custom import CustomField
from .imports import Import, ImportMapping, ImportPortion
from .views import ListPreference, SavedView

__all__ = [
    "ChangeSet",
    "CustomField",
    "Import",
    "ImportMapping",
    "ImportPortion",
    "ListPreference",
    "SavedView",
]

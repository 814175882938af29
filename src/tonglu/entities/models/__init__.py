"""Tables of the machine itself: custom fields, change-sets, imports."""

from .changeset import ChangeSet
from .custom import CustomField
from .imports import Import, ImportMapping

__all__ = ["ChangeSet", "CustomField", "Import", "ImportMapping"]

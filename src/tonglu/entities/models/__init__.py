"""Tables of the machine itself: custom fields and change-sets."""

from .changeset import ChangeSet
from .custom import CustomField

__all__ = ["ChangeSet", "CustomField"]

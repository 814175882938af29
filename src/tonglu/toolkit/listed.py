"""Pick lists kept as data: an entry has a name in both languages, a place in the list and a switch.

A company words its own industries, sources and product categories; so they are rows, not constants. Each kind of list is a
model of its own that derives from `Listed`, and therefore has its page, its import and its permissions like any record.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .records import Record


class Listed(Record):
    """One entry of a pick list; shown in the reader's language."""

    name = models.CharField(_("Name"), max_length=120, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("Position"), default=100)
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return local_name(self.name, self.name_zh)


def local_name(name: str, name_zh: str) -> str:
    """The name to show: the Chinese one on a Chinese page when there is one."""
    return name_zh if name_zh and (get_language() or "").startswith("zh") else name

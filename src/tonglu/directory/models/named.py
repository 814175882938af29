"""Names in two languages: the one to show follows the reader's language."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """A thing with an English name and, where it has one, a Chinese name."""

    name = models.CharField(_("Name"), max_length=200)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the active language; the English one where no Chinese name was given."""
        return label_of(self.name, self.name_zh)


def label_of(name: str, name_zh: str) -> str:
    """The one of two names that the active language asks for."""
    chinese = (get_language() or "").startswith("zh")
    return (name_zh or name) if chinese else (name or name_zh)

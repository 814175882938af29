"""Notes: what a person writes down for themselves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.search import search_column, search_index

from .attached import Attached


class Note(Attached):
    """A personal note; nobody but its owner reads it."""

    title = models.CharField(_("Title"), max_length=200)
    text = models.TextField(_("Text"), blank=True)
    pinned = models.BooleanField(_("Pinned"), default=False)
    search = search_column("title", "text")

    class Meta:
        ordering = ("-pinned", "-updated_at")
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [search_index()]

    def __str__(self) -> str:
        return self.title

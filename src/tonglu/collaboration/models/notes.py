"""Notes and links: what a person writes down, and the addresses they keep at hand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import OwnedRecord
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


class Link(OwnedRecord):
    """An address a person keeps at hand, such as the customs tariff or a customer's portal."""

    name = models.CharField(_("Name"), max_length=120)
    url = models.URLField(_("Address"), max_length=500)
    topic = models.CharField(_("Topic"), max_length=60, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    search = search_column("name", "topic", "note")

    class Meta:
        ordering = ("topic", "name")
        verbose_name = _("link")
        verbose_name_plural = _("links")
        indexes = [search_index()]

    def __str__(self) -> str:
        return self.name

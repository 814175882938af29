"""Documents: named files on a record, each with all its versions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import Record
from tonglu.toolkit.search import search_column, search_index

from .attached import Attached


class Document(Attached):
    """A document under one title; the file people get is that of its latest version."""

    class Kind(models.TextChoices):
        FILE = "file", _("File")
        CONTRACT = "contract", _("Contract")
        QUOTE = "quote", _("Quote")
        DRAWING = "drawing", _("Drawing or specification")
        MINUTES = "minutes", _("Meeting minutes")
        PICTURE = "picture", _("Picture")

    title = models.CharField(_("Title"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.FILE)
    description = models.TextField(_("Description"), blank=True)
    search = search_column("title", "description")

    class Meta:
        ordering = ("-updated_at",)
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [
            search_index(),
            models.Index(fields=("target_kind", "target_id"), name="collaboration_document_target"),
            models.Index(fields=("account",), name="collaboration_document_acct"),
        ]

    def __str__(self) -> str:
        return self.title


class DocumentVersion(Record):
    """One state of a document; a new upload adds the next number and changes nothing before it."""

    document = models.ForeignKey(
        Document, models.CASCADE, verbose_name=_("Document"), related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("Version"))
    file = models.ForeignKey(
        "toolkit.StoredFile", models.PROTECT, verbose_name=_("File"), related_name="+"
    )
    note = models.CharField(_("What changed"), max_length=200, blank=True)

    class Meta:
        ordering = ("document", "-number")
        verbose_name = _("document version")
        verbose_name_plural = _("document versions")
        constraints = [
            models.UniqueConstraint(
                fields=("document", "number"),
                name="collaboration_version_numbered_once",
                violation_error_message=_("The document has a version of this number already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} v{self.number}"

"""Files that people gave us or that we made for them; the bytes lie in the data folder under a random name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """What is known about one stored file; `path` is random and relative to the files folder."""

    name = models.CharField(_("File name"), max_length=255)
    type = models.CharField(_("Type"), max_length=100)
    size = models.PositiveBigIntegerField(_("Size"))
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=80, unique=True)
    person_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(_("Uploaded"), auto_now_add=True, db_index=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name

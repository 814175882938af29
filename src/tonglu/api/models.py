"""Access tokens: what a program signs in with, in place of a person's password."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Token(models.Model):
    """A bearer token of one person. Only its hash is kept; `scopes` narrow what the person may do."""

    person = models.ForeignKey("directory.Person", models.CASCADE, related_name="+")
    name = models.CharField(_("Name"), max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("Scopes"), default=list)
    epoch = models.PositiveIntegerField()
    created_at = models.DateTimeField(_("Created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("Expires"), null=True, blank=True)
    used_at = models.DateTimeField(_("Last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("Revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def state(self, moment: datetime) -> tuple[str, Any]:
        """Whether it still opens anything, and the word for it; it dies with its person's rights, too."""
        if self.revoked_at is not None:
            return "revoked", _("revoked")
        if self.expires_at is not None and self.expires_at <= moment:
            return "expired", _("expired")
        if not self.person.is_active or self.epoch != self.person.epoch:
            return "ended", _("ended with a change of rights")
        return "valid", _("valid")

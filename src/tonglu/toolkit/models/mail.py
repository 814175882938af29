"""Mail on its way out: written with the change that asked for it, sent by the worker."""

from __future__ import annotations

from typing import Any

from django.db import models


class OutgoingMail(models.Model):
    """One mail to one or several addresses; `sent_at` tells that a mail server took it."""

    recipients: models.JSONField[list[str]] = models.JSONField()
    subject = models.CharField(max_length=255)
    text = models.TextField()
    html = models.TextField(blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    headers: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    files = models.ManyToManyField("toolkit.StoredFile", related_name="+", blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(
                fields=("id",),
                name="toolkit_mail_unsent",
                condition=models.Q(sent_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.subject

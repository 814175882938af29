"""Answers already given, so that a repeated request is answered again and not carried out twice."""

from __future__ import annotations

from django.db import models


class IdempotencyKey(models.Model):
    """One request of one actor under one key, and the answer it got."""

    actor = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("actor", "key"), name="toolkit_idempotency_once"),
        )

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"

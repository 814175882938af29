"""The outbox: each published event, written in the transaction that made it happen."""

from __future__ import annotations

from django.db import models


class OutboxEvent(models.Model):
    """One fact that was published; the jobs that deliver it name it by id."""

    name = models.CharField(max_length=120)
    payload = models.JSONField()
    request = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"

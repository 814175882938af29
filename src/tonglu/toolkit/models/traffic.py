"""How much was asked of the installation, how fast it answered, and which statements were slow."""

from __future__ import annotations

from django.db import models


class Traffic(models.Model):
    """Answers of one class of status that took at most `le` seconds (and longer than the next smaller), counted for ever."""

    status = models.CharField(max_length=3)
    le = models.CharField(max_length=8)
    count = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("status", "le"), name="toolkit_traffic_once")
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.le}: {self.count}"


class SlowStatement(models.Model):
    """One statement, without its values, that took longer than it should: how often, how long, and where it was last met."""

    digest = models.CharField(max_length=64, unique=True)
    statement = models.TextField()
    count = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    longest = models.FloatField(default=0)
    place = models.CharField(max_length=200, blank=True)
    last_at = models.DateTimeField()

    class Meta:
        ordering = ("-seconds",)

    def __str__(self) -> str:
        return f"{self.digest[:8]} {self.count}"

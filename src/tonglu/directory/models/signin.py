"""How often a sign-in was tried, counted in the database so that every process counts together.

A key is a digest, never the address that was typed: people type passwords into the wrong field.
"""

from __future__ import annotations

from django.db import models


class SignInCount(models.Model):
    """Failed tries under one key since a moment."""

    key = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField(db_index=True)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "sign-in count"

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.tries}"

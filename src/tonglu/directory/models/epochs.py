"""Epochs: one number per cached thing, which changes whenever that thing may have changed.

Caches in memory (the department tree, the compiled policy, custom field definitions) are keyed by their epoch. The numbers
come from a sequence, so that a number used in a transaction that was rolled back never returns with another meaning.
"""

from __future__ import annotations

from django.db import models


class Epoch(models.Model):
    """The current number of one cached thing."""

    name = models.CharField(max_length=60, primary_key=True)
    number = models.BigIntegerField()

    class Meta:
        db_table = "directory_epoch"

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

"""Up to where each person must be able to read."""

from __future__ import annotations

from django.db import models


class LastWrite(models.Model):
    """A number that grows with everything done in a person's name (see `toolkit.replicas`)."""

    person_id = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.number}"

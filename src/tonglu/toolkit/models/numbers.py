"""The last number given out in each series of each year."""

from __future__ import annotations

from django.db import models


class NumberSeries(models.Model):
    """One series ("quote") in one year; the row is locked until the number's transaction ends, so no gap can arise."""

    series = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("series", "year"), name="toolkit_number_series_once"),
        )

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"

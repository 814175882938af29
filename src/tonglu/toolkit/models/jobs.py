"""What people see of background work: long jobs with their progress, and why a job failed.

The queue itself is procrastinate's tables in the same database. *Work* is a job that somebody waits for (an import, an
export); a *failure* keeps the error of each failed attempt, so that a dead letter can be understood before it is retried.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Work(models.Model):
    """A long job that a person watches, may leave, and may cancel."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("Kind"), max_length=80)
    title = models.CharField(_("Title"), max_length=200)
    person_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.WAITING
    )
    done = models.PositiveIntegerField(_("Done so far"), default=0)
    total = models.PositiveIntegerField(_("In all"), default=0)
    cancel_asked = models.BooleanField(default=False)
    result: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    file = models.ForeignKey(
        "toolkit.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("Asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("Started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("Finished"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)

    @property
    def share(self) -> int:
        """How much is done, in whole percent."""
        return min(100, self.done * 100 // self.total) if self.total else 0


class JobFailure(models.Model):
    """One failed attempt of one job of the queue."""

    job_id = models.BigIntegerField(db_index=True)
    task = models.CharField(max_length=128)
    attempt = models.PositiveIntegerField()
    error = models.TextField()
    failed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.task} #{self.job_id}"

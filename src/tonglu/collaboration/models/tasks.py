"""Tasks: what somebody is to do by a day, on their own list or asked by a colleague."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.search import search_column, search_index

from .attached import Attached


class Task(Attached):
    """Something to do; `owner` is who does it, `asked_by` who wants it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("task", "Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    class Kind(models.TextChoices):
        TODO = "todo", _("To do")
        ASSIST = "assist", _("Request for help")
        HANDOVER = "handover", _("Handover")

    class Priority(models.TextChoices):
        LOW = "low", _("Low")
        NORMAL = "normal", _("Normal")
        HIGH = "high", _("High")

    subject = models.CharField(_("Subject"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.TODO)
    state = models.CharField(
        _("State"), max_length=8, choices=State.choices, default=State.OPEN, editable=False
    )
    priority = models.CharField(
        _("Priority"), max_length=8, choices=Priority.choices, default=Priority.NORMAL
    )
    due_on = models.DateField(_("Due"), null=True, blank=True)
    asked_by = models.ForeignKey(
        "directory.Person",
        models.SET_NULL,
        verbose_name=_("Asked by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    description = models.TextField(_("Description"), blank=True)
    answer = models.TextField(_("Answer"), blank=True, editable=False)
    done_at = models.DateTimeField(_("Done at"), null=True, blank=True, editable=False)
    urged_at = models.DateTimeField(_("Urged at"), null=True, blank=True, editable=False)
    urged_times = models.PositiveSmallIntegerField(_("Times urged"), default=0, editable=False)
    search = search_column("subject", "description")

    class Meta:
        ordering = ("due_on", "id")
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            search_index(),
            models.Index(
                fields=("target_kind", "target_id", "state"), name="collaboration_task_target"
            ),
            models.Index(fields=("account", "state"), name="collaboration_task_account"),
            models.Index(fields=("owner", "state", "due_on"), name="collaboration_task_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False)
                | ~Q(state="done") & Q(done_at__isnull=True),
                name="collaboration_task_done_has_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.subject

"""Tables of the machine itself: custom fields and change-sets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import Record

from .fields import Type, in_language


class CustomField(Record):
    """A field that an administrator added to a kind of record; its values live in the rows' `custom` column."""

    CHOSEN = (
        (Type.TEXT, _("Text")),
        (Type.LONGTEXT, _("Long text")),
        (Type.INTEGER, _("Whole number")),
        (Type.DECIMAL, _("Number")),
        (Type.MONEY, _("Money")),
        (Type.PERCENT, _("Percent")),
        (Type.DATE, _("Date")),
        (Type.DATETIME, _("Date and time")),
        (Type.BOOL, _("Yes or no")),
        (Type.CHOICE, _("One of a list")),
        (Type.MULTI, _("Several of a list")),
        (Type.EMAIL, _("E-mail")),
        (Type.PHONE, _("Phone")),
        (Type.URL, _("Web address")),
        (Type.FK, _("Another record")),
    )

    kind = models.CharField(_("Kind of record"), max_length=100)
    key = models.SlugField(_("Key"), max_length=50)
    label = models.CharField(_("Label"), max_length=100)
    label_zh = models.CharField(_("Chinese label"), max_length=100, blank=True)
    type = models.CharField(_("Type"), max_length=20, choices=CHOSEN, default=Type.TEXT)
    options = models.TextField(
        _("Options"), blank=True, help_text=_("One option per line, as value = label = 中文.")
    )
    related = models.CharField(_("Points at"), max_length=100, blank=True)
    required = models.BooleanField(_("Required"), default=False)
    help = models.CharField(_("Help"), max_length=200, blank=True)
    order = models.PositiveIntegerField(_("Order"), default=100)
    active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ["kind", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="custom_field_key")]

    def __str__(self) -> str:
        return in_language(self.label, self.label_zh)


class ChangeSet(models.Model):
    """A bulk act as one thing: an import, bulk edit, merge or transfer that can be undone as a whole."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("failed")

    act = models.CharField(_("Act"), max_length=40)
    kind = models.CharField(_("Kind of record"), max_length=100, blank=True)
    title = models.CharField(_("Title"), max_length=200)
    actor = models.ForeignKey(
        "directory.Person", models.SET_NULL, null=True, related_name="+", verbose_name=_("By")
    )
    at = models.DateTimeField(_("When"), auto_now_add=True)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.RUNNING)
    counts = models.JSONField(_("Counts"), default=dict)
    undone_at = models.DateTimeField(_("Undone"), null=True)
    undone_by = models.ForeignKey(
        "directory.Person", models.SET_NULL, null=True, related_name="+", verbose_name=_("Undone by")
    )

    class Meta:
        verbose_name = _("change-set")
        verbose_name_plural = _("change-sets")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_at__isnull=False),
                name="changeset_undone_has_time",
            )
        ]

    def __str__(self) -> str:
        return self.title

"""Fields that an administrator adds to a kind of record."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.entities.fieldtypes import Type, in_language
from tonglu.toolkit.records import Record


class CustomField(Record):
    """A field that an administrator added to a kind of record; its values live in the rows' `custom` column."""

    CHOSEN = (
        (Type.TEXT, _("Short text")),
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
    key = models.SlugField(pgettext_lazy("identifier", "Key"), max_length=50)
    label = models.CharField(_("Label"), max_length=100)
    label_zh = models.CharField(_("Chinese label"), max_length=100, blank=True)
    type = models.CharField(_("Type"), max_length=20, choices=CHOSEN, default=Type.TEXT)
    options = models.TextField(
        _("Options"),
        blank=True,
        help_text=_("One option per line, as value = label = Chinese label."),
    )
    related = models.CharField(_("Points at"), max_length=100, blank=True)
    required = models.BooleanField(_("Required"), default=False)
    help = models.CharField(_("Help"), max_length=200, blank=True)
    order = models.PositiveIntegerField(_("Position"), default=100)
    active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ["kind", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="custom_field_key")]

    def __str__(self) -> str:
        return in_language(self.label, self.label_zh)

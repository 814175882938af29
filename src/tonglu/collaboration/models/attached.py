"""Rows that hang on any record.

The *target* is the record they are about, as its kind ("sales.opportunity") and id, so that this module needs to know none of
them. `account` repeats the customer the target belongs to: it makes the customer's page one indexed read.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import OwnedRecord


class Attached(OwnedRecord):
    """A row about a record."""

    target_kind = models.CharField(
        _("About (kind)"), max_length=100, blank=True, default="", editable=False
    )
    target_id = models.BigIntegerField(_("About (id)"), null=True, blank=True, editable=False)
    target_name = models.CharField(
        _("About"), max_length=300, blank=True, default="", editable=False
    )
    account = models.ForeignKey(
        "customers.Account",
        models.SET_NULL,
        verbose_name=_("Account"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        abstract = True

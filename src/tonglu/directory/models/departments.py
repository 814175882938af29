"""The tree of departments, and sales territories.

`path` holds the ids from the root ("/1/4/9/"). The database keeps it: a trigger writes it on every insert and move, carries
the rows below along, and refuses a department under itself, through whatever door the change comes.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import Record

from .named import Named


class Department(Named, Record):
    """A part of the company: a branch, a division, a team."""

    code = models.CharField(_("Code"), max_length=60, null=True, blank=True, unique=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("Part of"),
        null=True,
        blank=True,
        related_name="children",
    )
    path = models.CharField(
        _("Path"),
        max_length=500,
        default="",
        editable=False,
        db_index=True,
        db_collation="C",
    )
    """Sorted byte by byte, so that what is below a department follows it at once: most languages pass over the slashes."""
    manager = models.ForeignKey(
        "directory.Person",
        models.SET_NULL,
        verbose_name=_("Head"),
        null=True,
        blank=True,
        related_name="departments_headed",
    )
    calendar = models.ForeignKey(
        "directory.Calendar",
        models.SET_NULL,
        verbose_name=_("Working calendar"),
        null=True,
        blank=True,
        related_name="departments",
        help_text=_("Without one, that of the department it is part of; else the company's."),
    )

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ("path",)


class Territory(Named, Record):
    """A region or a set of customers that a person or a department answers for."""

    code = models.CharField(_("Code"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("Part of"),
        null=True,
        blank=True,
        related_name="children",
    )
    department = models.ForeignKey(
        Department,
        models.SET_NULL,
        verbose_name=_("Department"),
        null=True,
        blank=True,
        related_name="territories",
    )
    owner = models.ForeignKey(
        "directory.Person",
        models.SET_NULL,
        verbose_name=_("Answered for by"),
        null=True,
        blank=True,
        related_name="territories",
    )

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ("code",)

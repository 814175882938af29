"""Working calendars: the hours of a week, holidays, and days worked in exchange for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import Record

from .named import Named


class Weekday(models.IntegerChoices):
    """Monday is 0, as in Python."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Calendar(Named, Record):
    """When work is done at one place; response times are counted in it."""

    timezone = models.CharField(_("Time zone"), max_length=60, default="Asia/Shanghai")
    is_default = models.BooleanField(_("Used unless another is named"), default=False)

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("is_default",),
                condition=models.Q(is_default=True),
                name="directory_calendar_one_default",
            )
        ]


class CalendarHours(Record):
    """A stretch of work on one weekday; a day may have several, with a break between them."""

    calendar = models.ForeignKey(
        Calendar, models.CASCADE, verbose_name=_("Working calendar"), related_name="hours"
    )
    weekday = models.SmallIntegerField(_("Weekday"), choices=Weekday.choices)
    starts = models.TimeField(_("Starts"))
    ends = models.TimeField(_("Ends"))

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ("calendar", "weekday", "starts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="directory_hours_forward"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class Holiday(Named, Record):
    """A day off, or a weekend day that is worked in exchange for one."""

    calendar = models.ForeignKey(
        Calendar, models.CASCADE, verbose_name=_("Working calendar"), related_name="holidays"
    )
    day = models.DateField(_("Day"))
    is_worked = models.BooleanField(
        _("Worked in exchange"),
        default=False,
        help_text=_("A day at the weekend that is worked with Monday's hours."),
    )

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ("day",)
        constraints = [
            models.UniqueConstraint(fields=("calendar", "day"), name="directory_holiday_once")
        ]

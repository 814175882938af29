"""Pay periods, statements and disputes.

A period goes open -> calculated -> approved -> paid; reopening is a recorded act with a reason. A statement is a frozen snapshot: what it
says is kept as it was issued, and its payee acknowledges or disputes it. The answer to a dispute is an adjustment, never an edit.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.money import MoneyField
from tonglu.toolkit.records import OwnedRecord, Record


class PayPeriod(Record):
    """A calendar month of pay."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CALCULATED = "calculated", _("calculated")
        APPROVED = "approved", _("approved")
        PAID = "paid", _("paid")

    first_day = models.DateField(_("Month"), unique=True)
    state = models.CharField(
        _("State"), max_length=12, choices=State, default=State.OPEN, editable=False
    )
    calculated_at = models.DateTimeField(_("Calculated"), null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(_("Approved"), null=True, blank=True, editable=False)
    paid_at = models.DateTimeField(_("Paid"), null=True, blank=True, editable=False)
    total_earned = MoneyField(_("Earned"), default=0, editable=False)
    total_released = MoneyField(_("Released"), default=0, editable=False)
    total_paid = MoneyField(_("Paid out"), default=0, editable=False)

    class Meta:
        verbose_name = _("pay period")
        verbose_name_plural = _("pay periods")
        ordering = ("-first_day",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_day__day=1),
                name="pay_period_begins_on_the_first",
                violation_error_message=_("A pay period begins on the first of a month."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"


class Statement(OwnedRecord):
    """What a period brought one payee (its owner), as it was issued."""

    class State(models.TextChoices):
        ISSUED = "issued", _("issued")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        DISPUTED = "disputed", _("disputed")

    period = models.ForeignKey(
        PayPeriod, models.PROTECT, verbose_name=_("Period"), related_name="statements"
    )
    state = models.CharField(
        _("State"), max_length=12, choices=State, default=State.ISSUED, editable=False
    )
    held_before = MoneyField(_("Held before"), default=0)
    earned = MoneyField(_("Earned"), default=0)
    released = MoneyField(_("Released"), default=0)
    adjusted = MoneyField(_("Adjusted"), default=0)
    payable = MoneyField(_("Payable"), default=0)
    paid = MoneyField(_("Paid out"), default=0)
    held_after = MoneyField(_("Held after"), default=0)
    lines: models.JSONField[list[dict[str, Any]]] = models.JSONField(
        _("Lines"), default=list, blank=True
    )
    digest = models.CharField(_("Fingerprint"), max_length=64)
    acknowledged_at = models.DateTimeField(_("Acknowledged"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("pay statement")
        verbose_name_plural = _("pay statements")
        ordering = ("-period", "owner")
        constraints = [
            models.UniqueConstraint(fields=("period", "owner"), name="pay_statement_once")
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.owner}"


class Dispute(OwnedRecord):
    """A payee (its owner) says that a statement is wrong."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ADJUSTED = "adjusted", _("adjusted")
        REJECTED = "rejected", _("rejected")

    statement = models.ForeignKey(
        Statement, models.PROTECT, verbose_name=_("Statement"), related_name="disputes"
    )
    earning = models.ForeignKey(
        "compensation.Earning",
        models.PROTECT,
        verbose_name=_("Earning"),
        null=True,
        blank=True,
        related_name="+",
    )
    text = models.TextField(_("What is wrong"))
    state = models.CharField(
        _("State"), max_length=10, choices=State, default=State.OPEN, editable=False
    )
    answer = models.TextField(_("Answer"), blank=True, editable=False)
    adjustment = MoneyField(_("Adjustment"), null=True, blank=True, editable=False)
    answer_due_on = models.DateField(_("Answer due on"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(_("Answered on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("pay dispute")
        verbose_name_plural = _("pay disputes")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.statement}"

"""Pay periods, statements and disputes.

A period goes open -> calculated -> in review -> approved -> locked -> paid, and each step is an event that stays; reopening, possible
until it is locked, is one with a reason. A statement is a frozen snapshot: what it says is kept as it was issued, and its payee
acknowledges or disputes it. The answer to a dispute is a correction, never an edit. From approval on the database refuses to change what
a statement says, and in a locked or paid period anything at all.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.money import MoneyField
from tonglu.toolkit.months import MonthField, month_text
from tonglu.toolkit.records import Record

from .payees import InBaseCurrency, PayeeRecord


class PayPeriod(InBaseCurrency, Record):
    """A calendar month of pay."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("pay period", "open")
        CALCULATED = "calculated", _("calculated")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", pgettext_lazy("pay period", "approved")
        LOCKED = "locked", _("locked")
        PAID = "paid", pgettext_lazy("pay period", "paid")

    first_day = MonthField(_("Month"), unique=True)
    state = models.CharField(
        _("State"), max_length=12, choices=State, default=State.OPEN, editable=False
    )
    calculated_at = models.DateTimeField(_("Calculated"), null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(_("Approved"), null=True, blank=True, editable=False)
    locked_at = models.DateTimeField(_("Locked"), null=True, blank=True, editable=False)
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
        return month_text(self.first_day)


class PeriodEvent(Record):
    """A step a period took: from which state to which, by whom, why. Append-only."""

    period = models.ForeignKey(PayPeriod, models.PROTECT, related_name="steps")
    from_state = models.CharField(_("From"), max_length=12, choices=PayPeriod.State)
    to_state = models.CharField(_("To"), max_length=12, choices=PayPeriod.State)
    reason = models.CharField(_("Reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("step of a pay period")
        verbose_name_plural = _("steps of pay periods")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(to_state="open") | ~models.Q(reason=""),
                name="pay_reopening_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class PlanPayment(PayeeRecord):
    """What a plan's payment rules made of one payee's month: what came in, what is paid, and the movements between.

    `plan` is empty for the recovery of what the payee owes back, which looks at all their plans together. `inputs` is what
    came in by plan version. `movements` is a list of {key, kind, amount, rule, en, zh}; locking the period books exactly these.
    """

    period = models.ForeignKey(PayPeriod, models.PROTECT, related_name="payments")
    plan = models.ForeignKey(
        "compensation.PayPlan", models.PROTECT, null=True, blank=True, related_name="+"
    )
    plan_version = models.ForeignKey(
        "compensation.PlanVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    came_in = MoneyField(_("Came in"), default=0)
    payment = MoneyField(_("Payment"), default=0)
    inputs: models.JSONField[dict[str, str]] = models.JSONField(default=dict, blank=True)
    flags: models.JSONField[dict[str, bool]] = models.JSONField(default=dict, blank=True)
    movements: models.JSONField[list[dict[str, Any]]] = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("payment under a plan")
        verbose_name_plural = _("payments under plans")
        ordering = ("period", "owner", "plan")
        constraints = [
            models.UniqueConstraint(
                fields=("period", "owner", "plan"),
                name="pay_plan_payment_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.payment}"


class Statement(PayeeRecord):
    """What a period brought one payee (its owner), as it was issued."""

    class State(models.TextChoices):
        ISSUED = "issued", pgettext_lazy("statement", "issued")
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
    accounts: models.JSONField[dict[str, dict[str, str]]] = models.JSONField(
        _("Accounts"), default=dict, blank=True
    )
    digest = models.CharField(_("Fingerprint"), max_length=64)
    dispute_until = models.DateField(_("Dispute until"), null=True, blank=True, editable=False)
    acknowledged_at = models.DateTimeField(_("Acknowledged"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("pay statement")
        verbose_name_plural = _("pay statements")
        ordering = ("-period", "owner")
        constraints = [
            models.UniqueConstraint(fields=("period", "owner"), name="pay_statement_once")
        ]

    @property
    def is_moved(self) -> bool:
        """Whether the month brought its payee anything, or anything is to be answered."""
        sums = (self.earned, self.released, self.adjusted, self.payable, self.paid)
        return any(sums) or self.state == self.State.DISPUTED

    def __str__(self) -> str:
        return f"{self.period} · {self.owner}"


class Dispute(PayeeRecord):
    """A payee (its owner) says that a statement is wrong."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("pay dispute", "open")
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
    answer = models.TextField(pgettext_lazy("pay dispute", "Answer"), blank=True, editable=False)
    adjustment = MoneyField(_("Adjustment"), null=True, blank=True, editable=False)
    answer_due_on = models.DateField(_("Answer due on"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(_("Answered on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("pay dispute")
        verbose_name_plural = _("pay disputes")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.statement}"

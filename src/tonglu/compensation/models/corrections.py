"""Corrections: the only way in which something that was computed before can come to pay more or less.

A correction names its cause and its reason, and lands as a line of its own in the open period; nothing that was issued is edited. Before
it may, two people who are not its payee (nor who proposed it) have approved it, the notice period has passed, and the payee has answered:
they acknowledge it, or dispute it and are heard. The database holds to all of this whoever writes.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.money import MoneyField

from .payees import PayeeRecord

SIGNED = ("approved", "acknowledged", "disputed", "upheld", "booked")


class Correction(PayeeRecord):
    """What a payee (its owner) is paid more or less for something computed before."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("with the payee")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        DISPUTED = "disputed", _("disputed")
        UPHELD = "upheld", _("upheld")
        BOOKED = "booked", _("booked")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Cause(models.TextChoices):
        PLAN_VERSION = "plan_version", _("another plan version")
        TABLE = "table", _("an error in a table")
        REORGANISATION = "reorganisation", _("a reorganisation")
        CREDIT = "credit", _("a wrong credit")
        CHARGE = "charge", _("an internal charge")
        LATE_FACT = "late_fact", _("a late fact")
        SOURCE_GONE = "source_gone", _("a document that is gone")
        DISPUTE = "dispute", _("a dispute")
        OTHER = "other", _("another cause")

    cause = models.CharField(_("Cause"), max_length=16, choices=Cause)
    earning = models.ForeignKey(
        "compensation.Earning",
        models.PROTECT,
        verbose_name=_("Earning"),
        null=True,
        blank=True,
        related_name="corrections",
    )
    dispute = models.OneToOneField(
        "compensation.Dispute",
        models.PROTECT,
        verbose_name=_("Dispute"),
        null=True,
        blank=True,
        editable=False,
        related_name="correction",
    )
    amount = MoneyField(_("Amount"))
    reason = models.TextField(_("Reason"))
    notice_days = models.PositiveSmallIntegerField(_("Days of notice"), default=14)
    workings: models.JSONField[dict[str, Any]] = models.JSONField(
        _("Workings"), default=dict, blank=True, editable=False
    )
    state = models.CharField(
        _("State"), max_length=12, choices=State, default=State.PROPOSED, editable=False
    )
    first_approver = models.ForeignKey(
        "directory.Person",
        models.PROTECT,
        verbose_name=_("First approval"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    second_approver = models.ForeignKey(
        "directory.Person",
        models.PROTECT,
        verbose_name=_("Second approval"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    notice_until = models.DateField(_("Notice ends on"), null=True, blank=True, editable=False)
    answer = models.TextField(_("Answer of the payee"), blank=True, editable=False)
    answered_at = models.DateTimeField(_("Answered on"), null=True, blank=True, editable=False)
    outcome = models.TextField(_("Outcome"), blank=True, editable=False)
    booked_at = models.DateTimeField(_("Booked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("pay correction")
        verbose_name_plural = _("pay corrections")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(amount=0),
                name="pay_correction_says_why",
                violation_error_message=_("A correction needs a reason and an amount."),
            ),
            models.CheckConstraint(
                condition=Q(second_approver__isnull=True)
                | (
                    Q(first_approver__isnull=False)
                    & ~Q(second_approver=F("first_approver"))
                    & ~Q(second_approver=F("owner"))
                ),
                name="pay_correction_two_people",
            ),
            models.CheckConstraint(
                condition=Q(first_approver__isnull=True) | ~Q(first_approver=F("owner")),
                name="pay_correction_not_by_payee",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SIGNED)
                | (Q(second_approver__isnull=False) & Q(notice_until__isnull=False)),
                name="pay_correction_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("acknowledged", "upheld", "booked"))
                | Q(answered_at__isnull=False),
                name="pay_correction_heard",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.amount}"

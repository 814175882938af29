"""The pay ledger: append-only, double entry, balanced and uniquely keyed by the database.

An *entry* is one movement with its cause; its *postings* add up to zero. Accounts, seen from the company:

expense    pay that was earned
held       earned, not yet due: waits for the customer's money
payable    due to the payee
cash       paid out
clawback   paid out and owed back
retained   held back by a rule of the plan, such as a risk deposit (风险金)
carried    due, and carried into a later period by a rule of the plan; below zero: carried against the payee
draw       advanced to the payee, to be recovered

Which account rises and which falls by a movement's amount stands in `services.ledger.LEGS`. A payee's balance on an account is the sum
with the opposite sign (as it is on expense, clawback and draw). The key of an entry names its cause, so paying twice is refused.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.money import MoneyField

from .payees import PayeeRecord


class LedgerEntry(PayeeRecord):
    """One movement of one payee (its owner)."""

    class Kind(models.TextChoices):
        EARNED = "earned", _("earned")
        RELEASED = "released", pgettext_lazy("pay", "released")
        TAKEN_BACK = "taken_back", _("taken back")
        ADJUSTED = "adjusted", _("adjusted")
        CORRECTED = "corrected", _("corrected")
        CANCELLED = "cancelled", pgettext_lazy("pay", "cancelled")
        HELD_BACK = "held_back", _("held back")
        LET_GO = "let_go", _("let go of a hold")
        DRAWN = "drawn", _("drawn in advance")
        DRAW_RECOVERED = "draw_recovered", _("draw recovered")
        FORGIVEN = "forgiven", _("draw forgiven")
        GUARANTEED = "guaranteed", _("made up to the guarantee")
        CARRIED = "carried", _("carried to a later month")
        FORFEITED = "forfeited", _("forfeited above the cap")
        RECOVERED = "recovered", _("recovered")
        PAID = "paid", _("paid")

    key = models.CharField(pgettext_lazy("identifier", "Key"), max_length=120, unique=True)
    kind = models.CharField(_("Kind"), max_length=16, choices=Kind)
    amount = MoneyField(_("Amount"))
    day = models.DateField(_("Day"))
    period = models.ForeignKey(
        "compensation.PayPeriod", models.PROTECT, verbose_name=_("Period"), related_name="entries"
    )
    earning = models.ForeignKey(
        "compensation.Earning",
        models.PROTECT,
        verbose_name=_("Earning"),
        null=True,
        blank=True,
        related_name="entries",
    )
    event = models.ForeignKey(
        "compensation.PayEvent",
        models.PROTECT,
        verbose_name=_("Event"),
        null=True,
        blank=True,
        related_name="+",
    )
    correction = models.ForeignKey(
        "compensation.Correction",
        models.PROTECT,
        verbose_name=_("Correction"),
        null=True,
        blank=True,
        related_name="entries",
    )
    sentence = models.TextField(_("Why"), blank=True)
    sentence_zh = models.TextField(_("Why, in Chinese"), blank=True)

    class Meta:
        verbose_name = _("pay movement")
        verbose_name_plural = _("pay movements")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("owner", "period", "id"), name="pay_entry_owner_period"),
            models.Index(fields=("earning", "id"), name="pay_entry_earning"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="corrected") | models.Q(correction__isnull=False),
                name="pay_entry_corrected_by",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"


class LedgerPosting(models.Model):
    """One leg of an entry."""

    class Account(models.TextChoices):
        EXPENSE = "expense", _("expense")
        HELD = "held", pgettext_lazy("pay account", "held")
        PAYABLE = "payable", _("payable")
        CASH = "cash", _("cash")
        CLAWBACK = "clawback", _("clawback")
        RETAINED = "retained", _("held back")
        CARRIED = "carried", _("carried")
        DRAW = "draw", _("draw")

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="postings")
    person = models.ForeignKey("directory.Person", models.PROTECT, related_name="+")
    account = models.CharField(max_length=10, choices=Account)
    amount = MoneyField()

    class Meta:
        verbose_name = _("pay posting")
        verbose_name_plural = _("pay postings")
        indexes = [
            models.Index(
                fields=("person", "account"), include=("amount",), name="pay_posting_person"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=("entry", "account"), name="pay_posting_once")
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"

"""Facts that pay people, whose they are, and what each earned somebody.

All are append-only: a correction is a new fact that names what it corrects. An *earning* keeps the engine's trace of the day it was
computed, so that its sentence can be read, and checked, for ever.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.money import MoneyField
from tonglu.toolkit.records import Record

from .payees import PayeeRecord

NO_SALES = ("compensation.window", "compensation.correction")


class PayFact(Record):
    """What happened, in the neutral form the engine reads, under one plan version; amounts in base currency."""

    source_kind = models.CharField(_("Source"), max_length=60)
    source_id = models.BigIntegerField(_("Source id"))
    plan_version = models.ForeignKey(
        "compensation.PlanVersion", models.PROTECT, verbose_name=_("Plan version"), related_name="+"
    )
    contract = models.ForeignKey(
        "orders.Contract",
        models.PROTECT,
        verbose_name=_("Contract"),
        null=True,
        blank=True,
        related_name="+",
    )
    day = models.DateField(_("Day"))
    neutral: models.JSONField[dict[str, Any]] = models.JSONField(_("Fact"))

    class Meta:
        verbose_name = _("pay fact")
        verbose_name_plural = _("pay facts")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("source_kind", "source_id", "plan_version"), name="pay_fact_once"
            )
        ]

    @property
    def is_sale(self) -> bool:
        """Whether something was sold by it; what is booked for a window, and corrections, hang on facts that sold nothing."""
        return self.source_kind not in NO_SALES

    def __str__(self) -> str:
        told = self.neutral.get("window") or self.neutral.get("title")
        return str(told or f"{self.source_kind} {self.source_id}")


class PayCredit(Record):
    """Whose fact it is: a share of it, in a role."""

    fact = models.ForeignKey(PayFact, models.PROTECT, related_name="credits")
    person = models.ForeignKey(
        "directory.Person", models.PROTECT, verbose_name=_("Person"), related_name="+"
    )
    percent = models.DecimalField(_("Share"), max_digits=9, decimal_places=4)
    role = models.CharField(_("Role"), max_length=30, default="direct")

    class Meta:
        verbose_name = _("pay credit")
        verbose_name_plural = _("pay credits")
        indexes = [models.Index(fields=("person", "fact"), name="pay_credit_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.percent}"


class PayEvent(Record):
    """Something that releases pay: cash on a contract; negative when it went back."""

    key = models.CharField(pgettext_lazy("identifier", "Key"), max_length=100, unique=True)
    contract = models.ForeignKey("orders.Contract", models.PROTECT, related_name="+")
    type = models.CharField(_("Type"), max_length=20)
    amount = MoneyField(_("Amount"))
    day = models.DateField(_("Day"))
    due_on = models.DateField(_("Due on"), null=True, blank=True)

    class Meta:
        verbose_name = _("pay event")
        verbose_name_plural = _("pay events")
        ordering = ("contract", "id")

    def __str__(self) -> str:
        return self.key


class Earning(PayeeRecord):
    """What one component of a plan version pays one person (its owner) for one fact."""

    fact = models.ForeignKey(PayFact, models.PROTECT, related_name="earnings")
    plan_version = models.ForeignKey(
        "compensation.PlanVersion", models.PROTECT, verbose_name=_("Plan version"), related_name="+"
    )
    component = models.CharField(_("Component"), max_length=60)
    contract = models.ForeignKey(
        "orders.Contract",
        models.PROTECT,
        verbose_name=_("Contract"),
        null=True,
        blank=True,
        related_name="+",
    )
    account = models.ForeignKey(
        "customers.Account",
        models.PROTECT,
        verbose_name=_("Account"),
        null=True,
        blank=True,
        related_name="+",
    )
    earned_on = models.DateField(_("Earned on"))
    amount = MoneyField(_("Earned"))
    released_amount = MoneyField(_("Released"), default=0, editable=False)
    trace: models.JSONField[list[dict[str, Any]]] = models.JSONField(_("Trace"), default=list)
    sentence = models.TextField(_("Why"))
    sentence_zh = models.TextField(_("Why, in Chinese"), blank=True)

    class Meta:
        verbose_name = _("earning")
        verbose_name_plural = _("earnings")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("owner", "-earned_on"), name="pay_earning_owner"),
            models.Index(fields=("contract",), name="pay_earning_contract"),
        ]
        constraints = [
            models.UniqueConstraint(fields=("fact", "owner", "component"), name="pay_earning_once")
        ]

    def __str__(self) -> str:
        return f"{self.contract or self.fact} · {self.component}"

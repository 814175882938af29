"""Contracts: parts, payment plan and credits, all frozen when the contract is signed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.money import MoneyField, PercentField
from tonglu.toolkit.records import Record
from tonglu.toolkit.search import search_column, search_index

from .lines import PricedDocument, PricedRow
from .quotes import Quote


class Contract(PricedDocument):
    """What both sides signed.

    From signing on nothing in it changes, and the database refuses to; a change is a new edition that `amends` this one.
    `terms_at_signing` holds the frozen price, cost base and credits, and `plan_versions` the pay plans in force that day.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SIGNED = "signed", _("Signed")
        ACTIVE = "active", _("Active")
        COMPLETED = "completed", _("Completed")
        TERMINATED = "terminated", _("Terminated")
        AMENDED = "amended", _("Amended")

    class Kind(models.TextChoices):
        SALE = "sale", _("Sale")
        SERVICE = "service", _("Service")
        FRAMEWORK = "framework", _("Framework")
        RENEWAL = "renewal", _("Renewal")

    name = models.CharField(_("Name"), max_length=200, blank=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.SALE)
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    quote = models.ForeignKey(
        Quote,
        models.PROTECT,
        verbose_name=_("Quote"),
        null=True,
        blank=True,
        related_name="contracts",
    )
    edition = models.PositiveSmallIntegerField(_("Edition"), default=1, editable=False)
    amends = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("Amends"),
        null=True,
        blank=True,
        editable=False,
        related_name="amended_by",
    )
    renews = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("Renews"),
        null=True,
        blank=True,
        editable=False,
        related_name="renewed_by",
    )
    customer_number = models.CharField(_("Customer's number"), max_length=60, blank=True)
    signed_on = models.DateField(_("Signed on"), null=True, blank=True, editable=False)
    signed_by = models.CharField(_("Signed for the customer by"), max_length=120, blank=True)
    starts_on = models.DateField(_("Starts on"), null=True, blank=True)
    ends_on = models.DateField(_("Ends on"), null=True, blank=True)
    renewal_on = models.DateField(_("Renewal due on"), null=True, blank=True)
    terms = models.TextField(_("Terms"), blank=True)
    base_rate = models.DecimalField(
        _("Exchange rate at signing"),
        max_digits=18,
        decimal_places=8,
        null=True,
        blank=True,
        editable=False,
    )
    base_net_amount = MoneyField(_("Net in base currency"), default=0, editable=False)
    base_cost_amount = MoneyField(
        _("Cost base in base currency"), null=True, blank=True, editable=False
    )
    terms_at_signing: models.JSONField[dict[str, Any]] = models.JSONField(
        _("Frozen at signing"), default=dict, editable=False
    )
    fingerprint = models.CharField(_("Fingerprint"), max_length=64, blank=True, editable=False)
    plan_versions: models.JSONField[list[dict[str, Any]]] = models.JSONField(
        _("Pay plans in force at signing"), default=list, editable=False
    )
    ended_on = models.DateField(_("Ended on"), null=True, blank=True, editable=False)
    end_reason = models.TextField(_("Why it ended"), blank=True, editable=False)

    search = search_column("number", "name", "customer_number")

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ("-updated_at", "-id")
        indexes = [
            search_index(),
            models.Index(fields=("owner", "-updated_at"), name="orders_contract_owner"),
            models.Index(fields=("department", "-updated_at"), name="orders_contract_dept"),
            models.Index(fields=("account", "-updated_at"), name="orders_contract_account"),
            models.Index(fields=("opportunity", "-updated_at"), name="orders_contract_opportunity"),
            models.Index(fields=("signed_on",), name="orders_contract_signed"),
            models.Index(
                F("signed_on").desc(nulls_last=True), F("id").desc(), name="orders_contract_latest"
            ),
            models.Index(fields=("state", "renewal_on"), name="orders_contract_renewal"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(signed_on__isnull=False),
                name="orders_contract_signed_when",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="orders_contract_ends_after_start",
            ),
        ]


class ContractLine(PricedRow):
    """A part of a contract, copied from the quote."""

    contract = models.ForeignKey(
        Contract, models.CASCADE, verbose_name=_("Contract"), related_name="lines"
    )

    class Meta:
        verbose_name = _("contract line")
        verbose_name_plural = _("contract lines")
        ordering = ("position", "id")


class PaymentInstalment(Record):
    """One payment that the contract promises: when or upon what, which share, how much."""

    class Milestone(models.TextChoices):
        DATE = "date", _("On a date")
        SIGNED = "signed", _("On signing")
        SHIPPED = "shipped", _("On shipment")
        DELIVERED = "delivered", _("On delivery")
        ACCEPTED = "accepted", _("On acceptance")
        WARRANTY = "warranty", _("After the warranty")

    contract = models.ForeignKey(
        Contract, models.CASCADE, verbose_name=_("Contract"), related_name="instalments"
    )
    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    label = models.CharField(_("Instalment"), max_length=120, blank=True)
    milestone = models.CharField(
        _("Due upon"), max_length=10, choices=Milestone.choices, default=Milestone.DATE
    )
    days_after = models.PositiveSmallIntegerField(_("Days after"), default=0)
    due_on = models.DateField(_("Due on"), null=True, blank=True)
    percent = PercentField(_("Share"), null=True, blank=True)
    amount = MoneyField(_("Amount"), null=True, blank=True)

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("payment plan")
        ordering = ("position", "id")
        indexes = [models.Index(fields=("due_on",), name="orders_instalment_due")]

    def __str__(self) -> str:
        return self.label or f"{self.position}"


class ContractCredit(Record):
    """Who has the credit for the contract, frozen at signing from the opportunity's split."""

    contract = models.ForeignKey(
        Contract, models.CASCADE, verbose_name=_("Contract"), related_name="credits"
    )
    person = models.ForeignKey(
        "directory.Person", models.PROTECT, verbose_name=_("Person"), related_name="+"
    )
    percent = PercentField(_("Share"))
    direct = models.BooleanField(_("Direct"), default=True)
    sourced = models.BooleanField(_("Sourced it"), default=False)
    role = models.CharField(_("Part in the deal"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("contract credit")
        verbose_name_plural = _("contract credits")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.person} {self.percent * 100:.2f}%"

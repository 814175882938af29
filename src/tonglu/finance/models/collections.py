"""Money received, and what it pays for.

A *collection* is a receipt (or a refund to the customer, with a negative amount). An *allocation* says which invoice or contract a
part of it pays; allocations are append-only: one is taken back by another with the opposite amount that names it. What is not
allocated is the customer's credit.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.money import CurrencyField, MoneyField
from tonglu.toolkit.records import OwnedRecord
from tonglu.toolkit.search import search_column, search_index


class Collection(OwnedRecord):
    """A receipt from a customer, or a refund to one."""

    class Method(models.TextChoices):
        TRANSFER = "transfer", _("bank transfer")
        DRAFT = "draft", _("acceptance draft")
        CHEQUE = "cheque", _("cheque")
        CASH = "cash", _("cash")
        ONLINE = "online", _("online payment")
        OFFSET = "offset", _("offset")

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("receipt")
        REFUND = "refund", _("refund")

    number = models.CharField(_("Number"), max_length=40, unique=True, editable=False)
    kind = models.CharField(
        _("Kind"), max_length=10, choices=Kind, default=Kind.RECEIPT, editable=False
    )
    account = models.ForeignKey(
        "customers.Account", models.PROTECT, verbose_name=_("Account"), related_name="+"
    )
    received_on = models.DateField(_("Received on"))
    currency = CurrencyField(_("Currency"))
    amount = MoneyField(_("Amount"))
    base_amount = MoneyField(_("Amount in base currency"), default=0, editable=False)
    allocated_amount = MoneyField(_("Allocated"), default=0, editable=False)
    open_amount = MoneyField(_("Not allocated"), default=0, editable=False)
    method = models.CharField(_("Method"), max_length=10, choices=Method, default=Method.TRANSFER)
    payer = models.CharField(_("Payer"), max_length=200, blank=True)
    bank_reference = models.CharField(_("Bank reference"), max_length=120, blank=True)
    note = models.TextField(_("Note"), blank=True)
    search = search_column("number", "payer", "bank_reference")

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ("-id",)
        indexes = [
            search_index("search"),
            models.Index(fields=("owner", "-updated_at"), name="finance_collection_owner"),
            models.Index(fields=("department", "-updated_at"), name="finance_collection_dept"),
            models.Index(fields=("account", "-received_on"), name="finance_collection_account"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="receipt", amount__gt=0, allocated_amount__gte=0)
                | Q(kind="refund", amount__lt=0, allocated_amount__lte=0),
                name="finance_collection_sign",
                violation_error_message=_("A receipt is more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(kind="receipt", allocated_amount__lte=F("amount"))
                | Q(kind="refund", allocated_amount__gte=F("amount")),
                name="finance_collection_not_overallocated",
                violation_error_message=_("More is allocated than was received."),
            ),
            models.CheckConstraint(
                condition=Q(open_amount=F("amount") - F("allocated_amount")),
                name="finance_collection_open_is_rest",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Allocation(OwnedRecord):
    """A part of a collection that pays an invoice or a contract; never changed, only reversed."""

    collection = models.ForeignKey(
        Collection, models.PROTECT, verbose_name=_("Collection"), related_name="allocations"
    )
    invoice = models.ForeignKey(
        "finance.Invoice",
        models.PROTECT,
        verbose_name=_("Invoice"),
        null=True,
        blank=True,
        related_name="allocations",
    )
    contract = models.ForeignKey(
        "orders.Contract",
        models.PROTECT,
        verbose_name=_("Contract"),
        null=True,
        blank=True,
        related_name="+",
    )
    account = models.ForeignKey(
        "customers.Account", models.PROTECT, verbose_name=_("Account"), related_name="+"
    )
    allocated_on = models.DateField(_("Allocated on"))
    currency = CurrencyField(_("Currency"))
    amount = MoneyField(_("Amount"))
    base_amount = MoneyField(_("Amount in base currency"), default=0)
    reverses = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("Takes back"),
        null=True,
        blank=True,
        related_name="reversed_by",
    )
    reason = models.CharField(_("Reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("contract", "id"), name="finance_allocation_contract"),
            models.Index(fields=("account", "-id"), name="finance_allocation_account"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(invoice__isnull=False) | Q(contract__isnull=False),
                name="finance_allocation_pays_something",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="finance_allocation_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.collection_id}: {self.amount}"

"""Invoices with the data that a Chinese VAT invoice needs, and their lines.

A draft may be edited; an issued invoice never changes but for what has been collected on it or credited. It is corrected by
credit notes (红字发票), invoices with negative amounts that name the one they correct, each line the line. A line made from a
contract or an order names its line there, so that nothing is invoiced twice.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.money import CurrencyField, MoneyField, PercentField, UnitPriceField
from tonglu.toolkit.records import OwnedRecord, Record
from tonglu.toolkit.search import search_column, search_index
from tonglu.toolkit.units import UnitField


class Invoice(OwnedRecord):
    """A claim on a customer for goods or services."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ISSUED = "issued", _("issued")
        CREDITED = "credited", _("credited")

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        CREDIT_NOTE = "credit_note", _("credit note")

    class Reminder(models.TextChoices):
        FRIENDLY = "friendly", _("Friendly reminder")
        SECOND = "second", _("Second reminder")
        FINAL = "final", _("Final reminder")

    class VatType(models.TextChoices):
        SPECIAL = "special", _("special VAT invoice")
        ORDINARY = "ordinary", _("ordinary VAT invoice")
        NONE = "none", _("no VAT invoice")

    number = models.CharField(_("Number"), max_length=40, unique=True, editable=False)
    kind = models.CharField(
        _("Kind"), max_length=12, choices=Kind, default=Kind.INVOICE, editable=False
    )
    state = models.CharField(
        _("State"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    account = models.ForeignKey(
        "customers.Account", models.PROTECT, verbose_name=_("Account"), related_name="+"
    )
    contract = models.ForeignKey(
        "orders.Contract",
        models.PROTECT,
        verbose_name=_("Contract"),
        null=True,
        blank=True,
        related_name="+",
    )
    order = models.ForeignKey(
        "orders.Order",
        models.PROTECT,
        verbose_name=_("Order"),
        null=True,
        blank=True,
        related_name="+",
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("Corrects"),
        null=True,
        blank=True,
        editable=False,
        related_name="corrections",
    )
    order_return = models.ForeignKey(
        "orders.OrderReturn",
        models.PROTECT,
        verbose_name=_("Because of the return"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    vat_type = models.CharField(
        _("VAT invoice"), max_length=10, choices=VatType, default=VatType.SPECIAL
    )
    title = models.CharField(_("Invoice title"), max_length=200, blank=True)
    tax_number = models.CharField(_("Taxpayer number"), max_length=40, blank=True)
    registered_address = models.CharField(_("Registered address"), max_length=200, blank=True)
    registered_phone = models.CharField(_("Registered telephone"), max_length=40, blank=True)
    bank_name = models.CharField(_("Bank"), max_length=120, blank=True)
    bank_account = models.CharField(_("Bank account"), max_length=60, blank=True)
    tax_invoice_number = models.CharField(
        _("Tax invoice number"),
        max_length=40,
        blank=True,
        help_text=_("As printed by the tax system."),
    )
    issued_on = models.DateField(_("Issued on"), null=True, blank=True)
    due_on = models.DateField(_("Due on"), null=True, blank=True)
    currency = CurrencyField(_("Currency"))
    net_amount = MoneyField(_("Net"), default=0, editable=False)
    vat_amount = MoneyField(_("VAT"), default=0, editable=False)
    amount = MoneyField(_("Total"), default=0, editable=False)
    base_amount = MoneyField(_("Total in base currency"), default=0, editable=False)
    collected_amount = MoneyField(_("Collected"), default=0, editable=False)
    credited_amount = MoneyField(_("Credited"), default=0, editable=False)
    open_amount = MoneyField(_("Still open"), default=0, editable=False)
    reminder_level = models.CharField(
        _("Last reminder"), max_length=10, choices=Reminder, blank=True, editable=False
    )
    reminded_on = models.DateField(_("Reminded on"), null=True, blank=True, editable=False)
    promised_on = models.DateField(_("Payment promised by"), null=True, blank=True, editable=False)
    promise_note = models.CharField(
        _("Note on the promise"), max_length=200, blank=True, editable=False
    )
    note = models.TextField(_("Note"), blank=True)
    search = search_column("number", "title", "tax_number", "tax_invoice_number")

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ("-id",)
        indexes = [
            search_index("search"),
            models.Index(fields=("owner", "-updated_at"), name="finance_invoice_owner"),
            models.Index(fields=("department", "-updated_at"), name="finance_invoice_dept"),
            models.Index(fields=("account", "-updated_at"), name="finance_invoice_account"),
            models.Index(fields=("contract",), name="finance_invoice_contract"),
            models.Index(
                F("issued_on").desc(nulls_last=True), F("id").desc(), name="finance_invoice_latest"
            ),
            models.Index(
                fields=("due_on",),
                name="finance_invoice_open",
                condition=Q(state="issued", open_amount__gt=0),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(open_amount=F("amount") - F("collected_amount") - F("credited_amount"))
                | ~Q(state="issued")
                | Q(kind="credit_note"),
                name="finance_invoice_open_is_rest",
            ),
            models.CheckConstraint(
                condition=Q(kind="credit_note")
                | Q(collected_amount__lte=F("amount") - F("credited_amount")),
                name="finance_invoice_not_overpaid",
                violation_error_message=_("An invoice cannot be paid more than its total."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(issued_on__isnull=False, due_on__isnull=False),
                name="finance_invoice_issued_has_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(Record):
    """One line of an invoice; prices exclude VAT."""

    invoice = models.ForeignKey(
        Invoice, models.CASCADE, verbose_name=_("Invoice"), related_name="lines"
    )
    contract_line = models.ForeignKey(
        "orders.ContractLine",
        models.PROTECT,
        verbose_name=_("Part of the contract"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    order_line = models.ForeignKey(
        "orders.OrderLine",
        models.PROTECT,
        verbose_name=_("Line of the order"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("Corrects the line"),
        null=True,
        blank=True,
        editable=False,
        related_name="corrections",
    )
    position = models.PositiveSmallIntegerField(_("Order"), default=0)
    product = models.ForeignKey(
        "catalog.Product",
        models.PROTECT,
        verbose_name=_("Product"),
        null=True,
        blank=True,
        related_name="+",
    )
    description = models.CharField(_("Goods or service"), max_length=300, blank=True)
    quantity = models.DecimalField(_("Quantity"), max_digits=14, decimal_places=4, default=1)
    unit = UnitField(_("Unit"), max_length=20, blank=True)
    price = UnitPriceField(_("Price without VAT"))
    vat_rate = PercentField(_("VAT rate"), default="0.13")
    net_amount = MoneyField(_("Net"), default=0, editable=False)
    vat_amount = MoneyField(_("VAT"), default=0, editable=False)
    amount = MoneyField(_("Amount"), default=0, editable=False)

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        ordering = ("invoice", "position", "id")

    def __str__(self) -> str:
        return self.description

"""What our people spend to win and serve a deal, with receipts and an authority limit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.money import CurrencyField, MoneyField
from tonglu.toolkit.records import OwnedRecord, Record
from tonglu.toolkit.search import search_column, search_index


class Expense(OwnedRecord):
    """A claim for money spent, or a request before a trip; its lines say on what."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")
        PAID = "paid", _("paid")

    number = models.CharField(_("Number"), max_length=40, unique=True, editable=False)
    title = models.CharField(_("Purpose"), max_length=200)
    state = models.CharField(
        _("State"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    account = models.ForeignKey(
        "customers.Account",
        models.SET_NULL,
        verbose_name=_("Account"),
        null=True,
        blank=True,
        related_name="+",
    )
    opportunity = models.ForeignKey(
        "sales.Opportunity",
        models.SET_NULL,
        verbose_name=_("Opportunity"),
        null=True,
        blank=True,
        related_name="+",
    )
    spent_on = models.DateField(_("Date"))
    currency = CurrencyField(_("Currency"))
    amount = MoneyField(_("Amount"), default=0, editable=False)
    base_amount = MoneyField(_("Amount in base currency"), default=0, editable=False)
    decided_by = models.ForeignKey(
        "directory.Person",
        models.SET_NULL,
        verbose_name=_("Decided by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("Decided"), null=True, blank=True, editable=False)
    decision_note = models.CharField(
        _("Note on the decision"), max_length=300, blank=True, editable=False
    )
    search = search_column("number", "title")

    class Meta:
        verbose_name = _("expense")
        verbose_name_plural = _("expenses")
        ordering = ("-id",)
        indexes = [
            search_index("search"),
            models.Index(fields=("owner", "-updated_at"), name="finance_expense_owner"),
            models.Index(fields=("department", "-updated_at"), name="finance_expense_dept"),
            models.Index(fields=("opportunity",), name="finance_expense_opportunity"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ExpenseLine(Record):
    """One item of an expense."""

    class Category(models.TextChoices):
        TRAVEL = "travel", _("travel")
        HOTEL = "hotel", _("hotel")
        MEALS = "meals", _("meals and hospitality")
        GIFTS = "gifts", _("gifts")
        FREIGHT = "freight", _("freight")
        OTHER = "other", _("other")

    expense = models.ForeignKey(
        Expense, models.CASCADE, verbose_name=_("Expense"), related_name="lines"
    )
    position = models.PositiveSmallIntegerField(_("Order"), default=0)
    category = models.CharField(
        _("Category"), max_length=10, choices=Category, default=Category.TRAVEL
    )
    description = models.CharField(_("Description"), max_length=200, blank=True)
    amount = MoneyField(_("Amount"))

    class Meta:
        verbose_name = _("expense line")
        verbose_name_plural = _("expense lines")
        ordering = ("expense", "position", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="finance_expense_line_positive",
                violation_error_message=_("An amount is more than zero."),
            )
        ]

    def __str__(self) -> str:
        return self.description or self.get_category_display()

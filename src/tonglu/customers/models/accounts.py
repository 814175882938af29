"""Accounts: the companies we sell to, and the life each record of one has.

An account begins *provisional* (anybody, any hour), becomes *verified* when accounting knows it by an id, and ends *archived*
or *merged* into another. `name_key` is the name without what everybody writes differently: legal form, brackets, width.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.money import CurrencyField, MoneyField
from tonglu.toolkit.records import OwnedRecord, Record
from tonglu.toolkit.search import search_column, search_index
from tonglu.toolkit.tiers import Tier

from .lists import Industry, Source


class Account(OwnedRecord):
    """A company or site we do business with, or hope to."""

    class State(models.TextChoices):
        PROVISIONAL = "provisional", _("Provisional")
        VERIFIED = "verified", _("Verified")
        ARCHIVED = "archived", _("Archived")
        MERGED = "merged", _("Merged")

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        PARTNER = "partner", _("Partner")
        RESELLER = "reseller", _("Reseller")
        COMPETITOR = "competitor", _("Competitor")
        OTHER = "other", _("Other")

    Tier = Tier

    class LifeStage(models.TextChoices):
        PROSPECT = "prospect", _("Prospect")
        NEW = "new", _("New customer")
        ACTIVE = "active", pgettext_lazy("life stage", "Active")
        LOYAL = "loyal", _("Loyal")
        AT_RISK = "at_risk", _("At risk")
        LOST = "lost", pgettext_lazy("life stage", "Lost")

    class Size(models.TextChoices):
        MICRO = "micro", _("Under 20 people")
        SMALL = "small", _("20 to 99 people")
        MEDIUM = "medium", _("100 to 499 people")
        LARGE = "large", _("500 to 1,999 people")
        HUGE = "huge", _("2,000 people and more")

    name = models.CharField(_("Name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    name_key = models.CharField(max_length=200, editable=False, db_index=True, default="")
    state = models.CharField(
        _("State"), max_length=12, choices=State.choices, default=State.PROVISIONAL, editable=False
    )
    kind = models.CharField(
        _("Relationship"), max_length=12, choices=Kind.choices, default=Kind.CUSTOMER
    )
    industry = models.ForeignKey(
        Industry, models.PROTECT, verbose_name=_("Industry"), null=True, blank=True
    )
    tier = models.CharField(_("Tier"), max_length=12, choices=Tier.choices, default=Tier.STANDARD)
    life_stage = models.CharField(
        _("Life-cycle stage"),
        max_length=12,
        choices=LifeStage.choices,
        default=LifeStage.PROSPECT,
    )
    size = models.CharField(_("Company size"), max_length=8, choices=Size.choices, blank=True)
    employees = models.PositiveIntegerField(_("Employees"), null=True, blank=True)
    founded = models.PositiveSmallIntegerField(_("Founded in"), null=True, blank=True)
    annual_revenue = MoneyField(_("Annual revenue"), null=True, blank=True)
    currency = CurrencyField(_("Currency"))
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("Parent company"),
        null=True,
        blank=True,
        related_name="subsidiaries",
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("Merged into"),
        null=True,
        blank=True,
        editable=False,
        related_name="merged_from",
    )
    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("Source"), null=True, blank=True
    )
    tags = ArrayField(
        models.CharField(max_length=40), verbose_name=_("Tags"), default=list, blank=True
    )
    territory = models.ForeignKey(
        "directory.Territory",
        models.SET_NULL,
        verbose_name=_("Territory"),
        null=True,
        blank=True,
        related_name="+",
    )
    website = models.CharField(_("Website"), max_length=200, blank=True)
    phone = models.CharField(_("Telephone"), max_length=40, blank=True)
    phone_key = models.CharField(max_length=20, editable=False, db_index=True, default="")
    email = models.EmailField(_("E-mail"), blank=True)
    country = models.CharField(_("Country"), max_length=60, blank=True)
    province = models.CharField(_("Province"), max_length=60, blank=True)
    city = models.CharField(_("City"), max_length=60, blank=True)
    district = models.CharField(_("District"), max_length=60, blank=True)
    street = models.CharField(_("Street and number"), max_length=200, blank=True)
    postcode = models.CharField(_("Postcode"), max_length=12, blank=True)
    tax_id = models.CharField(_("Tax id"), max_length=30, blank=True)
    invoice_title = models.CharField(_("Invoice title"), max_length=200, blank=True)
    bank_name = models.CharField(_("Bank"), max_length=120, blank=True)
    bank_account = models.CharField(_("Bank account"), max_length=60, blank=True)
    credit_limit = MoneyField(_("Credit limit"), null=True, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("Payment term in days"), default=30)
    accounting_id = models.CharField(
        _("Accounting id"), max_length=60, null=True, blank=True, unique=True
    )
    last_contact_at = models.DateTimeField(_("Last contact"), null=True, blank=True, editable=False)
    next_contact_on = models.DateField(_("Next contact"), null=True, blank=True)
    description = models.TextField(_("Description"), blank=True)
    search = search_column("name", "name_en", "phone", "email", "city", "accounting_id")

    class Meta:
        ordering = ("name",)
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        indexes = [
            search_index(),
            models.Index(
                fields=("owner", "-updated_at"), include=("id",), name="customers_account_own"
            ),
            models.Index(
                fields=("department", "-updated_at"), include=("id",), name="customers_account_team"
            ),
            models.Index(fields=("tax_id",), name="customers_account_tax"),
            models.Index(fields=("parent",), name="customers_account_parent"),
            models.Index(fields=("next_contact_on", "id"), name="customers_account_next"),
            models.Index(fields=("last_contact_at", "id"), name="customers_account_last"),
            models.Index(
                fields=("created_at", "id"),
                condition=Q(state="provisional", deleted_at__isnull=True),
                name="customers_account_to_verify",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="customers_account_has_a_name",
                violation_error_message=_("An account needs a name."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="customers_account_not_its_own_parent",
                violation_error_message=_("A company cannot be its own parent."),
            ),
            models.CheckConstraint(
                condition=Q(state="merged") ^ Q(merged_into__isnull=True),
                name="customers_account_merged_names_its_heir",
            ),
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0),
                name="customers_account_credit_not_negative",
                violation_error_message=_("A credit limit cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether new business may be done with it."""
        return self.state in {self.State.PROVISIONAL, self.State.VERIFIED}

    @property
    def address(self) -> str:
        """The address on one line, in the order of the country's script."""
        return " ".join(
            part for part in (self.province, self.city, self.district, self.street) if part
        )


class AccountAddress(Record):
    """Another address of an account: where to ship, where to send the bill."""

    class Kind(models.TextChoices):
        SHIPPING = "shipping", _("Shipping")
        BILLING = "billing", _("Billing")
        SITE = "site", _("Site")

    account = models.ForeignKey(
        Account, models.CASCADE, verbose_name=_("Account"), related_name="addresses"
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.SHIPPING)
    recipient = models.CharField(_("Recipient"), max_length=80, blank=True)
    phone = models.CharField(_("Telephone"), max_length=40, blank=True)
    province = models.CharField(_("Province"), max_length=60, blank=True)
    city = models.CharField(_("City"), max_length=60, blank=True)
    district = models.CharField(_("District"), max_length=60, blank=True)
    street = models.CharField(_("Street and number"), max_length=200)
    postcode = models.CharField(_("Postcode"), max_length=12, blank=True)

    class Meta:
        ordering = ("account", "kind", "id")
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return " ".join(
            part for part in (self.province, self.city, self.district, self.street) if part
        )

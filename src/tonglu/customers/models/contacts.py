"""Contacts: the people at a customer, and where they worked before."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.records import OwnedRecord, Record
from tonglu.toolkit.search import search_column, search_index

from .accounts import Account
from .lists import Source


class Contact(OwnedRecord):
    """A person at an account; `state` left means they no longer work there."""

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("contact", "Works there")
        LEFT = "left", _("Left the company")

    class Role(models.TextChoices):
        DECISION_MAKER = "decision_maker", _("Decision maker")
        USER = "user", pgettext_lazy("buying role", "User")
        TECHNICAL_LEAD = "technical_lead", _("Technical lead")
        COACH = "coach", _("Coach")
        BUYER = "buyer", _("Buyer")
        FINANCE = "finance", _("Finance")
        OTHER = "other", _("Other")

    name = models.CharField(pgettext_lazy("of a person", "Name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    name_key = models.CharField(max_length=120, editable=False, db_index=True, default="")
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        verbose_name=_("Account"),
        null=True,
        blank=True,
        related_name="contacts",
    )
    state = models.CharField(
        _("State"), max_length=8, choices=State.choices, default=State.ACTIVE, editable=False
    )
    left_on = models.DateField(_("Left on"), null=True, blank=True, editable=False)
    title = models.CharField(_("Job title"), max_length=80, blank=True)
    unit = models.CharField(_("Department at the customer"), max_length=80, blank=True)
    role = models.CharField(_("Role"), max_length=16, choices=Role.choices, default=Role.OTHER)
    is_primary = models.BooleanField(_("Main contact"), default=False)
    reports_to = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("Reports to"),
        null=True,
        blank=True,
        related_name="reports",
    )
    mobile = models.CharField(_("Mobile"), max_length=40, blank=True)
    mobile_key = models.CharField(max_length=20, editable=False, db_index=True, default="")
    phone = models.CharField(_("Telephone"), max_length=40, blank=True)
    phone_key = models.CharField(max_length=20, editable=False, db_index=True, default="")
    email = models.EmailField(_("E-mail"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    birthday = models.DateField(_("Birthday"), null=True, blank=True)
    interests = models.CharField(_("Interests"), max_length=300, blank=True)
    preferences = models.CharField(_("Preferences"), max_length=300, blank=True)
    do_not_mail = models.BooleanField(_("Wants no mass e-mail"), default=False)
    source = models.ForeignKey(
        Source, models.PROTECT, verbose_name=_("Source"), null=True, blank=True
    )
    last_contact_at = models.DateTimeField(_("Last contact"), null=True, blank=True, editable=False)
    description = models.TextField(_("Description"), blank=True)
    search = search_column("name", "name_en", "title", "mobile", "phone", "email", "wechat")

    class Meta:
        ordering = ("name",)
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            search_index(),
            models.Index(fields=("account", "state"), name="customers_contact_account"),
            models.Index(fields=("owner", "-updated_at"), name="customers_contact_owner"),
            models.Index(fields=("department", "-updated_at"), name="customers_contact_dept"),
            models.Index(fields=("email",), name="customers_contact_email"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="customers_contact_has_a_name",
                violation_error_message=_("A contact needs a name."),
            ),
            models.CheckConstraint(
                condition=Q(reports_to__isnull=True) | ~Q(reports_to=F("id")),
                name="customers_contact_not_own_superior",
                violation_error_message=_("Nobody reports to themselves."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_reachable(self) -> bool:
        """Whether there is any way to call or write to the person."""
        return bool(self.mobile or self.phone or self.email or self.wechat)


class Employment(Record):
    """A time a contact spent with an employer; the open one is where they work now."""

    contact = models.ForeignKey(
        Contact, models.CASCADE, verbose_name=_("Contact"), related_name="employments"
    )
    account = models.ForeignKey(
        Account,
        models.SET_NULL,
        verbose_name=_("Account"),
        null=True,
        blank=True,
        related_name="employments",
    )
    company = models.CharField(_("Company"), max_length=200)
    title = models.CharField(_("Job title"), max_length=80, blank=True)
    started_on = models.DateField(_("From"), null=True, blank=True)
    ended_on = models.DateField(_("Until"), null=True, blank=True)

    class Meta:
        ordering = ("contact", F("ended_on").desc(nulls_first=True), "-id")
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on__isnull=True)
                | Q(ended_on__isnull=True)
                | Q(ended_on__gte=F("started_on")),
                name="customers_employment_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.company

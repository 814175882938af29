"""Leads: a first sign that somebody might buy.

The *class* says what to do with a lead: a *live* one asked for something, a *name* fits but has not asked, a *dead* one is
disqualified. The *status* says how far it has come. Dead leads stay for ever, each with the cause it died of.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.money import CurrencyField, MoneyField
from tonglu.toolkit.records import OwnedRecord
from tonglu.toolkit.search import search_column, search_index

from .campaigns import Campaign


class Lead(OwnedRecord):
    """A person, a company or both, and what we know of their need."""

    class Class(models.TextChoices):
        LIVE = "live", _("Live")
        NAME = "name", _("Name only")
        DEAD = "dead", _("Dead")

    class Status(models.TextChoices):
        NEW = "new", pgettext_lazy("lead", "New")
        NURTURING = "nurturing", _("Nurturing")
        QUALIFIED = "qualified", _("Qualified")
        CONVERTED = "converted", _("Converted")
        DEAD = "dead", _("Dead")

    class Channel(models.TextChoices):
        MANUAL = "manual", _("Typed in")
        WEB = "web", _("Web form")
        MAIL = "mail", pgettext_lazy("channel", "E-mail")
        PHONE = "phone", _("Telephone")
        EVENT = "event", _("Event list")
        FILE = "file", _("File")
        API = "api", _("API")

    class DeadCause(models.TextChoices):
        NO_NEED = "no_need", _("No need")
        NO_BUDGET = "no_budget", _("No budget")
        WRONG_PERSON = "wrong_person", _("Wrong person, no say in it")
        UNREACHABLE = "unreachable", _("Cannot be reached")
        COMPETITOR = "competitor", _("Bought elsewhere")
        NOT_OUR_MARKET = "not_our_market", _("Not our market")
        DUPLICATE = "duplicate", _("Duplicate")
        JUNK = "junk", _("Junk or false data")

    name = models.CharField(pgettext_lazy("of a person", "Name"), max_length=120, blank=True)
    company = models.CharField(_("Company"), max_length=200, blank=True)
    company_key = models.CharField(max_length=200, editable=False, db_index=True, default="")
    title = models.CharField(_("Job title"), max_length=80, blank=True)
    mobile = models.CharField(_("Mobile"), max_length=40, blank=True)
    mobile_key = models.CharField(max_length=20, editable=False, db_index=True, default="")
    phone = models.CharField(_("Telephone"), max_length=40, blank=True)
    phone_key = models.CharField(max_length=20, editable=False, db_index=True, default="")
    email = models.EmailField(_("E-mail"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    website = models.CharField(_("Website"), max_length=200, blank=True)
    province = models.CharField(_("Province"), max_length=60, blank=True)
    city = models.CharField(_("City"), max_length=60, blank=True)
    source = models.ForeignKey(
        "customers.Source",
        models.PROTECT,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        related_name="+",
    )
    channel = models.CharField(
        _("Channel"), max_length=10, choices=Channel.choices, default=Channel.MANUAL
    )
    campaign = models.ForeignKey(
        Campaign,
        models.SET_NULL,
        verbose_name=_("Campaign"),
        null=True,
        blank=True,
        related_name="leads",
    )
    lead_class = models.CharField(
        _("Class"), max_length=6, choices=Class.choices, default=Class.LIVE
    )
    status = models.CharField(
        _("Status"), max_length=12, choices=Status.choices, default=Status.NEW
    )
    dead_cause = models.CharField(
        _("Cause of death"), max_length=16, choices=DeadCause.choices, blank=True, editable=False
    )
    dead_note = models.CharField(_("Note on the cause"), max_length=300, blank=True, editable=False)
    dead_at = models.DateTimeField(_("Dead since"), null=True, blank=True, editable=False)
    score = models.IntegerField(_("Score"), default=0, editable=False)
    score_reasons = models.JSONField(_("Reasons of the score"), default=list, editable=False)
    need = models.TextField(_("Need"), blank=True)
    product = models.ForeignKey(
        "catalog.Product",
        models.SET_NULL,
        verbose_name=_("Product of interest"),
        null=True,
        blank=True,
        related_name="+",
    )
    budget = MoneyField(_("Budget"), null=True, blank=True)
    currency = CurrencyField(_("Currency"))
    expected_on = models.DateField(_("Expected purchase"), null=True, blank=True)
    industry = models.ForeignKey(
        "customers.Industry",
        models.PROTECT,
        verbose_name=_("Industry"),
        null=True,
        blank=True,
        related_name="+",
    )
    territory = models.ForeignKey(
        "directory.Territory",
        models.SET_NULL,
        verbose_name=_("Territory"),
        null=True,
        blank=True,
        related_name="+",
    )
    employees = models.PositiveIntegerField(_("Employees"), null=True, blank=True)
    do_not_mail = models.BooleanField(_("Wants no mass e-mail"), default=False)
    assigned_at = models.DateTimeField(_("Assigned at"), null=True, blank=True, editable=False)
    assignment_reason = models.CharField(
        _("Why this owner"), max_length=300, blank=True, editable=False
    )
    last_contact_at = models.DateTimeField(_("Last contact"), null=True, blank=True, editable=False)
    next_contact_on = models.DateField(_("Next contact"), null=True, blank=True)
    converted_at = models.DateTimeField(_("Converted at"), null=True, blank=True, editable=False)
    converted_account = models.ForeignKey(
        "customers.Account",
        models.SET_NULL,
        verbose_name=_("Became the account"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    converted_contact = models.ForeignKey(
        "customers.Contact",
        models.SET_NULL,
        verbose_name=_("Became the contact"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    converted_opportunity_id = models.BigIntegerField(
        _("Became the opportunity"), null=True, blank=True, editable=False
    )
    description = models.TextField(_("Description"), blank=True)
    search = search_column("name", "company", "mobile", "phone", "email", "wechat", "city")

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        indexes = [
            search_index(),
            models.Index(fields=("owner", "lead_class", "-score"), name="marketing_lead_owner"),
            models.Index(fields=("department", "lead_class"), name="marketing_lead_dept"),
            models.Index(fields=("email",), name="marketing_lead_email"),
            models.Index(fields=("next_contact_on", "id"), name="marketing_lead_next"),
            models.Index(
                fields=("converted_opportunity_id",),
                condition=Q(converted_opportunity_id__isnull=False),
                name="marketing_lead_became",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(company=""),
                name="marketing_lead_names_someone",
                violation_error_message=_("A lead needs the name of a person or of a company."),
            ),
            models.CheckConstraint(
                condition=Q(lead_class="dead", status="dead") & ~Q(dead_cause="")
                | ~Q(lead_class="dead") & ~Q(status="dead") & Q(dead_cause=""),
                name="marketing_lead_dead_has_a_cause",
            ),
            models.CheckConstraint(
                condition=~Q(status="converted") | Q(converted_at__isnull=False),
                name="marketing_lead_converted_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.company

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.status not in {self.Status.CONVERTED, self.Status.DEAD}

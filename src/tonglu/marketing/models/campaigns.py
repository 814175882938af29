"""Campaigns, and who was reached by them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.toolkit.money import CurrencyField, MoneyField
from tonglu.toolkit.records import OwnedRecord, Record
from tonglu.toolkit.search import search_column, search_index


class Campaign(OwnedRecord):
    """A planned effort to be noticed: its budget, what it cost, and what it was to bring."""

    class Kind(models.TextChoices):
        FAIR = "fair", _("Trade fair")
        SEMINAR = "seminar", _("Seminar or webinar")
        MAIL = "mail", pgettext_lazy("kind of campaign", "E-mail")
        ADVERT = "advert", _("Advertising")
        SOCIAL = "social", _("Social media")
        TELEPHONE = "telephone", _("Telephone")
        PARTNER = "partner", _("With a partner")
        REFERRAL = "referral", _("Referral programme")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        DONE = "done", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")

    name = models.CharField(_("Name"), max_length=160)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.OTHER)
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.PLANNED
    )
    starts_on = models.DateField(_("Starts"), null=True, blank=True)
    ends_on = models.DateField(_("Ends"), null=True, blank=True)
    budget = MoneyField(_("Budget"), default=0)
    cost = MoneyField(_("Actual cost"), default=0)
    expected_revenue = MoneyField(_("Expected revenue"), default=0)
    currency = CurrencyField(_("Currency"))
    expected_leads = models.PositiveIntegerField(_("Expected leads"), default=0)
    audience = models.CharField(_("Audience"), max_length=200, blank=True)
    description = models.TextField(_("Description"), blank=True)
    search = search_column("name", "audience")

    class Meta:
        ordering = ("-starts_on", "name")
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        indexes = [search_index()]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="marketing_campaign_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(budget__gte=0) & Q(cost__gte=0),
                name="marketing_campaign_money_positive",
                violation_error_message=_("Budget and cost cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignMember(Record):
    """A lead or a contact whom a campaign reached, and how they answered."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        REACHED = "reached", _("Reached")
        ANSWERED = "answered", _("Answered")
        ATTENDED = "attended", _("Attended")
        DECLINED = "declined", _("Declined")

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, verbose_name=_("Campaign"), related_name="members"
    )
    lead = models.ForeignKey(
        "marketing.Lead",
        models.CASCADE,
        verbose_name=_("Lead"),
        null=True,
        blank=True,
        related_name="memberships",
    )
    contact = models.ForeignKey(
        "customers.Contact",
        models.CASCADE,
        verbose_name=_("Contact"),
        null=True,
        blank=True,
        related_name="+",
    )
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.PLANNED
    )
    answered_at = models.DateTimeField(_("Answered at"), null=True, blank=True)

    class Meta:
        ordering = ("campaign", "id")
        verbose_name = _("campaign member")
        verbose_name_plural = _("campaign members")
        constraints = [
            models.CheckConstraint(
                condition=Q(lead__isnull=True) ^ Q(contact__isnull=True),
                name="marketing_member_is_lead_or_contact",
                violation_error_message=_("A member is either a lead or a contact."),
            ),
            models.UniqueConstraint(
                fields=("campaign", "lead"),
                name="marketing_member_lead_once",
                violation_error_message=_("This lead is a member already."),
            ),
            models.UniqueConstraint(
                fields=("campaign", "contact"),
                name="marketing_member_contact_once",
                violation_error_message=_("This contact is a member already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.lead_id or self.contact_id}"

"""Opportunities, and what belongs to one: products, competitors, buying roles, credit shares."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.sales.core.forecast import BEST, COMMIT, OMITTED, PIPELINE
from tonglu.toolkit.money import CurrencyField, MoneyField, PercentField
from tonglu.toolkit.records import OwnedRecord, Record
from tonglu.toolkit.search import search_column, search_index

from .pipelines import Competitor, Pipeline, Stage, WinLossReason


class OpportunityType(models.TextChoices):
    """What kind of business it is."""

    NEW = "new", _("New business")
    EXPANSION = "expansion", _("Expansion")
    RENEWAL = "renewal", _("Renewal")
    REPLACEMENT = "replacement", _("Replacement")


class Importance(models.TextChoices):
    """How much the deal matters to us."""

    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    STRATEGIC = "strategic", _("Strategic")


class ForecastCategory(models.TextChoices):
    """What the salesperson promises."""

    COMMIT = COMMIT, _("Commit")
    BEST = BEST, _("Best case")
    PIPELINE = PIPELINE, pgettext_lazy("forecast", "Pipeline")
    OMITTED = OMITTED, _("Left out")


class Attention(models.TextChoices):
    """What makes a deal need a second look."""

    CONTACT_LEFT = "contact_left", _("A contact left the customer")


class Opportunity(OwnedRecord):
    """A deal that may be won: with whom, how much, when, and how far it is."""

    number = models.CharField(_("Number"), max_length=40, unique=True, editable=False)
    name = models.CharField(_("Name"), max_length=200)
    account = models.ForeignKey(
        "customers.Account", models.PROTECT, verbose_name=_("Account"), related_name="+"
    )
    contact = models.ForeignKey(
        "customers.Contact",
        models.SET_NULL,
        verbose_name=_("Primary contact"),
        null=True,
        blank=True,
        related_name="+",
    )
    lead = models.ForeignKey(
        "marketing.Lead",
        models.SET_NULL,
        verbose_name=_("From lead"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    pipeline = models.ForeignKey(
        Pipeline, models.PROTECT, verbose_name=_("Pipeline"), related_name="+", blank=True
    )
    stage = models.ForeignKey(
        Stage, models.PROTECT, verbose_name=_("Stage"), related_name="+", blank=True
    )
    stage_reason = models.TextField(_("Reason for the last step"), blank=True)
    stage_since = models.DateTimeField(_("In this stage since"), editable=False)
    stage_due_on = models.DateField(
        _("Stage should be done by"), null=True, blank=True, editable=False
    )
    is_open = models.BooleanField(_("Open"), default=True, editable=False)
    amount = MoneyField(_("Amount"), default=0)
    currency = CurrencyField(_("Currency"))
    base_amount = MoneyField(_("Amount in base currency"), default=0, editable=False)
    signed_amount = MoneyField(_("Signed amount"), null=True, blank=True, editable=False)
    budget = MoneyField(_("Customer's budget"), null=True, blank=True)
    cost_estimate = MoneyField(_("Estimated cost"), null=True, blank=True)
    margin_estimate = MoneyField(_("Estimated margin"), null=True, blank=True, editable=False)
    close_date = models.DateField(_("Close date"), null=True, blank=True)
    close_date_moves = models.PositiveSmallIntegerField(
        _("Times the close date was moved back"), default=0, editable=False
    )
    opened_on = models.DateField(_("Opened on"), null=True, blank=True)
    type = models.CharField(
        _("Type"), max_length=20, choices=OpportunityType.choices, default=OpportunityType.NEW
    )
    source = models.ForeignKey(
        "customers.Source",
        models.PROTECT,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        related_name="+",
    )
    campaign = models.ForeignKey(
        "marketing.Campaign",
        models.SET_NULL,
        verbose_name=_("Campaign"),
        null=True,
        blank=True,
        related_name="+",
    )
    importance = models.CharField(
        _("Importance"), max_length=10, choices=Importance.choices, default=Importance.NORMAL
    )
    probability = PercentField(_("Probability"), default=0, blank=True)
    forecast_category = models.CharField(
        _("Forecast"), max_length=10, choices=ForecastCategory.choices, blank=True
    )
    next_step = models.CharField(_("Next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("Next step on"), null=True, blank=True)
    description = models.TextField(_("Description"), blank=True)
    outcome_reason = models.ForeignKey(
        WinLossReason,
        models.PROTECT,
        verbose_name=_("Won or lost because"),
        null=True,
        blank=True,
        related_name="+",
    )
    outcome_note = models.TextField(_("Note on the outcome"), blank=True)
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True, editable=False)
    attention = models.CharField(
        _("Needs attention"),
        max_length=20,
        choices=Attention.choices,
        blank=True,
        editable=False,
    )
    competitors = models.ManyToManyField(
        Competitor,
        through="sales.OpportunityCompetitor",
        verbose_name=_("Competitors"),
        related_name="opportunities",
    )

    search = search_column("number", "name")

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        ordering = ("-updated_at", "-id")
        indexes = [
            models.Index(
                fields=("pipeline", "stage", "-updated_at", "-id"),
                include=("base_amount", "owner", "department"),
                condition=Q(deleted_at__isnull=True),
                name="sales_opportunity_lanes",
            ),
            models.Index(fields=("owner", "-updated_at"), name="sales_opportunity_owner"),
            models.Index(fields=("department", "-updated_at"), name="sales_opportunity_dept"),
            models.Index(fields=("account", "-updated_at"), name="sales_opportunity_account"),
            models.Index(fields=("is_open", "close_date"), name="sales_opportunity_closing"),
            models.Index(fields=("closed_at",), name="sales_opportunity_closed"),
            models.Index(fields=("stage", "amount", "id"), name="sales_opportunity_worth_at"),
            models.Index(fields=("amount", "id"), name="sales_opportunity_worth"),
            models.Index(
                F("closed_at").desc(nulls_last=True),
                F("id").desc(),
                name="sales_opportunity_latest",
            ),
            models.Index(
                fields=("stage_due_on",),
                condition=Q(is_open=True, deleted_at__isnull=True),
                name="sales_opportunity_stuck",
            ),
            search_index(),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1),
                name="sales_opportunity_probability",
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at__isnull=True)
                | Q(is_open=False, closed_at__isnull=False),
                name="sales_opportunity_closed_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpportunityLine(Record):
    """A product that the deal is about."""

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, verbose_name=_("Opportunity"), related_name="lines"
    )
    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    product = models.ForeignKey(
        "catalog.Product", models.PROTECT, verbose_name=_("Product"), related_name="+"
    )
    description = models.CharField(_("Description"), max_length=300, blank=True)
    quantity = models.DecimalField(_("Quantity"), max_digits=14, decimal_places=4, default=1)
    price = MoneyField(_("Price"), null=True, blank=True)
    discount = PercentField(_("Discount"), default=0, blank=True)
    amount = MoneyField(_("Amount"), default=0, editable=False)

    class Meta:
        verbose_name = _("product of an opportunity")
        verbose_name_plural = _("products of opportunities")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return f"{self.product} × {self.quantity.normalize():f}"


class OpportunityCompetitor(Record):
    """A competitor in one deal, and how strong they are there."""

    class Strength(models.TextChoices):
        WEAK = "weak", _("Weak")
        EVEN = "even", _("Even")
        STRONG = "strong", _("Strong")

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, verbose_name=_("Opportunity"), related_name="rivals"
    )
    competitor = models.ForeignKey(
        Competitor, models.PROTECT, verbose_name=_("Competitor"), related_name="rivalries"
    )
    strength = models.CharField(
        _("Strength"), max_length=10, choices=Strength.choices, default=Strength.EVEN
    )
    note = models.CharField(_("Note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("competitor in a deal")
        verbose_name_plural = _("competitors in deals")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("opportunity", "competitor"),
                condition=Q(deleted_at__isnull=True),
                name="sales_competitor_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.competitor}"


class BuyingRole(Record):
    """Which part a contact plays in the customer's decision."""

    class Part(models.TextChoices):
        DECISION_MAKER = "decision_maker", _("Decision maker")
        USER = "user", _("User")
        TECHNICAL_LEAD = "technical_lead", _("Technical lead")
        COACH = "coach", _("Coach")

    class Influence(models.TextChoices):
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")

    class Attitude(models.TextChoices):
        AGAINST = "against", _("Against us")
        NEUTRAL = "neutral", _("Neutral")
        FOR = "for", _("For us")
        UNKNOWN = "unknown", _("Unknown")

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, verbose_name=_("Opportunity"), related_name="buying_roles"
    )
    contact = models.ForeignKey(
        "customers.Contact", models.PROTECT, verbose_name=_("Contact"), related_name="+"
    )
    role = models.CharField(_("Buying role"), max_length=20, choices=Part.choices)
    influence = models.CharField(
        _("Influence"), max_length=10, choices=Influence.choices, default=Influence.MEDIUM
    )
    attitude = models.CharField(
        _("Attitude"), max_length=10, choices=Attitude.choices, default=Attitude.UNKNOWN
    )
    focus = models.CharField(_("Cares most about"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("buying role")
        verbose_name_plural = _("buying roles")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("opportunity", "contact", "role"),
                condition=Q(deleted_at__isnull=True),
                name="sales_buying_role_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact} – {self.get_role_display()}"


class CreditSplit(Record):
    """One person's share of the credit for a deal."""

    class Kind(models.TextChoices):
        DIRECT = "direct", _("Direct")
        OVERLAY = "overlay", _("Overlay")
        SOURCER = "sourcer", _("Sourced it")

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, verbose_name=_("Opportunity"), related_name="credits"
    )
    person = models.ForeignKey(
        "directory.Person", models.PROTECT, verbose_name=_("Person"), related_name="+"
    )
    percent = PercentField(_("Share"))
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.DIRECT)
    role = models.CharField(_("Part in the deal"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("credit share")
        verbose_name_plural = _("credit shares")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.person} {self.percent * 100:.2f}%"

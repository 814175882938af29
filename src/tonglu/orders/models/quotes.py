"""Quotes with their versions and lines, what happened on their links, and how far each role may go below list price."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.money import PercentField
from tonglu.toolkit.records import Record
from tonglu.toolkit.search import search_column, search_index

from .lines import PricedDocument, PricedRow


class Quote(PricedDocument):
    """An offer to a customer.

    All versions of one offer share `series`; at most one of them is not superseded. `clearance` says whether the price is
    within somebody's authority; a quote goes out only when it is cleared.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Expired")
        SUPERSEDED = "superseded", _("Superseded")

    class Clearance(models.TextChoices):
        OPEN = "open", _("Not checked")
        WAITING = "waiting", _("Waiting for approval")
        CLEARED = "cleared", _("Cleared")
        RETURNED = "returned", _("Sent back")

    series = models.CharField(_("Series"), max_length=40, editable=False, db_index=True)
    edition = models.PositiveSmallIntegerField(_("Quote version"), default=1, editable=False)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("Replaces"),
        null=True,
        blank=True,
        editable=False,
        related_name="replaced_by",
    )
    title = models.CharField(_("Title"), max_length=200, blank=True)
    state = models.CharField(
        _("State"), max_length=12, choices=State.choices, default=State.DRAFT, editable=False
    )
    valid_until = models.DateField(_("Offer valid until"), null=True, blank=True)
    language = models.CharField(
        _("Language of the document"),
        max_length=10,
        choices=[("en", _("English")), ("zh-hans", _("Simplified Chinese"))],
        default="zh-hans",
    )
    terms = models.TextField(_("Terms"), blank=True)
    note = models.TextField(_("Internal note"), blank=True)
    discount_rate = PercentField(_("Discount"), default=0, editable=False)
    deepest_discount = PercentField(_("Deepest discount"), default=0, editable=False)
    clearance = models.CharField(
        _("Price approval"),
        max_length=10,
        choices=Clearance.choices,
        default=Clearance.OPEN,
        editable=False,
    )
    approval = models.ForeignKey(
        "approvals.ApprovalRequest",
        models.SET_NULL,
        verbose_name=_("Approval"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    link_key = models.CharField(max_length=32, blank=True, editable=False)
    sent_at = models.DateTimeField(_("Sent"), null=True, blank=True, editable=False)
    viewed_at = models.DateTimeField(_("Last viewed"), null=True, blank=True, editable=False)
    views = models.PositiveIntegerField(_("Times viewed"), default=0, editable=False)
    answered_at = models.DateTimeField(_("Answer given"), null=True, blank=True, editable=False)
    answered_by = models.CharField(_("Answered by"), max_length=120, blank=True, editable=False)
    answer_note = models.TextField(_("Their words"), blank=True, editable=False)

    search = search_column("number", "title")

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ("-updated_at", "-id")
        indexes = [
            search_index(),
            models.Index(fields=("owner", "-updated_at"), name="orders_quote_owner"),
            models.Index(fields=("department", "-updated_at"), name="orders_quote_dept"),
            models.Index(fields=("account", "-updated_at"), name="orders_quote_account"),
            models.Index(fields=("opportunity", "-updated_at"), name="orders_quote_opportunity"),
            models.Index(fields=("state", "valid_until"), name="orders_quote_expiry"),
        ]
        constraints = [
            models.UniqueConstraint(fields=("series", "edition"), name="orders_quote_edition_once"),
            models.UniqueConstraint(
                fields=("series",),
                condition=~Q(state="superseded") & Q(deleted_at__isnull=True),
                name="orders_quote_one_current",
            ),
        ]


class QuoteLine(PricedRow):
    """A line of a quote."""

    quote = models.ForeignKey(Quote, models.CASCADE, verbose_name=_("Quote"), related_name="lines")

    class Meta:
        verbose_name = _("quote line")
        verbose_name_plural = _("quote lines")
        ordering = ("position", "id")


class QuoteEvent(models.Model):
    """What happened on the link of a quote: who looked, accepted or declined, when and from where."""

    class Act(models.TextChoices):
        VIEWED = "viewed", _("Viewed")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    quote = models.ForeignKey(Quote, models.CASCADE, verbose_name=_("Quote"), related_name="events")
    act = models.CharField(_("What"), max_length=10, choices=Act.choices)
    at = models.DateTimeField(_("When"))
    name = models.CharField(_("Name"), max_length=120, blank=True)
    note = models.TextField(_("Note"), blank=True)
    address = models.GenericIPAddressField(_("From address"), null=True)
    agent = models.CharField(_("Browser"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("event on a quote's link")
        verbose_name_plural = _("events on quotes' links")
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=("quote", "-at"), name="orders_quote_event")]

    def __str__(self) -> str:
        return f"{self.quote_id} {self.act}"


class DiscountLimit(Record):
    """How far a role may go below list price alone, from a day on; in one department or in all."""

    role = models.ForeignKey(
        "directory.Role", models.PROTECT, verbose_name=_("Role"), related_name="+"
    )
    department = models.ForeignKey(
        "directory.Department",
        models.PROTECT,
        verbose_name=_("Department"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("This department and those below it; everywhere when empty."),
    )
    discount = PercentField(_("Discount up to"))
    margin = PercentField(_("Margin down to"), null=True, blank=True)
    valid_from = models.DateField(_("Valid from"))

    class Meta:
        verbose_name = _("discount limit")
        verbose_name_plural = _("discount limits")
        ordering = ("role", "department", "-valid_from")
        constraints = [
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=1), name="orders_limit_is_a_share"
            ),
            models.UniqueConstraint(
                fields=("role", "department", "valid_from"),
                condition=Q(deleted_at__isnull=True),
                nulls_distinct=False,
                name="orders_limit_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.discount * 100:.2f}%"

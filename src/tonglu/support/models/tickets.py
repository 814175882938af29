"""Tickets: what customers ask or complain about."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import OwnedRecord
from tonglu.toolkit.search import search_column, search_index


class Ticket(OwnedRecord):
    """A customer's question, fault or complaint, from the first word to the answer."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        OPEN = "open", _("in work")
        WAITING = "waiting", _("waiting for the customer")
        SOLVED = "solved", _("solved")
        CLOSED = "closed", _("closed")

    class Priority(models.TextChoices):
        LOW = "low", _("low")
        NORMAL = "normal", _("normal")
        HIGH = "high", _("high")
        URGENT = "urgent", _("urgent")

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("phone")
        PAGE = "page", _("page")
        CHAT = "chat", _("chat")
        VISIT = "visit", _("visit")

    class Kind(models.TextChoices):
        QUESTION = "question", _("question")
        FAULT = "fault", _("fault")
        COMPLAINT = "complaint", _("complaint")
        RETURN = "return", _("goods returned")

    number = models.CharField(_("Number"), max_length=40, unique=True, editable=False)
    subject = models.CharField(_("Subject"), max_length=200)
    description = models.TextField(_("Description"), blank=True)
    account = models.ForeignKey(
        "customers.Account",
        models.PROTECT,
        verbose_name=_("Account"),
        null=True,
        blank=True,
        related_name="+",
    )
    contact = models.ForeignKey(
        "customers.Contact",
        models.SET_NULL,
        verbose_name=_("Contact"),
        null=True,
        blank=True,
        related_name="+",
    )
    product = models.ForeignKey(
        "catalog.Product",
        models.SET_NULL,
        verbose_name=_("Product"),
        null=True,
        blank=True,
        related_name="+",
    )
    order = models.ForeignKey(
        "orders.Order",
        models.SET_NULL,
        verbose_name=_("Order"),
        null=True,
        blank=True,
        related_name="+",
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.QUESTION)
    priority = models.CharField(
        _("Priority"), max_length=10, choices=Priority, default=Priority.NORMAL
    )
    channel = models.CharField(_("Channel"), max_length=10, choices=Channel, default=Channel.PHONE)
    state = models.CharField(
        _("State"), max_length=10, choices=State, default=State.NEW, editable=False
    )
    due_at = models.DateTimeField(_("Answer by"), null=True, blank=True, editable=False)
    solved_at = models.DateTimeField(_("Solved"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("Closed at"), null=True, blank=True, editable=False)
    solution = models.TextField(_("Solution"), blank=True, editable=False)
    satisfaction = models.PositiveSmallIntegerField(
        _("Satisfaction (1–5)"), null=True, blank=True, editable=False
    )
    search = search_column("number", "subject", "description")

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ("-id",)
        indexes = [
            search_index("search"),
            models.Index(fields=("owner", "-updated_at"), name="support_ticket_owner"),
            models.Index(fields=("department", "-updated_at"), name="support_ticket_dept"),
            models.Index(fields=("account", "-updated_at"), name="support_ticket_account"),
            models.Index(
                fields=("due_at",),
                name="support_ticket_due",
                condition=Q(state__in=("new", "open")),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)),
                name="support_ticket_satisfaction",
                violation_error_message=_("Satisfaction is a number from 1 to 5."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

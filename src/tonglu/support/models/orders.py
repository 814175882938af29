"""Service orders: an engineer is sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import OwnedRecord
from tonglu.toolkit.search import search_column, search_index


class ServiceOrder(OwnedRecord):
    """Work at a customer's place: installation, repair, maintenance or training; its owner is the engineer."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        UNDER_WAY = "under_way", _("under way")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    class Kind(models.TextChoices):
        INSTALLATION = "installation", _("installation")
        REPAIR = "repair", _("repair")
        MAINTENANCE = "maintenance", _("maintenance")
        TRAINING = "training", _("training")

    number = models.CharField(_("Number"), max_length=40, unique=True, editable=False)
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind, default=Kind.REPAIR)
    state = models.CharField(
        _("State"), max_length=10, choices=State, default=State.PLANNED, editable=False
    )
    account = models.ForeignKey(
        "customers.Account", models.PROTECT, verbose_name=_("Account"), related_name="+"
    )
    ticket = models.ForeignKey(
        "support.Ticket",
        models.SET_NULL,
        verbose_name=_("Ticket"),
        null=True,
        blank=True,
        related_name="service_orders",
    )
    order = models.ForeignKey(
        "orders.Order",
        models.SET_NULL,
        verbose_name=_("Order"),
        null=True,
        blank=True,
        related_name="+",
    )
    planned_at = models.DateTimeField(_("Planned for"), null=True, blank=True)
    address = models.CharField(_("Place"), max_length=300, blank=True)
    task = models.TextField(_("Work to do"), blank=True)
    report = models.TextField(_("Report"), blank=True, editable=False)
    hours = models.DecimalField(
        _("Hours"), max_digits=6, decimal_places=2, null=True, blank=True, editable=False
    )
    done_at = models.DateTimeField(_("Done"), null=True, blank=True, editable=False)
    signed_by = models.CharField(_("Accepted by"), max_length=120, blank=True, editable=False)
    search = search_column("number", "task", "address")

    class Meta:
        verbose_name = _("service order")
        verbose_name_plural = _("service orders")
        ordering = ("-id",)
        indexes = [
            search_index("search"),
            models.Index(fields=("owner", "planned_at"), name="support_service_owner"),
            models.Index(fields=("department", "-updated_at"), name="support_service_dept"),
            models.Index(fields=("account", "-updated_at"), name="support_service_account"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"

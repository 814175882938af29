"""Requests for a decision, the steps they go through, and who decided what."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.approvals.core.steps import ALL, ANY, TURN
from tonglu.approvals.states import State
from tonglu.toolkit.money import CurrencyField, MoneyField
from tonglu.toolkit.records import OwnedRecord, Record
from tonglu.toolkit.search import search_column, search_index


class Mode(models.TextChoices):
    """How many of the people asked by a step must agree."""

    ANY = ANY, _("Any one of them")
    ALL = ALL, _("All of them")
    TURN = TURN, _("All, in turn")


class Decision(models.TextChoices):
    """What one person said."""

    OPEN = "", _("Not decided yet")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Sent back")


class ApprovalRequest(OwnedRecord):
    """One question to decide, with all that the decision needs; the owner is who asks.

    The *target* is the record it is about, as its kind and id. `automatic` marks a decision within the asker's own authority,
    which is only logged.
    """

    number = models.CharField(_("Number"), max_length=40, unique=True, editable=False)
    subject = models.CharField(_("Question"), max_length=60, editable=False)
    title = models.CharField(_("Title"), max_length=300)
    target_kind = models.CharField(_("About (kind)"), max_length=100, editable=False)
    target_id = models.BigIntegerField(_("About (id)"), editable=False)
    amount = MoneyField(_("Amount"), null=True, blank=True)
    currency = CurrencyField(_("Currency"))
    reason = models.TextField(_("Reason"), blank=True)
    facts: models.JSONField[list[list[str]]] = models.JSONField(
        _("What the decision needs"), default=list, editable=False
    )
    fingerprint = models.CharField(max_length=64, blank=True, editable=False, default="")
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.PENDING, editable=False
    )
    automatic = models.BooleanField(_("Within own authority"), default=False, editable=False)
    due_on = models.DateField(_("Decide until"), null=True, blank=True)
    decided_at = models.DateTimeField(_("Decided"), null=True, blank=True, editable=False)
    condition = models.TextField(_("Approved on condition that"), blank=True, editable=False)
    urged_at = models.DateTimeField(_("Last urged"), null=True, blank=True, editable=False)
    urges = models.PositiveSmallIntegerField(_("Times urged"), default=0, editable=False)

    search = search_column("number", "title")

    class Meta:
        verbose_name = _("approval request")
        verbose_name_plural = _("approval requests")
        ordering = ("-created_at", "-id")
        indexes = [
            search_index(),
            models.Index(fields=("target_kind", "target_id"), name="approvals_request_target"),
            models.Index(fields=("owner", "state", "-updated_at"), name="approvals_request_owner"),
            models.Index(fields=("state", "due_on"), name="approvals_request_due"),
            models.Index(
                fields=("fingerprint",),
                name="approvals_request_same",
                condition=~models.Q(fingerprint=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ApprovalStep(Record):
    """One step of a request; steps follow each other by position."""

    request = models.ForeignKey(
        ApprovalRequest, models.CASCADE, verbose_name=_("Request"), related_name="steps"
    )
    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    mode = models.CharField(_("Decided by"), max_length=10, choices=Mode.choices, default=Mode.ANY)

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ("request", "position", "id")

    def __str__(self) -> str:
        return f"{self.position}: {self.get_mode_display()}"


class ApprovalVote(Record):
    """One person asked by a step, and what they said; `decided_by` is a deputy when someone stood in."""

    step = models.ForeignKey(
        ApprovalStep, models.CASCADE, verbose_name=_("Step"), related_name="votes"
    )
    person = models.ForeignKey(
        "directory.Person", models.PROTECT, verbose_name=_("Asked"), related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    decision = models.CharField(
        _("Decision"), max_length=10, choices=Decision.choices, blank=True, default=""
    )
    comment = models.TextField(_("Comment"), blank=True)
    delegate = models.ForeignKey(
        "directory.Person",
        models.PROTECT,
        verbose_name=_("Handed to"),
        null=True,
        blank=True,
        related_name="+",
    )
    escalated_at = models.DateTimeField(_("Escalated"), null=True, blank=True)
    carried = models.BooleanField(_("Signed before"), default=False)
    asked_at = models.DateTimeField(_("Asked"), null=True, blank=True)
    decided_at = models.DateTimeField(_("Decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "directory.Person",
        models.PROTECT,
        verbose_name=_("Decided by"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ("step", "position", "id")
        constraints = [
            models.UniqueConstraint(fields=("step", "person"), name="approvals_vote_once"),
        ]
        indexes = [
            models.Index(fields=("person", "decision"), name="approvals_vote_waiting"),
            models.Index(
                fields=("delegate",),
                name="approvals_vote_delegate",
                condition=models.Q(delegate__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_decision_display()}"


class ApprovalNote(Record):
    """A word about a request, or a copy of it to somebody who need not decide (抄送)."""

    request = models.ForeignKey(
        ApprovalRequest, models.CASCADE, verbose_name=_("Request"), related_name="notes"
    )
    copied_to = models.ForeignKey(
        "directory.Person",
        models.PROTECT,
        verbose_name=_("Copied to"),
        null=True,
        blank=True,
        related_name="+",
    )
    text = models.TextField(_("Comment"), blank=True)

    class Meta:
        verbose_name = _("note on an approval")
        verbose_name_plural = _("notes on approvals")
        ordering = ("request", "id")
        indexes = [models.Index(fields=("copied_to", "-id"), name="approvals_note_copied")]
        constraints = [
            models.UniqueConstraint(
                fields=("request", "copied_to"),
                condition=models.Q(copied_to__isnull=False),
                name="approvals_copied_once",
            )
        ]

    def __str__(self) -> str:
        return self.text

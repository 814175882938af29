"""How this company sells: its pipelines with their stages, its competitors, and why deals are won and lost.

A pipeline is one way of selling (a *record type*): field sales, channel, web shop, renewal. It comes in *editions*: an issued
edition is not changed, a new one replaces it for new deals, and a running deal keeps the edition it began with.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tonglu.sales.core.stages import FREELY, LOST, NEVER, OPEN, REASON, WON
from tonglu.toolkit.listed import local_name
from tonglu.toolkit.money import PercentField
from tonglu.toolkit.records import Record


class RecordType(models.TextChoices):
    """The ways of selling."""

    FIELD = "field", _("Field sales")
    CHANNEL = "channel", _("Channel")
    WEB_SHOP = "web_shop", _("Web shop")
    RENEWAL = "renewal", _("Renewal")
    PROJECT = "project", _("Project")


class EditionState(models.TextChoices):
    """The life of one edition of a pipeline."""

    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")
    RETIRED = "retired", _("Retired")


class StageKind(models.TextChoices):
    """Whether a deal in the stage is open, won or lost."""

    OPEN = OPEN, _("Open")
    WON = WON, _("Won")
    LOST = LOST, _("Lost")


class SkipPolicy(models.TextChoices):
    """Whether a deal may pass over the stage."""

    NEVER = NEVER, _("Never")
    REASON = REASON, _("With a reason")
    FREELY = FREELY, _("Freely")


class Titled(Record):
    """A record with a name in both languages."""

    name = models.CharField(_("Name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return local_name(self.name, self.name_zh)


class Pipeline(Titled):
    """One edition of one way of selling."""

    code = models.SlugField(_("Code"), max_length=60)
    edition = models.PositiveSmallIntegerField(_("Edition"), default=1, editable=False)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("Replaces"),
        null=True,
        blank=True,
        editable=False,
        related_name="replaced_by",
    )
    state = models.CharField(
        _("State"), max_length=10, choices=EditionState.choices, default=EditionState.DRAFT
    )
    record_type = models.CharField(
        _("Way of selling"), max_length=20, choices=RecordType.choices, default=RecordType.FIELD
    )
    department = models.ForeignKey(
        "directory.Department",
        models.PROTECT,
        verbose_name=_("Owning department"),
        null=True,
        blank=True,
        related_name="+",
    )
    is_default = models.BooleanField(_("Used unless another is chosen"), default=False)
    position = models.PositiveSmallIntegerField(_("Position"), default=10)

    class Meta:
        verbose_name = _("pipeline")
        verbose_name_plural = _("pipelines")
        ordering = ("position", "name", "-edition")
        constraints = [
            models.UniqueConstraint(fields=("code", "edition"), name="sales_pipeline_edition_once"),
            models.UniqueConstraint(
                fields=("code",),
                condition=Q(state=EditionState.ISSUED),
                name="sales_pipeline_one_issued",
            ),
        ]

    def __str__(self) -> str:
        return self.label if self.edition == 1 else f"{self.label} ({self.edition})"


class Stage(Titled):
    """One step of a pipeline: who owns it, how long it should take, and what must be true to enter it."""

    pipeline = models.ForeignKey(
        Pipeline, models.CASCADE, verbose_name=_("Pipeline"), related_name="stages"
    )
    position = models.PositiveSmallIntegerField(_("Position"), default=10)
    kind = models.CharField(
        _("Kind"), max_length=10, choices=StageKind.choices, default=StageKind.OPEN
    )
    probability = PercentField(_("Probability"), default=0)
    department = models.ForeignKey(
        "directory.Department",
        models.PROTECT,
        verbose_name=_("Owned by"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Only this department moves deals in or out; everyone when empty."),
    )
    norm_days = models.PositiveSmallIntegerField(_("Norm in days"), null=True, blank=True)
    skip = models.CharField(
        _("May be skipped"), max_length=10, choices=SkipPolicy.choices, default=SkipPolicy.REASON
    )
    criteria = models.JSONField(
        _("Entry criteria"),
        default=dict,
        blank=True,
        help_text=_(
            "What must be true of the deal; each line that is not is listed beside the stage."
        ),
    )
    required_fields = models.JSONField(_("Fields filled before"), default=list, blank=True)
    required_roles = models.JSONField(_("Buying roles known before"), default=list, blank=True)
    required_files = models.PositiveSmallIntegerField(_("Files attached before"), default=0)
    guidance = models.TextField(_("Guidance"), blank=True)
    guidance_zh = models.TextField(_("Guidance in Chinese"), blank=True)

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ("pipeline", "position", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1), name="sales_stage_probability"
            ),
        ]

    @property
    def guidance_label(self) -> str:
        """The guidance in the reader's language."""
        return local_name(self.guidance, self.guidance_zh)


class Competitor(Record):
    """A company we meet in deals."""

    name = models.CharField(_("Name"), max_length=200, unique=True)
    website = models.URLField(_("Website"), blank=True)
    strengths = models.TextField(_("Strengths"), blank=True)
    weaknesses = models.TextField(_("Weaknesses"), blank=True)
    note = models.TextField(_("How to win against them"), blank=True)

    class Meta:
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class WinLossReason(Titled):
    """Why a deal was won or lost, from a list, so that it can be counted."""

    outcome = models.CharField(
        _("Outcome"), max_length=10, choices=[(WON, _("Won")), (LOST, _("Lost"))]
    )
    is_active = models.BooleanField(_("Offered"), default=True)
    position = models.PositiveSmallIntegerField(_("Position"), default=10)

    class Meta:
        verbose_name = _("win and loss reason")
        verbose_name_plural = _("win and loss reasons")
        ordering = ("outcome", "position", "name")

"""Knowledge articles: what we know, written down, with a day on which it is looked over again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tonglu.toolkit.records import OwnedRecord
from tonglu.toolkit.search import search_column, search_index


class Article(OwnedRecord):
    """An answer worth keeping."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        CHINESE = "zh-hans", "中文"

    title = models.CharField(_("Title"), max_length=200)
    body = models.TextField(_("Text"))
    state = models.CharField(
        _("State"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    public = models.BooleanField(_("For customers too"), default=False)
    language = models.CharField(
        _("Language"), max_length=10, choices=Language, default=Language.CHINESE
    )
    product = models.ForeignKey(
        "catalog.Product",
        models.SET_NULL,
        verbose_name=_("Product"),
        null=True,
        blank=True,
        related_name="+",
    )
    review_on = models.DateField(_("Look over again on"), null=True, blank=True)
    published_at = models.DateTimeField(_("Published"), null=True, blank=True, editable=False)
    helpful = models.PositiveIntegerField(_("Helpful"), default=0, editable=False)
    unhelpful = models.PositiveIntegerField(_("Not helpful"), default=0, editable=False)
    search = search_column("title", "body")

    class Meta:
        verbose_name = _("knowledge article")
        verbose_name_plural = _("knowledge articles")
        ordering = ("-id",)
        indexes = [
            search_index("search"),
            models.Index(fields=("state", "-updated_at"), name="support_article_state"),
        ]

    def __str__(self) -> str:
        return self.title

"""Registers the insights module."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "tonglu.insights"
    label = "insights"
    default_auto_field = "django.db.models.BigAutoField"

"""Registers the marketing module."""

from django.apps import AppConfig


class MarketingConfig(AppConfig):
    name = "tonglu.marketing"
    label = "marketing"
    default_auto_field = "django.db.models.BigAutoField"

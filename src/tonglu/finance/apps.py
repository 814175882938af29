"""Registers the finance module."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    name = "tonglu.finance"
    label = "finance"
    default_auto_field = "django.db.models.BigAutoField"

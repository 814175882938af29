"""Registers the supply module."""

from django.apps import AppConfig


class SupplyConfig(AppConfig):
    name = "tonglu.supply"
    label = "supply"
    default_auto_field = "django.db.models.BigAutoField"

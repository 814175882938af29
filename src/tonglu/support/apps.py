"""Registers the support module."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "tonglu.support"
    label = "support"
    default_auto_field = "django.db.models.BigAutoField"

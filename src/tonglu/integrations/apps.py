"""Registers the integrations module."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "tonglu.integrations"
    label = "integrations"
    default_auto_field = "django.db.models.BigAutoField"

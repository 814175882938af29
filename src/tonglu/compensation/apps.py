"""Registers the compensation module."""

from django.apps import AppConfig


class CompensationConfig(AppConfig):
    name = "tonglu.compensation"
    label = "compensation"
    default_auto_field = "django.db.models.BigAutoField"

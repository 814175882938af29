"""Registers the toolkit module."""

from django.apps import AppConfig


class ToolkitConfig(AppConfig):
    name = "tonglu.toolkit"
    label = "toolkit"
    default_auto_field = "django.db.models.BigAutoField"

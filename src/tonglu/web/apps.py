"""Registers the web module."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tonglu.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
